#!/bin/sh
# jsonrepair 3.15.0, beside partial-json 0.1.7.
#
# A model's JSON ends in the middle, at the token limit. jsonrepair promises to repair truncated JSON, and closes strings, lists and
# objects. Half of the word false becomes a string: `{"send":fals` is `{"send":"fals"}`, and a string is true in an `if`. Half of
# null is true as well. What is left out altogether (`{"send":`) becomes null. partial-json reads half a word as the word. JSON has
# no other word that begins with f or n (RFC 8259, section 3).
#
# Seen on 2026-11-30 (what is parsed, and whether `if (send)` sends):
#   {"send":fals -> jsonrepair {"send":"fals"} sends, partial-json {"send":false} does not
#   {"send":f -> jsonrepair {"send":"f"} sends, partial-json {"send":false} does not
#   {"send":nul -> jsonrepair {"send":"nul"} sends, partial-json {"send":null} does not
#   {"send": -> jsonrepair {"send":null} does not, partial-json {} does not
#
# For us: a text would go out that the model decided against; an answer that was cut off is never repaired, and its shape is checked
# (supabase/functions/_shared/sms/model/openai.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund jsonrepair@3.15.0 partial-json@0.1.7
cat > try.mjs <<'JS'
import { jsonrepair } from "jsonrepair";
import { parse } from "partial-json";
const show = (answer) => `${JSON.stringify(answer)} ${answer.send ? "sends" : "does not"}`;
for (const text of ['{"send":fals', '{"send":f', '{"send":nul', '{"send":']) {
  console.log(`${text} -> jsonrepair ${show(JSON.parse(jsonrepair(text)))}, partial-json ${show(parse(text))}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
{"send":fals -> jsonrepair {"send":"fals"} sends, partial-json {"send":false} does not
{"send":f -> jsonrepair {"send":"f"} sends, partial-json {"send":false} does not
{"send":nul -> jsonrepair {"send":"nul"} sends, partial-json {"send":null} does not
{"send": -> jsonrepair {"send":null} does not, partial-json {} does not
LINES
echo "AS SEEN: half of false is true"
