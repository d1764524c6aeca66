import assert from "node:assert/strict";
import { cutToSegments } from "../../../../supabase/functions/_shared/sms/texts/cutting.ts";
import {
  countSegments,
  Filling,
  plainPunctuation,
} from "../../../../supabase/functions/_shared/sms/texts/segments.ts";

/** How many characters `run` looks at: those it puts into segments, and those it hands to patterns and segmenters. */
function charactersLookedAt(run: () => void): number {
  const { add } = Filling.prototype;
  const { test } = RegExp.prototype;
  const { segment } = Intl.Segmenter.prototype;
  let seen = 0;
  Filling.prototype.add = function (character, size) {
    seen += character.length;
    add.call(this, character, size);
  };
  RegExp.prototype.test = function (text) {
    seen += text.length;
    return test.call(this, text);
  };
  Intl.Segmenter.prototype.segment = function (text) {
    seen += text.length;
    return segment.call(this, text);
  };
  try {
    run();
  } finally {
    Filling.prototype.add = add;
    RegExp.prototype.test = test;
    Intl.Segmenter.prototype.segment = segment;
  }
  return seen;
}

const LONG = 1_500;
const TEXTS: Record<string, string> = {
  "one word": "x",
  "words": "word ",
  "sentences": "We are open from nine to five. ",
  "abbreviations": "A. B. ",
  "one Chinese sentence": "明天下午三点我们在市中心的咖啡馆见面好吗，",
  "emoji": "👍🏽 ok 👨‍👩‍👧‍👦",
  "accents that combine": "e\u0301\u0302",
  "plain text with an emoji far behind": `${"x".repeat(100)}👍🏽`,
};

for (const [name, piece] of Object.entries(TEXTS)) {
  const text = piece.repeat(LONG).slice(0, LONG);
  Deno.test(`counting and cutting look at each character a few times, however long the text: ${name}`, () => {
    for (
      const [part, segments] of [[text.slice(0, LONG / 10), 1], [text, 1], [text, 4], [text, 8]] as const
    ) {
      const seen = charactersLookedAt(() => {
        countSegments(part);
        cutToSegments(part, segments);
      });
      assert.ok(seen <= 20 * part.length, `${seen} for ${part.length} characters in ${segments} segments`);
    }
  });
}

Deno.test("a row of spaces beside an em dash is looked at once, not once for each space", () => {
  // The pattern that this replaced took five seconds, and now it takes less than a millisecond.
  const row = `明—${" ".repeat(40_000)}明`;
  const startedAt = performance.now();
  assert.equal(plainPunctuation(row), `明 - 明`);
  assert.ok(performance.now() - startedAt < 1_000);
});

Deno.test("em dashes become dashes with one space around each", () => {
  const long = "明".repeat(80);
  const plain = (text: string) => plainPunctuation(`${text}${"x".repeat(150)}`).slice(0, -150);
  assert.equal(plain("a—b"), "a - b");
  assert.equal(plain("a  — b"), "a - b");
  assert.equal(plain("—b "), " - b ");
  assert.equal(plain("a — — b"), "a -  - b");
  assert.equal(plainPunctuation(`${long}—`), `${long}—`, "nothing is saved");
});
