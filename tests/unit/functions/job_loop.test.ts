import assert from "node:assert/strict";
import { JobLoop } from "../../../supabase/functions/sms-worker/job_loop.ts";
import { CpuBudget } from "../../../supabase/functions/sms-worker/cpu_budget.ts";
import { createSlots } from "../../../supabase/functions/sms-worker/slots.ts";
import type { JobKind, LoopHost } from "../../../supabase/functions/sms-worker/loop.ts";
import { capturedLog, FakeClock, quiet } from "../sms/support.ts";

interface Claimed {
  readonly at: number;
  readonly size: number;
  answer(jobs: number[], nextDueInMs?: number | null): Promise<void>;
  fail(): Promise<void>;
}

/** A loop whose claims and jobs end when the test says so. */
function testLoop(
  options: Partial<JobKind<number, number>> & Partial<Pick<LoopHost, "room" | "endsAt">> = {},
) {
  const clock = new FakeClock();
  const claims: Claimed[] = [];
  const records: number[][] = [];
  const working = new Map<number, () => void>();
  const rests: number[] = [];
  const loop: JobLoop<number, number> = new JobLoop<number, number>({
    name: "test",
    cost: "question",
    concurrency: 2,
    claim(size) {
      const { promise, resolve, reject } = Promise.withResolvers<
        { jobs: number[]; next_due_in_ms: number | null }
      >();
      claims.push({
        at: clock.time,
        size,
        answer: (jobs, nextDueInMs = null) => (resolve({ jobs, next_due_in_ms: nextDueInMs }), quiet()),
        fail: () => (reject(new Error("away")), quiet()),
      });
      return promise;
    },
    work: (job) => new Promise((resolve) => working.set(job, () => resolve(job))),
    record(results) {
      records.push(results);
      return Promise.resolve(results.map(() => ({ outcome: "recorded" })));
    },
    ...options,
  }, {
    clock,
    log: capturedLog().log,
    endsAt: options.endsAt ?? 60_000,
    cpu: new CpuBudget(),
    slots: createSlots(() => {}),
    room: options.room ?? (() => Infinity),
    recorded: () => {},
    resting: () => rests.push(loop.idleUntil()),
  });
  let ended = false;
  const done = loop.run().then(() => ended = true);
  const claim = (n: number): Claimed => claims[n] ?? assert.fail(`There is no claim ${n}`);
  const finish = (job: number) => (working.get(job)?.(), quiet());
  return { loop, clock, claims, claim, records, working, rests, finish, done, ended: () => ended };
}

Deno.test("a loop is busy while its claim is on its way, then idle until the next job", async () => {
  const { loop, claim, rests } = testLoop();
  assert.equal(loop.idleUntil(), -Infinity);
  await claim(0).answer([], 5_000);
  assert.equal(loop.idleUntil(), 5_000);
  assert.deepEqual(rests, [5_000], "the run was told once");
});

Deno.test("a loop is busy again as soon as its second claim is on its way", async () => {
  const { loop, clock, claim } = testLoop();
  await claim(0).answer([], 5_000);
  await clock.runTo(5_000);
  assert.equal(claim(1).at, 5_000);
  assert.equal(loop.idleUntil(), -Infinity);
});

Deno.test("a loop with a job in hand is busy until the result is recorded", async () => {
  const { loop, claim, finish, records } = testLoop();
  await claim(0).answer([1]);
  assert.equal(loop.idleUntil(), -Infinity);
  await finish(1);
  assert.deepEqual(records, [[1]], "the last result does not wait for company");
  assert.equal(loop.idleUntil(), 20, "what was recorded may have made a job due");
});

Deno.test("look() interrupts the wait, but not the gap between two claims", async () => {
  const { loop, clock, claim, claims } = testLoop();
  await claim(0).answer([]);
  loop.look();
  await quiet();
  assert.equal(claims.length, 1);
  await clock.runTo(20);
  assert.equal(claim(1).at, 20);
});

Deno.test("look() while a claim is on its way causes another claim", async () => {
  const { loop, clock, claim } = testLoop();
  loop.look();
  await claim(0).answer([]);
  await clock.runTo(20);
  assert.equal(claim(1).at, 20);
});

Deno.test("a job that ends frees its slot before its result is recorded", async () => {
  const recording = Promise.withResolvers<{ outcome: string }[]>();
  const { clock, claim, finish } = testLoop({ record: () => recording.promise });
  await claim(0).answer([1, 2], 0);
  await finish(1);
  await clock.runTo(20);
  assert.equal(claim(1).size, 1);
});

Deno.test("two results for each slot may wait to be recorded; jobs in work do not count", async () => {
  const recording = Promise.withResolvers<{ outcome: string }[]>();
  const { clock, claim, claims, finish } = testLoop({ record: () => recording.promise });
  await claim(0).answer([1, 2], 0);
  await finish(1);
  await finish(2);
  await clock.runTo(100);
  await claim(1).answer([3, 4], 0);
  await finish(3);
  await clock.runTo(200);
  assert.equal(claim(2).size, 1, "three results wait, and one job is in work");
  await claim(2).answer([], 0);
  await finish(4);
  await clock.runTo(2_000);
  assert.equal(claims.length, 3, "four results wait");
  recording.resolve([{ outcome: "recorded" }]);
  await clock.runTo(2_100);
  assert.equal(claims.length, 4);
});

Deno.test("stop() ends a wait; work in hand is finished and recorded", async () => {
  const { loop, claim, claims, finish, records, ended } = testLoop();
  await claim(0).answer([1], 0);
  loop.stop();
  await quiet();
  assert.equal(ended(), true);
  assert.equal(loop.idleUntil(), -Infinity);
  await finish(1);
  await loop.settled();
  assert.deepEqual([records, claims.length, loop.idleUntil()], [[[1]], 1, Infinity]);
});

Deno.test("stop() during a claim lets it come back, works on its jobs, and claims nothing more", async () => {
  const { loop, clock, claim, claims, working, ended } = testLoop();
  loop.stop();
  await quiet();
  assert.equal(ended(), false);
  await claim(0).answer([1], 0);
  await clock.runTo(1_000);
  assert.deepEqual([ended(), claims.length, [...working.keys()]], [true, 1, [1]]);
});

Deno.test("a loop ends by itself when the run's claiming ends", async () => {
  const { loop, clock, claim, ended } = testLoop({ endsAt: 1_000 });
  await claim(0).answer([], 1_005);
  await clock.runTo(999);
  assert.equal(ended(), false);
  await clock.runTo(1_000);
  assert.deepEqual([ended(), loop.idleUntil()], [true, Infinity]);
  assert.equal(loop.leavesWork(0), false);
  assert.equal(loop.leavesWork(5), true, "a successor should take it");
});

Deno.test("a loop that ended may still be told that a job is due, and leaves it to a successor", async () => {
  const { loop, clock, claim } = testLoop({ endsAt: 1_000 });
  await claim(0).answer([]);
  await clock.runTo(1_000);
  assert.equal(loop.leavesWork(10_000), false);
  loop.look();
  assert.equal(loop.leavesWork(10_000), true);
});

Deno.test("a loop without room claims nothing, is idle, and overflows if a job is due", async () => {
  let room = true;
  const { loop, clock, claim, claims } = testLoop({ room: () => room ? Infinity : 0 });
  await claim(0).answer([], 0);
  assert.equal(loop.overflows(), false);
  room = false;
  await clock.runTo(2_000);
  assert.deepEqual([claims.length, loop.idleUntil(), loop.overflows()], [1, Infinity, true]);
});

Deno.test("a loop whose claims keep failing goes on trying, and keeps no run open", async () => {
  const { loop, clock, claims, claim } = testLoop();
  for (let failures = 0; failures < 5; failures++) {
    assert.equal(loop.idleUntil(), -Infinity);
    await claim(failures).fail();
    if (failures < 4) await clock.runTo(loop.idleUntil());
  }
  assert.equal(loop.idleUntil(), Infinity);
  await clock.runTo(clock.time + 8_000);
  await claim(5).answer([], 3_000);
  assert.deepEqual([claims.length, loop.idleUntil()], [6, clock.time + 3_000]);
});
