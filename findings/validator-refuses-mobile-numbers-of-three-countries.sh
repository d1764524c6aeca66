#!/bin/sh
# validator 13.15.35, beside libphonenumber-js 1.13.16 (full metadata), whose example numbers it is given.
#
# `isMobilePhone(number, locale)` in three countries:
# - Benin went from eight to ten digits on 2024-11-30 (01 in front). Today's numbers are refused, the retired ones accepted.
# - Guernsey: the pattern is 01481, the island's landlines. Its mobile numbers (07781 ...) are refused.
# - Jamaica: the pattern takes 876 for a country code, without the 1. A number in E.164 is refused, one without a country passes.
#
# Seen on 2026-11-30 (number, libphonenumber, validator):
#   fr-BJ +2290195123456 MOBILE false
#   fr-BJ +22995123456 invalid true
#   en-GG +447781123456 MOBILE false
#   en-GG +441481256789 FIXED_LINE true
#   en-JM +18762101234 MOBILE false
#   en-JM +8762101234 invalid true
#
# For us: the shape of E.164 is all that we check; whether a number exists is Twilio's decision
# (supabase/functions/_shared/sms/texts/phone.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund validator@13.15.35 libphonenumber-js@1.13.16
cat > try.mjs <<'JS'
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import validator from "validator";
for (const [locale, number] of [
  ["fr-BJ", "+2290195123456"],
  ["fr-BJ", "+22995123456"],
  ["en-GG", "+447781123456"],
  ["en-GG", "+441481256789"],
  ["en-JM", "+18762101234"],
  ["en-JM", "+8762101234"],
]) {
  const parsed = parsePhoneNumberFromString(number);
  const kind = parsed?.isValid() ? parsed.getType() : "invalid";
  console.log(locale, number, kind, validator.isMobilePhone(number, locale));
}
JS
node try.mjs > seen.txt
cat seen.txt
for line in 'fr-BJ +2290195123456 MOBILE false' 'fr-BJ +22995123456 invalid true' 'en-GG +447781123456 MOBILE false' \
  'en-GG +441481256789 FIXED_LINE true' 'en-JM +18762101234 MOBILE false' 'en-JM +8762101234 invalid true'; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done
echo "AS SEEN: mobile numbers are refused, others accepted"
