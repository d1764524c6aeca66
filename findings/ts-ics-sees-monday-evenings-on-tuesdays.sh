#!/bin/sh
# ts-ics 2.4.6, beside ical.js 2.2.1.
#
# A course on Mondays and Wednesdays at eight in the evening, in New York. The file names the zone and carries its rules, ts-ics
# reads the start right, and `extendByRecurrenceRule` then looks for Mondays and Wednesdays in UTC, where the evening belongs to the
# next day. So the first evening is missing, and the others are Tuesdays and Sundays. BYDAY is of the zone of the start (RFC 5545,
# 3.3.10). The rule is asked for without a zone, and there is none to give.
#
# Seen on 2026-11-30 (the evenings in New York):
#   ts-ics: Tue 12-08 20:00, Sun 12-13 20:00, Tue 12-15 20:00, Sun 12-20 20:00
#   ical.js: Mon 12-07 20:00, Wed 12-09 20:00, Mon 12-14 20:00, Wed 12-16 20:00
#
# For us: reminders would name days on which the door is shut; a reminder is one text at one instant, and no calendar is read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund ts-ics@2.4.6 ical.js@2.2.1
cat > course.ics <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
DTSTART:20070311T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20261130T000000Z
SUMMARY:Course
DTSTART;TZID=America/New_York:20261207T200000
DTEND;TZID=America/New_York:20261207T210000
RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4
END:VEVENT
END:VCALENDAR
ICS
cat > try.mjs <<'JS'
import ICAL from "ical.js";
import { readFileSync } from "node:fs";
import { convertIcsCalendar, extendByRecurrenceRule } from "ts-ics";

const text = readFileSync("course.ics", "utf8").replaceAll("\n", "\r\n");
const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const options = { timeZone: "America/New_York", weekday: "short", month: "2-digit", day: "2-digit", ...clock };
const format = new Intl.DateTimeFormat("en-US", options);
function evening(date) {
  const { weekday, month, day, hour, minute } = Object.fromEntries(
    format.formatToParts(date).map(({ type, value }) => [type, value]),
  );
  return `${weekday} ${month}-${day} ${hour}:${minute}`;
}

const [event] = convertIcsCalendar(undefined, text).events;
const range = { start: event.start.date, end: new Date("2027-02-01T00:00:00Z") };
const dates = extendByRecurrenceRule(event.recurrenceRule, range);
console.log(`ts-ics: ${dates.map(evening).join(", ")}`);

const root = new ICAL.Component(ICAL.parse(text));
ICAL.TimezoneService.register(root.getFirstSubcomponent("vtimezone"));
const all = new ICAL.Event(root.getFirstSubcomponent("vevent")).iterator();
console.log(`ical.js: ${Array.from({ length: 4 }, () => evening(all.next().toJSDate())).join(", ")}`);
JS
TZ=UTC node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
ts-ics: Tue 12-08 20:00, Sun 12-13 20:00, Tue 12-15 20:00, Sun 12-20 20:00
ical.js: Mon 12-07 20:00, Wed 12-09 20:00, Mon 12-14 20:00, Wed 12-16 20:00
LINES
echo "AS SEEN: other evenings than those of the course"
