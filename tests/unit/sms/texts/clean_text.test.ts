import assert from "node:assert/strict";
import { cleanText } from "../../../../supabase/functions/_shared/sms/texts/clean_text.ts";

const kept: Record<string, string> = {
  "newlines and tabs": "a\nb\tc",
  "emoji families": "👨‍👩‍👧‍👦",
  "skin tones, professions and flags": "👩🏽‍🚀 🏳️‍🌈 👍🏽 🇩🇪",
  "tag flags": "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
  "presentation selectors and keycaps": "❤️ ☎︎ 1️⃣",
  "Hebrew and Arabic": "שלום עולם، مرحبا",
  "Persian with its joiner": "می\u200cخواهم",
  "Hindi with its joiner": "क्\u200dष",
  "combining accents": "e\u0301",
};
for (const [what, text] of Object.entries(kept)) {
  Deno.test(`cleanText() keeps ${what}`, () => assert.equal(cleanText(text), text));
}

const dropped: Record<string, [from: string, to: string]> = {
  "control characters": ["a\u0000b\u0007c\u001b[31md\u0085", "abc[31md"],
  "bidirectional overrides and isolates": ["a\u202Eb\u202Cc\u2066d\u2069e", "abcde"],
  "marks of direction": ["a\u200Eb\u200Fc\u061Cd", "abcd"],
  "zero-width characters": ["a\u200Bb\u200Cc\u200Dd\u2060e\uFEFFf", "abcdef"],
  "hidden tags": ["hi\u{E0049}\u{E0047}\u{E004E}\u{E004F}\u{E0052}\u{E0045}", "hi"],
  "hidden variation selectors": ["a\u{FE01}b\u{E0100}c", "abc"],
  "letters that look like nothing": ["a\u3164b\u115Fc\uFFA0d\u00ADe", "abcde"],
  "carriage returns": ["a\r\nb\rc", "a\nb\nc"],
  "lone surrogates": ["a\uD800b", "a\uFFFDb"],
  "space at the edges": ["  a  ", "a"],
};
for (const [what, [from, to]] of Object.entries(dropped)) {
  Deno.test(`cleanText() takes out ${what}`, () => assert.equal(cleanText(from), to));
}
