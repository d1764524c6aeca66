#!/bin/sh
# ical-generator 11.1.2, read by node-ical 0.27.2, with luxon 3.7.2.
#
# Weekly visits at five in New York, and the one on the 14th is taken out. The time zone is given to the calendar, for all its
# events. Then the start is written without a zone, which is five o'clock wherever it is read, and the day that is taken out with
# one. They name different instants (RFC 5545, 3.3.5), so node-ical keeps the 14th, and for a reader in UTC all visits are five
# hours early. The stamp has no Z either, which it must have (3.8.7.2). With the zone given to each event, all is right.
#
# Seen on 2026-11-30 (zone given to; the lines; the visits that node-ical lists, in UTC):
#   calendar DTSTAMP:20261130T170000
#   calendar DTSTART:20261207T170000
#   calendar EXDATE;TZID=America/New_York:20261214T170000
#   calendar visits: 12-07T17:00 12-14T17:00 12-21T17:00 12-28T17:00
#   event DTSTAMP:20261130T220000Z
#   event DTSTART;TZID=America/New_York:20261207T170000
#   event EXDATE;TZID=America/New_York:20261214T170000
#   event visits: 12-07T22:00 12-21T22:00 12-28T22:00
#
# For us: a customer would be reminded of a visit that was called off; no calendar is written or read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund ical-generator@11.1.2 node-ical@0.27.2 luxon@3.7.2
cat > try.mjs <<'JS'
import ical from "ical-generator";
import { DateTime } from "luxon";
import nodeIcal from "node-ical";

const timezone = "America/New_York";
const at = (text) => DateTime.fromISO(text, { zone: timezone });
for (const [name, ofCalendar, ofEvent] of [["calendar", { timezone }, {}], ["event", {}, { timezone }]]) {
  const calendar = ical(ofCalendar);
  calendar.createEvent({
    ...ofEvent,
    id: "1",
    summary: "Visit",
    stamp: at("2026-11-30T17:00"),
    start: at("2026-12-07T17:00"),
    end: at("2026-12-07T17:30"),
    repeating: { freq: "WEEKLY", count: 4, exclude: [at("2026-12-14T17:00")] },
  });
  const text = calendar.toString();
  for (const line of text.match(/^(DTSTAMP|DTSTART|EXDATE)\S*/gm)) console.log(name, line);
  const event = Object.values(nodeIcal.sync.parseICS(text)).find(({ type }) => type === "VEVENT");
  const range = { from: new Date("2026-12-01T00:00Z"), to: new Date("2027-01-01T00:00Z") };
  const visits = nodeIcal.expandRecurringEvent(event, range).map(({ start }) => start.toISOString().slice(5, 16));
  console.log(`${name} visits: ${visits.join(" ")}`);
}
JS
TZ=UTC node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
calendar DTSTAMP:20261130T170000
calendar DTSTART:20261207T170000
calendar EXDATE;TZID=America/New_York:20261214T170000
calendar visits: 12-07T17:00 12-14T17:00 12-21T17:00 12-28T17:00
event DTSTAMP:20261130T220000Z
event DTSTART;TZID=America/New_York:20261207T170000
event EXDATE;TZID=America/New_York:20261214T170000
event visits: 12-07T22:00 12-21T22:00 12-28T22:00
LINES
echo "AS SEEN: the visit on the 14th is still there"
