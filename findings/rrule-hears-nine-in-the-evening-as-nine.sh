#!/bin/sh
# rrule 2.8.1.
#
# `RRule.fromText` makes a rule of "every day at 9pm". It reads the 9 and passes over what follows without an error: the reminder
# goes out at nine in the morning. Minutes are passed over too, behind "on the 31st" the whole time is, and midnight becomes noon.
# `toText` is no check: it leaves out the minutes of rules that have some.
#
# Seen on 2026-11-30:
#   every day at 9pm -> RRULE:FREQ=DAILY;BYHOUR=9
#   every day at 8:30 -> RRULE:FREQ=DAILY;BYHOUR=8
#   every friday at 12am -> RRULE:FREQ=WEEKLY;BYDAY=FR;BYHOUR=12
#   every month on the 31st at 9pm -> RRULE:FREQ=MONTHLY;BYMONTHDAY=31
#   RRULE:FREQ=DAILY;BYHOUR=21;BYMINUTE=30 -> every day at 21
#
# For us: a time to send at is an instant, and no sentence is read for one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund rrule@2.8.1
cat > try.mjs <<'JS'
import rrule from "rrule";
const { RRule, rrulestr } = rrule;
for (const text of ["every day at 9pm", "every day at 8:30", "every friday at 12am", "every month on the 31st at 9pm"]) {
  console.log(text, "->", RRule.fromText(text).toString());
}
const rule = "RRULE:FREQ=DAILY;BYHOUR=21;BYMINUTE=30";
console.log(rule, "->", rrulestr(rule).toText());
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
every day at 9pm -> RRULE:FREQ=DAILY;BYHOUR=9
every day at 8:30 -> RRULE:FREQ=DAILY;BYHOUR=8
every friday at 12am -> RRULE:FREQ=WEEKLY;BYDAY=FR;BYHOUR=12
every month on the 31st at 9pm -> RRULE:FREQ=MONTHLY;BYMONTHDAY=31
RRULE:FREQ=DAILY;BYHOUR=21;BYMINUTE=30 -> every day at 21
LINES
echo "AS SEEN: the evening and the minutes are lost"
