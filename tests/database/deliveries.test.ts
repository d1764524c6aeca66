import { strict as assert } from "node:assert";
import { testDatabase } from "../support/postgres.ts";
import {
  addTenant,
  age,
  as,
  call,
  claimDeliveries,
  claimReply,
  conversation,
  exchange,
  finish,
  message,
  messageSid,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";
import type { Sql } from "postgres";

/** A text from the tenant's app or a bulk run, with a priority. Returns its id. */
async function outbound(sql: Sql, tenant: Tenant, to: string, body: string, priority = 1): Promise<string> {
  const answer =
    (await sql`select private.create_message(${tenant.userId}, 'system', ${to}, ${body}, null, '{}', null,
    null) as answer`)[0]?.answer;
  assert.equal(answer.outcome, "created", JSON.stringify(answer));
  await sql`update private.jobs set priority = ${priority} where message_id = ${answer.message.id}`;
  return answer.message.id;
}

async function noSendLimit(sql: Sql, tenant: Tenant): Promise<void> {
  await sql`insert into public.user_limits (user_id, sends_per_minute) values (${tenant.userId}, null)`;
}

async function pace(sql: Sql, tenant: Tenant, segmentsPerSecond: number): Promise<void> {
  await sql`update public.phone_numbers set segments_per_second = ${segmentsPerSecond} where id = ${tenant.numberId}`;
}

Deno.test("claim_deliveries() hands out everything Twilio needs, once", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const from = phone();
  const id = await exchange(sql, tenant, from);
  const [job, ...others] = await claimDeliveries(sql);
  assert.equal(others.length, 0);
  assert.deepEqual(
    [job?.message_id, job?.account_sid, job?.from_number, job?.to_number, job?.body],
    [id, tenant.accountSid, tenant.number, from, "We open at nine."],
  );
  assert.equal((await claimDeliveries(sql)).length, 0);
});

Deno.test("many workers on one queue claim every delivery once", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await noSendLimit(sql, tenant);
  for (let i = 0; i < 60; i++) await outbound(sql, tenant, phone(), "Hi");
  const ids: string[] = [];
  while (ids.length < 60) {
    const batches = await Promise.all(
      Array.from({ length: 6 }, () => claimDeliveries(sql, { batch_size: 7 })),
    );
    assert(batches.flat().length > 0);
    ids.push(...batches.flat().map((j) => j.message_id));
  }
  assert.equal(new Set(ids).size, 60);
});

Deno.test("record_deliveries() ties the SID, counts Twilio's segments and ends the job", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const id = await exchange(sql, tenant, phone());
  const [job] = await claimDeliveries(sql);
  assert(job);
  const sid = messageSid();
  const accepted = { message_sid: sid, status: "queued", num_segments: 2 };
  assert.equal(await record(sql, job, "accepted", accepted), "recorded");
  const row = await message(sql, id);
  assert.deepEqual([row.message_sid, row.status, row.num_segments], [sid, "queued", 2]);
  const events = await sql`select source, status, message_sid from public.message_events`;
  assert.deepEqual(events.map((e) => ({ ...e })), [{ source: "create", status: "queued", message_sid: sid }]);
  assert.equal((await sql`select from private.jobs`).length, 0);
});

Deno.test("an acceptance is recorded whoever holds the lease, and a second SID is kept as doubled", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const id = await exchange(sql, tenant, phone());
  const [job] = await claimDeliveries(sql);
  assert(job);
  await age(sql, tenant, "2 minutes");
  assert.equal((await claimDeliveries(sql)).length, 0);
  assert.equal((await message(sql, id)).status, "unconfirmed");
  const sid = messageSid();
  assert.equal(await record(sql, job, "accepted", { message_sid: sid, status: "queued" }), "recorded");
  assert.equal((await message(sql, id)).status, "queued");
  const second = { message_sid: messageSid(), status: "queued" };
  assert.equal(await record(sql, job, "accepted", second), "doubled");
  assert.equal((await message(sql, id)).message_sid, sid);
  assert.equal((await call(sql, "worker_health")).doubled, 1);
});

Deno.test("a refusal says why and the text stays, as failed", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const id = await exchange(sql, tenant, phone());
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "refused", { error_code: "21614", error_message: "This is not a mobile number." });
  const row = await message(sql, id);
  assert.deepEqual([row.status, row.error_code, row.error_message], [
    "failed",
    "21614",
    "This is not a mobile number.",
  ]);
  assert.equal((await claimDeliveries(sql)).length, 0);
});

Deno.test("21610 blocks only that sender and contact, until a keyword on that sender lifts it", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const second = await call(sql, "save_phone_number", {
    owner_id: tenant.userId,
    account_sid: tenant.accountSid,
    number: phone(),
    assistant_id: tenant.assistantId,
  });
  const other = second.phone_number as { number: string };
  const from = phone();
  await exchange(sql, tenant, from);
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "refused", { error_code: "21610", error_message: "Opted out." });
  const blocked = await text(sql, tenant, from, "Hello?");
  assert.equal(blocked.reply_due_in_ms, null);
  assert.equal((await conversation(sql, blocked.conversation_id)).ai_paused_reason, "sender_blocked");
  assert.equal((await text(sql, { ...tenant, number: other.number }, from, "Hello?")).reply_due_in_ms, 0);
  await sql`delete from private.jobs`;
  assert.equal((await text(sql, tenant, from, "START")).keyword, "in");
  assert.equal((await text(sql, tenant, from, "Hello again")).reply_due_in_ms, 0);
});

Deno.test("what was provably not accepted is tried again with back-off, then set aside as failed", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const id = await exchange(sql, tenant, phone());
  for (let attempt = 1; attempt <= 8; attempt++) {
    const [job] = await claimDeliveries(sql);
    assert(job, `attempt ${attempt}`);
    const outcome = await record(sql, job, "retry", {
      error_code: "20429",
      error_message: "Too many requests.",
    });
    assert.equal(outcome, attempt < 8 ? "recorded" : "set_aside");
    assert.equal((await claimDeliveries(sql)).length, 0, "not before the back-off");
    await age(sql, tenant, "10 minutes");
  }
  assert.deepEqual([(await message(sql, id)).status, (await message(sql, id)).error_code], [
    "failed",
    "20429",
  ]);
  assert.equal((await call(sql, "worker_health")).set_aside, 1);
});

Deno.test("an unknown outcome is unconfirmed, never sent again blindly, and holds back its pair only", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const [one, two] = [phone(), phone()];
  const id = await outbound(sql, tenant, one, "First");
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "unknown", { error_code: "TIMEOUT", error_message: "No answer." });
  assert.equal((await message(sql, id)).status, "unconfirmed");
  await outbound(sql, tenant, one, "Second");
  await outbound(sql, tenant, two, "Other");
  await age(sql, tenant, "1 hour");
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.body), ["Other"]);
  const health = await call(sql, "worker_health");
  assert.equal(health.deliveries_unconfirmed, 1);
});

Deno.test("a status callback resolves an unknown outcome and lets the pair go on", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const to = phone();
  const id = await outbound(sql, tenant, to, "First");
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "unknown");
  await outbound(sql, tenant, to, "Second");
  const answer = await call(sql, "record_status", {
    account_sid: tenant.accountSid,
    message_sid: messageSid(),
    from_number: tenant.number,
    to_number: to,
    status: "sent",
    error_code: null,
    error_message: null,
    message_id: id,
  });
  assert.deepEqual([answer.outcome, answer.status], ["recorded", "sent"]);
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.body), ["Second"]);
});

Deno.test("order is kept within a pair: nothing overtakes a text that is tried again", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const to = phone();
  await outbound(sql, tenant, to, "First");
  await outbound(sql, tenant, to, "Second");
  const [first, ...others] = await claimDeliveries(sql);
  assert.deepEqual([first?.body, others.length], ["First", 0]);
  assert(first);
  await record(sql, first, "retry");
  assert.equal((await claimDeliveries(sql)).length, 0);
  await age(sql, tenant, "1 minute");
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.body), ["First"]);
});

Deno.test("not_started gives the text back without counting a try", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await exchange(sql, tenant, phone());
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "not_started");
  const [row] = await sql`select attempts, in_flight from private.jobs`;
  assert.deepEqual([row?.attempts, row?.in_flight], [0, false]);
  assert.equal((await claimDeliveries(sql)).length, 1);
});

Deno.test("at one segment a second, an answer is not delayed behind 100 queued bulk rows", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await noSendLimit(sql, tenant);
  await pace(sql, tenant, 1);
  for (let i = 0; i < 100; i++) await outbound(sql, tenant, phone(), `Bulk ${i}`, 3);
  const answer = await exchange(sql, tenant, phone());
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.message_id), [answer]);
  const waiting = await call(sql, "claim_deliveries", { batch_size: 500, lease_seconds: 90 });
  assert.deepEqual(waiting.jobs, []);
  assert((waiting.next_due_in_ms as number) <= 1000 && (waiting.next_due_in_ms as number) > 0);
  await age(sql, tenant, "1 second");
  assert.equal((await claimDeliveries(sql)).length, 1, "then the bulk, one a second");
  assert.equal((await claimDeliveries(sql)).length, 0);
});

Deno.test("pace counts segments, and a slow number does not hold up another", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [slow, quick] = [await addTenant(sql), await addTenant(sql)];
  await pace(sql, slow, 1);
  await outbound(sql, slow, phone(), "x".repeat(400));
  await outbound(sql, slow, phone(), "next");
  assert.equal((await claimDeliveries(sql)).length, 1);
  await age(sql, slow, "2 seconds");
  assert.equal((await claimDeliveries(sql)).length, 0, "400 characters take three segments");
  await outbound(sql, quick, phone(), "mine");
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.body), ["mine"]);
  await age(sql, slow, "1 second");
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.body), ["next"]);
});

Deno.test("numbers take turns, answers before bulk, and one tenant takes no more than its share", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [loud, quiet] = [await addTenant(sql), await addTenant(sql)];
  await noSendLimit(sql, loud);
  for (let i = 0; i < 30; i++) await outbound(sql, loud, phone(), "Bulk", 3);
  const answer = await exchange(sql, quiet, phone());
  const [first] = await claimDeliveries(sql, { batch_size: 1 });
  assert.equal(first?.message_id, answer);
  assert.equal((await claimDeliveries(sql, { per_tenant: 12 })).length, 12);
  assert.equal((await claimDeliveries(sql, { per_tenant: 12 })).length, 0);
});

for (
  const [what, change, code] of [
    [
      "an opt-out that missed the text",
      "update public.contacts set opted_out_at = now(), opt_out_source = 'person'",
      "RECIPIENT_OPTED_OUT",
    ],
    [
      "a block at the carrier",
      "insert into private.sender_blocks select n.id, k.id from public.phone_numbers n, public.contacts k",
      "RECIPIENT_OPTED_OUT",
    ],
    [
      "a country that is not allowed any more",
      "update public.user_limits set allowed_countries = '{}'",
      "COUNTRY_NOT_ALLOWED",
    ],
    ["a number that changed", "update public.phone_numbers set number = '+14155558888'", "NOT_YOUR_NUMBER"],
  ] as const
) {
  Deno.test(`${what} after the text was written settles it as canceled, with the reason`, async () => {
    await using database = await testDatabase();
    const { sql } = database;
    const tenant = await addTenant(sql);
    await sql`insert into public.user_limits (user_id, allowed_countries) values (${tenant.userId}, '{DE}')`;
    const id = await outbound(sql, tenant, "+4915112345678", "Hallo");
    await sql.unsafe(change);
    assert.equal((await claimDeliveries(sql)).length, 0);
    const row = await message(sql, id);
    assert.deepEqual([row.status, row.error_code], ["canceled", code]);
    assert((row.error_message as string).length > 10);
    assert.equal((await sql`select from private.jobs`).length, 0);
  });
}

Deno.test("the claim checks the caps of automatic replies again", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const from = phone();
  const first = await exchange(sql, tenant, from);
  await sql`insert into public.user_limits (user_id, conversation_replies_per_hour) values (${tenant.userId}, 0)`;
  assert.equal((await claimDeliveries(sql)).length, 0);
  assert.deepEqual([(await message(sql, first)).status, (await message(sql, first)).error_code], [
    "canceled",
    "REPLY_CAP",
  ]);
});

Deno.test("STOP takes back what was not claimed, for the whole tenant, and leaves what is in flight", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const [from, other] = [phone(), phone()];
  const flying = await outbound(sql, tenant, from, "In flight");
  await claimDeliveries(sql);
  const waiting = await outbound(sql, tenant, from, "Waiting");
  const elsewhere = await outbound(sql, tenant, other, "Somebody else");
  await text(sql, tenant, from, "STOP");
  assert.equal((await message(sql, waiting)).status, "canceled");
  assert.equal((await message(sql, flying)).status, "pending");
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.message_id), [elsewhere]);
});

Deno.test("claim_deliveries() with ids claims only those", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await outbound(sql, tenant, phone(), "Not this");
  const id = await outbound(sql, tenant, phone(), "This");
  assert.deepEqual((await claimDeliveries(sql, { message_ids: [id] })).map((j) => j.message_id), [id]);
});

Deno.test("a scheduled text is not claimed before its time, and can be taken back until it is claimed", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const me = { role: "authenticated" as const, userId: tenant.userId };
  const later = new Date(Date.now() + 3_600_000);
  const made = await as(
    sql,
    me,
    (mine) => call(mine, "create_message", { to_number: phone(), body: "Reminder", send_at: later }),
  );
  const id = (made.message as { id: string; status: string }).id;
  assert.equal((made.message as { status: string }).status, "scheduled");
  assert.equal((await claimDeliveries(sql)).length, 0);
  await age(sql, tenant, "61 minutes");
  assert.equal((await claimDeliveries(sql)).length, 1);
  const late = await as(sql, me, (mine) => call(mine, "cancel_message", { message_id: id }));
  assert.equal(late.outcome, "TOO_LATE");
});

Deno.test("claims and status reports at once never deadlock", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await noSendLimit(sql, tenant);
  const contacts = Array.from({ length: 10 }, phone);
  const work: Promise<unknown>[] = [];
  for (let round = 0; round < 6; round++) {
    for (const from of contacts) {
      work.push(text(sql, tenant, from, round === 4 ? "STOP" : "Hi"));
      work.push(outbound(sql, tenant, phone(), "Bulk", 3));
    }
    work.push(
      claimDeliveries(sql, { batch_size: 5 }),
      call(sql, "claim_replies", { batch_size: 5, lease_seconds: 90 }),
    );
  }
  const failed = (await Promise.allSettled(work)).filter((w) => w.status === "rejected");
  assert.deepEqual(failed.map((f) => (f as PromiseRejectedResult).reason.message), []);
});

Deno.test("a reply after START goes out", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const from = phone();
  await text(sql, tenant, from, "STOP");
  await text(sql, tenant, from, "start");
  await text(sql, tenant, from, "Open?");
  await finish(sql, await claimReply(sql));
  assert.equal((await claimDeliveries(sql)).length, 1);
});

Deno.test("claims say when to look again, and null when there is nothing to wait for", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql, { reply_delay_ms: 5000 });
  const size = { batch_size: 5, lease_seconds: 90 };
  assert.deepEqual(await call(sql, "claim_replies", size), { jobs: [], next_due_in_ms: null });
  assert.deepEqual(await call(sql, "claim_deliveries", size), { jobs: [], next_due_in_ms: null });
  await text(sql, tenant, phone(), "Hi");
  const waiting = (await call(sql, "claim_replies", size)).next_due_in_ms as number;
  assert(waiting > 0 && waiting <= 5000, `${waiting}`);
  await outbound(sql, tenant, phone(), "Now");
  await claimDeliveries(sql);
  const leased = (await call(sql, "claim_deliveries", size)).next_due_in_ms as number;
  assert(leased > 5000 && leased <= 90_000, "a lease that may lapse is worth a look");
});
