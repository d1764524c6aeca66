#!/bin/sh
# smpp 0.5.1.
#
# `data_coding: 1` is ASCII (SMPP 3.4, 5.2.19: "IA5 (CCITT T.50)/ASCII (ANSI X3.4)"). smpp has it under the name ASCII, and reads
# and writes GSM-7 under it, in which $ @ _ [ ] and others have other numbers. A text that a carrier hands over in ASCII is read
# with other signs: the price is in no currency, the address is no address. In the other direction smpp chooses this coding by
# itself for every plain text, and a carrier that goes by the specification reads the same damage. Its README says "ASCII (GSM
# 03.38)".
#
# Seen on 2026-11-30:
#   ASCII from a carrier: Pay ¤5 to ann¡example.com or a§b
#   chosen for "$5": data_coding 1, bytes 02 35
#   ASCII's bytes of "$5": 24 35
#
# For us: no SMPP; Twilio's webhook is UTF-8 (supabase/functions/_shared/sms/twilio/form.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund smpp@0.5.1
cat > try.mjs <<'JS'
import smpp from "smpp";
const { PDU } = smpp;
const show = (bytes) => bytes.toString("hex").match(/../g).join(" ");
const inAscii = Buffer.from("Pay $5 to ann@example.com or a_b", "ascii");
const received = new PDU("deliver_sm", { source_addr: "15550100101", short_message: inAscii, data_coding: 1 }).toBuffer();
console.log("ASCII from a carrier:", new PDU(received).short_message.message);
const sent = new PDU("submit_sm", { destination_addr: "15550100101", short_message: "$5" }).toBuffer();
console.log(`chosen for "$5": data_coding ${new PDU(sent).data_coding}, bytes ${show(sent.subarray(-2))}`);
console.log(`ASCII's bytes of "$5": ${show(Buffer.from("$5", "ascii"))}`);
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
ASCII from a carrier: Pay ¤5 to ann¡example.com or a§b
chosen for "$5": data_coding 1, bytes 02 35
ASCII's bytes of "$5": 24 35
LINES
echo "AS SEEN: the dollar is another sign"
