#!/bin/sh
# calendar-link 2.11.5.
#
# A link for the customer's calendar, in a text about an appointment. Its README advises times in UTC. Google's and Yahoo's links
# carry UTC. Outlook's carry the clock of the server that made them, without a zone, and so another hour on another server; Outlook
# takes it for the customer's own (https://github.com/AnandChowdhary/calendar-link/issues/523). A calendar file gets an identifier
# of five digits at most, where RFC 5545 (3.8.4.7) wants one that is unique in the world: of 5,000 files more than 100 share one,
# and a calendar may take the second for a change of the first.
#
# Seen on 2026-11-30 (an appointment at 2026-07-01T13:00:00Z):
#   server in UTC: google 20260701T130000Z, outlook 2026-07-01T13:00:00, office365 2026-07-01T13:00:00
#   server in America/New_York: google 20260701T130000Z, outlook 2026-07-01T09:00:00, office365 2026-07-01T09:00:00
#   identifiers of 5000 files: at most 5 digits, some twice
#
# For us: a customer in New York would come at one instead of nine; no link is made for a calendar.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund calendar-link@2.11.5
cat > try.mjs <<'JS'
import { google, ics, office365, outlook } from "calendar-link";
const appointment = { title: "Visit", start: "2026-07-01T13:00:00Z", duration: [30, "minute"] };
const start = (link, name) => new URL(link).searchParams.get(name).split("/")[0];
console.log(
  `server in ${process.env.TZ}: google ${start(google(appointment), "dates")},`,
  `outlook ${start(outlook(appointment), "startdt")}, office365 ${start(office365(appointment), "startdt")}`,
);
if (process.env.TZ === "UTC") {
  const files = Array.from({ length: 5000 }, () => decodeURIComponent(ics(appointment)));
  const identifiers = files.map((file) => file.match(/^UID:(\d+)\s*$/m)[1]);
  const longest = Math.max(...identifiers.map(({ length }) => length));
  const shared = identifiers.length - new Set(identifiers).size;
  console.log(`identifiers of 5000 files: at most ${longest} digits, ${shared > 20 ? "some twice" : "all different"}`);
}
JS
TZ=UTC node try.mjs > seen.txt
TZ=America/New_York node try.mjs >> seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
server in UTC: google 20260701T130000Z, outlook 2026-07-01T13:00:00, office365 2026-07-01T13:00:00
server in America/New_York: google 20260701T130000Z, outlook 2026-07-01T09:00:00, office365 2026-07-01T09:00:00
identifiers of 5000 files: at most 5 digits, some twice
LINES
echo "AS SEEN: another hour on another server"
