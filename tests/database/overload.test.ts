/** With more to do than the worker can: who is next. By the order of claims, never by time. */
import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { noSendLimit, outbound } from "./outbound.ts";
import {
  addTenant,
  age,
  call,
  claimDeliveries,
  claimReplies,
  type DeliveryJob,
  exchange,
  finish,
  phone,
  type ReplyJob,
  type Tenant,
  text,
} from "./support.ts";
import { randomFrom } from "./workload.ts";

type InHand = Record<string, number>;

/** As a worker with so many free slots claims. */
async function claimForSlots(sql: Sql, free: number, inHand: InHand = {}) {
  const answer = await call(sql, "sms_claim_replies", {
    batch_size: free,
    lease_seconds: 90,
    in_hand: inHand,
  });
  return { jobs: answer.jobs as ReplyJob[], nextDueInMs: answer.next_due_in_ms };
}

async function deliveriesForSlots(sql: Sql, free: number, inHand: InHand = {}) {
  return await claimDeliveries(sql, { batch_size: free, in_hand: inHand });
}

async function flood(sql: Sql, tenant: Tenant, texts: number): Promise<void> {
  for (let i = 0; i < texts; i++) await text(sql, tenant, phone(), `Text ${i}`);
}

const countOf = (jobs: readonly ReplyJob[], { userId }: Tenant) =>
  jobs.filter((job) => job.user_id === userId).length;
const bodies = (jobs: readonly DeliveryJob[]) => jobs.map(({ body }) => body);
const words = (jobs: readonly ReplyJob[]) => jobs.map(({ history }) => history.at(-1)?.body);

emptyDbTest("sms_claim_replies() lets tenants take turns, each one's oldest first", async ({ sql }) => {
  const [loud, quiet] = [await addTenant(sql), await addTenant(sql)];
  for (const body of ["loud 1", "loud 2", "loud 3"]) await text(sql, loud, phone(), body);
  for (const body of ["quiet 1", "quiet 2"]) await text(sql, quiet, phone(), body);
  await age(sql, loud, "1 minute");
  assert.deepEqual(words(await claimReplies(sql, 4)), ["loud 1", "quiet 1", "loud 2", "quiet 2"]);
  assert.deepEqual(words(await claimReplies(sql, 4)), ["loud 3"]);
});

emptyDbTest("sms_claim_replies() counts what is in hand as turns taken", async ({ sql }) => {
  const [loud, quiet] = [await addTenant(sql), await addTenant(sql)];
  for (const body of ["loud 1", "loud 2"]) await text(sql, loud, phone(), body);
  for (const body of ["quiet 1", "quiet 2", "quiet 3"]) await text(sql, quiet, phone(), body);
  await age(sql, loud, "1 minute");
  const { jobs } = await claimForSlots(sql, 8, { [loud.userId]: 1 });
  assert.deepEqual(words(jobs), ["quiet 1", "loud 1", "quiet 2", "loud 2", "quiet 3"]);
});

emptyDbTest("one tenant's flood leaves slots free for the next tenant", async ({ sql }) => {
  const [loud, quiet] = [await addTenant(sql), await addTenant(sql)];
  await flood(sql, loud, 60);
  assert.equal((await claimForSlots(sql, 40)).jobs.length, 36);
  const full = { [loud.userId]: 36 };
  assert.deepEqual(await claimForSlots(sql, 4, full), { jobs: [], nextDueInMs: 0 });
  await text(sql, quiet, phone(), "quiet");
  await age(sql, loud, "1 hour");
  const { jobs } = await claimForSlots(sql, 4, full);
  assert.deepEqual(words(jobs), ["quiet"], "the flood is older, and waits for its own to be done");
});

emptyDbTest("when a job of a flood is done, the next of it is claimed", async ({ sql }) => {
  const loud = await addTenant(sql);
  await flood(sql, loud, 25);
  const { jobs } = await claimForSlots(sql, 20);
  assert.equal(jobs.length, 18);
  for (const job of jobs.slice(0, 2)) await finish(sql, job);
  const more = await claimForSlots(sql, 4, { [loud.userId]: 16 });
  assert.deepEqual(words(more.jobs), ["Text 18", "Text 19"]);
});

emptyDbTest("floods of several tenants share alike, and leave a slot free", async ({ sql }) => {
  const tenants = [await addTenant(sql), await addTenant(sql), await addTenant(sql)];
  for (const tenant of tenants) await flood(sql, tenant, 20);
  const { jobs } = await claimForSlots(sql, 40);
  assert.deepEqual(tenants.map((tenant) => countOf(jobs, tenant)), [13, 13, 13]);
});

dbTest("one claim takes fifty jobs at most, and says that there are more", async ({ sql, tenant }) => {
  await flood(sql, tenant, 60);
  const replies = await claimForSlots(sql, 200);
  assert.deepEqual([replies.jobs.length, replies.nextDueInMs], [50, 0]);
  await noSendLimit(sql, tenant);
  for (let i = 0; i < 60; i++) await outbound(sql, tenant, phone(), "bulk", 3);
  const deliveries = await call(sql, "sms_claim_deliveries", {
    batch_size: 200,
    lease_seconds: 90,
    in_hand: {},
  });
  assert.deepEqual([(deliveries.jobs as unknown[]).length, deliveries.next_due_in_ms], [50, 0]);
});

emptyDbTest("a tenant with nothing in hand never waits while a slot is free", async ({ sql }) => {
  const tenants = await Promise.all(Array.from({ length: 5 }, () => addTenant(sql)));
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    await sql`delete from sms_private.jobs`;
    await floodsAtRandom(sql, { seed, tenants, slots: 8 });
  }
});

/** Floods of any tenant, claims for all free slots, and a few jobs done; again and again. */
async function floodsAtRandom(sql: Sql, world: { seed: number; tenants: Tenant[]; slots: number }) {
  const random = randomFrom(world.seed);
  const inHand: InHand = {};
  const working: ReplyJob[] = [];
  for (let step = 0; step < 10; step++) {
    await flood(sql, random.one(world.tenants), random.below(6));
    const { jobs } = await claimForSlots(sql, world.slots - working.length, inHand);
    for (const job of jobs) inHand[job.user_id] = (inHand[job.user_id] ?? 0) + 1;
    working.push(...jobs);
    assert(working.length <= world.slots, `seed ${world.seed}`);
    if (working.length < world.slots) {
      assert.deepEqual(await waitingWithNothing(sql, inHand), [], `seed ${world.seed}, step ${step}`);
    }
    for (const job of working.splice(0, random.below(4))) {
      await finish(sql, job);
      inHand[job.user_id] = (inHand[job.user_id] ?? 0) - 1;
    }
  }
}

/** Tenants with a reply that is due and unclaimed, and none that is being worked on. */
async function waitingWithNothing(sql: Sql, inHand: InHand): Promise<string[]> {
  const waiting = await sql`select distinct user_id from sms_private.jobs
    where kind = 'reply' and lease_token is null and due_at <= clock_timestamp()`;
  return waiting.map((row) => row.user_id).filter((tenant) => (inHand[tenant] ?? 0) === 0);
}

emptyDbTest("the urgent goes before the less urgent of everybody else", async ({ sql }) => {
  const [loud, other] = [await addTenant(sql), await addTenant(sql)];
  await noSendLimit(sql, loud);
  for (let i = 0; i < 20; i++) await outbound(sql, loud, phone(), "bulk", 3);
  for (let i = 0; i < 4; i++) await outbound(sql, other, phone(), "from the API");
  await outbound(sql, other, phone(), "scheduled", 2);
  await age(sql, loud, "1 hour");
  // So that by age and by turns the broadcast would come first.
  await sql`update sms_private.sender_pace set last_served_at = now() where phone_number_id = ${other.numberId}`;
  const answer = await exchange(sql, loud, phone());
  const jobs = await claimDeliveries(sql, { batch_size: 8 });
  assert.equal(jobs[0]?.message_id, answer);
  assert.deepEqual(bodies(jobs.slice(1)), [...Array(4).fill("from the API"), "scheduled", "bulk", "bulk"]);
});

dbTest("a broadcast goes by age, and as stored when due at the same moment", async ({ sql, tenant }) => {
  await noSendLimit(sql, tenant);
  for (let i = 0; i < 6; i++) await outbound(sql, tenant, phone(), `bulk ${i}`, 3);
  await sql`update sms_private.jobs set due_at = clock_timestamp() - interval '1 hour'`;
  await sql`update sms_private.jobs set due_at = due_at - interval '1 hour' where message_id in (
    select id from public.sms_messages where body in ('bulk 3', 'bulk 5'))`;
  const order = [];
  for (let i = 0; i < 3; i++) order.push(...bodies(await claimDeliveries(sql, { batch_size: 2 })));
  assert.deepEqual(order, ["bulk 3", "bulk 5", "bulk 0", "bulk 1", "bulk 2", "bulk 4"]);
});

emptyDbTest("messages that hang at Twilio leave slots free for other tenants", async ({ sql }) => {
  const [hung, quiet] = [await addTenant(sql), await addTenant(sql)];
  await noSendLimit(sql, hung);
  for (let i = 0; i < 40; i++) await outbound(sql, hung, phone(), "hung", 1);
  assert.equal((await deliveriesForSlots(sql, 40)).length, 36);
  const full = { [hung.userId]: 36 };
  assert.deepEqual(await deliveriesForSlots(sql, 4, full), []);
  await outbound(sql, quiet, phone(), "bulk of a neighbour", 3);
  const answer = await exchange(sql, quiet, phone());
  const jobs = await deliveriesForSlots(sql, 4, full);
  assert.deepEqual(jobs.map(({ message_id }) => message_id)[0], answer);
  assert.deepEqual(bodies(jobs), ["We open at nine.", "bulk of a neighbour"]);
});

dbTest("a message whose caller waits is claimed beyond its tenant's share", async ({ sql, tenant }) => {
  await noSendLimit(sql, tenant);
  for (let i = 0; i < 10; i++) await outbound(sql, tenant, phone(), "bulk", 3);
  await deliveriesForSlots(sql, 10);
  const id = await outbound(sql, tenant, phone(), "now");
  assert.deepEqual(bodies(await claimDeliveries(sql, { batch_size: 1, message_ids: [id] })), ["now"]);
});
