import { strict as assert } from "node:assert";
import { refuseWrites } from "../support/poison.ts";
import { replyResult } from "../support/results.ts";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addTenant,
  age,
  type Answer,
  call,
  claimDeliveries,
  claimReplies,
  conversation,
  exchange,
  message,
  messageSid,
  phone,
  stateOf,
  text,
} from "./support.ts";
import { claimLookup, listed, recordLookup } from "./lookups.ts";

// Rows that cannot be written: here a trigger of the project's own refuses them, as any constraint or mistake may.

async function jobFor(sql: Sql, id: unknown) {
  const [job] = await sql`select * from sms_private.jobs
    where message_id = ${id as string} or conversation_id = ${id as string}`;
  assert(job);
  return job;
}

const health = (sql: Sql) =>
  call(sql, "sms_worker_health") as Promise<Answer & { last_errors: Record<string, unknown>[] }>;

emptyDbTest("a conversation whose failure cannot be recorded is set aside", async ({ sql }) => {
  const tenant = await addTenant(sql, { error_message: "Sorry." });
  const [poison, fine] = [await text(sql, tenant, phone(), "Hi"), await text(sql, tenant, phone(), "Hi")];
  await refuseWrites(
    sql,
    "update on public.sms_conversations",
    `new.id = '${poison.conversation_id}' and new.ai_paused_reason = 'answer_failed'`,
  );
  const failure = { code: "MODEL_REFUSED", message: "no", permanent: true, retry_after_ms: null };
  const results = (await claimReplies(sql)).map((job) =>
    replyResult(job, job.conversation_id === poison.conversation_id ? { failure } : {})
  );
  const answers = await call(sql, "sms_finish_replies", { results }) as unknown as Answer[];
  assert.deepEqual(answers.map(({ outcome }) => outcome).sort(), ["set_aside", "stored"]);
  assert.equal((await conversation(sql, fine.conversation_id)).last_seq, "2");
  const job = await jobFor(sql, poison.conversation_id);
  assert(job.set_aside_at instanceof Date);
  assert.match(job.last_error, /^MODEL_REFUSED: no, NOT_STORABLE: poison/);
  assert.equal((await health(sql)).set_aside, 1);
});

emptyDbTest("nor does one that cannot say that its number lost its assistant", async ({ sql }) => {
  const [tenant, neighbour] = [await addTenant(sql), await addTenant(sql)];
  const poison = await text(sql, tenant, phone(), "Hi");
  const fine = await text(sql, neighbour, phone(), "Hi");
  await sql`update public.sms_numbers set assistant_id = null where user_id = ${tenant.userId}`;
  await refuseWrites(sql, "update on public.sms_conversations", `new.id = '${poison.conversation_id}'`);
  assert.deepEqual((await claimReplies(sql)).map((job) => job.conversation_id), [fine.conversation_id]);
  assert.match((await jobFor(sql, poison.conversation_id)).last_error, /^NOT_STORABLE: poison/);
  assert.equal((await health(sql)).set_aside, 1);
});

dbTest("a reply whose worker was lost too often stops no other claim", async ({ sql, tenant }) => {
  const poison = await text(sql, tenant, phone(), "Hi");
  await refuseWrites(
    sql,
    "update on public.sms_conversations",
    `new.id = '${poison.conversation_id}' and new.ai_paused_reason = 'answer_failed'`,
  );
  for (let lost = 0; lost < 5; lost++) {
    assert.equal((await claimReplies(sql)).length, 1);
    await age(sql, tenant, "2 minutes");
  }
  const fine = await text(sql, tenant, phone(), "Hi");
  assert.deepEqual((await claimReplies(sql)).map((job) => job.conversation_id), [fine.conversation_id]);
  assert.match((await jobFor(sql, poison.conversation_id)).last_error, /^WORKER_LOST, NOT_STORABLE/);
});

dbTest("a delivery that can never be recorded ends set aside", async ({ sql, tenant }) => {
  const contact = phone();
  const poison = await exchange(sql, tenant, contact);
  await refuseWrites(sql, "insert on public.sms_message_events", `new.message_id = '${poison}'`);
  assert.equal((await claimDeliveries(sql)).length, 1);
  // Twilio took it; nothing that is said of it can be written.
  await age(sql, tenant, "2 minutes");
  const fine = await exchange(sql, tenant, phone());
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.message_id), [fine], "others go on");
  assert.match((await jobFor(sql, poison)).last_error, /^NOT_RECORDABLE: P0001 poison/);
  const job = await claimLookup(sql);
  assert.equal(await recordLookup(sql, job, [listed(job)]), "postponed");
  await age(sql, tenant, "2 hours");
  const last = await claimLookup(sql);
  assert.equal(await recordLookup(sql, last, [listed(last)]), "set_aside");
  const { set_aside_at, in_flight, last_error } = await jobFor(sql, poison);
  assert.deepEqual([set_aside_at instanceof Date, in_flight], [true, false]);
  assert.match(last_error, /^LOOKUP_FAILED: NOT_RECORDABLE P0001 poison, NOT_RECORDABLE: poison/);
  const next = await exchange(sql, tenant, contact);
  assert.deepEqual((await claimDeliveries(sql)).map((one) => one.message_id), [next], "its pair goes on");
  assert.deepEqual((await health(sql)).set_aside_reasons, { LOOKUP_FAILED: 1 });
});

dbTest("a message that cannot be canceled stops no claim and is not sent", async ({ sql, tenant }) => {
  const contact = phone();
  const poison = await exchange(sql, tenant, contact);
  const fine = await exchange(sql, tenant, phone());
  await sql`update public.sms_contacts set opted_out_at = now(), opt_out_source = 'person' where number = ${contact}`;
  await refuseWrites(sql, "update on public.sms_messages", `new.id = '${poison}'`);
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.message_id), [fine]);
  assert.match((await jobFor(sql, poison)).last_error, /^NOT_RECORDABLE: RECIPIENT_OPTED_OUT, P0001 poison/);
  assert.deepEqual((await health(sql)).set_aside_reasons, { NOT_RECORDABLE: 1 });
});

dbTest("STOP is honoured although one message cannot be canceled", async ({ sql, tenant }) => {
  const contact = phone();
  const poison = await exchange(sql, tenant, contact);
  await refuseWrites(sql, "update on public.sms_messages", `new.id = '${poison}'`);
  assert.equal((await text(sql, tenant, contact, "STOP")).keyword, "out");
  const [row] = await sql`select opted_out_at from public.sms_contacts where number = ${contact}`;
  assert(row?.opted_out_at instanceof Date);
  assert.deepEqual(await claimDeliveries(sql), []);
});

dbTest("nothing is given up on for an error that may not come back", async ({ sql, tenant }) => {
  const contact = phone();
  const id = await exchange(sql, tenant, contact);
  await sql`update public.sms_contacts set opted_out_at = now(), opt_out_source = 'person' where number = ${contact}`;
  await refuseWrites(sql, "update on public.sms_messages", `new.id = '${id}'`, "40P01");
  assert.equal(await stateOf(claimDeliveries(sql)), "40P01");
  assert.equal((await jobFor(sql, id)).set_aside_at, null);
  assert.equal((await message(sql, id)).status, "pending");
});

dbTest("a refused inbound text is shown until it is stored", async ({ sql, tenant }) => {
  const args = {
    account_sid: tenant.accountSid,
    message_sid: messageSid(),
    from_number: phone(),
    to_number: tenant.number,
    body: "My secret",
    media: [],
    num_segments: 1,
    sent_at: new Date(),
  };
  for (const reason of ["P0001 poison in 'My secret'", "23514 a check on 'My secret'"]) {
    assert.equal((await call(sql, "sms_set_message_aside", { ...args, reason })).outcome, "set_aside");
  }
  const { set_aside, set_aside_reasons, last_errors } = await health(sql);
  assert.deepEqual([set_aside, set_aside_reasons], [1, { TEXT_REFUSED: 1 }]);
  const [{ kind, error, message_sid } = {}] = last_errors;
  assert.deepEqual([kind, error, message_sid], ["inbound", "TEXT_REFUSED: 23514", args.message_sid]);
  assert(!JSON.stringify(last_errors).includes("secret"));
  // As docs/operations.md says.
  await sql`select public.sms_receive_message(account_sid, message_sid, from_number, to_number, body, media, num_segments,
    null, sent_at) from sms_private.texts_set_aside`;
  assert.equal((await health(sql)).set_aside, 0);
});
