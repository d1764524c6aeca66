#!/bin/sh
# ical.js 2.2.1, beside rrule 2.8.1.
#
# "On the 31st, or on the last day of a shorter month" is BYMONTHDAY=28,29,30,31;BYSETPOS=-1: of the days named, the last of each
# month (RFC 5545, 3.3.10). ical.js obeys BYSETPOS with BYDAY. With BYMONTHDAY it takes no notice of it: January and February come
# out right, because the start and a month with one of those days do, and from March on there are four days. So a rent reminder
# tried for two months is sent four times in the third. Known as https://github.com/kewisch/ical.js/issues/960. "Each year", from a
# 29 February, is another thing: days that do not exist are to be passed over, and ical.js takes 1 March.
#
# Seen on 2026-11-30:
#   last of 28 to 31: ical.js 01-31 02-28 03-28 03-29 03-30 03-31, rrule 01-31 02-28 03-31 04-30 05-31 06-30
#   last weekday: ical.js 01-29 02-26 03-31 04-30 05-31 06-30, rrule 01-29 02-26 03-31 04-30 05-31 06-30
#   each year from 2024-02-29: ical.js 02-29 03-01 03-01 03-01 02-29 03-01, rrule 02-29 02-29 02-29 02-29 02-29 02-29
#
# For us: a reminder is one text at one instant, and no rule is read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund ical.js@2.2.1 rrule@2.8.1
cat > try.mjs <<'JS'
import ICAL from "ical.js";
import rrule from "rrule";
const day = (time) => time.slice(5, 10);
for (const [name, start, rule] of [
  ["last of 28 to 31", "2027-01-31T14:00:00Z", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"],
  ["last weekday", "2027-01-29T14:00:00Z", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"],
  ["each year from 2024-02-29", "2024-02-29T14:00:00Z", "FREQ=YEARLY"],
]) {
  const all = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromString(start));
  const days = Array.from({ length: 6 }, () => day(all.next().toString()));
  const options = { ...rrule.RRule.parseString(rule), dtstart: new Date(start), count: 6 };
  const others = new rrule.RRule(options).all().map((time) => day(time.toISOString()));
  console.log(`${name}: ical.js ${days.join(" ")}, rrule ${others.join(" ")}`);
}
JS
TZ=UTC node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
last of 28 to 31: ical.js 01-31 02-28 03-28 03-29 03-30 03-31, rrule 01-31 02-28 03-31 04-30 05-31 06-30
last weekday: ical.js 01-29 02-26 03-31 04-30 05-31 06-30, rrule 01-29 02-26 03-31 04-30 05-31 06-30
each year from 2024-02-29: ical.js 02-29 03-01 03-01 03-01 02-29 03-01, rrule 02-29 02-29 02-29 02-29 02-29 02-29
LINES
echo "AS SEEN: four days in March, and 1 March for 29 February"
