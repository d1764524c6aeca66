#!/bin/sh
# parse-duration 2.1.9 and ms 2.1.3, beside iso8601-duration 2.1.4.
#
# How long texts are kept is often a setting. `P6M` is six months in ISO 8601 (and RFC 3339, appendix A), `6M` in many programs,
# where the capital tells months from minutes. parse-duration passes over the P and over the capital: six minutes, for both. `PT6M`,
# which is six minutes, is the same to it. ms does so with 6M, and gives undefined for P6M. Neither README names the capital. A
# comma parts thousands, so one and a half hours as Germans write them are fifteen.
#
# Seen on 2026-11-30 (parse-duration, ms, iso8601-duration):
#   P6M: 6 minutes, undefined, 6 months
#   PT6M: 6 minutes, undefined, 6 minutes
#   6M: 6 minutes, 6 minutes, error
#   6 months: 182.625 days, undefined, error
#   1,5 h: 15 hours, undefined, error
#
# For us: texts would be deleted six minutes after they came; Postgres reads durations (`interval`), and it knows ISO 8601.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund parse-duration@2.1.9 ms@2.1.3 iso8601-duration@2.1.4
cat > try.mjs <<'JS'
import { parse as parseIso } from "iso8601-duration";
import ms from "ms";
import parse from "parse-duration";

const UNITS = [["days", 86_400_000], ["hours", 3_600_000], ["minutes", 60_000]];
function show(milliseconds) {
  if (milliseconds === undefined) return "undefined";
  const [unit, size] = UNITS.find(([, size]) => milliseconds >= size);
  return `${milliseconds / size} ${unit}`;
}

function iso(text) {
  try {
    return Object.entries(parseIso(text)).filter(([, count]) => count).map(([unit, count]) => `${count} ${unit}`).join(" ");
  } catch {
    return "error";
  }
}

for (const text of ["P6M", "PT6M", "6M", "6 months", "1,5 h"]) {
  console.log(`${text}: ${show(parse(text))}, ${show(ms(text))}, ${iso(text)}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
P6M: 6 minutes, undefined, 6 months
PT6M: 6 minutes, undefined, 6 minutes
6M: 6 minutes, 6 minutes, error
6 months: 182.625 days, undefined, error
1,5 h: 15 hours, undefined, error
LINES
echo "AS SEEN: six months are six minutes"
