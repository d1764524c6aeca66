import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { noSendLimit, outbound, pace } from "./outbound.ts";
import {
  addTenant,
  age,
  as,
  call,
  claimDeliveries,
  claimReply,
  exchange,
  finish,
  message,
  phone,
  record,
  text,
} from "./support.ts";

dbTest("sms_claim_deliveries() hands out everything Twilio needs, once", async ({ sql, tenant }) => {
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

dbTest("many workers on one queue claim every delivery once", async ({ sql, tenant }) => {
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

dbTest("nothing overtakes a message of its pair that is tried again", async ({ sql, tenant }) => {
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

dbTest("a scheduled message waits for a newer one of its pair in flight", async ({ sql, tenant }) => {
  const to = phone();
  const scheduled = await outbound(sql, tenant, to, "For later");
  await sql`update sms_private.jobs set due_at = now() + interval '1 hour' where message_id = ${scheduled}`;
  const newer = await outbound(sql, tenant, to, "Now");
  const [job] = await claimDeliveries(sql);
  assert(job);
  assert.equal(job.message_id, newer);
  await sql`update sms_private.jobs set due_at = now() where message_id = ${scheduled}`;
  assert.deepEqual(await claimDeliveries(sql), []);
  await record(sql, job, "accepted", { message_sid: "SM1", status: "queued" });
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.message_id), [scheduled]);
});

dbTest("a reply is not delayed behind 100 messages of a broadcast", async ({ sql, tenant }) => {
  await noSendLimit(sql, tenant);
  await pace(sql, tenant, 1);
  for (let i = 0; i < 100; i++) await outbound(sql, tenant, phone(), `Bulk ${i}`, 3);
  const answer = await exchange(sql, tenant, phone());
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.message_id), [answer]);
  const waiting = await call(sql, "sms_claim_deliveries", { batch_size: 500, lease_seconds: 90 });
  assert.deepEqual(waiting.jobs, []);
  assert((waiting.next_due_in_ms as number) <= 1000 && (waiting.next_due_in_ms as number) > 0);
  await age(sql, tenant, "1 second");
  assert.equal((await claimDeliveries(sql)).length, 1, "then the broadcast, one a second");
  assert.equal((await claimDeliveries(sql)).length, 0);
});

emptyDbTest("pace counts segments, and a slow number does not hold up another", async ({ sql }) => {
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

emptyDbTest("numbers take turns, answers go first, and tenants keep to their share", async ({ sql }) => {
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
      "update public.sms_contacts set opted_out_at = now(), opt_out_source = 'person'",
      "RECIPIENT_OPTED_OUT",
    ],
    [
      "a block at the carrier",
      "insert into sms_private.sender_blocks select n.id, k.id from public.sms_numbers n, public.sms_contacts k",
      "RECIPIENT_OPTED_OUT",
    ],
    [
      "a country that is not allowed any more",
      "update public.sms_limits set allowed_countries = '{}'",
      "COUNTRY_NOT_ALLOWED",
    ],
    ["a number that changed", "update public.sms_numbers set number = '+14155558888'", "NOT_YOUR_NUMBER"],
  ] as const
) {
  dbTest(`${what} after the message was written cancels it, with the reason`, async ({ sql, tenant }) => {
    await sql`insert into public.sms_limits (user_id, allowed_countries) values (${tenant.userId}, '{DE}')`;
    const id = await outbound(sql, tenant, "+4915112345678", "Hallo");
    await sql.unsafe(change);
    assert.equal((await claimDeliveries(sql)).length, 0);
    const row = await message(sql, id);
    assert.deepEqual([row.status, row.error_code], ["canceled", code]);
    assert((row.error_message as string).length > 10);
    assert.equal((await sql`select from sms_private.jobs`).length, 0);
  });
}

dbTest("the claim checks the caps of automatic replies again", async ({ sql, tenant }) => {
  const from = phone();
  const first = await exchange(sql, tenant, from);
  await sql`insert into public.sms_limits (user_id, conversation_replies_per_hour) values (${tenant.userId}, 0)`;
  assert.equal((await claimDeliveries(sql)).length, 0);
  assert.deepEqual([(await message(sql, first)).status, (await message(sql, first)).error_code], [
    "canceled",
    "REPLY_CAP",
  ]);
});

dbTest("STOP cancels what is not claimed, for the whole tenant", async ({ sql, tenant }) => {
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

dbTest("sms_claim_deliveries() with ids claims only those", async ({ sql, tenant }) => {
  await outbound(sql, tenant, phone(), "Not this");
  const id = await outbound(sql, tenant, phone(), "This");
  assert.deepEqual((await claimDeliveries(sql, { message_ids: [id] })).map((j) => j.message_id), [id]);
});

dbTest("a scheduled message can be canceled until it is claimed", async ({ sql, tenant }) => {
  const me = { role: "authenticated" as const, userId: tenant.userId };
  const later = new Date(Date.now() + 3_600_000);
  const made = await as(
    sql,
    me,
    (mine) => call(mine, "sms_create_message", { to_number: phone(), body: "Reminder", send_at: later }),
  );
  const id = (made.message as { id: string; status: string }).id;
  assert.equal((made.message as { status: string }).status, "scheduled");
  assert.equal((await claimDeliveries(sql)).length, 0);
  await age(sql, tenant, "61 minutes");
  assert.equal((await claimDeliveries(sql)).length, 1);
  const late = await as(sql, me, (mine) => call(mine, "sms_cancel_message", { message_id: id }));
  assert.equal(late.outcome, "TOO_LATE");
});

dbTest("claims and status reports at once never deadlock", async ({ sql, tenant }) => {
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
      call(sql, "sms_claim_replies", { batch_size: 5, lease_seconds: 90 }),
    );
  }
  const failed = (await Promise.allSettled(work)).filter((w) => w.status === "rejected");
  assert.deepEqual(failed.map((f) => (f as PromiseRejectedResult).reason.message), []);
});

dbTest("a reply after START goes out", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "STOP");
  await text(sql, tenant, from, "start");
  await text(sql, tenant, from, "Open?");
  await finish(sql, await claimReply(sql));
  assert.equal((await claimDeliveries(sql)).length, 1);
});

emptyDbTest("claims say when to look again, or null", async ({ sql }) => {
  const tenant = await addTenant(sql, { reply_delay_ms: 5000 });
  const size = { batch_size: 5, lease_seconds: 90 };
  assert.deepEqual(await call(sql, "sms_claim_replies", size), { jobs: [], next_due_in_ms: null });
  assert.deepEqual(await call(sql, "sms_claim_deliveries", size), { jobs: [], next_due_in_ms: null });
  await text(sql, tenant, phone(), "Hi");
  const waiting = (await call(sql, "sms_claim_replies", size)).next_due_in_ms as number;
  assert(waiting > 0 && waiting <= 5000, `${waiting}`);
  await outbound(sql, tenant, phone(), "Now");
  await claimDeliveries(sql);
  const leased = (await call(sql, "sms_claim_deliveries", size)).next_due_in_ms as number;
  assert(leased > 5000 && leased <= 90_000, "a lease that may lapse is worth a look");
});

emptyDbTest("a job whose contact is gone goes by its conversation's contact", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [stopped, to] = [phone(), phone()];
  const lost = await outbound(sql, tenant, stopped, "Hi");
  const found = await outbound(sql, tenant, to, "Hi");
  const fine = await outbound(sql, other, stopped, "Hi");
  await sql`update sms_private.jobs set contact_id = gen_random_uuid() where user_id = ${tenant.userId}`;
  await sql`update public.sms_contacts set opted_out_at = now(), opt_out_source = 'keyword'
    where user_id = ${tenant.userId} and number = ${stopped}`;
  const claimed = (await claimDeliveries(sql)).map(({ message_id }) => message_id);
  assert.deepEqual(claimed.sort(), [found, fine].sort(), "nobody who opted out, and no other tenant held up");
  assert.deepEqual([(await message(sql, lost)).status, (await message(sql, lost)).error_code], [
    "canceled",
    "RECIPIENT_OPTED_OUT",
  ]);
});
