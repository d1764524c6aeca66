#!/bin/sh
# libphonenumber-js 1.13.16 (full metadata).
#
# `findPhoneNumbersInText(text, country)` finds the numbers that a text names, to ring back or to keep with a contact. A date with
# dots or dashes, and the hour behind it, is a valid number of a town: Mülheim for a German appointment at ten, Boston for a British
# one. In Italy the date alone is one. With strokes, as 02/08/2027, dates are known and left out. Nothing about dates is in the
# README.
#
# Seen on 2026-11-30 (country, text, what is found):
#   DE Ihr Termin: 02.08.2027 10:00 -> +49208202710 valid
#   DE Ihr Termin: 02.08.2027, 10:00 Uhr -> +492082027 valid
#   GB Your visit is 12.05.2027 14:30 -> +441205202714 valid
#   FR Rendez-vous le 02-08-2027 10:00 -> +33208202710 valid
#   NL Afspraak 02-08-2027 10:00 -> +31208202710 valid
#   AU Visit 02-08-2027 10:00 -> +61208202710 valid
#   IT Visita il 02.08.2027 -> +3902082027 valid
#   FR Rendez-vous le 02/08/2027 10:00 -> none
#
# For us: whoever lives at that number would be texted; no number is ever taken out of a text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund libphonenumber-js@1.13.16
cat > try.mjs <<'JS'
import { findPhoneNumbersInText } from "libphonenumber-js/max";
for (const [country, text] of [
  ["DE", "Ihr Termin: 02.08.2027 10:00"],
  ["DE", "Ihr Termin: 02.08.2027, 10:00 Uhr"],
  ["GB", "Your visit is 12.05.2027 14:30"],
  ["FR", "Rendez-vous le 02-08-2027 10:00"],
  ["NL", "Afspraak 02-08-2027 10:00"],
  ["AU", "Visit 02-08-2027 10:00"],
  ["IT", "Visita il 02.08.2027"],
  ["FR", "Rendez-vous le 02/08/2027 10:00"],
]) {
  const found = findPhoneNumbersInText(text, country)
    .map(({ number }) => `${number.number} ${number.isValid() ? "valid" : "invalid"}`);
  console.log(`${country} ${text} -> ${found.join(", ") || "none"}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
DE Ihr Termin: 02.08.2027 10:00 -> +49208202710 valid
DE Ihr Termin: 02.08.2027, 10:00 Uhr -> +492082027 valid
GB Your visit is 12.05.2027 14:30 -> +441205202714 valid
FR Rendez-vous le 02-08-2027 10:00 -> +33208202710 valid
NL Afspraak 02-08-2027 10:00 -> +31208202710 valid
AU Visit 02-08-2027 10:00 -> +61208202710 valid
IT Visita il 02.08.2027 -> +3902082027 valid
FR Rendez-vous le 02/08/2027 10:00 -> none
LINES
echo "AS SEEN: an appointment is a telephone number"
