#!/bin/sh
# phone 3.1.72, beside libphonenumber-js 1.13.16.
#
# Mexico dropped the 1 that stood between +52 and a mobile number in 2019. Carriers still hand over the old spelling, and both reach
# the same telephone. phone calls both spellings valid mobile numbers and gives each back as it was: a list that is made unique
# by it keeps one person twice. libphonenumber-js calls the old spelling invalid.
#
# Seen on 2026-11-30 (number: phone's answer, libphonenumber-js's):
#   +525512345678: +525512345678 true, true
#   +5215512345678: +5215512345678 true, false
#
# For us: the same as with google-libphonenumber: the two spellings have to come from a table of our own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund phone@3.1.72 libphonenumber-js@1.13.16
cat > try.mjs <<'JS'
import { parsePhoneNumber } from "libphonenumber-js/max";
import { phone } from "phone";
for (const number of ["+525512345678", "+5215512345678"]) {
  const { phoneNumber, isValid } = phone(number);
  console.log(`${number}: ${phoneNumber} ${isValid}, ${parsePhoneNumber(number).isValid()}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
for line in "+525512345678: +525512345678 true, true" "+5215512345678: +5215512345678 true, false"; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: $line"; exit 1; }
done
echo "AS SEEN: phone takes one Mexican mobile number for two"
