import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { claimLookup, jobOf, listed, recordLookup, story, unconfirmed } from "./lookups.ts";
import { outbound } from "./outbound.ts";
import {
  addTenant,
  call,
  callAs,
  claimDeliveries,
  message,
  messageSid,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

/** A text of which nobody could find out whether it left. */
async function ambiguous(sql: Sql, tenant: Tenant, contact = phone()): Promise<string> {
  const id = await unconfirmed(sql, tenant, contact);
  const lookup = await claimLookup(sql);
  assert.equal(await recordLookup(sql, lookup, [listed(lookup), listed(lookup)]), "ambiguous");
  return id;
}
const settle = (sql: Sql, tenant: Tenant, id: string, was_sent: boolean | null, message_sid?: string) =>
  callAs(sql, tenant, "sms_settle_message", {
    message_id: id,
    was_sent,
    ...(message_sid ? { message_sid } : {}),
  });
const ending = async (sql: Sql, id: string) => {
  const { status, error_code, message_sid } = await message(sql, id);
  return [status, error_code, message_sid];
};

dbTest("a text that is set aside says so, and its tenant says what they saw", async ({ sql, tenant }) => {
  const contact = phone();
  const [sent, not] = [await ambiguous(sql, tenant, contact), await ambiguous(sql, tenant)];
  assert.deepEqual(await ending(sql, sent), ["unconfirmed", "OUTCOME_AMBIGUOUS", null]);
  const answer = await settle(sql, tenant, sent, true);
  assert.deepEqual([answer.outcome, (answer.message as { status: string }).status], ["settled", "sent"]);
  assert.deepEqual(await ending(sql, sent), ["sent", null, null]);
  assert.equal((await settle(sql, tenant, not, false)).outcome, "settled");
  assert.deepEqual(await ending(sql, not), ["canceled", "NOT_SENT", null]);
  assert.equal((await story(sql, not)).at(-1), "user canceled settled");
  for (const id of [sent, not]) assert.equal(await jobOf(sql, id), null);
  assert.deepEqual(await claimDeliveries(sql), [], "neither is sent again");
  assert.equal((await call(sql, "sms_worker_health")).set_aside, 0);
});

dbTest("with its SID a text is asked for at Twilio, and callbacks find it", async ({ sql, tenant }) => {
  const contact = phone();
  const id = await ambiguous(sql, tenant, contact);
  const sid = messageSid();
  assert.equal((await settle(sql, tenant, id, true, sid)).outcome, "settled");
  assert.deepEqual(await ending(sql, id), ["sent", null, sid]);
  const [question] = await sql`select kind from sms_private.questions where message_id = ${id}`;
  assert.equal(question?.kind, "settlement");
  const report = {
    account_sid: tenant.accountSid,
    message_sid: sid,
    from_number: tenant.number,
    to_number: contact,
    status: "delivered",
    error_code: null,
    error_message: null,
  };
  assert.equal((await call(sql, "sms_record_status", report)).status, "delivered");
});

dbTest("what Twilio reports later corrects somebody who looked badly", async ({ sql, tenant }) => {
  const contact = phone();
  const id = await ambiguous(sql, tenant, contact);
  await settle(sql, tenant, id, false);
  const report = {
    account_sid: tenant.accountSid,
    message_sid: messageSid(),
    message_id: id,
    from_number: tenant.number,
    to_number: contact,
    status: "delivered",
    error_code: null,
    error_message: null,
  };
  assert.equal((await call(sql, "sms_record_status", report)).status, "delivered");
});

dbTest("another tenant settles nothing, and the operator what is set aside", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const id = await ambiguous(sql, tenant);
  const before = await message(sql, id);
  assert.deepEqual(await settle(sql, other, id, true), { outcome: "MESSAGE_NOT_FOUND" });
  assert.deepEqual(await settle(sql, other, crypto.randomUUID(), true), { outcome: "MESSAGE_NOT_FOUND" });
  assert.deepEqual(await message(sql, id), before);
  const settled = await call(sql, "sms_settle_any_message", { message_id: id, was_sent: false });
  assert.equal(settled.outcome, "settled");
});

dbTest(
  "a SID that is none, or another message's, is refused and changes nothing",
  async ({ sql, tenant }) => {
    const id = await ambiguous(sql, tenant);
    const before = await message(sql, id);
    const taken = messageSid();
    await outbound(sql, tenant, phone(), "Hi");
    const [job] = await claimDeliveries(sql);
    assert(job);
    await record(sql, job, "accepted", { message_sid: taken, status: "queued", num_segments: 1 });
    for (const sid of ["SM1", `AC${"1".repeat(32)}`, `SM${"g".repeat(32)}`, `${messageSid()} `]) {
      assert.equal((await settle(sql, tenant, id, true, sid)).outcome, "INVALID_MESSAGE_SID", sid);
    }
    assert.equal((await settle(sql, tenant, id, false, messageSid())).outcome, "INVALID_MESSAGE_SID");
    assert.equal((await settle(sql, tenant, id, true, taken)).outcome, "MESSAGE_SID_TAKEN");
    assert.equal((await settle(sql, tenant, id, null)).outcome, "SENT_OR_NOT");
    assert.deepEqual(await message(sql, id), before);
  },
);

dbTest("only what is unknown and looked for no more is settled", async ({ sql, tenant }) => {
  const given = await ambiguous(sql, tenant);
  const looked = await unconfirmed(sql, tenant);
  assert.equal((await settle(sql, tenant, looked, true)).outcome, "STILL_LOOKING");
  const waiting = await outbound(sql, tenant, phone(), "Hi");
  assert.deepEqual(await settle(sql, tenant, waiting, true), { outcome: "OUTCOME_KNOWN", status: "pending" });
  const inbound = await text(sql, tenant, phone(), "Hello");
  const asked = await settle(sql, tenant, inbound.message_id as string, true);
  assert.equal(asked.outcome, "MESSAGE_NOT_FOUND");
  await settle(sql, tenant, given, true);
  assert.deepEqual(await settle(sql, tenant, given, false), { outcome: "OUTCOME_KNOWN", status: "sent" });
});

dbTest("a text that was given up on is settled too", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  await sql`delete from sms_private.questions`;
  await sql`delete from sms_private.jobs`;
  await sql`update public.sms_messages set status = 'failed', error_code = 'OUTCOME_UNKNOWN' where id = ${id}`;
  assert.equal((await settle(sql, tenant, id, true)).outcome, "settled");
  assert.deepEqual(await ending(sql, id), ["sent", null, null]);
});
