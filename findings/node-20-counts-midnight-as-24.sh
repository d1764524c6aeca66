#!/bin/sh
# Node 20.20.2, beside Node 22 and Deno 2.1.4, which is what hosted Edge Functions run.
#
# The hour in a contact's time zone, from Intl with `hour12: false`, as quiet hours are often checked. At half past midnight it is 24
# in Node 20 and 0 in the others: newer V8 follows a newer ECMA-402. A check that asks only whether the hour is at least 8 sends at
# midnight, on Node 20 and nowhere else. It depends on the language as well: in German Node 20 says 0. `hourCycle: "h23"` is 0
# everywhere.
#
# Seen on 2026-11-30 (hour12: false in English, in German; hourCycle: "h23" in English):
#   node 20: 24 0 0
#   node 22: 0 0 0
#   deno 2.1.4: 0 0 0
#
# For us: hours and days are counted by Postgres; Intl only writes times for people and for the model, with AM and PM or as its
# language does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
cat > try.mjs <<'JS'
function hour(language, options) {
  const format = new Intl.DateTimeFormat(language, { hour: "numeric", timeZone: "America/New_York", ...options });
  const parts = format.formatToParts(new Date("2026-11-30T05:30:00Z"));
  return Number(parts.find(({ type }) => type === "hour").value);
}
console.log(hour("en-US", { hour12: false }), hour("de", { hour12: false }), hour("en-US", { hourCycle: "h23" }));
JS
echo "node 20: $(npx -y node@20.20.2 try.mjs)" > seen.txt
echo "node 22: $(npx -y node@22.23.3 try.mjs)" >> seen.txt
echo "deno 2.1.4: $(DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 npx -y deno@2.1.4 run -A --quiet --no-lock try.mjs)" >> seen.txt
cat seen.txt
grep -qx 'node 20: 24 0 0' seen.txt || { echo "CHANGED: Node 20"; exit 1; }
grep -qx 'node 22: 0 0 0' seen.txt || { echo "CHANGED: Node 22"; exit 1; }
grep -qx 'deno 2.1.4: 0 0 0' seen.txt || { echo "CHANGED: Deno 2.1.4"; exit 1; }
echo "AS SEEN: 24 and 0"
