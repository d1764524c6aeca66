#!/bin/sh
# libphonenumber-js 1.13.16 (full metadata), beside google-libphonenumber 3.2.47.
#
# A Chinese or Japanese keyboard writes wide digits and a wide plus: ＋６５. Google's library reads both. libphonenumber-js reads the
# wide digits, and has the wide plus (U+FF0B) in its own list of plus signs, but passes over it. Without a default country the
# number is none. With one, it is a number of that country: a mobile number of Singapore, with the United States as default, becomes
# +1 658, a valid mobile number of Jamaica.
#
# Seen on 2026-11-30 (default country, libphonenumber-js, Google's):
#   ＋６５ ８２３４ ５６７８ US +16582345678 JM true, +6582345678 SG true
#   ＋８１ ９０ １２３４ ５６７８ none undefined, +819012345678 JP true
#   +８１ ９０ １２３４ ５６７８ none +819012345678 JP true, +819012345678 JP true
#
# For us: a country is never guessed, so such a number is refused rather than sent elsewhere; toE164 does not read the wide plus
# either (supabase/functions/_shared/sms/texts/phone.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund libphonenumber-js@1.13.16 google-libphonenumber@3.2.47
cat > try.mjs <<'JS'
import google from "google-libphonenumber";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
const util = google.PhoneNumberUtil.getInstance();
for (const [text, country] of [
  ["＋６５ ８２３４ ５６７８", "US"],
  ["＋８１ ９０ １２３４ ５６７８"],
  ["+８１ ９０ １２３４ ５６７８"],
]) {
  const number = parsePhoneNumberFromString(text, country);
  const read = number && `${number.number} ${number.country} ${number.isValid()}`;
  const other = util.parse(text, country);
  const e164 = util.format(other, google.PhoneNumberFormat.E164);
  const others = `${e164} ${util.getRegionCodeForNumber(other)} ${util.isValidNumber(other)}`;
  console.log(`${text} ${country ?? "none"} ${read}, ${others}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
＋６５ ８２３４ ５６７８ US +16582345678 JM true, +6582345678 SG true
＋８１ ９０ １２３４ ５６７８ none undefined, +819012345678 JP true
+８１ ９０ １２３４ ５６７８ none +819012345678 JP true, +819012345678 JP true
LINES
echo "AS SEEN: a number of another country"
