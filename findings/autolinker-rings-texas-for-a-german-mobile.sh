#!/bin/sh
# autolinker 4.1.5, beside libphonenumber-js 1.13.16.
#
# An inbox makes a link of each number in a text, for one tap to ring. "+49 (0)151 23456789" is how many people of Germany write a
# number for abroad: the zero in brackets is left out there. autolinker begins behind the bracket and loses the country. The link
# says tel:15123456789, and that is a number of Austin, Texas, for a telephone in North America. Austria's are cut in the same way.
# For Britain and France there is no link. Without the zero in brackets the link is right.
#
# Seen on 2026-11-30 (written; linked; meant):
#   +49 (0)151 23456789: tel:15123456789, +4915123456789
#   +43 (0)660 1234567: tel:6601234567, +436601234567
#   +44 (0)7700 900123: none, +447700900123
#   +33 (0)6 12 34 56 78: none, +33612345678
#   +49 151 23456789: tel:+4915123456789, +4915123456789
#
# For us: the inbox links nothing within a text; a number that is entered so is read right (toE164 in
# supabase/functions/_shared/sms/texts/phone.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund autolinker@4.1.5 libphonenumber-js@1.13.16
cat > try.mjs <<'JS'
import Autolinker from "autolinker";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
const numbers = [
  "+49 (0)151 23456789",
  "+43 (0)660 1234567",
  "+44 (0)7700 900123",
  "+33 (0)6 12 34 56 78",
  "+49 151 23456789",
];
for (const number of numbers) {
  const links = Autolinker.parse(`Please ring ${number} today`, { phone: true }).map((match) => match.getAnchorHref());
  console.log(`${number}: ${links.join(" ") || "none"}, ${parsePhoneNumberFromString(number).number}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
+49 (0)151 23456789: tel:15123456789, +4915123456789
+43 (0)660 1234567: tel:6601234567, +436601234567
+44 (0)7700 900123: none, +447700900123
+33 (0)6 12 34 56 78: none, +33612345678
+49 151 23456789: tel:+4915123456789, +4915123456789
LINES
echo "AS SEEN: the link has lost its country"
