#!/bin/sh
# node-pdu 2.1.1, which makes and reads messages for a GSM modem.
#
# A number is written as people of the country dial it: 07700 900123 and 020 7946 0123, Ofcom's numbers for films. A number that
# starts with 00 is an international one, so node-pdu drops the two zeros. It looks for 00 anywhere before the last digit, and drops
# the first two digits whatever they are: 07700900123 is sent to +700900123, another country. Of ten random digits, one in fourteen
# has such a 00. A number with a plus is kept. One that is dialled within the country is of the type "unknown" or "national" (3GPP
# TS 23.040, 9.1.2.5).
#
# Seen on 2026-11-30:
#   07700900123 -> +700900123
#   15550100101 -> +550100101
#   02079460123 -> 02079460123
#   00447700900123 -> +447700900123
#   +447700900123 -> +447700900123
#
# For us: a text would reach a stranger; numbers leave us in E.164, with the plus (supabase/functions/_shared/sms/texts/phone.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund node-pdu@2.1.1
cat > try.mjs <<'JS'
import { parse, Submit } from "node-pdu";
for (const number of ["07700900123", "15550100101", "02079460123", "00447700900123", "+447700900123"]) {
  const { phone, type } = parse(new Submit(number, "Hello").toString()).address;
  console.log(`${number} -> ${type.toString() === "91" ? "+" : ""}${phone}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
07700900123 -> +700900123
15550100101 -> +550100101
02079460123 -> 02079460123
00447700900123 -> +447700900123
+447700900123 -> +447700900123
LINES
echo "AS SEEN: the text goes to another number"
