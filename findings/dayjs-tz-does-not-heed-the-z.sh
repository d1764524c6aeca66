#!/bin/sh
# dayjs 1.11.23 with its plugins utc and timezone, beside moment-timezone 0.6.6, whose interface it follows, and luxon 3.7.2.
#
# `dayjs.tz(text, zone)` with a text that names its own offset, as every API writes times. The others read the instant and show it
# in the zone. dayjs reads 09:00Z as 09:00 on the zone's clock: another instant, four hours later in New York. An offset that is not
# Z is applied first, and what comes out is then read as the zone's clock.
#
# Seen on 2026-11-30 (2026-07-01T09:00:00Z and 2026-07-01T11:00:00+02:00, one instant):
#   dayjs.tz: 2026-07-01T13:00:00.000Z 2026-07-01T13:00:00.000Z
#   dayjs().tz: 2026-07-01T09:00:00.000Z 2026-07-01T09:00:00.000Z
#   moment.tz: 2026-07-01T09:00:00.000Z 2026-07-01T09:00:00.000Z
#   luxon: 2026-07-01T09:00:00.000Z 2026-07-01T09:00:00.000Z
#
# For us: a time to send at is an instant with an offset, which Postgres reads (`timestamptz`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund dayjs@1.11.23 moment-timezone@0.6.6 luxon@3.7.2
cat > try.mjs <<'JS'
import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone.js";
import utc from "dayjs/plugin/utc.js";
import { DateTime } from "luxon";
import moment from "moment-timezone";
dayjs.extend(utc);
dayjs.extend(timezone);

const zone = "America/New_York";
const texts = ["2026-07-01T09:00:00Z", "2026-07-01T11:00:00+02:00"];
for (const [name, read] of [
  ["dayjs.tz", (text) => dayjs.tz(text, zone)],
  ["dayjs().tz", (text) => dayjs(text).tz(zone)],
  ["moment.tz", (text) => moment.tz(text, zone)],
  ["luxon", (text) => DateTime.fromISO(text, { zone }).toJSDate()],
]) {
  console.log(`${name}: ${texts.map((text) => read(text).toISOString()).join(" ")}`);
}
JS
TZ=UTC node try.mjs > seen.txt
cat seen.txt
right='2026-07-01T09:00:00.000Z 2026-07-01T09:00:00.000Z'
grep -qx 'dayjs.tz: 2026-07-01T13:00:00.000Z 2026-07-01T13:00:00.000Z' seen.txt || { echo "CHANGED: dayjs.tz"; exit 1; }
for name in 'dayjs().tz' moment.tz luxon; do
  grep -qxF "$name: $right" seen.txt || { echo "CHANGED: $name"; exit 1; }
done
echo "AS SEEN: dayjs.tz reads another instant"
