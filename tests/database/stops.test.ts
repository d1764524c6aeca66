import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { outbound } from "./outbound.ts";
import { broadcastTo, messageOf, phones, sendFor } from "./sending.ts";
import {
  addTenant,
  age,
  as,
  call,
  callAs,
  claimDeliveries,
  claimReplies,
  claimReply,
  conversation,
  exchange,
  finish,
  message,
  messageSid,
  PERMISSION_DENIED,
  phone,
  record,
  stateOf,
  text,
} from "./support.ts";

const off = (sql: Sql, what?: string, reason?: string) =>
  call(sql, "sms_switch_off", { ...(what ? { what } : {}), ...(reason ? { reason } : {}) });
const on = (sql: Sql, what?: string) => call(sql, "sms_switch_on", what ? { what } : {});

/** As if the stop that holds now, or the last one, had begun and ended that long ago. */
async function stoppedBefore(sql: Sql, began: string, ended: string | null): Promise<void> {
  await sql`update sms_private.stops set stopped_at = now() - ${began}::interval,
    started_at = now() - ${ended}::interval`;
}

async function ids(sql: Sql, more: Record<string, unknown> = {}): Promise<string[]> {
  return (await claimDeliveries(sql, more)).map((job) => job.message_id);
}

dbTest("while sending is off no claim takes a text, of any tenant or kind", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const answer = await exchange(sql, tenant, phone());
  const named = await outbound(sql, other, phone(), "Hi");
  await broadcastTo(sql, other, phones(2));
  assert.equal((await off(sql, "sending")).outcome, "switched_off");
  assert.deepEqual(await ids(sql), []);
  assert.deepEqual(await ids(sql, { message_ids: [named] }), [], "nor does sms-send's own claim");
  const { turn_in_ms, state } = await call(sql, "sms_get_delivery", { message_id: named });
  assert.deepEqual([turn_in_ms, state], [null, "waiting"], "nobody waits for a turn that does not come");
  const { next_due_in_ms } = await call(sql, "sms_claim_deliveries", { batch_size: 9, lease_seconds: 90 });
  assert.equal(next_due_in_ms, null, "and no worker polls for it");
  assert.equal((await on(sql, "sending")).outcome, "switched_on");
  const left = await ids(sql);
  assert.equal(left.length, 4);
  assert(left.includes(answer) && left.includes(named));
});

dbTest("while answering is off nobody asks the model, and people's texts leave", async ({ sql, tenant }) => {
  const written = await exchange(sql, tenant, phone());
  await text(sql, tenant, phone(), "Are you open?");
  await off(sql, "answering", "It promises refunds.");
  assert.deepEqual(await claimReplies(sql), []);
  const app = await outbound(sql, tenant, phone(), "Your order is ready.");
  assert.deepEqual(await ids(sql), [app], "the answer that was written waits too");
  await on(sql);
  assert.deepEqual(await ids(sql), [written]);
  assert.equal((await claimReplies(sql)).length, 1);
});

dbTest("an answer that comes back from the model after the stop is not stored", async ({ sql, tenant }) => {
  await text(sql, tenant, phone(), "Are you open?");
  const job = await claimReply(sql);
  await off(sql, "answering");
  assert.equal((await finish(sql, job)).outcome, "dropped");
  await on(sql);
  const again = await claimReply(sql);
  assert.equal(again.attempt, job.attempt, "it was no failed try");
  assert.equal((await finish(sql, again)).outcome, "stored");
});

dbTest("STOP counts while all is off, and so does an opt-out that the model saw", async ({ sql, tenant }) => {
  const [keyword, words] = [phone(), phone()];
  const waiting = await outbound(sql, tenant, keyword, "Hi");
  const { conversation_id } = await text(sql, tenant, words, "We are done here.");
  const job = await claimReply(sql);
  await off(sql);
  const stored = await text(sql, tenant, keyword, "STOP");
  assert.deepEqual([stored.outcome, stored.keyword], ["stored", "out"]);
  assert.equal((await message(sql, waiting)).error_code, "RECIPIENT_OPTED_OUT");
  assert.equal((await finish(sql, job, { opt_out: true })).outcome, "stored");
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "opted_out");
  const answer = await sendFor(sql, tenant, { to_number: words });
  assert.equal(answer.outcome, "RECIPIENT_OPTED_OUT");
});

dbTest("a text that is in a worker's hand when sending stops is recorded", async ({ sql, tenant }) => {
  await outbound(sql, tenant, phone(), "Hi");
  const [job] = await claimDeliveries(sql);
  assert(job);
  await off(sql, "sending");
  const accepted = { message_sid: messageSid(), status: "queued", num_segments: 1 };
  assert.equal(await record(sql, job, "accepted", accepted), "recorded");
});

dbTest("a stop does not count for what waited, up to as long as it may wait", async ({ sql, tenant }) => {
  const store = () => outbound(sql, tenant, phone(), "Hi");
  await off(sql, "sending");
  const short = await store();
  await age(sql, tenant, "7 hours");
  await stoppedBefore(sql, "7 hours", null);
  await on(sql);
  assert.deepEqual(await ids(sql), [short], "7 hours of which 7 were a stop");
  await off(sql, "sending");
  const long = await store();
  await age(sql, tenant, "9 hours");
  await sql`delete from sms_private.stops where started_at is not null`;
  await stoppedBefore(sql, "9 hours", null);
  await on(sql);
  assert.deepEqual(await ids(sql), [], "only 4 hours of 9 are excused");
  assert.equal((await message(sql, long)).error_code, "EXPIRED");
  assert.equal(
    (await conversation(sql, (await message(sql, long)).conversation_id)).waiting_for_person,
    true,
  );
});

dbTest("a stop of answering does not count for a reply, up to 30 minutes", async ({ sql, tenant }) => {
  const soon = await text(sql, tenant, phone(), "Are you open?");
  await age(sql, tenant, "50 minutes");
  await off(sql, "answering");
  await stoppedBefore(sql, "45 minutes", "1 second");
  assert.deepEqual((await claimReplies(sql)).map((job) => job.conversation_id), [soon.conversation_id]);
  const late = await text(sql, tenant, phone(), "Are you open?");
  await age(sql, tenant, "70 minutes");
  await sql`update sms_private.stops set stopped_at = now() - interval '69 minutes'`;
  assert.deepEqual(
    (await claimReplies(sql)).map((job) => job.conversation_id).includes(
      late.conversation_id as string,
    ),
    false,
  );
  assert.equal((await conversation(sql, late.conversation_id)).ai_paused_reason, "expired");
});

dbTest("both switches at once excuse a wait once", async ({ sql }) => {
  await off(sql);
  await stoppedBefore(sql, "3 hours", "1 hour");
  await off(sql, "sending");
  const [row] = await sql`select
    extract(epoch from sms_private.stopped_for('{sending,answering}', now() - interval '10 hours')) as both,
    extract(epoch from sms_private.stopped_for('{answering}', now() - interval '2 hours')) as since,
    extract(epoch from sms_private.stopped_for('{sending}', now() - interval '30 minutes')) as after`;
  assert(row && Math.abs(row.both - 7_200) < 60 && Math.abs(row.since - 3_600) < 60 && row.after < 60);
});

dbTest("health says what is off, since when and why, and is silent when all is on", async ({ sql }) => {
  assert.deepEqual((await call(sql, "sms_worker_health")).stopped, []);
  await off(sql, "answering", "It promises refunds.");
  await off(sql, "all", "Both now.");
  const { stopped } = await call(sql, "sms_worker_health") as unknown as {
    stopped: { what: string; reason: string; seconds: number }[];
  };
  assert.deepEqual(stopped.map(({ what, reason }) => [what, reason]), [
    ["answering", "It promises refunds."],
    ["sending", "Both now."],
  ], "a second stop changes nothing about the first");
  assert(stopped.every(({ seconds }) => seconds >= 0));
  assert.deepEqual((await on(sql, "answering")).stopped, [
    { ...(stopped[1]), seconds: stopped[1]?.seconds },
  ]);
  await on(sql);
  assert.deepEqual((await call(sql, "sms_worker_health")).stopped, []);
});

dbTest("another word is refused, and tenants and strangers may switch nothing", async ({ sql, tenant }) => {
  assert.equal((await off(sql, "everything")).outcome, "INVALID_SWITCH");
  assert.equal((await on(sql, "everything")).outcome, "INVALID_SWITCH");
  assert.equal(await stateOf(callAs(sql, tenant, "sms_switch_off")), PERMISSION_DENIED);
  assert.equal(await stateOf(callAs(sql, tenant, "sms_switch_on")), PERMISSION_DENIED);
  assert.equal(await stateOf(as(sql, { role: "anon" }, (them) => off(them))), PERMISSION_DENIED);
  const byKey = await as(sql, { role: "service_role" }, async (key) => {
    const stopped = await off(key);
    return [stopped.outcome, (await on(key)).outcome];
  });
  assert.deepEqual(byKey, ["switched_off", "switched_on"]);
});

dbTest("a text that is stored while sending is off is a row that waits", async ({ sql, tenant }) => {
  await off(sql, "sending");
  const id = messageOf(await sendFor(sql, tenant));
  assert.deepEqual(await ids(sql, { message_ids: [id] }), []);
  assert.equal((await message(sql, id)).status, "pending");
  assert.equal((await callAs(sql, tenant, "sms_cancel_message", { message_id: id })).outcome, "canceled");
});
