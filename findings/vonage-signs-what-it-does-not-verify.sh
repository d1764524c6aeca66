#!/bin/sh
# @vonage/auth 1.18.1 and @vonage/sms 1.24.1, beside nexmo 2.9.1, which came before them.
#
# An account may require that each text is signed; one that is not, or wrongly, is refused
# (https://developer.vonage.com/en/getting-started/concepts/signing-messages). That page gives `signature` to the SDK and says that
# it signs then. `sms.send` does not: it sends the API secret as a password, and no `sig`. `auth.createSignatureHash` signs by hand,
# but other letters: it changes each & and = to _ in the whole form, as it would be in a URL, where nexmo does so only within values
# and keeps those between them. So `verifySignature` of @vonage/sms, which goes by nexmo's rule, calls it wrong, even for "Hello".
#
# Seen on 2026-11-30:
#   sms.send: Basic, fields from text to
#   createSignatureHash: verified false
#   nexmo's generateSignature: verified true
#
# For us: an account that requires signatures sends nothing; Twilio's are checked by twilio's own function and tried with a sender
# of our own (supabase/functions/_shared/sms/twilio/signature.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @vonage/auth@1.18.1 @vonage/sms@1.24.1 nexmo@2.9.1
cat > try.mjs <<'JS'
import http from "node:http";
import { AlgorithmTypes, Auth } from "@vonage/auth";
import { SMS } from "@vonage/sms";
import Nexmo from "nexmo";

const secret = "not-a-real-secret";
const algorithm = AlgorithmTypes.sha256hmac;
const auth = new Auth({ apiKey: "abcd1234", apiSecret: "not-real", signature: { secret, algorithm } });
const text = { from: "Example", to: "15550100101", text: "Hello" };

// Stands in for Vonage, and says what it is told.
const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  const fields = Object.keys(JSON.parse(body)).sort().join(" ");
  console.log(`sms.send: ${request.headers.authorization.split(" ")[0]}, fields ${fields}`);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ "message-count": "1", messages: [{ status: "0", "message-id": "1" }] }));
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const sms = new SMS(auth, { restHost: `http://127.0.0.1:${server.address().port}` });
await sms.send(text);
server.close();

const signed = await auth.createSignatureHash({ ...text, timestamp: "1796050830" });
const verified = (sig, fields) => sms.verifySignature(sig, fields, secret, algorithm);
console.log("createSignatureHash: verified", verified(signed.sig, signed));
const fields = { ...text, api_key: "abcd1234", timestamp: "1796050830" };
console.log("nexmo's generateSignature: verified", verified(Nexmo.generateSignature("sha256", secret, fields), fields));
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
sms.send: Basic, fields from text to
createSignatureHash: verified false
nexmo's generateSignature: verified true
LINES
echo "AS SEEN: nothing is signed, or not so that it can be verified"
