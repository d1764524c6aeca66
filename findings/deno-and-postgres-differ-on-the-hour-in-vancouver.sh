#!/bin/sh
# deno 2.9.6 and 2.1.4 (which is what hosted Edge Functions run), node 20.20.2 and 22.23.3, beside Postgres 18.7
# (@electric-sql/pglite 0.5.17) and moment-timezone 0.6.6.
#
# Three places stopped changing their clocks in 2026: Morocco (UTC on 20 September), British Columbia and Alberta (no hour back on 1
# November); releases 2026b and 2026c of the time zone data, https://data.iana.org/time-zones/tzdb/NEWS. Each runtime carries a copy
# of the data of its own. The newest Deno has an old one, and so has Node 20, so `Intl` there, and luxon, date-fns and croner with
# it, are an hour off from what Postgres and Node 22 say. No error can tell. Node's: https://github.com/nodejs/node/issues/62323.
#
# Seen on 2026-11-30 (the clocks at 17:00 UTC on that day):
#   deno 2.9.6: Vancouver 09:00, Edmonton 10:00, Casablanca 18:00
#   deno 2.1.4: Vancouver 09:00, Edmonton 10:00, Casablanca 18:00
#   node 20.20.2: Vancouver 09:00, Edmonton 10:00, Casablanca 18:00
#   node 22.23.3: Vancouver 10:00, Edmonton 11:00, Casablanca 17:00
#   postgres: Vancouver 10:00, Edmonton 11:00, Casablanca 17:00
#   moment-timezone: Vancouver 10:00, Edmonton 11:00, Casablanca 17:00
#
# For us: 20:30 by a function's clock is 21:30 in Calgary. Postgres decides when a text may go, and a model is told the time by
# Postgres' clock too (supabase/schemas/30_rules/zones.sql).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @electric-sql/pglite@0.5.17 moment-timezone@0.6.6
cat > intl.mjs <<'JS'
const clock = (timeZone) => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  return format.format(new Date("2026-11-30T17:00:00Z"));
};
console.log(
  `Vancouver ${clock("America/Vancouver")}, Edmonton ${clock("America/Edmonton")}, Casablanca ${clock("Africa/Casablanca")}`,
);
JS
cat > others.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import moment from "moment-timezone";
const zones = ["America/Vancouver", "America/Edmonton", "Africa/Casablanca"];
const place = (zone) => zone.split("/")[1];
const database = await PGlite.create();
const clocks = [];
for (const zone of zones) {
  const query = "select to_char(timestamptz '2026-11-30 17:00Z' at time zone $1, 'HH24:MI') as clock";
  const { rows } = await database.query(query, [zone]);
  clocks.push(`${place(zone)} ${rows[0].clock}`);
}
console.log(`postgres: ${clocks.join(", ")}`);
const moments = zones.map((zone) => `${place(zone)} ${moment.tz("2026-11-30T17:00:00Z", zone).format("HH:mm")}`);
console.log(`moment-timezone: ${moments.join(", ")}`);
JS
for version in 2.9.6 2.1.4; do
  echo "deno $version: $(DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 npx -y "deno@$version" run -A --quiet --no-lock intl.mjs)"
done > seen.txt
for version in 20.20.2 22.23.3; do
  echo "node $version: $(npx -y "node@$version" intl.mjs)"
done >> seen.txt
node others.mjs >> seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
deno 2.9.6: Vancouver 09:00, Edmonton 10:00, Casablanca 18:00
deno 2.1.4: Vancouver 09:00, Edmonton 10:00, Casablanca 18:00
node 20.20.2: Vancouver 09:00, Edmonton 10:00, Casablanca 18:00
node 22.23.3: Vancouver 10:00, Edmonton 11:00, Casablanca 17:00
postgres: Vancouver 10:00, Edmonton 11:00, Casablanca 17:00
moment-timezone: Vancouver 10:00, Edmonton 11:00, Casablanca 17:00
LINES
echo "AS SEEN: an hour apart"
