#!/bin/sh
# ical.js 2.2.1 and node-ical 0.27.2.
#
# An appointment that repeats on days of no pattern: the first is DTSTART, the others are RDATE. RFC 5545, 3.8.5.2: DTSTART is the
# first of the set, and what RRULE and RDATE both name counts once. ical.js leaves DTSTART out if there is no RRULE, so the first
# visit gets no reminder, and a day that both name comes twice. node-ical keeps RDATE as text and expands only RRULE, so every visit
# but the first gets none. Neither says so.
#
# Seen on 2026-11-30:
#   three visits, the 7th, 9th and 14th: ical.js 09 14, node-ical 07
#   weekly, and the 14th named again: ical.js 07 14 14 21, node-ical 07 14 21
#   weekly, and the 9th besides: ical.js 07 09 14 21, node-ical 07 14 21
#
# For us: a missed visit is money lost; a reminder is one text at one instant, and no calendar is read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund ical.js@2.2.1 node-ical@0.27.2
cat > try.mjs <<'JS'
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const day = (time) => time.slice(8, 10);
const calendar = (...lines) =>
  [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:1@example.com"],
    ...["DTSTAMP:20261130T000000Z", "DTSTART:20261207T140000Z", "DURATION:PT30M", "SUMMARY:Visit", ...lines],
    ...["END:VEVENT", "END:VCALENDAR", ""],
  ].join("\r\n");

function icalJs(text) {
  const event = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent"));
  const days = [];
  for (const all = event.iterator(); days.length < 10;) {
    const next = all.next();
    if (!next) break;
    days.push(day(next.toString()));
  }
  return days.join(" ");
}

function viaNodeIcal(text) {
  const event = Object.values(nodeIcal.sync.parseICS(text)).find(({ type }) => type === "VEVENT");
  const range = { from: new Date("2026-12-01T00:00:00Z"), to: new Date("2027-01-01T00:00:00Z") };
  return nodeIcal.expandRecurringEvent(event, range).map(({ start }) => day(start.toISOString())).join(" ");
}

for (const [name, ...lines] of [
  ["three visits, the 7th, 9th and 14th", "RDATE:20261209T140000Z,20261214T140000Z"],
  ["weekly, and the 14th named again", "RRULE:FREQ=WEEKLY;COUNT=3", "RDATE:20261214T140000Z"],
  ["weekly, and the 9th besides", "RRULE:FREQ=WEEKLY;COUNT=3", "RDATE:20261209T140000Z"],
]) {
  const text = calendar(...lines);
  console.log(`${name}: ical.js ${icalJs(text)}, node-ical ${viaNodeIcal(text)}`);
}
JS
TZ=UTC node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
three visits, the 7th, 9th and 14th: ical.js 09 14, node-ical 07
weekly, and the 14th named again: ical.js 07 14 14 21, node-ical 07 14 21
weekly, and the 9th besides: ical.js 07 09 14 21, node-ical 07 14 21
LINES
echo "AS SEEN: visits are lost, or come twice"
