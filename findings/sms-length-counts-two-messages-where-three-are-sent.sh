#!/bin/sh
# sms-length 0.2.2 and sms-counter-npm 1.0.4, beside sms-segments-calculator 1.3.0 (Twilio's), split-sms 0.1.7, gsm 0.1.4 and
# @trt2/gsm-charset-utils 1.0.13.
#
# € [ ] { } | ~ ^ \ take two septets in GSM-7. The two septets stay in one segment, so a segment of 153 may end with one empty. The
# first two packages divide the sum by 153: one message too few, and what it costs too. Somebody sent 153 times "]" through Twilio:
# three segments (https://github.com/TwilioDevEd/message-segment-calculator/issues/39).
#
# Seen on 2026-11-30 (152 letters, €, 152 letters; then 153 times "]"):
#   sms-length 2 2
#   sms-counter-npm 2 2
#   sms-segments-calculator 3 3
#   split-sms 3 3
#   gsm 3 3
#   gsm-charset-utils 3 3
#
# For us: such texts are counted by Twilio's calculator, plain ones by their length
# (supabase/functions/_shared/sms/texts/segments.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund sms-length@0.2.2 sms-counter-npm@1.0.4 sms-segments-calculator@1.3.0 \
  split-sms@0.1.7 gsm@0.1.4 @trt2/gsm-charset-utils@1.0.13
cat > try.cjs <<'JS'
const { getCharCount } = require("@trt2/gsm-charset-utils");
const gsm = require("gsm");
const counterModule = require("sms-counter-npm");
const length = require("sms-length");
const { SegmentedMessage } = require("sms-segments-calculator");
const split = require("split-sms");
const counter = counterModule.default ?? counterModule;
const texts = ["a".repeat(152) + "€" + "a".repeat(152), "]".repeat(153)];
for (const [name, count] of [
  ["sms-length", (text) => length.count(text).messages],
  ["sms-counter-npm", (text) => counter.count(text).messages],
  ["sms-segments-calculator", (text) => new SegmentedMessage(text).segmentsCount],
  ["split-sms", (text) => split.split(text).parts.length],
  ["gsm", (text) => gsm(text).sms_count],
  ["gsm-charset-utils", (text) => getCharCount(text).msgCount],
]) {
  console.log(name, ...texts.map(count));
}
JS
node try.cjs > seen.txt
cat seen.txt
for name in sms-length sms-counter-npm; do
  grep -qx -- "$name 2 2" seen.txt || { echo "CHANGED: $name"; exit 1; }
done
for name in sms-segments-calculator split-sms gsm gsm-charset-utils; do
  grep -qx -- "$name 3 3" seen.txt || { echo "CHANGED: $name"; exit 1; }
done
echo "AS SEEN: two count one segment too few"
