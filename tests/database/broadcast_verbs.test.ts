import { strict as assert } from "node:assert";
import { dbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { broadcastTo, messageOf, phones, send, textsOf, whileOpen } from "./sending.ts";
import {
  age,
  type Answer,
  call,
  callAs,
  claimDeliveries,
  message,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

type Change = "pause" | "resume" | "cancel" | "get";

function change(
  sql: Sql,
  tenant: Pick<Tenant, "userId">,
  what: Change,
  broadcast_id: string,
): Promise<Answer> {
  return callAs(sql, tenant, `sms_${what}_broadcast`, { broadcast_id });
}

/** As text, with the microseconds that a Date would lose. */
async function dueTimes(sql: Sql): Promise<string[]> {
  const rows = await sql`select (due_at at time zone 'utc')::text as due from sms_private.jobs
    where kind = 'deliver' order by message_id`;
  return rows.map((row) => row.due);
}

async function held(sql: Sql): Promise<boolean[]> {
  const rows = await sql`select held_at is not null as held from sms_private.jobs
    where kind = 'deliver' order by message_id`;
  return rows.map((row) => row.held);
}

dbTest("a paused broadcast is not claimed, and resumes where it stopped", async ({ sql, tenant }) => {
  const id = await broadcastTo(sql, tenant, phones(3));
  const [first] = await claimDeliveries(sql, { batch_size: 1 });
  assert(first);
  await record(sql, first, "accepted", { message_sid: "SM1", status: "queued" });
  const before = await dueTimes(sql);

  const paused = await change(sql, tenant, "pause", id);
  assert.deepEqual([paused.outcome, paused.totals], ["paused", { queued: 1, pending: 2 }]);
  const { paused_at } = paused.broadcast as { paused_at: string };
  assert(paused_at);
  const claim = await call(sql, "sms_claim_deliveries", { batch_size: 10, lease_seconds: 90 });
  assert.deepEqual(claim, { jobs: [], next_due_in_ms: null }, "and nobody waits for it");
  const again = await change(sql, tenant, "pause", id);
  assert.deepEqual(again, paused, "a second pause changes nothing");

  const resumed = await change(sql, tenant, "resume", id);
  assert.deepEqual(resumed, {
    ...paused,
    outcome: "resumed",
    broadcast: { ...paused.broadcast as object, paused_at: null },
  });
  assert.deepEqual(await dueTimes(sql), before);
  assert.deepEqual(await change(sql, tenant, "resume", id), resumed);
  assert.deepEqual(await dueTimes(sql), before, "a second resume changes nothing");
  const left = (await claimDeliveries(sql)).map((job) => job.message_id);
  assert.deepEqual(left, (await textsOf(sql, id)).slice(1).map((m) => m.id));
});

dbTest("a pause keeps schedule, back-off and place to the microsecond", async ({ sql, tenant }) => {
  const id = await broadcastTo(sql, tenant, phones(4));
  // A retry, the hour that a change of clocks skips, a leap day, a moment long ago.
  const moments = [
    "2026-11-23 08:00:00.123456",
    "2027-03-14 02:30:00",
    "2028-02-29 12:00:00",
    "2001-01-01 00:00:00",
  ];
  const texts = await textsOf(sql, id);
  for (const [i, m] of texts.entries()) {
    await sql`update sms_private.jobs set due_at = ${moments[i] ?? ""}::timestamp at time zone 'utc'
      where message_id = ${m.id}`;
  }
  const before = await dueTimes(sql);
  await change(sql, tenant, "pause", id);
  assert.deepEqual(await held(sql), Array(4).fill(true));
  await change(sql, tenant, "resume", id);
  assert.deepEqual(await held(sql), Array(4).fill(false));
  assert.deepEqual(await dueTimes(sql), before);
});

dbTest("a message that comes back unsent to a paused broadcast is held", async ({ sql, tenant }) => {
  const id = await broadcastTo(sql, tenant, phones(2));
  const [retried, returned] = await claimDeliveries(sql);
  assert(retried && returned);
  await change(sql, tenant, "pause", id);
  await record(sql, retried, "retry", { error_code: "429", error_message: "Too many." });
  await record(sql, returned, "not_started");
  await age(sql, tenant, "1 hour");
  assert.deepEqual(await claimDeliveries(sql), []);
  await change(sql, tenant, "resume", id);
  const claimed = (await claimDeliveries(sql)).map((job) => job.message_id).sort();
  assert.deepEqual(claimed, [retried.message_id, returned.message_id].sort());
});

/** A broadcast that is paused, and its one text, which a worker had then and gave back. */
async function pausedWithReturned(sql: Sql, tenant: Tenant): Promise<string> {
  const id = await broadcastTo(sql, tenant, phones(1));
  const [job] = await claimDeliveries(sql);
  assert(job);
  await change(sql, tenant, "pause", id);
  await record(sql, job, "not_started");
  await age(sql, tenant, "1 hour");
  return id;
}

dbTest("sms_resume_broadcast() releases what a claim holds at that moment", async ({ sql, tenant }) => {
  const id = await pausedWithReturned(sql, tenant);
  const resumed = await whileOpen(
    sql,
    async (open) => assert.deepEqual(await claimDeliveries(open), []),
    () => change(sql, tenant, "resume", id),
  );
  assert.equal(resumed.outcome, "resumed");
  assert.equal((await claimDeliveries(sql)).length, 1, "the text goes out");
});

dbTest("a claim neither waits for a broadcast being resumed nor loses a text", async ({ sql, tenant }) => {
  const id = await pausedWithReturned(sql, tenant);
  await sql.begin(async (resuming) => {
    await resuming`update public.sms_broadcasts set paused_at = null where id = ${id}`;
    const claimed = await sql.begin(async (claim) => {
      await claim`set local lock_timeout = '5s'`;
      return await claimDeliveries(claim as unknown as Sql);
    });
    assert.deepEqual(claimed, []);
  });
  assert.equal((await claimDeliveries(sql)).length, 1);
});

dbTest("a pause does not change the outcome of what a worker already has", async ({ sql, tenant }) => {
  const id = await broadcastTo(sql, tenant, phones(1));
  const [job] = await claimDeliveries(sql);
  assert(job);
  await change(sql, tenant, "pause", id);
  await record(sql, job, "accepted", { message_sid: "SM1", status: "sent" });
  assert.deepEqual((await change(sql, tenant, "get", id)).totals, { sent: 1 });
  await change(sql, tenant, "resume", id);
  assert.deepEqual(await claimDeliveries(sql), []);
});

dbTest("a paused broadcast holds back nothing else to the same contact", async ({ sql, tenant }) => {
  const contact = phone();
  const id = await broadcastTo(sql, tenant, [contact]);
  const [tried] = await claimDeliveries(sql);
  assert(tried);
  await record(sql, tried, "retry", { error_code: "429", error_message: "Too many." });
  const newer = messageOf(await send(sql, tenant, { to_number: contact }));
  assert.deepEqual(await claimDeliveries(sql), [], "until then nothing overtakes what is to be tried again");
  await change(sql, tenant, "pause", id);
  const claim = await claimDeliveries(sql);
  assert.deepEqual(claim.map((job) => job.message_id), [newer]);
});

dbTest("sms_worker_health() counts held deliveries as waiting, not as due", async ({ sql, tenant }) => {
  const counts = async () => {
    const { deliveries_due, deliveries_waiting, oldest_due_seconds } = await call(sql, "sms_worker_health");
    return [deliveries_due, deliveries_waiting, Number(oldest_due_seconds) > 0];
  };
  const id = await broadcastTo(sql, tenant, phones(2));
  await age(sql, tenant, "1 minute");
  assert.deepEqual(await counts(), [2, 0, true]);
  await change(sql, tenant, "pause", id);
  assert.deepEqual(await counts(), [0, 2, false]);
  await change(sql, tenant, "resume", id);
  assert.deepEqual(await counts(), [2, 0, true]);
});

dbTest("a paused broadcast's number goes on with everything else", async ({ sql, tenant }) => {
  await change(sql, tenant, "pause", await broadcastTo(sql, tenant, phones(5)));
  await send(sql, tenant, { send_at: new Date(Date.now() + 60_000) });
  const { next_due_in_ms } = await call(sql, "sms_claim_deliveries", { batch_size: 10, lease_seconds: 90 });
  assert((next_due_in_ms as number) > 0 && (next_due_in_ms as number) <= 60_000);
  const running = await broadcastTo(sql, tenant, phones(2));
  const claimed = (await claimDeliveries(sql)).map((job) => job.message_id);
  assert.deepEqual(claimed, (await textsOf(sql, running)).map((m) => m.id));
});

dbTest("a message that waits for its pair is due as soon beside a pause", async ({ sql, tenant }) => {
  const contact = phone();
  await send(sql, tenant, { to_number: contact });
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "unknown");
  await send(sql, tenant, { to_number: contact });
  const look = () => call(sql, "sms_claim_deliveries", { batch_size: 10, lease_seconds: 90 });
  const before = await look();
  await change(sql, tenant, "pause", await broadcastTo(sql, tenant, phones(2)));
  assert.deepEqual(await look(), before);
});

dbTest("STOP and sms_cancel_message() cancel messages of a paused broadcast", async ({ sql, tenant }) => {
  const [stopped, canceled, left] = phones(3) as [string, string, string];
  const id = await broadcastTo(sql, tenant, [stopped, canceled, left]);
  await change(sql, tenant, "pause", id);
  await text(sql, tenant, stopped, "STOP");
  const [, second] = await textsOf(sql, id);
  assert.deepEqual(await callAs(sql, tenant, "sms_cancel_message", { message_id: second?.id }), {
    outcome: "canceled",
  });
  const resumed = await change(sql, tenant, "resume", id);
  assert.deepEqual(resumed.totals, { canceled: 2, pending: 1 });
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.to_number), [left]);
  assert.deepEqual(
    (await textsOf(sql, id)).map((m) => m.error_code),
    ["RECIPIENT_OPTED_OUT", "CANCELED_BY_USER", null],
  );
});

for (const paused of [false, true]) {
  dbTest(`sms_cancel_broadcast() cancels the unsent${paused ? ", paused" : ""}`, async ({ sql, tenant }) => {
    const id = await broadcastTo(sql, tenant, phones(3));
    const [claimed] = await claimDeliveries(sql, { batch_size: 1 });
    assert(claimed);
    if (paused) await change(sql, tenant, "pause", id);
    const canceled = await change(sql, tenant, "cancel", id);
    assert.deepEqual([canceled.outcome, canceled.totals], ["canceled", { canceled: 2, pending: 1 }]);
    assert((canceled.broadcast as { canceled_at: string }).canceled_at);
    for (const m of (await textsOf(sql, id)).slice(1)) {
      assert.deepEqual([m.status, m.error_code], ["canceled", "CANCELED_BY_USER"]);
      const events =
        await sql`select status, source from public.sms_message_events where message_id = ${m.id}`;
      assert.deepEqual(events.map((event) => ({ ...event })), [{ status: "canceled", source: "user" }]);
    }
    assert.equal((await sql`select from sms_private.jobs`).length, 1);
    assert.deepEqual(await change(sql, tenant, "cancel", id), canceled, "a second cancel changes nothing");
    for (const what of ["pause", "resume"] as const) {
      assert.deepEqual(await change(sql, tenant, what, id), { outcome: "TOO_LATE" });
    }
    // What the worker had was never handed over: it is not sent after all.
    await record(sql, claimed, "not_started");
    assert.deepEqual(await claimDeliveries(sql), []);
    assert.equal((await message(sql, claimed.message_id)).error_code, "CANCELED_BY_USER");
  });
}

dbTest("sms_cancel_broadcast() leaves what a worker claims at that moment", async ({ sql, tenant }) => {
  const id = await broadcastTo(sql, tenant, phones(2));
  const canceled = await whileOpen(
    sql,
    (open) => claimDeliveries(open, { batch_size: 1 }),
    () => change(sql, tenant, "cancel", id),
  );
  assert.deepEqual(canceled.totals, { canceled: 1, pending: 1 });
});

dbTest("sms_pause_broadcast() leaves what a worker claims at that moment", async ({ sql, tenant }) => {
  const id = await broadcastTo(sql, tenant, phones(2));
  await whileOpen(
    sql,
    (open) => claimDeliveries(open, { batch_size: 1 }),
    () => change(sql, tenant, "pause", id),
  );
  // Which of the two the worker took is not the point.
  const jobs = await sql`select in_flight, held_at is not null as held from sms_private.jobs
    order by in_flight desc`;
  assert.deepEqual(jobs.map((job) => [job.in_flight, job.held]), [[true, false], [false, true]]);
});

dbTest("sms_get_broadcast() counts the messages by what became of them", async ({ sql, tenant }) => {
  const id = await broadcastTo(sql, tenant, phones(4));
  const jobs = await claimDeliveries(sql, { batch_size: 3 });
  const outcomes = [["accepted", { message_sid: "SM1", status: "delivered" }], ["unknown", {}], ["refused", {
    error_code: "21211",
  }]] as const;
  for (const [i, [outcome, more]] of outcomes.entries()) {
    const job = jobs[i];
    assert(job);
    await record(sql, job, outcome, more);
  }
  const found = await change(sql, tenant, "get", id);
  assert.deepEqual(
    [found.outcome, (found.broadcast as { id: string }).id, found.totals],
    ["found", id, { delivered: 1, unconfirmed: 1, failed: 1, pending: 1 }],
  );
  const empty = await broadcastTo(sql, tenant, ["nobody"]);
  assert.deepEqual((await change(sql, tenant, "get", empty)).totals, {});
});
