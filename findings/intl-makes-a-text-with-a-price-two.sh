#!/bin/sh
# Intl.NumberFormat of Node 22.23.3, with sms-segments-calculator 1.3.0 (Twilio's).
#
# A price is written as the customer's country does. Between the number and € stands a no-break space (U+00A0), and a French
# thousand is parted by a narrow one (U+202F). They look like spaces and are not in GSM-7, although € is (3GPP TS 23.038, 6.2.1), so
# the whole text is UCS-2: a text of up to 160 letters has room for 70, and costs two or three segments. American prices have no
# space, so a test in English does not show it.
#
# Seen on 2026-11-30 (a text of 110 letters with the price in it; segments; with plain spaces):
#   en-US USD: GSM-7 1, GSM-7 1
#   de-DE EUR: UCS-2 2, GSM-7 1
#   fr-FR EUR: UCS-2 2, GSM-7 1
#   de-CH CHF: UCS-2 2, GSM-7 1
#   sv-SE SEK: UCS-2 2, GSM-7 1
#
# For us: such spaces become plain ones in a model's replies (plainPunctuation in supabase/functions/_shared/sms/texts/segments.ts),
# and a text that you send is sent as you wrote it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund sms-segments-calculator@1.3.0
cat > try.cjs <<'JS'
const { SegmentedMessage } = require("sms-segments-calculator");
const count = (text) => {
  const message = new SegmentedMessage(text);
  return `${message.getEncodingName()} ${message.segmentsCount}`;
};
for (const [language, currency] of [["en-US", "USD"], ["de-DE", "EUR"], ["fr-FR", "EUR"], ["de-CH", "CHF"], ["sv-SE", "SEK"]]) {
  const price = new Intl.NumberFormat(language, { style: "currency", currency }).format(1234.5);
  const text = `${price} is due. `.padEnd(110, "a");
  console.log(`${language} ${currency}: ${count(text)}, ${count(text.replace(/\s/g, " "))}`);
}
JS
npx -y node@22.23.3 try.cjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
en-US USD: GSM-7 1, GSM-7 1
de-DE EUR: UCS-2 2, GSM-7 1
fr-FR EUR: UCS-2 2, GSM-7 1
de-CH CHF: UCS-2 2, GSM-7 1
sv-SE SEK: UCS-2 2, GSM-7 1
LINES
echo "AS SEEN: a space doubles the price of the text"
