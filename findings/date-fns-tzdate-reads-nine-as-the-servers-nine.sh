#!/bin/sh
# @date-fns/tz 1.5.0 with date-fns 4.4.0.
#
# `new TZDate(2026, 6, 1, 9, zone)` is nine o'clock in the zone. The same as text, `new TZDate("2026-07-01T09:00", zone)`, which is
# what a form's field for date and time gives, is nine o'clock of the server's zone, only shown in the other: the contact in New
# York is texted at five in the morning, or at three, by where the server is. A text of a day alone is midnight UTC, which is the
# evening before there. `parseISO` with `{ in: tz(zone) }` reads the zone's clock. The README shows texts only with a Z.
#
# Seen on 2026-11-30 (what is read, in New York):
#   server in UTC, new TZDate, numbers: 2026-07-01T09:00:00.000-04:00
#   server in UTC, new TZDate, text: 2026-07-01T05:00:00.000-04:00
#   server in UTC, new TZDate, day: 2026-06-30T20:00:00.000-04:00
#   server in UTC, parseISO, text: 2026-07-01T09:00:00.000-04:00
#   server in Europe/Berlin, new TZDate, text: 2026-07-01T03:00:00.000-04:00
#
# For us: a time to send at is an instant with an offset, which Postgres reads (`timestamptz`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @date-fns/tz@1.5.0 date-fns@4.4.0
cat > try.mjs <<'JS'
import { tz, TZDate } from "@date-fns/tz";
import { parseISO } from "date-fns";
const zone = "America/New_York";
for (const [name, date] of [
  ["new TZDate, numbers", new TZDate(2026, 6, 1, 9, zone)],
  ["new TZDate, text", new TZDate("2026-07-01T09:00", zone)],
  ["new TZDate, day", new TZDate("2026-07-01", zone)],
  ["parseISO, text", parseISO("2026-07-01T09:00", { in: tz(zone) })],
]) {
  console.log(`server in ${process.env.TZ}, ${name}: ${date.toISOString()}`);
}
JS
TZ=UTC node try.mjs > seen.txt
TZ=Europe/Berlin node try.mjs >> seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
server in UTC, new TZDate, numbers: 2026-07-01T09:00:00.000-04:00
server in UTC, new TZDate, text: 2026-07-01T05:00:00.000-04:00
server in UTC, new TZDate, day: 2026-06-30T20:00:00.000-04:00
server in UTC, parseISO, text: 2026-07-01T09:00:00.000-04:00
server in Europe/Berlin, new TZDate, text: 2026-07-01T03:00:00.000-04:00
LINES
echo "AS SEEN: the server's nine o'clock"
