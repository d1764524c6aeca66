#!/bin/sh
# sms-segments-calculator 1.3.0, Twilio's own, with its emulation of Smart Encoding of Messaging Services switched on.
#
# Smart Encoding puts plain characters in the place of typographic ones, so that a text needs fewer segments. Characters are replaced
# one by one, without their neighbours: a fraction behind a number joins that number, and a mark that stands on a letter (how
# macOS may store "ș") becomes a comma beside it. Twilio's list has the same: ½ is 1/2, U+0326 is a comma
# (https://twilio.com/docs/messaging/services/smart-encoding-char-list). If another character stays outside GSM-7, the rest is
# replaced all the same and costs more, and each no-break space becomes two spaces (in the calculator; we did not ask Twilio).
#
# Seen on 2026-11-30 (what is sent, segments without and with Smart Encoding):
#   "Takes 1½ hours" -> fraction: "Takes 11/2 hours" 1 1
#   "10 și 11", "ș" as two characters -> mark: "10 s,i 11" 1 1
#   "14 h 30" with no-break spaces -> space: "14  h  30" 1 1
#   "Да", 67 letters a, "…" -> mixed: UCS-2 1 2
#
# For us: what we replace ourselves keeps its meaning, only in a model's replies, and only if it saves a segment
# (plainPunctuation in supabase/functions/_shared/sms/texts/segments.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund sms-segments-calculator@1.3.0
cat > try.mjs <<'JS'
import calculator from "sms-segments-calculator";
const { SegmentedMessage } = calculator;
for (const [name, text] of [
  ["fraction", "Takes 1\u00BD hours"],
  ["mark", "10 s\u0326i 11"],
  ["space", "14\u00A0h\u00A030"],
  ["mixed", "\u0414\u0430" + "a".repeat(67) + "\u2026"],
]) {
  const plain = new SegmentedMessage(text);
  const smart = new SegmentedMessage(text, "auto", true);
  const sent = name === "mixed" ? smart.encodingName : JSON.stringify(smart.graphemes.join(""));
  console.log(`${name}: ${sent} ${plain.segmentsCount} ${smart.segmentsCount}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
for line in 'fraction: "Takes 11/2 hours" 1 1' 'mark: "10 s,i 11" 1 1' 'space: "14  h  30" 1 1' 'mixed: UCS-2 1 2'; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done
echo "AS SEEN: other words are sent"
