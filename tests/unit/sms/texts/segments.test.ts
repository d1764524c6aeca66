import assert from "node:assert/strict";
import { SegmentedMessage } from "sms-segments-calculator";
import { cutToSegments } from "../../../../supabase/functions/_shared/sms/texts/cutting.ts";
import {
  countSegments,
  encodingOf,
  plainPunctuation,
} from "../../../../supabase/functions/_shared/sms/texts/segments.ts";

Deno.test("cutToSegments() leaves alone what fits", () => {
  assert.equal(cutToSegments("Fits.", 1), "Fits.");
});

Deno.test("cutToSegments() cuts at the end of a sentence", () => {
  const text = "We open at 9 a.m. on weekdays. On Saturday we open at 10. ".repeat(4);
  const cut = cutToSegments(text, 1);
  assert.ok(text.startsWith(cut));
  assert.ok(cut.endsWith("weekdays.") || cut.endsWith("10."), cut);
  assert.equal(countSegments(cut), 1);
});

Deno.test("cutToSegments() does not take an abbreviation for the end of a sentence", () => {
  const cut = cutToSegments("Dr. Smith is in tomorrow. ".repeat(10), 1);
  assert.ok(cut.endsWith("tomorrow."), cut);
});

Deno.test("cutToSegments() cuts one long sentence between words, without leaving GSM-7", () => {
  const cut = cutToSegments("word ".repeat(100), 1);
  assert.match(cut, /^(word )+word\.\.\.$/);
  assert.equal(countSegments(cut), 1);
  assert.ok(cut.length > 150);
});

Deno.test("cutToSegments() never cuts an emoji in two", () => {
  const cut = cutToSegments("👨‍👩‍👧‍👦".repeat(40), 1);
  assert.match(cut.replace(/\.\.\.$/, ""), /^(👨‍👩‍👧‍👦)+$/u);
  assert.equal(countSegments(cut), 1);
});

Deno.test("cutToSegments() cuts a word that fills everything", () => {
  const cut = cutToSegments("x".repeat(2_000), 2);
  assert.equal(countSegments(cut), 2);
  assert.ok(cut.length > 300);
});

/** A generator of numbers in [0, 1), the same for a seed (mulberry32). */
function random(seed: number): () => number {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}

const ALPHABETS: Record<string, string[]> = {
  "plain text": [...'Hello there, it\'s 5 + 5 = 10% @ "noon"?\nÄÖÜ ΔΩ'],
  "the extension of GSM-7": [..."abc {[]}|~^\\€"],
  "Chinese and Japanese": [..."明天下午三点见面好吗か゛です。", "が"],
  "half-width katakana": [..."カｶ", "ｶﾞ", "ﾊﾟ"],
  "Cyrillic and plain": [..."Привет hello 123 – “да”"],
  "accents that combine": ["e\u0301", "n\u0303", "a", " ", "o\u0308\u0323"],
  "emoji": ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "❤️", "ok ", "1️⃣"],
  "Arabic and Hebrew": [..."مرحبا بكم שלום עולם", "\u200f"],
  "Korean and Thai": [..."안녕하세요 สวัสดีครับน้ำ"],
  "line breaks": ["\r\n", "\n", "a", "ш"],
};

for (const [name, alphabet] of Object.entries(ALPHABETS)) {
  Deno.test(`countSegments() counts as Twilio's calculator does: ${name}`, () => {
    const next = random(7);
    for (let i = 0; i < 150; i++) {
      const pieces = Array.from(
        { length: Math.floor(next() * 330) },
        () => alphabet[Math.floor(next() * alphabet.length)],
      );
      const text = pieces.join("");
      if (text === "" || text.length > 1_600) continue;
      const theirs = new SegmentedMessage(text);
      assert.equal(countSegments(text), theirs.segmentsCount, JSON.stringify(text));
      assert.equal(encodingOf(text), theirs.getEncodingName());
    }
  });
}

Deno.test("countSegments() knows the letters of GSM-7 beyond ASCII, and counts them as the library does", () => {
  for (const letter of "£¥èéùìòÇØøÅåÆæßÉ¡ÄÖÑÜ§¿äöñüà" + "çáíóúâêîôûãõ€[]{}~^|\\ł") {
    for (const text of [letter, letter.repeat(80), `${"x".repeat(159)}${letter}`, letter.repeat(161)]) {
      assert.equal(
        countSegments(text),
        new SegmentedMessage(text).segmentsCount,
        `${text.length} of ${letter}`,
      );
    }
  }
});

Deno.test("plainPunctuation() makes typography plain where that saves segments, and only there", () => {
  const long = "It\u2019s open \u2014 \u201Cfrom nine\u201D \u2026 until five. ".repeat(4).trim();
  const plain = plainPunctuation(long);
  assert.ok(plain.startsWith('It\'s open - "from nine" ... until five.'));
  assert.ok(countSegments(plain) < countSegments(long));
  assert.equal(plainPunctuation("It\u2019s open"), "It\u2019s open", "one segment either way");
  const emoji = "It\u2019s open \u{1F600} ".repeat(10);
  assert.equal(plainPunctuation(emoji), emoji, "the emoji needs UCS-2 anyway");
});
