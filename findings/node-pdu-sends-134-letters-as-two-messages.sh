#!/bin/sh
# node-pdu 2.1.1, beside sms-segments-calculator 1.3.0 (Twilio's).
#
# A message of GSM-7 holds 160 letters, and a part of a longer one 153 (152 with node-pdu's longer header). node-pdu cuts after 133,
# as if letters took eight bits: 134 letters are two messages. Letters that are in GSM-7, such as é, ü, ñ and €, make the message
# UCS-2 for it, and that is cut after 63 of 70: a French text of 160 letters is three messages, where it is one. À (U+00C0), ½ and °
# are the other way round: they are not in GSM-7, the message is GSM-7 all the same, and a space is sent in their place. The
# alphabet is 3GPP TS 23.038, 6.2.1.
#
# Seen on 2026-11-30 (messages by node-pdu, by Twilio's calculator):
#   134 letters: 2 1
#   160 letters with é: 3 1
#   70 Cyrillic letters: 2 1
#   sent for "À 9½, 20° C": "  9 , 20  C"
#
# For us: two or three times the price; our own count is Twilio's (supabase/functions/_shared/sms/texts/segments.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund node-pdu@2.1.1 sms-segments-calculator@1.3.0
cat > try.mjs <<'JS'
import { parse, Submit } from "node-pdu";
import calculator from "sms-segments-calculator";
const number = "+15550100101";
for (const [name, text] of [
  ["134 letters", "a".repeat(134)],
  ["160 letters with é", "é".padEnd(160, "a")],
  ["70 Cyrillic letters", "ж".repeat(70)],
]) {
  const { segmentsCount } = new calculator.SegmentedMessage(text);
  console.log(`${name}: ${new Submit(number, text).getPartStrings().length} ${segmentsCount}`);
}
const text = "À 9½, 20° C";
console.log(`sent for "${text}": "${parse(new Submit(number, text).toString()).data.getText()}"`);
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
134 letters: 2 1
160 letters with é: 3 1
70 Cyrillic letters: 2 1
sent for "À 9½, 20° C": "  9 , 20  C"
LINES
echo "AS SEEN: more messages than needed, and blanks"
