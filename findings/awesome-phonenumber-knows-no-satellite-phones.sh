#!/bin/sh
# awesome-phonenumber 7.8.0, beside google-libphonenumber 3.2.47.
#
# awesome-phonenumber is Google's libphonenumber, compiled. Numbers that belong to no country are valid in Google's own (satellite
# telephones of Inmarsat +870 and Iridium +881, SIM cards for machines and ships on +882 and +883, worldwide toll-free +800). It
# calls all of them invalid, for "invalid-country-code", and yet names their region, 001. They are Google's example numbers.
#
# Seen on 2026-11-30 (Google's answer, awesome-phonenumber's):
#   +80012345678 true, false invalid-country-code 001
#   +870301234567 true, false invalid-country-code 001
#   +881612345678 true, false invalid-country-code 001
#   +8823421234 true, false invalid-country-code 001
#   +883510012345 true, false invalid-country-code 001
#
# For us: a number of that shape is E.164 and is sent (supabase/functions/_shared/sms/texts/phone.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund awesome-phonenumber@7.8.0 google-libphonenumber@3.2.47
cat > try.mjs <<'JS'
import { parsePhoneNumber } from "awesome-phonenumber";
import google from "google-libphonenumber";
const util = google.PhoneNumberUtil.getInstance();
for (const code of [800, 870, 881, 882, 883]) {
  const example = util.getExampleNumberForNonGeoEntity(code);
  const number = util.format(example, google.PhoneNumberFormat.E164);
  const { valid, possibility, regionCode } = parsePhoneNumber(number);
  console.log(`${number} ${util.isValidNumber(example)}, ${valid} ${possibility} ${regionCode}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
for number in +80012345678 +870301234567 +881612345678 +8823421234 +883510012345; do
  grep -qxF -- "$number true, false invalid-country-code 001" seen.txt || { echo "CHANGED: $number"; exit 1; }
done
echo "AS SEEN: valid numbers of no country are refused"
