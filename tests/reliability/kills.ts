/** What the tests of kills share: a function dies at a place, its lease lapses, and the worker is woken once. */
import { strict as assert } from "node:assert";
import type { FailPoint } from "../../local/fail_points.ts";
import type { StackOptions } from "../../local/stack.ts";
import { jobsOf, messageTo } from "../functions/rows.ts";
import { stackForFile, type TestStack, until, wake, within } from "../functions/support.ts";
import type { FunctionName, Place } from "./fail_points.ts";

export type Moment = FailPoint["moment"];
export const MOMENTS: readonly Moment[] = ["before", "after"];

/**
 * A stack on which nothing works but what a test wakes: two seconds' leases, look-ups and settlements that wait for
 * nothing else, callbacks as they come.
 */
export async function stackToKill(options: StackOptions = {}): Promise<TestStack> {
  const stack = await stackForFile({ worker: false, functionEnv: { SMS_LEASE_SECONDS: "2" }, ...options });
  await stack.sql`update sms_private.settings set value = '0' where name = 'lookup_wait_seconds'`;
  await stack.sql`update sms_private.settings set value = '0.2' where name = 'lookup_spread_seconds'`;
  Deno.test.beforeEach(() => {
    stack.failPoints.clear();
    stack.carrier.faults.reset();
  });
  return stack;
}

/**
 * Kills a function in the middle of what `work` makes it do, at a place, before or after that call took effect.
 * Resolves when its process is gone.
 */
export async function killAt<T>(
  stack: TestStack,
  { name, place, moment }: { name: FunctionName; place: Place; moment: Moment },
  work: () => Promise<T>,
): Promise<T> {
  // Tokens are remembered for a minute: only a fresh process reads them, and asks once more what may leave.
  if (place === "rpc sms_get_account" || place === "rpc sms_check_deliveries") {
    await stack.functions.kill(name);
  }
  // What is known of the models is read once a process, and its list is asked for when that is due.
  if (place.endsWith("_models")) {
    await stack.functions.kill(name);
    await stack.sql`update sms_private.model_servers set list_after = now()`;
  }
  const [on, call, kind] = place.split(" ");
  const point = stack.failPoints.arm({
    on: on as FailPoint["on"],
    ...(on === "model" ? {} : { name: call ?? "" }),
    ...(kind === undefined ? {} : { containing: `"kind":"${kind}"` }),
    moment,
    action: { kill: name },
  });
  const answer = await work();
  await within(`${name} dies ${moment} ${place}`, point.done);
  return answer;
}

/** Until no lease is held by whoever was killed, on the database's own clock: two seconds at most. */
export async function lapsed(stack: TestStack): Promise<void> {
  await until("all leases have lapsed", async () => {
    const [row] = await stack.sql`select coalesce(max(l.ends_at) <= clock_timestamp(), true) as lapsed from (
      select lease_expires_at as ends_at from sms_private.jobs
      union all select due_at from sms_private.questions where lease_token is not null and set_aside_at is null
      union all select lease_expires_at from sms_private.doubts
      union all select due_at from sms_private.events where lease_token is not null) l`;
    return row?.lapsed;
  });
}

const drains = (stack: TestStack) =>
  stack.functions.logs("sms-worker").filter(({ text }) => text.includes('"outcome":"drained"')).length;

/** It answers before it works, but who is killed at once may not get its answer out. */
async function wakeToDie(stack: TestStack): Promise<void> {
  const response = await stack.tick();
  await response.body?.cancel();
  assert([202, 502].includes(response.status), String(response.status));
}

/** One tick, until the worker has done all it can. */
export async function tick(stack: TestStack): Promise<void> {
  const before = drains(stack);
  await wake(stack);
  await until("the worker is done", () => drains(stack) > before);
}

/** Nothing is stuck: no job is left, but what was set aside. */
export async function nothingIsStuck(stack: TestStack): Promise<void> {
  const stuck = await stack.sql`select * from sms_private.jobs where set_aside_at is null`;
  assert.deepEqual([...stuck], []);
  assert.deepEqual([...await stack.sql`select * from sms_private.events where ended_at is null`], []);
}

/** The carrier has the one text to a contact once, and our row says of it what the carrier says in the end. */
export async function sentOnce(stack: TestStack, contact: string): Promise<void> {
  const sent = stack.carrier.ledger.outbound({ to: contact });
  assert.equal(sent.length, 1, "sent once");
  await until(`we know what became of the text to ${contact}`, async () => {
    const { message_sid, status } = await messageTo(stack.sql, contact);
    return status === "delivered" && message_sid === sent[0]?.sid;
  });
  assert.equal(sent[0]?.status, "delivered");
  assert.deepEqual(await jobsOf(stack.sql, contact), []);
}

export interface Recovery {
  /**
   * Makes something that the worker finds to do, with faults of the carrier until the lease has lapsed. Returns what must
   * hold when it has recovered.
   */
  begin(): Promise<() => Promise<void>>;
  /** How many ticks after the lease it takes. Default 1. */
  ticks?: Partial<Record<Moment, number>>;
}

/** Tests that kill the worker at each place, and show what is left when the lease has lapsed and it was woken again. */
export function recoversFromEach<P extends Place>(
  stack: TestStack,
  places: readonly P[],
  recoveries: Record<P, Recovery>,
): void {
  for (const place of places) {
    for (const moment of MOMENTS) {
      const { begin, ticks = {} } = recoveries[place];
      const count = ticks[moment] ?? 1;
      const within = count === 1 ? "a tick" : `${count} ticks`;
      Deno.test(`sms-worker killed ${moment} ${place}: recovered within a lease and ${within}`, async () => {
        const recovered = await begin();
        await killAt(stack, { name: "sms-worker", place, moment }, () => wakeToDie(stack));
        await lapsed(stack);
        stack.carrier.faults.reset();
        for (let n = 0; n < count; n++) await tick(stack);
        await recovered();
        await nothingIsStuck(stack);
      });
    }
  }
}
