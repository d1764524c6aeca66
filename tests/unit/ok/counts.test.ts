import assert from "node:assert/strict";
import { countTests, sayCounts, sum } from "../../ok/counts.ts";

Deno.test("countTests() reads Deno's summary", () => {
  assert.deepEqual(countTests("ok | 45 passed | 0 failed (1s)\n", true), {
    passed: 45,
    failed: 0,
    skipped: 0,
  });
  const mixed = "FAILED | 3 passed (7 steps) | 2 failed (1 step) | 1 ignored | 4 filtered out (10s)\n";
  assert.deepEqual(countTests(mixed, false), { passed: 3, failed: 2, skipped: 1 });
});

Deno.test("countTests() ignores a summary that a test printed before the real one", () => {
  const output = "ok | 1 passed | 0 failed (1s)\nFAILED | 5 passed | 1 failed (2s)\n";
  assert.deepEqual(countTests(output, false), { passed: 5, failed: 1, skipped: 0 });
});

Deno.test("countTests() counts a run without a summary as one failure", () => {
  assert.deepEqual(countTests("error: Type checking failed.\n", false), { passed: 0, failed: 1, skipped: 0 });
  assert.deepEqual(countTests("ok | 2 passed | 0 failed (1s)\n", false), {
    passed: 2,
    failed: 1,
    skipped: 0,
  });
});

Deno.test("sayCounts() tells of skipped tests only when there are some", () => {
  const total = sum([{ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 1, skipped: 1 }]);
  assert.equal(sayCounts(total), "3 passed, 1 failed, 1 skipped");
  assert.equal(sayCounts({ ...total, skipped: 0 }), "3 passed, 1 failed");
});
