import { strict as assert } from "node:assert";
import { readPrinted } from "../../../bench/against/before_json.ts";
import { compare, quantile, renderTable } from "../../../bench/against/table.ts";

Deno.test("two builds are compared by the median of the pairs' ratios", () => {
  // The machine was slow in the second pair, for both.
  const [list] = compare([
    { benchmark: "reads", before: { list: 10 }, now: { list: 11 } },
    { benchmark: "reads", before: { list: 40 }, now: { list: 48 } },
    { benchmark: "reads", before: { list: 10 }, now: { list: 9 } },
  ]);
  assert(list);
  assert.deepEqual([list.figure, list.before, list.now], ["reads: list", 10, 11]);
  assert.equal(list.ratio.toFixed(2), "1.10");
  assert.deepEqual(list.spread.map((end) => end.toFixed(2)), ["1.00", "1.15"]);
  assert.match(renderTable([list]), /\| reads: list \| 10\.00 \| 11\.00 \| 1\.10 × \| 1\.00 to 1\.15 \|/);
});

Deno.test("a figure that one build does not have is named", () => {
  const pair = { benchmark: "reads", before: { list: 1 }, now: { List: 1 } };
  assert.throws(() => compare([pair]), /no figure "reads: list": 1, undefined/);
});

Deno.test("quantile() goes straight between two values", () => {
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.equal(quantile([7], 0.25), 7);
});

const printed = {
  claims: `# claims
200 jobs waiting: claim_replies 3.125 ms, claim_deliveries 4.250 ms
100200 jobs waiting: claim_replies 6.250 ms, claim_deliveries 8.500 ms
claim_replies: 2.00 × with the long queue`,
  overload: `# overload
{
  "webhook_ms": { "at_rest": { "p50": 30 }, "flood": { "p50": 2358 } },
  "other_tenants_reply_ms": { "at_rest": { "p50": 388 }, "flood": { "p50": 528 } },
  "answers_a_second": 20
}`,
  reads: `# reads
999680 and 1000 texts, filled in 61 s
                              verb: large, small, ratio       HTTP: large, small, ratio
list                           1.500 ms 1.700 ms  0.88 ×       10.300 ms10.200 ms  1.01 ×
stats of 30 days, by day       3.200 ms 3.300 ms  0.97 ×       10.000 ms 9.200 ms  1.09 ×`,
  stats: `# stats
filled in 301 s; 1,000 texts in 60 days, 1,000,000 texts in 60 days
last 30 days   verb 2.200 ms (1.00 ×), 4.300 ms (1.95 ×), 3.900 ms (1.77 ×)
               HTTP 16.100 ms (1.00 ×), 17.700 ms (1.10 ×), 20.600 ms (1.28 ×)
receive_message: without and with figures 1.000 ms (1.00 ×), 1.100 ms (1.10 ×)`,
};

const figures: Record<keyof typeof printed, Record<string, number>> = {
  claims: {
    "claim of replies, short queue": 3.125,
    "claim of deliveries, short queue": 4.25,
    "claim of replies, long queue": 6.25,
    "claim of deliveries, long queue": 8.5,
  },
  overload: {
    "webhook at rest": 30,
    "webhook in the flood": 2358,
    "other tenant's reply at rest": 388,
    "other tenant's reply in the flood": 528,
    "one answer of the flood": 50,
  },
  reads: {
    "list, verb, large": 1.5,
    "list, verb, small": 1.7,
    "list, HTTP, large": 10.3,
    "list, HTTP, small": 10.2,
    "stats of 30 days, by day, verb, large": 3.2,
    "stats of 30 days, by day, verb, small": 3.3,
    "stats of 30 days, by day, HTTP, large": 10,
    "stats of 30 days, by day, HTTP, small": 9.2,
  },
  stats: {
    "last 30 days, verb, small": 2.2,
    "last 30 days, verb, large": 4.3,
    "last 30 days, verb, large over two years": 3.9,
    "last 30 days, HTTP, small": 16.1,
    "last 30 days, HTTP, large": 17.7,
    "last 30 days, HTTP, large over two years": 20.6,
    "message received, not counted": 1,
    "message received, counted": 1.1,
  },
};

for (const [benchmark, text] of Object.entries(printed)) {
  Deno.test(`the figures of ${benchmark} are read from what old builds print`, () => {
    assert.deepEqual(readPrinted(benchmark, text), figures[benchmark as keyof typeof figures]);
  });
}
