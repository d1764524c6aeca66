import assert from "node:assert/strict";
import { testWorker } from "./test_worker.ts";
import { quiet, type Verbs } from "../sms/support.ts";

function worker(verbs: Verbs) {
  const { lines, ...made } = testWorker({ verbs });
  return { ...made, lines: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

Deno.test("a run folds the figures when it begins and when it ends, and says how much", async () => {
  const { client, run, lines } = worker({
    sms_fold_stats: () => ({ outcome: "folded", folded: 7, remaining: 0 }),
  });
  await run();
  const verbs = client.calls.map((call) => call.verb);
  assert.equal(client.of("sms_fold_stats").length, 2);
  assert.equal(verbs.at(-1), "sms_fold_stats", "what the run itself changed is folded as well");
  assert.equal(lines().at(-1)?.stats_folded, 14);
});

Deno.test("a fold that hangs delays no claim", async () => {
  const hanging = Promise.withResolvers<unknown>();
  const { client, wake } = worker({ sms_fold_stats: () => hanging.promise });
  const done = wake();
  await quiet();
  assert.deepEqual([client.of("sms_claim_replies").length, client.of("sms_claim_deliveries").length], [1, 1]);
  hanging.resolve({ outcome: "busy", folded: 0, remaining: null });
  await done;
});

Deno.test("a fold that fails is said, and stops nothing", async () => {
  const { client, run, lines } = worker({ sms_fold_stats: () => Promise.reject(new Error("gone")) });
  await run();
  assert.deepEqual([client.of("sms_claim_replies").length, client.of("sms_claim_deliveries").length], [1, 1]);
  assert.equal(lines().filter((line) => line.outcome === "FOLD_FAILED").length, 2);
  assert.equal(lines().at(-1)?.outcome, "drained");
});
