#!/bin/sh
# chrono-node 2.10.3.
#
# A contact's sentence is read for a time, with the contact's zone given as the reference's `timezone`. "ET" there is today's offset,
# kept for every date: on a day in November, nine o'clock on the first of July is an hour late. The same "ET" in the sentence heeds
# the season. A name such as America/New_York is not known, and no error says so: the zone is the server's.
#
# Seen on 2026-11-30 (the reference is that day, the server in UTC; right is 13:00Z):
#   timezone ET, July 1 2027 at 9am: 2027-07-01T14:00:00.000Z
#   timezone ET, July 1 2027 at 9am ET: 2027-07-01T13:00:00.000Z
#   timezone America/New_York, July 1 2027 at 9am: 2027-07-01T09:00:00.000Z
#
# For us: a time to send at is an instant, and no sentence is read for one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund chrono-node@2.10.3
cat > try.mjs <<'JS'
import { parseDate } from "chrono-node";
const instant = new Date("2026-11-30T15:00:00Z");
for (const [timezone, text] of [
  ["ET", "July 1 2027 at 9am"],
  ["ET", "July 1 2027 at 9am ET"],
  ["America/New_York", "July 1 2027 at 9am"],
]) {
  console.log(`timezone ${timezone}, ${text}: ${parseDate(text, { instant, timezone }).toISOString()}`);
}
JS
TZ=UTC node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
timezone ET, July 1 2027 at 9am: 2027-07-01T14:00:00.000Z
timezone ET, July 1 2027 at 9am ET: 2027-07-01T13:00:00.000Z
timezone America/New_York, July 1 2027 at 9am: 2027-07-01T09:00:00.000Z
LINES
echo "AS SEEN: today's offset, and the server's zone"
