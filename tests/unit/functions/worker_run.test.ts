import assert from "node:assert/strict";
import { deliveryResult, replyResult } from "../../support/results.ts";
import { dueQuestions } from "./due_questions.ts";
import { testWorker, type WorkerOptions } from "./test_worker.ts";
import { deliveryJob, replyJob } from "../sms/support.ts";

/** A worker with one kind of question, of which so many are due. A run may ask three, two at a time. */
function workerWithQuestions(due: number, options: WorkerOptions = {}) {
  const ask = () => Promise.resolve({ answer: { outcome: "found" } });
  const { questions, verbs, claimed } = dueQuestions(due, "settled", { ask, maxItems: 3 });
  const worker = testWorker({ ...options, questions: [questions], verbs: { ...verbs, ...options.verbs } });
  return { ...worker, claimed };
}

const once = (job: unknown) => {
  const jobs = [job];
  return () => ({ jobs: jobs.splice(0), next_due_in_ms: null });
};
const later = () => ({ jobs: [], next_due_in_ms: 30_000 });

Deno.test("a claim says how many slots are free, with the worker's lease", async () => {
  const { run, client } = testWorker();
  await run();
  for (const verb of ["sms_claim_replies", "sms_claim_deliveries"]) {
    assert.deepEqual(client.of(verb), [{ batch_size: 200, in_hand: {}, lease_seconds: 90 }]);
  }
});

Deno.test("a wake makes a run look for deliveries as well as for replies", async () => {
  const { wake, clock, client } = testWorker({ verbs: { sms_claim_replies: later } });
  const done = wake();
  await clock.runTo(1_000);
  assert.equal(wake(), done);
  await clock.runTo(2_000);
  assert.deepEqual([client.of("sms_claim_replies").length, client.of("sms_claim_deliveries").length], [2, 2]);
  await clock.runUntil(done);
});

Deno.test("a run that finds nothing to do wakes no successor", async () => {
  const { run, claimed, successors } = workerWithQuestions(0);
  await run();
  assert.deepEqual([claimed, successors()], [[0], 0]);
});

Deno.test("only deliveries of unknown outcome make a run look for questions", async () => {
  for (const [outcome, looks] of [["accepted", 1], ["unknown", 2]] as const) {
    const { run, claimed } = workerWithQuestions(0, {
      verbs: {
        sms_claim_deliveries: once(deliveryJob("1")),
        sms_record_deliveries: () => [{ outcome: "recorded" }],
      },
      deliver: (job) => Promise.resolve(deliveryResult(job, { outcome })),
    });
    await run();
    assert.equal(claimed.length, looks, outcome);
  }
});

Deno.test("with too many questions due, a run still finishes what it has in hand before it makes way", async () => {
  const composing = Promise.withResolvers<void>();
  const { wake, clock, claimed, successors } = workerWithQuestions(9, {
    verbs: {
      sms_claim_replies: once(replyJob("1")),
      sms_finish_replies: () => [{ outcome: "nothing_to_send" }],
    },
    compose: async (job) => {
      await composing.promise;
      return replyResult(job);
    },
  });
  const first = wake();
  await clock.runTo(5_000);
  assert.deepEqual([claimed, successors()], [[2, 1], 0]);
  assert.equal(wake(), first, "the run still claims replies");
  composing.resolve();
  await clock.runUntil(first);
  assert.deepEqual([claimed, successors()], [[2, 1], 1]);
});

Deno.test("a run does not end while one of its claims is on its way", async () => {
  const claiming = Promise.withResolvers<unknown>();
  const { wake, clock, successors } = testWorker({ verbs: { sms_claim_deliveries: () => claiming.promise } });
  const first = wake();
  await clock.runTo(5_000);
  assert.equal(wake(), first);
  claiming.resolve({ jobs: [], next_due_in_ms: null });
  await clock.runUntil(first);
  assert.equal(successors(), 0);
});

Deno.test("a run that cannot wake its successor ends, and says so", async () => {
  const { run, wake, clock, lines } = testWorker({
    budgetMs: 1_000,
    verbs: { sms_claim_replies: () => ({ jobs: [], next_due_in_ms: 2_000 - clock.time }) },
    wakeSuccessor: () => Promise.reject(new Error("away")),
  });
  await run();
  assert.ok(lines.some((line) => line.includes("DRAIN_FAILED")));
  await clock.runUntil(wake());
});
