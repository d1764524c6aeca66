#!/bin/sh
# date-fns-tz 3.2.0, beside luxon 3.7.2.
#
# `fromZonedTime(text, zone)` with a time on the night the clocks change.
# - A time that does not exist: it goes back before the change, where others go forward. In Cairo the change is at midnight, so a
#   text for 00:30 on Friday is due at 23:30 on Thursday. In New York 02:30 becomes 01:30.
# - A time that comes twice: which of the two it is depends on the zone of the server that asks, one hour apart.
#
# Seen on 2026-11-30:
#   Africa/Cairo 2026-04-24T00:30: 2026-04-23T23:30:00+02:00 (luxon 2026-04-24T01:30:00+03:00)
#   America/New_York 2026-03-08T02:30: 2026-03-08T01:30:00-05:00 (luxon 2026-03-08T03:30:00-04:00)
#   server in UTC: Europe/Berlin 2026-10-25T02:30: 2026-10-25T02:30:00+01:00
#   server in America/New_York: Europe/Berlin 2026-10-25T02:30: 2026-10-25T02:30:00+02:00
#
# For us: a time to send at is an instant with an offset, so there is no such night.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund date-fns-tz@3.2.0 date-fns@4.1.0 luxon@3.7.2
cat > try.mjs <<'JS'
import { fromZonedTime } from "date-fns-tz";
import { DateTime } from "luxon";
const show = (time, zone) => time.setZone(zone).toISO({ suppressMilliseconds: true });
const fns = (text, zone) => show(DateTime.fromJSDate(fromZonedTime(text, zone)), zone);
const luxon = (text, zone) => show(DateTime.fromISO(text, { zone }), zone);
for (const [zone, text] of [["Africa/Cairo", "2026-04-24T00:30"], ["America/New_York", "2026-03-08T02:30"]]) {
  console.log(`${zone} ${text}: ${fns(text, zone)} (luxon ${luxon(text, zone)})`);
}
const twice = "2026-10-25T02:30";
console.log(`server in ${process.env.TZ}: Europe/Berlin ${twice}: ${fns(twice, "Europe/Berlin")}`);
JS
TZ=UTC node try.mjs > seen.txt
TZ=America/New_York node try.mjs >> seen.txt
sort -u seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
Africa/Cairo 2026-04-24T00:30: 2026-04-23T23:30:00+02:00 (luxon 2026-04-24T01:30:00+03:00)
America/New_York 2026-03-08T02:30: 2026-03-08T01:30:00-05:00 (luxon 2026-03-08T03:30:00-04:00)
server in UTC: Europe/Berlin 2026-10-25T02:30: 2026-10-25T02:30:00+01:00
server in America/New_York: Europe/Berlin 2026-10-25T02:30: 2026-10-25T02:30:00+02:00
LINES
echo "AS SEEN: the day before, and another hour on another server"
