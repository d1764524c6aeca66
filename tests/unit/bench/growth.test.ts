import { strict as assert } from "node:assert";
import { messagesOf, ranksAcross, shapeOf, sizesOf } from "../../../bench/growth/sizes.ts";
import { type Pair, render, summarize } from "../../../bench/growth/told.ts";
import { STEPS } from "../../../bench/sql/steps.ts";

for (const messages of [10_000, 123_456, 1_000_000, 10_000_000]) {
  Deno.test(`of ${messages} messages one tenant has a tenth, and the others a long tail`, () => {
    const shape = shapeOf(messages);
    const [largest = 0, ...others] = sizesOf(shape).map(messagesOf);
    assert.equal(others.length + 1, shape.users);
    assert.equal(largest + others.reduce((before, one) => before + one, 0), messages);
    assert(Math.abs(largest - messages / 10) < 20, `${largest}`);
    assert.deepEqual(others, others.toSorted((a, b) => b - a));
    assert((others[0] ?? 0) < largest && (others[0] ?? 0) > 5 * (others.at(-1) ?? 0));
    assert((others.at(-1) ?? 0) >= 20, "everybody has a conversation");
  });
}

Deno.test("the largest tenant has a conversation with more than a page, and one with the rare word", () => {
  for (const [messages = NaN, long = NaN] of [[10_000, 120], [10_000_000, 10_000]]) {
    const [largest] = sizesOf(shapeOf(messages));
    assert(largest && largest.long[1] >= long);
    assert.equal(largest.rareIn, largest.conversations);
  }
});

Deno.test("ten million messages are of ten thousand users, and too few for them are refused", () => {
  assert.equal(shapeOf(10_000_000).users, 10_000);
  assert.throws(() => sizesOf({ messages: 1_000, users: 100 }), /1000 messages are too few for 100 users/);
});

Deno.test("ranksAcross() goes from the first rank to the last, ever further", () => {
  assert.deepEqual(ranksAcross(1_000, 4), [0, 9, 99, 999]);
  assert.deepEqual(ranksAcross(2, 4), [0, 1]);
});

const round = (milliseconds: number) =>
  Object.fromEntries(STEPS.map((step) => [step, { milliseconds, cpu: NaN }])) as Pair["large"];

Deno.test("growth compares the pipeline pair by pair, and reads by their medians", () => {
  const measured = {
    texts: 10,
    // The machine was slow in the second pair, for both.
    pairs: [[12, 10], [50, 40], [11, 10]].map(([large = NaN, small = NaN]) => ({
      large: round(large),
      small: round(small),
    })),
    reads: [{ what: "list", way: "HTTP" as const, large: 6, small: 4 }],
  };
  const { figures, ratios = {} } = summarize(measured);
  assert.equal(ratios["receive, large to small"], 1.2);
  assert.equal(ratios["list, HTTP, large to small"], 1.5);
  assert.equal(figures["receive, large: a text"], 1.2);
  assert.match(render(measured), /\| receive, a text \| 1\.20 \| 1\.00 \| 1\.20 × \| {2}\|/);
});
