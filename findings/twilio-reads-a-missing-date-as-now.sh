#!/bin/sh
# twilio 6.2.0.
#
# In an answer of Twilio's API, a date may be null: `date_sent` of a message that was not sent yet. The helper library then gives
# null. If the field is left out instead, which look-alikes, recorded fixtures and trimmed answers do, it gives the present moment,
# another one at each read: a message that was never sent was sent just now. A missing number stays undefined.
#
# Seen on 2026-11-30 (the clock said 2026-11-30T10:01:32.482Z):
#   date_sent null: null
#   date_sent left out: 2026-11-30T10:01:32.482Z, which is now
#   error_code left out: undefined
#
# For us: our look-alike of Twilio answers with every field, null or not (local/carrier/render.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund twilio@6.2.0
cat > try.mjs <<'JS'
import twilio from "twilio";

/** What the library makes of an answer of the API. */
function read(answer) {
  const httpClient = { request: () => Promise.resolve({ statusCode: 200, body: JSON.stringify(answer) }) };
  const client = twilio("AC" + "0".repeat(32), "not-a-real-token", { httpClient });
  return client.messages("SM" + "0".repeat(32)).fetch();
}

const sid = "SM" + "0".repeat(32);
const withNull = await read({ sid, status: "queued", date_sent: null });
console.log("date_sent null:", withNull.dateSent);
const before = Date.now();
const leftOut = await read({ sid, status: "queued" });
const isNow = leftOut.dateSent >= before && leftOut.dateSent <= Date.now();
console.log("date_sent left out:", `${leftOut.dateSent?.toISOString()}, which is ${isNow ? "now" : "not now"}`);
console.log("error_code left out:", leftOut.errorCode);
JS
node try.mjs > seen.txt
cat seen.txt
grep -qx 'date_sent null: null' seen.txt || { echo "CHANGED: null"; exit 1; }
grep -qx 'date_sent left out: .*, which is now' seen.txt || { echo "CHANGED: a missing date is not now"; exit 1; }
grep -qx 'error_code left out: undefined' seen.txt || { echo "CHANGED: a missing number"; exit 1; }
echo "AS SEEN: a missing date is now"
