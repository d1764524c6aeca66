#!/bin/sh
# google-libphonenumber 3.2.47: Google's own code, compiled.
#
# Some countries put a digit into their mobile numbers, and carriers still deliver the spelling without it or with it: Mexico's 1
# after +52, Benin's 01 after +229, Argentina's 9 after +54, Brazil's ninth digit after the area code. isNumberMatch() is the
# library's own question whether two numbers are the same. It says SHORT_NSN_MATCH (perhaps the same) for the first three, and
# NO_MATCH for Brazil, because the digit stands in the middle. It has no way to ask for the other spelling.
#
# Seen on 2026-11-30:
#   +525512345678 +5215512345678 SHORT_NSN_MATCH
#   +22997123456 +2290197123456 SHORT_NSN_MATCH
#   +541123456789 +5491123456789 SHORT_NSN_MATCH
#   +551187654321 +5511987654321 NO_MATCH
#
# For us: a contact is one number, letter by letter. Which spellings are one telephone has to come from a table of our own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund google-libphonenumber@3.2.47
cat > try.mjs <<'JS'
import google from "google-libphonenumber";
const { PhoneNumberUtil } = google;
const util = PhoneNumberUtil.getInstance();
for (
  const [one, other] of [
    ["+525512345678", "+5215512345678"],
    ["+22997123456", "+2290197123456"],
    ["+541123456789", "+5491123456789"],
    ["+551187654321", "+5511987654321"],
  ]
) {
  const match = util.isNumberMatch(util.parse(one), util.parse(other));
  const [name] = Object.entries(PhoneNumberUtil.MatchType).find(([, value]) => value === match);
  console.log(`${one} ${other} ${name}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
for line in \
  "+525512345678 +5215512345678 SHORT_NSN_MATCH" "+22997123456 +2290197123456 SHORT_NSN_MATCH" \
  "+541123456789 +5491123456789 SHORT_NSN_MATCH" "+551187654321 +5511987654321 NO_MATCH"; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: $line"; exit 1; }
done
echo "AS SEEN: two spellings match in three countries, and not in Brazil"
