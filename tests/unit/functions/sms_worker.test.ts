import assert from "node:assert/strict";
import { DatabaseError } from "../../../supabase/functions/_shared/sms/database/rpc.ts";
import type {
  ReplyJob,
  ReplyResult,
} from "../../../supabase/functions/_shared/sms/database/verbs/replies.ts";
import { acceptedResult, replyResult } from "../../support/results.ts";
import { Queue } from "./queue.ts";
import { testWorker, type WorkerOptions } from "./test_worker.ts";
import { deliveryJob, FakeClock, replyJob, type Verbs } from "../sms/support.ts";

const worker = (queue: Queue, { verbs, ...options }: WorkerOptions = {}) =>
  testWorker({ verbs: { ...queue.verbs, ...verbs }, ...options });

const sizes = (calls: Record<string, unknown>[]) => calls.map(({ results }) => (results as unknown[]).length);
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

Deno.test("a wake answers what is due, hands it to the carrier, and ends when nothing is left", async () => {
  const queue = new Queue();
  queue.add(3);
  const { client, run, clock, successors } = worker(queue);
  await run();
  assert.equal(sum(sizes(client.of("sms_finish_replies"))), 3);
  assert.equal(sum(sizes(client.of("sms_record_deliveries"))), 3);
  assert.ok(clock.time < 1_000, `${clock.time} ms`);
  assert.equal(successors(), 0);
});

Deno.test("a thousand replies are handed back in batches of at most twenty, never more than 200 in hand", async () => {
  const queue = new Queue();
  queue.add(1_000);
  let inHand = 0;
  let most = 0;
  const clocked: { wait?: FakeClock } = {};
  const { client, run, clock } = worker(queue, {
    maxItems: Infinity,
    compose: async (job) => {
      inHand += 1;
      most = Math.max(most, inHand);
      await clocked.wait?.wait(500);
      inHand -= 1;
      return replyResult(job);
    },
  });
  clocked.wait = clock;
  await run();
  const batches = sizes(client.of("sms_finish_replies"));
  assert.equal(sum(batches), 1_000);
  assert.equal(sum(sizes(client.of("sms_record_deliveries"))), 1_000);
  assert.ok(Math.max(...batches) <= 20);
  assert.ok(batches.length <= 500, `${batches.length} batches`);
  assert.equal(most, 200);
  assert.ok(client.of("sms_claim_replies").every(({ batch_size }) => Number(batch_size) <= 200));
});

Deno.test("a claim says whose jobs are in hand, so that no tenant fills the worker", async () => {
  const queue = new Queue();
  queue.replies = ["a", "a", "b"].map((tenant, i) => ({ ...replyJob(`${i}`), user_id: tenant }));
  const held = ["0", "1", "2"].map(() => Promise.withResolvers<void>());
  const { client, wake, clock } = worker(queue, {
    concurrency: 4,
    compose: async (job) => {
      await held[Number(job.job_id)]?.promise;
      return replyResult(job);
    },
  });
  const claims = () =>
    client.of("sms_claim_replies").map(({ batch_size, in_hand }) => ({ batch_size, in_hand }));
  const done = wake();
  await clock.runTo(100);
  void wake();
  await clock.runTo(200);
  held[0]?.resolve();
  await clock.runTo(300);
  assert.deepEqual(claims(), [
    { batch_size: 4, in_hand: {} },
    { batch_size: 1, in_hand: { a: 2, b: 1 } },
    { batch_size: 2, in_hand: { a: 1, b: 1 } },
  ]);
  for (const { resolve } of held) resolve();
  await clock.runUntil(done);
});

Deno.test("what a share held back is claimed as soon as a job of its tenant is done", async () => {
  const queue = new Queue();
  queue.add(3);
  const held = Promise.withResolvers<void>();
  const { client, wake, clock } = worker(queue, {
    concurrency: 4,
    compose: async (job) => {
      if (job.job_id === "0") await held.promise;
      return replyResult(job);
    },
    verbs: {
      // A rule like the verb's: one more only while more slots are free than are in hand.
      sms_claim_replies: ({ batch_size, in_hand }) => {
        let inHand = Object.values(in_hand as Record<string, number>).reduce((all, one) => all + one, 0);
        const jobs: ReplyJob[] = [];
        while (inHand < Number(batch_size) - jobs.length && queue.replies.length > 0) {
          jobs.push(...queue.replies.splice(0, 1));
          inHand += 1;
        }
        return { jobs, next_due_in_ms: queue.replies.length > 0 ? 0 : null };
      },
    },
  });
  const done = wake();
  await clock.runTo(150);
  assert.equal(
    sum(sizes(client.of("sms_finish_replies"))),
    2,
    "0 is in hand, 1 was done and made room for 2",
  );
  held.resolve();
  await clock.runUntil(done);
  assert.equal(sum(sizes(client.of("sms_finish_replies"))), 3);
});

Deno.test("a result does not wait for a slow neighbour", async () => {
  const queue = new Queue();
  queue.add(2);
  const slow = Promise.withResolvers<ReplyResult>();
  const { client, wake, clock } = worker(queue, {
    compose: (job) => job.job_id === "0" ? slow.promise : Promise.resolve(replyResult(job)),
  });
  const done = wake();
  await clock.runTo(100);
  assert.deepEqual(sizes(client.of("sms_finish_replies")), [1]);
  assert.deepEqual(sizes(client.of("sms_record_deliveries")), [1]);
  slow.resolve(replyResult(replyJob("0")));
  await clock.runUntil(done);
  assert.deepEqual(sizes(client.of("sms_finish_replies")), [1, 1]);
});

Deno.test("a send may start only while enough is left of the lease, counted from before the claim was asked for", async () => {
  const startable: Record<number, boolean> = {};
  for (const claimTakes of [0, 64_999, 65_000]) {
    const queue = new Queue();
    queue.deliveries = [deliveryJob("1")];
    const clocked: { clock?: FakeClock } = {};
    const claim = queue.verbs.sms_claim_deliveries;
    const { run, clock } = worker(queue, {
      budgetMs: 600_000,
      verbs: {
        sms_claim_deliveries: (args) => {
          const claimed = claim?.(args);
          if (clocked.clock) clocked.clock.time += claimTakes;
          return claimed;
        },
      },
      deliver: (job, { mayStart }) => {
        startable[claimTakes] = mayStart();
        return Promise.resolve(acceptedResult(job));
      },
    });
    clocked.clock = clock;
    await run();
  }
  assert.deepEqual(startable, { 0: true, 64_999: true, 65_000: false });
});

Deno.test("the worker waits for what becomes due within its budget", async () => {
  const queue = new Queue();
  queue.dueIn.replies = 3_000;
  const { client, wake, clock } = worker(queue);
  const done = wake();
  await clock.runTo(2_999);
  assert.equal(client.of("sms_claim_replies").length, 1);
  queue.add(1);
  queue.dueIn.replies = null;
  await clock.runUntil(done);
  assert.deepEqual(sizes(client.of("sms_record_deliveries")), [1]);
  assert.ok(clock.time < 4_000, `${clock.time} ms`);
});

Deno.test("the worker does not wait, nor wake a successor, for what is due after its budget", async () => {
  const queue = new Queue();
  queue.dueIn.deliveries = 3_600_000;
  const { client, run, clock, successors } = worker(queue);
  await run();
  assert.ok(clock.time < 1_000);
  assert.equal(client.of("sms_claim_deliveries").length, 1);
  assert.equal(successors(), 0);
});

Deno.test("wakes that come while it runs make it look again, and start nothing beside it", async () => {
  const queue = new Queue();
  queue.dueIn.replies = 30_000;
  const { client, wake, clock } = worker(queue);
  const done = wake();
  await clock.runTo(1_000);
  queue.add(1);
  queue.dueIn.replies = null;
  const more = Array.from({ length: 100 }, () => wake());
  assert.ok(more.every((promise) => promise === more[0]));
  await clock.runUntil(Promise.all([done, ...more]));
  assert.equal(sum(sizes(client.of("sms_finish_replies"))), 1);
  assert.ok(clock.time < 2_000, `${clock.time} ms`);
  assert.ok(client.of("sms_claim_replies").length <= 5, `${client.of("sms_claim_replies").length} claims`);
});

Deno.test("when the budget ends with work left, a successor is woken", async () => {
  const queue = new Queue();
  const claim = () => ({ jobs: [replyJob("x")], next_due_in_ms: 0 });
  const { run, clock, successors } = worker(queue, {
    concurrency: 1,
    budgetMs: 1_000,
    verbs: { sms_claim_replies: claim },
  });
  await run();
  assert.ok(clock.time >= 900 && clock.time < 2_000, `${clock.time} ms`);
  assert.ok(successors() >= 1);
});

Deno.test("when the budget ends shortly before something is due, a successor is woken", async () => {
  const queue = new Queue();
  queue.dueIn.replies = 62_000;
  const near = worker(queue);
  const done = near.wake();
  await near.clock.runTo(50);
  assert.equal(near.successors(), 0);
  await near.clock.runUntil(done);

  const verbs: Verbs = {
    sms_claim_replies: () => ({ jobs: [], next_due_in_ms: Math.max(0, 65_000 - late.clock.time) }),
    sms_claim_deliveries: () => ({ jobs: [], next_due_in_ms: Math.max(0, 59_000 - late.clock.time) }),
  };
  const late = worker(new Queue(), { verbs });
  await late.run();
  assert.equal(late.successors(), 1);
});

Deno.test("a run takes a bounded number of jobs and leaves the rest to a successor", async () => {
  const queue = new Queue();
  queue.add(200);
  const { client, run, clock, successors } = worker(queue, { maxItems: 50, concurrency: 40 });
  await run();
  assert.ok(sum(sizes(client.of("sms_finish_replies"))) < 100);
  assert.ok(clock.time < 5_000, `${clock.time} ms`);
  assert.ok(successors() >= 1);
});

Deno.test("in an isolate too old to finish it nothing is claimed", async () => {
  const queue = new Queue();
  queue.add(1);
  const { client, run, clock, successors } = worker(queue, { isolateEndsAt: 150_000 });
  clock.time = 110_000;
  await run();
  assert.deepEqual([client.calls.length, successors()], [0, 0]);
});

Deno.test("a wake after the budget, while the last answers are still being composed, starts anew", async () => {
  const queue = new Queue();
  queue.add(1);
  const slow = Promise.withResolvers<ReplyResult>();
  const { client, wake, clock, successors } = worker(queue, {
    budgetMs: 1_000,
    compose: (job) => job.job_id === "0" ? slow.promise : Promise.resolve(replyResult(job)),
  });
  const first = wake();
  await clock.runTo(1_500);
  queue.replies = [replyJob("new")];
  const second = wake();
  assert.notEqual(first, second);
  await clock.runUntil(second);
  assert.deepEqual(sizes(client.of("sms_finish_replies")), [1]);
  slow.resolve(replyResult(replyJob("0")));
  await clock.runUntil(first);
  assert.deepEqual(sizes(client.of("sms_finish_replies")), [1, 1]);
  // What that last answer made due is somebody else's to deliver.
  assert.equal(successors(), 1);
});

Deno.test("results that cannot be recorded are tried again, at last one by one", async () => {
  const queue = new Queue();
  queue.add(3);
  const finish = queue.verbs.sms_finish_replies;
  const { client, run, lines } = worker(queue, {
    verbs: {
      sms_finish_replies: (args) => {
        if (JSON.stringify(args).includes('"job_id":"2"')) throw new Error("poison");
        return finish?.(args);
      },
    },
  });
  await run();
  assert.deepEqual(sizes(client.of("sms_finish_replies")), [3, 3, 3, 3, 3, 1, 1, 1]);
  assert.deepEqual(sizes(client.of("sms_record_deliveries")), [2]);
  assert.ok(lines.some((line) => line.includes("RESULTS_LOST")));
});

Deno.test("results that the database refuses are handed over one by one at once", async () => {
  const queue = new Queue();
  queue.add(3);
  const finish = queue.verbs.sms_finish_replies;
  const { client, run, clock } = worker(queue, {
    verbs: {
      sms_finish_replies: (args) => {
        if (JSON.stringify(args).includes('"job_id":"2"')) {
          throw new DatabaseError("sms_finish_replies", "22P05", "no");
        }
        return finish?.(args);
      },
    },
  });
  await run();
  assert.deepEqual(sizes(client.of("sms_finish_replies")), [3, 1, 1, 1]);
  assert.ok(clock.time < 5_000, `${clock.time} ms`);
});

Deno.test("a mistake in one job does not stop the others", async () => {
  const queue = new Queue();
  queue.add(3);
  const { client, run, lines } = worker(queue, {
    compose: (job) =>
      job.job_id === "1" ? Promise.reject(new Error("bug")) : Promise.resolve(replyResult(job)),
  });
  await run();
  assert.equal(sum(sizes(client.of("sms_finish_replies"))), 2);
  assert.ok(lines.some((line) => line.includes("WORK_FAILED")));
});
