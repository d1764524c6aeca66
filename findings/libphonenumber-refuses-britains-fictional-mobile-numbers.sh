#!/bin/sh
# libphonenumber-js 1.13.16 (full metadata) and google-libphonenumber 3.2.47, beside validator 13.15.35.
#
# Ofcom keeps numbers free for films, and tests and documentation take theirs from there: 07700 900xxx (mobile), 020 7946 0xxx
# (London), 0113 496 0xxx (Leeds), 08081 570xxx (freephone), 03069 990xxx. libphonenumber calls all of them valid but the mobile
# ones, the only ones that a text can go to: those are invalid and of no country. North America's 555 01xx are valid. So a form that
# takes +1 415 555 0101 refuses +44 7700 900123. validator has it the other way: mobile yes, London no.
#
# Seen on 2026-11-30 (libphonenumber-js, Google's, validator's isMobilePhone):
#   +447700900123 false undefined, false null, true
#   +442079460123 true GB, true GB, false
#   +441134960123 true GB, true GB, false
#   +448081570123 true GB, true GB, false
#   +443069990123 true GB, true GB, false
#   +14155550101 true US, true US, true
#
# For us: only the shape of E.164 is checked, so a test may use them all (supabase/functions/_shared/sms/texts/phone.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund libphonenumber-js@1.13.16 google-libphonenumber@3.2.47 validator@13.15.35
cat > try.mjs <<'JS'
import google from "google-libphonenumber";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import validator from "validator";
const util = google.PhoneNumberUtil.getInstance();
const numbers = ["+447700900123", "+442079460123", "+441134960123", "+448081570123", "+443069990123", "+14155550101"];
for (const number of numbers) {
  const ours = parsePhoneNumberFromString(number);
  const theirs = util.parse(number);
  console.log(
    `${number} ${ours.isValid()} ${ours.country},`,
    `${util.isValidNumber(theirs)} ${util.getRegionCodeForNumber(theirs)},`,
    validator.isMobilePhone(number, "any"),
  );
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
+447700900123 false undefined, false null, true
+442079460123 true GB, true GB, false
+441134960123 true GB, true GB, false
+448081570123 true GB, true GB, false
+443069990123 true GB, true GB, false
+14155550101 true US, true US, true
LINES
echo "AS SEEN: only the mobile ones are refused"
