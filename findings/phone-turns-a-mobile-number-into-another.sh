#!/bin/sh
# phone 3.1.72, beside libphonenumber-js 1.13.16 (full metadata), whose example numbers it is given.
#
# `phone(number)` is for normalising to E.164. Given a whole mobile number of Argentina, in E.164 already, it drops the 9 that marks
# mobile numbers, says `isValid: true`, and returns a landline's number. Numbers of Gabon, Liberia and Saint Helena lose a digit
# too. The digit looks like a trunk prefix to it. With `strictDetection: true`, or with the country, the same numbers are invalid.
#
# Seen on 2026-11-30:
#   AR +5491123456789 MOBILE -> +541123456789 FIXED_LINE, isValid true, strictDetection false
#   GA +24106031234 MOBILE -> +2416031234 MOBILE, isValid true, strictDetection false
#   LR +231770123456 MOBILE -> +23170123456 not a valid number, isValid true, strictDetection false
#   SH +29051234 MOBILE -> +2901234 not a valid number, isValid true, strictDetection false
#
# For us: a number that is in E.164 already is never rewritten (supabase/functions/_shared/sms/texts/phone.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund phone@3.1.72 libphonenumber-js@1.13.16
cat > try.mjs <<'JS'
import { getExampleNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { phone } from "phone";

const kind = (number) => {
  const parsed = parsePhoneNumberFromString(number);
  return parsed?.isValid() ? parsed.getType() : "not a valid number";
};
for (const country of ["AR", "GA", "LR", "SH"]) {
  const { number } = getExampleNumber(country, examples);
  const made = phone(number);
  const strict = phone(number, { strictDetection: true });
  console.log(
    `${country} ${number} ${kind(number)} -> ${made.phoneNumber} ${kind(made.phoneNumber ?? "")},`,
    `isValid ${made.isValid}, strictDetection ${strict.isValid}`,
  );
}
JS
node try.mjs > seen.txt
cat seen.txt
for country in 'AR +5491123456789 MOBILE -> +541123456789 FIXED_LINE' 'GA +24106031234 MOBILE -> +2416031234 MOBILE' \
  'LR +231770123456 MOBILE -> +23170123456 not a valid number' 'SH +29051234 MOBILE -> +2901234 not a valid number'; do
  grep -qx -- "$country, isValid true, strictDetection false" seen.txt || { echo "CHANGED: not $country"; exit 1; }
done
echo "AS SEEN: four valid numbers become others"
