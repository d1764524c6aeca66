#!/bin/sh
# remove-markdown 0.7.0, beside strip-markdown 6.0.0 (with remark 15.0.1 and remark-gfm 4.0.1) and marked-plaintify 1.1.1 (with
# marked 15.0.8).
#
# A model's Markdown is made plain before it is texted. The text asks to answer with a number, and the numbers of a list are not
# formatting then: all three take them away, and the customer has nothing to answer with. A price that is crossed out becomes a
# price like the new one. `<https://...>` is how Markdown writes a bare address (CommonMark 0.31.2, section 6.5): remove-markdown
# takes it for a tag of HTML and leaves nothing, and remark, which writes strip-markdown's text, puts a backslash into it.
#
# Seen on 2026-11-30 (line breaks as /):
#   remove-markdown: Answer 1 or 2:/Haircut/Color | Now $80 $60. | Pay at
#   strip-markdown: Answer 1 or 2:/Haircut/Color | Now $80 $60. | Pay at https\://example.com/pay
#   marked-plaintify: Answer 1 or 2:/Haircut/Color | Now $80 $60. | Pay at https://example.com/pay
#
# For us: an appointment or a payment would be lost; a model's words are sent as they are stored, and the prompt asks for plain text
# (supabase/functions/_shared/sms/model).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund remove-markdown@0.7.0 strip-markdown@6.0.0 remark@15.0.1 remark-gfm@4.0.1 \
  marked-plaintify@1.1.1 marked@15.0.8
cat > try.mjs <<'JS'
import { Marked } from "marked";
import plaintify from "marked-plaintify";
import { remark } from "remark";
import gfm from "remark-gfm";
import removeMarkdown from "remove-markdown";
import stripMarkdown from "strip-markdown";
const marked = new Marked().use(plaintify());
const texts = ["Answer 1 or 2:\n\n1. Haircut\n2. Color", "Now ~~$80~~ $60.", "Pay at <https://example.com/pay>"];
for (const [name, strip] of [
  ["remove-markdown", removeMarkdown],
  ["strip-markdown", (text) => String(remark().use(gfm).use(stripMarkdown).processSync(text))],
  ["marked-plaintify", (text) => marked.parse(text)],
]) {
  const shown = texts.map((text) => strip(text).trim().replace(/\n+/g, "/"));
  console.log(`${name}: ${shown.join(" | ")}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
remove-markdown: Answer 1 or 2:/Haircut/Color | Now $80 $60. | Pay at
strip-markdown: Answer 1 or 2:/Haircut/Color | Now $80 $60. | Pay at https\://example.com/pay
marked-plaintify: Answer 1 or 2:/Haircut/Color | Now $80 $60. | Pay at https://example.com/pay
LINES
echo "AS SEEN: the numbers are lost, and addresses"
