import assert from "node:assert/strict";
import { type ClaimAnswer, ClaimSchedule } from "../../../supabase/functions/sms-worker/claim_schedule.ts";

const NOTHING: ClaimAnswer = { size: 10, jobs: 0, tookMs: 5, nextDueInMs: null };
const SOME: ClaimAnswer = { size: 10, jobs: 3, tookMs: 5, nextDueInMs: null };

/** A schedule after these claims, all of which ended at the time 0. A claim that is null failed. */
function after(...claims: (ClaimAnswer | null)[]) {
  const schedule = new ClaimSchedule();
  for (const claim of claims) {
    schedule.claimStarted();
    if (claim) schedule.claimSucceeded(claim, 0);
    else schedule.claimFailed(0);
  }
  return schedule;
}
const times = <T>(count: number, claim: T): T[] => Array.from({ length: count }, () => claim);

Deno.test("the first claim is due at once", () => {
  assert.equal(new ClaimSchedule().nextAt(), -Infinity);
});

Deno.test("after a claim, the next one is due with the next job, and never without one", () => {
  assert.equal(after({ ...SOME, nextDueInMs: 3_000 }).nextAt(), 3_000);
  assert.equal(after(SOME).nextAt(), Infinity);
  assert.equal(after(NOTHING).nextAt(), Infinity);
});

Deno.test("a full claim is followed by another after the gap, whatever it says is due", () => {
  for (const nextDueInMs of [null, 0, 60_000]) {
    assert.equal(after({ ...SOME, jobs: 10, nextDueInMs }).nextAt(), 20);
  }
});

Deno.test("expected work is claimed after the gap", () => {
  const schedule = after({ ...SOME, nextDueInMs: 3_000 });
  schedule.expectWork();
  assert.equal(schedule.nextAt(), 20);
});

Deno.test("after a slow claim the gap is as long as the claim, up to 250 ms", () => {
  const gapAfter = (tookMs: number) => after({ ...SOME, jobs: 10, tookMs }).nextAt();
  assert.deepEqual([0, 19, 21, 100, 3_000].map(gapAfter), [20, 20, 21, 100, 250]);
});

Deno.test("work that is expected while a claim is on its way needs another claim", () => {
  for (const claim of [NOTHING, SOME, { ...NOTHING, nextDueInMs: 3_000 }]) {
    const schedule = new ClaimSchedule();
    schedule.claimStarted();
    schedule.expectWork();
    schedule.claimSucceeded(claim, 0);
    assert.equal(schedule.nextAt(), 20);
  }
});

Deno.test("failed claims are repeated after 0.5 s, then twice as long each time, up to 10 s", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((failures) => after(...times(failures, null)).nextAt());
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

Deno.test("expected work does not shorten the back-off", () => {
  const schedule = after(null, null);
  schedule.expectWork();
  assert.equal(schedule.nextAt(), 1_000);
});

Deno.test("a claim that succeeds ends the back-off, and the next one begins with 0.5 s", () => {
  assert.equal(after(...times(5, null), { ...SOME, nextDueInMs: 0 }).nextAt(), 20);
  assert.equal(after(...times(5, null), SOME, null).nextAt(), 500);
});

Deno.test("empty claims of a due job are repeated after 0.25 s, 0.5 s, then every second", () => {
  const empty = { ...NOTHING, nextDueInMs: 0 };
  const waits = [1, 2, 3, 4].map((claims) => after(...times(claims, empty)).nextAt());
  assert.deepEqual(waits, [250, 500, 1_000, 1_000]);
  assert.equal(after(empty, empty, SOME, empty).nextAt(), 250, "a job in between starts the count anew");
  assert.equal(after(empty, { ...NOTHING, nextDueInMs: 3_000 }).nextAt(), 3_000, "a later job is waited for");
});

Deno.test("five failures in a row count as failing for good, until a claim succeeds", () => {
  assert.equal(after(...times(4, null)).keepsFailing(), false);
  assert.equal(after(...times(5, null)).keepsFailing(), true);
  assert.equal(after(...times(5, null), NOTHING).keepsFailing(), false);
  assert.equal(after(...times(4, null), NOTHING, null).keepsFailing(), false);
});

Deno.test("work is known from a claim that succeeded, up to the time it told", () => {
  const schedule = after({ ...SOME, nextDueInMs: 3_000 });
  assert.deepEqual([schedule.knowsWorkBy(2_999), schedule.knowsWorkBy(3_000)], [false, true]);
  assert.equal(after(NOTHING).knowsWorkBy(1_000_000), false);
  assert.equal(new ClaimSchedule().knowsWorkBy(1_000_000), false, "nothing was claimed yet");
});

Deno.test("no work is known while claims fail, or after three that returned nothing", () => {
  const due = { ...SOME, nextDueInMs: 0 };
  const empty = { ...NOTHING, nextDueInMs: 0 };
  assert.equal(after(due, null).knowsWorkBy(60_000), false);
  assert.equal(after(due, null, due).knowsWorkBy(60_000), true);
  assert.equal(after(empty, empty).knowsWorkBy(60_000), true);
  assert.equal(after(empty, empty, empty).knowsWorkBy(60_000), false);
  assert.equal(after(empty, empty, empty, due).knowsWorkBy(60_000), true);
});
