#!/bin/sh
# @chat-adapter/twilio 4.31.0.
#
# Twilio's webhook for a message from a contact carries `SmsStatus=received`, and an MMS without words carries `Body=` empty. The
# adapter takes a request with a status and no words for a delivery receipt. So a photo with a caption is a message, and the same
# photo without one is a status: the bot never hears of it. Twilio is told 200 and does not ask again.
#
# Seen on 2026-11-30:
#   with a caption: text, 1 media, bot told 1 time, answered 200
#   without words: status, 0 media, bot told 0 times, answered 200
#
# For us: what a request is must be decided by its `NumMedia` too, and by the address that it came to. Our inbound webhook and our
# status webhook have addresses of their own (sms-webhook and sms-status in supabase/functions).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @chat-adapter/twilio@4.31.0
cat > try.mjs <<'JS'
import { createTwilioAdapter } from "@chat-adapter/twilio";
import { parseTwilioWebhookBody, signTwilioRequest } from "@chat-adapter/twilio/webhook";

const url = "https://example.com/sms";
const authToken = "not-a-real-token";
const logger = { info() {}, warn() {}, error() {}, debug() {}, child: () => logger };

async function receive(body) {
  const params = new URLSearchParams({
    MessageSid: "MM" + "0".repeat(32),
    SmsMessageSid: "MM" + "0".repeat(32),
    AccountSid: "AC" + "0".repeat(32),
    SmsStatus: "received",
    From: "+15550100101",
    To: "+15550100100",
    Body: body,
    NumSegments: "1",
    NumMedia: "1",
    MediaUrl0: "https://example.com/photo.jpg",
    MediaContentType0: "image/jpeg",
  });
  let told = 0;
  const adapter = createTwilioAdapter({
    accountSid: "AC" + "0".repeat(32),
    authToken,
    phoneNumber: "+15550100100",
    webhookUrl: url,
    logger,
  });
  await adapter.initialize({ processMessage: () => told++ });
  const response = await adapter.handleWebhook(
    new Request(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": await signTwilioRequest({ authToken, url, params }),
      },
      body: params.toString(),
    }),
  );
  const { kind, media = [] } = parseTwilioWebhookBody(params);
  return `${kind}, ${media.length} media, bot told ${told} time${told === 1 ? "" : "s"}, answered ${response.status}`;
}

console.log("with a caption:", await receive("Our cat"));
console.log("without words:", await receive(""));
JS
node try.mjs > seen.txt
cat seen.txt
grep -qx 'with a caption: text, 1 media, bot told 1 time, answered 200' seen.txt || { echo "CHANGED: the caption"; exit 1; }
grep -qx 'without words: status, 0 media, bot told 0 times, answered 200' seen.txt || { echo "CHANGED: no words"; exit 1; }
echo "AS SEEN: the photo without words is lost"
