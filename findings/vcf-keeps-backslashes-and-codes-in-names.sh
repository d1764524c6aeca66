#!/bin/sh
# vcf 2.1.2, beside vcard-parser 1.0.0.
#
# A contact's card, as telephones export it. A comma in a name is written "\," (RFC 2426 section 4, RFC 6350 section 3.4). Android's
# vCard 2.1 has letters outside ASCII as quoted-printable. vcf returns the name as it was written, in its jCard too, so a text
# greets "Example\, Ann" or "J=C3=BCrgen". In the other direction it writes a comma without the backslash. vcard-parser takes
# backslashes away and leaves quoted-printable.
#
# Seen on 2026-11-30:
#   comma: vcf Example\, Ann, jCard Example\, Ann, vcard-parser Example, Ann
#   Android: vcf J=C3=BCrgen, jCard J=C3=BCrgen, vcard-parser J=C3=BCrgen
#   written by vcf: FN:Example, Ann
#
# For us: names of contacts come over the API as JSON, and no card is read.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund vcf@2.1.2 vcard-parser@1.0.0
cat > try.mjs <<'JS'
import parser from "vcard-parser";
import Card from "vcf";

function read(name, lines) {
  const text = ["BEGIN:VCARD", ...lines, "END:VCARD", ""].join("\r\n");
  const [card] = Card.parse(text);
  const [, , , jCard] = card.toJSON()[1].find(([property]) => property === "fn");
  console.log(`${name}: vcf ${card.get("fn").valueOf()}, jCard ${jCard}, vcard-parser ${parser.parse(text).fn[0].value}`);
}

read("comma", ["VERSION:3.0", "FN:Example\\, Ann", "TEL;TYPE=CELL:+15550100101"]);
read("Android", ["VERSION:2.1", "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen", "TEL;CELL:+15550100101"]);
const card = new Card();
card.set("fn", "Example, Ann");
console.log("written by vcf:", card.toString("3.0").split("\r\n").find((line) => line.startsWith("FN")));
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
comma: vcf Example\, Ann, jCard Example\, Ann, vcard-parser Example, Ann
Android: vcf J=C3=BCrgen, jCard J=C3=BCrgen, vcard-parser J=C3=BCrgen
written by vcf: FN:Example, Ann
LINES
echo "AS SEEN: names are not decoded"
