#!/bin/sh
# areacodes 0.2.1 with @photostructure/tz-lookup 11.7.0.
#
# A contact's time zone from the area code: areacodes gives the place, tz-lookup the zone of a place. Alaska's one area code has
# Anchorage for its city, and for its longitude 48 degrees west, which is in Greenland. The point is the average of an outline, says
# its README, and Alaska's outline crosses the 180th meridian, where longitudes change their sign. It promises 200 miles. Hawaii and
# Guam are right. In the United States texts that advertise may come from 8:00 on, by the recipient's clock (47 CFR 64.1200(c)(1)).
#
# Seen on 2026-11-30:
#   907 Anchorage 58.1 -48.2 America/Nuuk, where 08:00 is 01:00 in Anchorage
#   808 Honolulu 20.7 -157.3 Pacific/Honolulu
#   671 Hagatna 13.4 144.8 Pacific/Guam
#
# For us: all Alaska would be texted at one in the morning; there are no quiet hours by number, a time to send at is the caller's.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund areacodes@0.2.1 @photostructure/tz-lookup@11.7.0
cat > try.cjs <<'JS'
const zoneOf = require("@photostructure/tz-lookup");
const AreaCodes = require("areacodes");
const areaCodes = new AreaCodes();

/** The clock of a zone when it is eight in the morning of a winter's day in Greenland, which is two hours behind UTC. */
const clock = (timeZone) =>
  new Date("2026-11-30T10:00:00Z").toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });

for (const code of ["907", "808", "671"]) {
  areaCodes.get(`+1${code}5550101`, (error, { city, location }) => {
    if (error) throw error;
    const { latitude, longitude } = location;
    const zone = zoneOf(latitude, longitude);
    const place = `${code} ${city} ${latitude.toFixed(1)} ${longitude.toFixed(1)} ${zone}`;
    const hours = `, where ${clock(zone)} is ${clock("America/Anchorage")} in Anchorage`;
    console.log(place + (city === "Anchorage" ? hours : ""));
  });
}
JS
node try.cjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
907 Anchorage 58.1 -48.2 America/Nuuk, where 08:00 is 01:00 in Anchorage
808 Honolulu 20.7 -157.3 Pacific/Honolulu
671 Hagatna 13.4 144.8 Pacific/Guam
LINES
echo "AS SEEN: Alaska is in Greenland"
