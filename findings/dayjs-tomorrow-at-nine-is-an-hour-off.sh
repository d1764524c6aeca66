#!/bin/sh
# dayjs 1.11.23 with its plugins utc and timezone, beside luxon 3.7.2.
#
# "The same time tomorrow", and "today at 21:00", in a contact's time zone, where the clocks change in between. dayjs keeps the
# offset of before the change: it prints 21:00, and the instant is 20:00 on that day's clock. In spring it is the other way: 21:00
# is 22:00, which is within the quiet hours that it was to stay out of. On a server whose own zone is the contact's, the same code
# gives the right instant, under a wrong offset, so a developer's machine does not show it.
#
# Seen on 2026-11-30 (instants; right are 02:00Z in November and 01:00Z in March):
#   server in UTC: add 2026-11-02T01:00:00.000Z, hour 2026-11-02T01:00:00.000Z, spring 2026-03-09T02:00:00.000Z
#   server in America/New_York: add 2026-11-02T02:00:00.000Z, hour 2026-11-02T02:00:00.000Z, spring 2026-03-09T01:00:00.000Z
#   luxon: add 2026-11-02T02:00:00.000Z, hour 2026-11-02T02:00:00.000Z, spring 2026-03-09T01:00:00.000Z
#
# For us: Postgres does all arithmetic in time zones (`at time zone`), no library in the functions does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund dayjs@1.11.23 luxon@3.7.2
cat > try.mjs <<'JS'
import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone.js";
import utc from "dayjs/plugin/utc.js";
import { DateTime } from "luxon";
dayjs.extend(utc);
dayjs.extend(timezone);

const zone = "America/New_York";
const show = (name, add, hour, spring) =>
  console.log(`${name}: add ${add.toISOString()}, hour ${hour.toISOString()}, spring ${spring.toISOString()}`);
show(
  `server in ${process.env.TZ}`,
  dayjs.tz("2026-10-31 21:00", zone).add(1, "day"),
  dayjs.tz("2026-11-01 00:00", zone).hour(21),
  dayjs.tz("2026-03-07 21:00", zone).add(1, "day"),
);
const at = (text) => DateTime.fromISO(text, { zone });
show(
  "luxon",
  at("2026-10-31T21:00").plus({ days: 1 }).toJSDate(),
  at("2026-11-01T00:00").set({ hour: 21 }).toJSDate(),
  at("2026-03-07T21:00").plus({ days: 1 }).toJSDate(),
);
JS
TZ=UTC node try.mjs > seen.txt
TZ=America/New_York node try.mjs >> seen.txt
sort -u seen.txt
late='add 2026-11-02T01:00:00.000Z, hour 2026-11-02T01:00:00.000Z, spring 2026-03-09T02:00:00.000Z'
right='add 2026-11-02T02:00:00.000Z, hour 2026-11-02T02:00:00.000Z, spring 2026-03-09T01:00:00.000Z'
grep -qxF "server in UTC: $late" seen.txt || { echo "CHANGED: dayjs on a server in UTC"; exit 1; }
grep -qxF "server in America/New_York: $right" seen.txt || { echo "CHANGED: dayjs on a server in the contact's zone"; exit 1; }
grep -qxF "luxon: $right" seen.txt || { echo "CHANGED: luxon"; exit 1; }
echo "AS SEEN: an hour off, depending on where the server is"
