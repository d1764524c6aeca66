#!/bin/sh
# openai 7.59.0.
#
# A provider that is asked too often answers 429 and says in `Retry-After` how long to wait (RFC 9110, 10.2.3). The library obeys up
# to 60 seconds. It does not wait longer, and it does not give up either: it takes its own time, about half a second, and asks
# again. So where the wait is longest, the second and third call come at once, and count against the limit. The README speaks of
# short waits only. The Python library gives up instead: https://github.com/openai/openai-python/pull/3555.
#
# Seen on 2026-11-30 (calls within two seconds):
#   Retry-After 1: 2 calls, the second after a second
#   Retry-After 60: 1 call
#   Retry-After 61: 2 calls, the second at once
#   Retry-After 3600: 2 calls, the second at once
#
# For us: the library tries once (`maxRetries: 0` in supabase/functions/_shared/sms/model/openai.ts); the next try is a row with a
# time.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund openai@7.59.0
cat > try.mjs <<'JS'
import OpenAI from "openai";

async function ask(seconds) {
  const calls = [];
  // Stands in for the provider, which is asked too often.
  const fetch = () => {
    calls.push(Date.now());
    return Promise.resolve(Response.json({}, { status: 429, headers: { "retry-after": String(seconds) } }));
  };
  const client = new OpenAI({ apiKey: "not-a-real-key", maxRetries: 1, fetch });
  const asked = client.chat.completions.create({ model: "any", messages: [] }).catch(() => {});
  await Promise.race([asked, new Promise((done) => setTimeout(done, 2000))]);
  const [first, second] = calls;
  if (second === undefined) return "1 call";
  return `2 calls, the second ${second - first < 990 ? "at once" : "after a second"}`;
}

for (const seconds of [1, 60, 61, 3600]) console.log(`Retry-After ${seconds}: ${await ask(seconds)}`);
process.exit();
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
Retry-After 1: 2 calls, the second after a second
Retry-After 60: 1 call
Retry-After 61: 2 calls, the second at once
Retry-After 3600: 2 calls, the second at once
LINES
echo "AS SEEN: asked to wait an hour, it does not wait"
