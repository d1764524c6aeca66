import { strict as assert } from "node:assert";
import { acceptedResult } from "../support/results.ts";
import { dbTest } from "./db_test.ts";
import { outbound } from "./outbound.ts";
import {
  age,
  call,
  claimDeliveries,
  conversation,
  exchange,
  message,
  messageSid,
  phone,
  record,
  text,
  withNumber,
} from "./support.ts";

dbTest("sms_record_deliveries() stores SID and segments, and ends the job", async ({ sql, tenant }) => {
  const id = await exchange(sql, tenant, phone());
  const [job] = await claimDeliveries(sql);
  assert(job);
  const sid = messageSid();
  const accepted = { message_sid: sid, status: "queued", num_segments: 2 };
  assert.equal(await record(sql, job, "accepted", accepted), "recorded");
  const row = await message(sql, id);
  assert.deepEqual([row.message_sid, row.status, row.num_segments], [sid, "queued", 2]);
  const events = await sql`select source, status, message_sid from public.sms_message_events`;
  assert.deepEqual(events.map((e) => ({ ...e })), [{ source: "create", status: "queued", message_sid: sid }]);
  assert.equal((await sql`select from sms_private.jobs`).length, 0);
});

dbTest("an acceptance counts without the lease; a second SID is doubled", async ({ sql, tenant }) => {
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
  assert.equal((await call(sql, "sms_worker_health")).doubled, 1);
});

dbTest("a refusal says why and the text stays, as failed", async ({ sql, tenant }) => {
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

dbTest("21610 blocks one number and contact until a keyword lifts it", async ({ sql, tenant }) => {
  const other = await withNumber(sql, tenant);
  const from = phone();
  await exchange(sql, tenant, from);
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "refused", { error_code: "21610", error_message: "Opted out." });
  const blocked = await text(sql, tenant, from, "Hello?");
  assert.equal(blocked.reply_due_in_ms, null);
  assert.equal((await conversation(sql, blocked.conversation_id)).ai_paused_reason, "sender_blocked");
  assert.equal((await text(sql, other, from, "Hello?")).reply_due_in_ms, 0);
  await sql`delete from sms_private.jobs`;
  assert.equal((await text(sql, tenant, from, "START")).keyword, "in");
  assert.equal((await text(sql, tenant, from, "Hello again")).reply_due_in_ms, 0);
});

dbTest("21610 recorded after a newer START does not silence the contact", async ({ sql, tenant }) => {
  const from = phone();
  const id = await exchange(sql, tenant, from);
  const [job] = await claimDeliveries(sql);
  assert(job);
  await text(sql, tenant, from, "STOP");
  await text(sql, tenant, from, "START");
  await record(sql, job, "refused", { error_code: "21610", error_message: "Opted out." });
  const { status, error_code } = await message(sql, id);
  assert.deepEqual([status, error_code], ["failed", "21610"]);
  assert.equal((await text(sql, tenant, from, "Are you open?")).reply_due_in_ms, 0);
});

dbTest("what was not accepted is tried again, then set aside as failed", async ({ sql, tenant }) => {
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
    // Longer than the longest back-off, and all tries within the half hour that an answer may wait.
    await age(sql, tenant, "200 seconds");
  }
  assert.deepEqual([(await message(sql, id)).status, (await message(sql, id)).error_code], [
    "failed",
    "20429",
  ]);
  assert.equal((await call(sql, "sms_worker_health")).set_aside, 1);
});

dbTest(
  "a Twilio that cannot be reached is named by the failed message and in health",
  async ({ sql, tenant }) => {
    const id = await exchange(sql, tenant, phone());
    const error_message = "Twilio could not be reached. Send the message again later.";
    const health = async () =>
      await call(sql, "sms_worker_health") as unknown as {
        last_errors: { error: string }[];
        set_aside_reasons: Record<string, number>;
      };
    const [first] = await claimDeliveries(sql);
    assert(first);
    await record(sql, first, "retry", { error_message });
    assert.equal((await health()).last_errors[0]?.error, `CARRIER_UNAVAILABLE: ${error_message}`);
    await sql`update sms_private.jobs set attempts = 7`;
    await age(sql, tenant, "10 minutes");
    const [last] = await claimDeliveries(sql);
    assert(last);
    assert.equal(await record(sql, last, "retry", { error_message }), "set_aside");
    const { error_code, error_message: told } = await message(sql, id);
    assert.deepEqual([error_code, told], ["CARRIER_UNAVAILABLE", error_message]);
    assert.deepEqual((await health()).set_aside_reasons, { CARRIER_UNAVAILABLE: 1 });
  },
);

dbTest("an unknown outcome is not sent again and holds back only its pair", async ({ sql, tenant }) => {
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
  const health = await call(sql, "sms_worker_health");
  assert.equal(health.deliveries_unconfirmed, 1);
});

dbTest("a status callback resolves an unknown outcome and frees the pair", async ({ sql, tenant }) => {
  const to = phone();
  const id = await outbound(sql, tenant, to, "First");
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "unknown");
  await outbound(sql, tenant, to, "Second");
  const answer = await call(sql, "sms_record_status", {
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

dbTest("not_started gives the text back without counting a try", async ({ sql, tenant }) => {
  await exchange(sql, tenant, phone());
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "not_started");
  const [row] = await sql`select attempts, in_flight from sms_private.jobs`;
  assert.deepEqual([row?.attempts, row?.in_flight], [0, false]);
  assert.equal((await claimDeliveries(sql)).length, 1);
});

for (const outcome of ["not_started", "retry"]) {
  dbTest(`a late ${outcome} takes our own doubt back: it waits again`, async ({ sql, tenant }) => {
    const id = await exchange(sql, tenant, phone());
    const [job] = await claimDeliveries(sql);
    assert(job);
    await age(sql, tenant, "2 minutes");
    await claimDeliveries(sql);
    assert.equal((await message(sql, id)).status, "unconfirmed");
    assert.equal(await record(sql, job, outcome), "recorded");
    assert.deepEqual([(await message(sql, id)).status, (await message(sql, id)).error_code], [
      "pending",
      null,
    ]);
    await age(sql, tenant, "1 minute");
    assert.deepEqual((await claimDeliveries(sql)).map((j) => j.message_id), [id]);
    assert.equal(
      await record(sql, job, "refused", { error_code: "1" }),
      "stale",
      "its lease is another's now",
    );
  });
}

dbTest("a result that cannot be recorded leaves its neighbours alone", async ({ sql, tenant }) => {
  const ids = [await exchange(sql, tenant, phone()), await exchange(sql, tenant, phone())];
  const jobs = await claimDeliveries(sql);
  const results = jobs.map((job) => ({
    ...acceptedResult(job),
    message_sid: messageSid(),
    num_segments: job.message_id === ids[0] ? "many" : 1,
  }));
  const outcomes = new Map(
    (await call(sql, "sms_record_deliveries", { results }) as unknown as {
      message_id: string;
      outcome: string;
    }[])
      .map(({ message_id, outcome }) => [message_id, outcome]),
  );
  assert.deepEqual(ids.map((id) => outcomes.get(id)), ["error", "recorded"]);
  const { last_errors } = await call(sql, "sms_worker_health") as unknown as {
    last_errors: { error: string }[];
  };
  assert.match(last_errors[0]?.error ?? "", /^NOT_RECORDABLE: 22P02/);
});
