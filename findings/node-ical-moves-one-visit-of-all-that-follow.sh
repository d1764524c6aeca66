#!/bin/sh
# node-ical 0.27.2, beside ical.js 2.2.1.
#
# Weekly visits on Mondays at 22:00 UTC. From the second on, "this and the following" are moved to Tuesday, 15:00, which a calendar
# writes as RECURRENCE-ID with RANGE=THISANDFUTURE (RFC 5545, 3.2.13 and 3.8.4.4). node-ical moves the second and passes over the
# range: the third and the fourth stay on Monday, without an error. Only a remark in its code says that ranges are not handled.
#
# Seen on 2026-11-30:
#   node-ical: 12-07T22:00 12-15T15:00 12-21T22:00 12-28T22:00
#   ical.js: 12-07T22:00 12-15T15:00 12-22T15:00 12-29T15:00
#
# For us: a reminder would come on the old day, and none on the new; a reminder is one text at one instant, and no calendar is read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund node-ical@0.27.2 ical.js@2.2.1
cat > try.mjs <<'JS'
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const visit = (...lines) => ["BEGIN:VEVENT", "UID:1@example.com", "DTSTAMP:20261130T000000Z", "SUMMARY:Visit", ...lines, "END:VEVENT"];
const text = [
  ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN"],
  ...visit("DTSTART:20261207T220000Z", "DTEND:20261207T223000Z", "RRULE:FREQ=WEEKLY;COUNT=4"),
  ...visit("RECURRENCE-ID;RANGE=THISANDFUTURE:20261214T220000Z", "DTSTART:20261215T150000Z", "DTEND:20261215T153000Z"),
  ...["END:VCALENDAR", ""],
].join("\r\n");
const show = (date) => date.toISOString().slice(5, 16);

const event = Object.values(nodeIcal.sync.parseICS(text)).find(({ type }) => type === "VEVENT");
const range = { from: new Date("2026-12-01T00:00:00Z"), to: new Date("2027-01-01T00:00:00Z") };
const dates = nodeIcal.expandRecurringEvent(event, range).map(({ start }) => show(start));
console.log(`node-ical: ${dates.join(" ")}`);

const [first, moved] = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
first.relateException(moved);
const all = first.iterator();
const others = Array.from({ length: 4 }, () => show(first.getOccurrenceDetails(all.next()).startDate.toJSDate()));
console.log(`ical.js: ${others.join(" ")}`);
JS
TZ=UTC node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
node-ical: 12-07T22:00 12-15T15:00 12-21T22:00 12-28T22:00
ical.js: 12-07T22:00 12-15T15:00 12-22T15:00 12-29T15:00
LINES
echo "AS SEEN: one visit is moved"
