#!/bin/sh
# node-cron 4.6.0, beside croner 11.0.1, cron-parser 5.10.6, cron 4.4.0 and cron-schedule 6.0.0.
#
# "0 9 1 * 1" names a day of the month and a day of the week. POSIX (its page on crontab) and cron itself, which pg_cron follows,
# then take either: the first, and each Monday. node-cron takes only a Monday that is the first. A reminder that comes five times a
# month elsewhere comes three times in all 2027, and an expression that moves from pg_cron into code falls silent without an error.
# Its README does not say so. Known since 2017: https://github.com/node-cron/node-cron/issues/40.
#
# Seen on 2026-11-30 (the next four days from then on):
#   0 9 1 * 1 node-cron: 2027-02-01 2027-03-01 2027-11-01 2028-05-01
#   0 9 1 * 1 croner: 2026-12-01 2026-12-07 2026-12-14 2026-12-21
#   0 9 1 * 1 cron-parser: 2026-12-01 2026-12-07 2026-12-14 2026-12-21
#   0 9 1 * 1 cron: 2026-12-01 2026-12-07 2026-12-14 2026-12-21
#   0 9 1 * 1 cron-schedule: 2026-12-01 2026-12-07 2026-12-14 2026-12-21
#
# For us: pg_cron only wakes the worker, each minute; when a text is due is a row (supabase/schemas/70_platform/schedule.sql).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund node-cron@4.6.0 croner@11.0.1 cron-parser@5.10.6 cron@4.4.0 cron-schedule@6.0.0
cat > try.mjs <<'JS'
import { CronTime } from "cron";
import { CronExpressionParser } from "cron-parser";
import { parseCronExpression } from "cron-schedule";
import { Cron } from "croner";
import { mock } from "node:test";
import nodeCron from "node-cron";

const now = new Date("2026-11-30T22:00:00Z");
mock.timers.enable({ apis: ["Date"], now });
const expression = "0 9 1 * 1";

function eachNext(time) {
  const days = [];
  for (let last = now; days.length < 4; days.push(last)) last = time.getNextDateFrom(last, "UTC").toJSDate();
  return days;
}

for (const [name, next] of [
  ["node-cron", () => nodeCron.createTask(expression, () => {}, { timezone: "UTC" }).getNextRuns(4)],
  ["croner", () => new Cron(expression, { timezone: "UTC", paused: true }).nextRuns(4, now)],
  ["cron-parser", () => CronExpressionParser.parse(expression, { tz: "UTC", currentDate: now }).take(4).map((day) => day.toDate())],
  ["cron", () => eachNext(new CronTime(expression, "UTC"))],
  ["cron-schedule", () => parseCronExpression(expression).getNextDates(4, now)],
]) {
  console.log(`${expression} ${name}: ${next().map((day) => day.toISOString().slice(0, 10)).join(" ")}`);
}
process.exit();
JS
TZ=UTC node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
0 9 1 * 1 node-cron: 2027-02-01 2027-03-01 2027-11-01 2028-05-01
0 9 1 * 1 croner: 2026-12-01 2026-12-07 2026-12-14 2026-12-21
0 9 1 * 1 cron-parser: 2026-12-01 2026-12-07 2026-12-14 2026-12-21
0 9 1 * 1 cron: 2026-12-01 2026-12-07 2026-12-14 2026-12-21
0 9 1 * 1 cron-schedule: 2026-12-01 2026-12-07 2026-12-14 2026-12-21
LINES
echo "AS SEEN: only on a Monday that is the first"
