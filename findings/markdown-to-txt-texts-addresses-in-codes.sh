#!/bin/sh
# markdown-to-txt 2.0.1.
#
# It makes plain text of a model's Markdown, and there an address of a mailbox becomes codes of HTML: `ann@example.com` is sent as
# `&#x61;&#110;&#x6e;...`, other codes each time, five or six characters a letter, so that the text is longer too. Inside, it
# renders HTML, where such codes hide an address from robots, and takes only the tags and a few names away. Addresses of pages are
# left alone. By itself it cannot even be loaded: it requires lodash, and its package.json does not name it.
#
# Seen on 2026-11-30 (the codes are written as &#...; here):
#   without lodash: MODULE_NOT_FOUND
#   Write to ann@example.com -> Write to &#...; 15 times
#   See https://example.com/x?a=1 -> See https://example.com/x?a=1
#
# For us: the customer cannot answer by mail; a model's words are sent as they are stored (supabase/functions/_shared/sms/model).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund markdown-to-txt@2.0.1
cat > alone.mjs <<'JS'
await import("markdown-to-txt").then(
  () => console.log("without lodash: it loads"),
  (error) => console.log("without lodash:", error.code),
);
JS
cat > try.mjs <<'JS'
import { markdownToTxt } from "markdown-to-txt";
for (const markdown of ["Write to ann@example.com", "See https://example.com/x?a=1"]) {
  const text = markdownToTxt(markdown);
  const codes = text.match(/&#x?[0-9a-f]+;/g) ?? [];
  const shown = text.replace(/(&#x?[0-9a-f]+;)+/, `&#...; ${codes.length} times`);
  console.log(`${markdown} -> ${shown}`);
}
JS
node alone.mjs > seen.txt
npm install --silent --no-audit --no-fund lodash@4.17.21
node try.mjs >> seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
without lodash: MODULE_NOT_FOUND
Write to ann@example.com -> Write to &#...; 15 times
See https://example.com/x?a=1 -> See https://example.com/x?a=1
LINES
echo "AS SEEN: the address is codes"
