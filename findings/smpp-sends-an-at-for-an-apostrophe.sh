#!/bin/sh
# smpp 0.5.1.
#
# Carriers often ask for `data_coding: 0`, their default alphabet, which is GSM-7 here. A character that is not in it ought to
# become a space or a question mark, or be an error. smpp puts a space among numbers, as a string, which becomes the byte 0, and in
# GSM-7 that is "@" (3GPP TS 23.038, 6.2.1). Phones and models write the curly apostrophe, so "Don’t" arrives as "Don@t", and
# opening hours of 9–5 as 9@5. If smpp may choose the coding itself, it takes UCS-2, and the text is whole.
#
# Seen on 2026-11-30 (the bytes that are sent, and what smpp itself reads them as):
#   data_coding 0: 44 6f 6e 00 74, Don@t
#   data_coding 0: 53 00 6f, S@o
#   data_coding 0: 39 00 35, 9@5
#   chosen by smpp: 00 44 00 6f 00 6e 20 19 00 74, Don’t
#
# For us: no SMPP; a text goes to Twilio as it is stored, and only a model's reply gets plain punctuation (plainPunctuation in
# supabase/functions/_shared/sms/texts/segments.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund smpp@0.5.1
cat > try.mjs <<'JS'
import smpp from "smpp";
const { PDU } = smpp;
for (const [name, text, coding] of [
  ["data_coding 0", "Don’t", { data_coding: 0 }],
  ["data_coding 0", "São", { data_coding: 0 }],
  ["data_coding 0", "9–5", { data_coding: 0 }],
  ["chosen by smpp", "Don’t", {}],
]) {
  const bytes = new PDU("submit_sm", { destination_addr: "15550100101", short_message: text, ...coding }).toBuffer();
  const { data_coding, short_message } = new PDU(bytes);
  const length = text.length * (data_coding === 8 ? 2 : 1);
  const sent = bytes.subarray(-length).toString("hex").match(/../g).join(" ");
  console.log(`${name}: ${sent}, ${short_message.message}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
data_coding 0: 44 6f 6e 00 74, Don@t
data_coding 0: 53 00 6f, S@o
data_coding 0: 39 00 35, 9@5
chosen by smpp: 00 44 00 6f 00 6e 20 19 00 74, Don’t
LINES
echo "AS SEEN: an at sign is sent"
