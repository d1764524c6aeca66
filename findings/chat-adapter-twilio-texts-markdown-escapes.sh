#!/bin/sh
# @chat-adapter/twilio 4.31.0 with the chat 4.31.0 that it depends on.
#
# A bot posts `{ markdown }`, which is how a model's answer is posted. SMS has no formatting, yet the adapter writes the text as
# Markdown again before it sends it, and Markdown guards characters with backslashes. They reach the telephone, also inside the
# address of a link, where `?a=1\&b=2` is another address. A plain string is sent as it is.
#
# Seen on 2026-11-30:
#   {"markdown":"Book [here](https://example.com/x?a=1&b=2)"} -> Book [here](https://example.com/x?a=1\&b=2)
#   {"markdown":"AT&T, 2 * 3 = 6, [ok]"} -> AT\&T, 2 \* 3 = 6, \[ok]
#   {"markdown":"Pay at https://example.com/pay?a=1 today"} -> Pay at <https://example.com/pay?a=1> today
#   "AT&T, 2 * 3 = 6, [ok]" -> AT&T, 2 * 3 = 6, [ok]
#
# For us: a model's words are sent as they are stored, and the prompt asks for plain text (supabase/functions/_shared/sms/model).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @chat-adapter/twilio@4.31.0 chat@4.31.0
cat > try.mjs <<'JS'
import { createTwilioAdapter } from "@chat-adapter/twilio";
let sent;
const adapter = createTwilioAdapter({
  accountSid: "AC" + "0".repeat(32),
  authToken: "not-a-real-token",
  phoneNumber: "+15550100100",
  // Stands in for Twilio, and keeps what it is told to send.
  fetch: (_url, { body }) => {
    sent = new URLSearchParams(String(body)).get("Body");
    const message = { sid: "SM" + "0".repeat(32), from: "+15550100100", to: "+15550100101", direction: "outbound-api" };
    return Promise.resolve(Response.json(message, { status: 201 }));
  },
});
const thread = adapter.encodeThreadId({ sender: "+15550100100", recipient: "+15550100101" });
for (const message of [
  { markdown: "Book [here](https://example.com/x?a=1&b=2)" },
  { markdown: "AT&T, 2 * 3 = 6, [ok]" },
  { markdown: "Pay at https://example.com/pay?a=1 today" },
  "AT&T, 2 * 3 = 6, [ok]",
]) {
  await adapter.postMessage(thread, message);
  console.log(JSON.stringify(message), "->", sent);
}
JS
node try.mjs > seen.txt
cat seen.txt
grep -qF -- '-> Book [here](https://example.com/x?a=1\&b=2)' seen.txt || { echo "CHANGED: the address of a link"; exit 1; }
grep -qF -- '-> AT\&T, 2 \* 3 = 6, \[ok]' seen.txt || { echo "CHANGED: plain characters"; exit 1; }
grep -qF -- '-> Pay at <https://example.com/pay?a=1> today' seen.txt || { echo "CHANGED: a bare address"; exit 1; }
grep -qxF -- '"AT&T, 2 * 3 = 6, [ok]" -> AT&T, 2 * 3 = 6, [ok]' seen.txt || { echo "CHANGED: a plain string"; exit 1; }
echo "AS SEEN: backslashes are sent"
