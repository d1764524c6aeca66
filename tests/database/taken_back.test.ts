/** What happens to texts that are under way, or set aside, when a person, a STOP or a canceled broadcast wants them back. */
import { strict as assert } from "node:assert";
import { dbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { claimLookup, findNothing, listed, recordLookup, unconfirmed } from "./lookups.ts";
import { broadcastTo } from "./sending.ts";
import {
  age,
  call,
  callAs,
  claimDeliveries,
  exchange,
  message,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

const status = async (sql: Sql, id: string) => {
  const { status, error_code } = await message(sql, id);
  return [status, error_code];
};

/** An answer whose outcome is unknown. Returns its id. */
async function unknownAnswer(sql: Sql, tenant: Tenant, from: string): Promise<string> {
  const id = await exchange(sql, tenant, from);
  const [job] = await claimDeliveries(sql, { message_ids: [id] });
  assert(job);
  await record(sql, job, "unknown");
  await age(sql, tenant, "2 minutes");
  return id;
}

const TAKING_BACK: [
  string,
  (sql: Sql, tenant: Tenant, from: string, conversation: string) => Promise<unknown>,
][] = [
  ["a STOP", (sql, tenant, from) => text(sql, tenant, from, "STOP")],
  [
    "a person's answer",
    (sql, tenant, from) =>
      callAs(sql, tenant, "sms_create_message", { to_number: from, body: "Me", pauses_assistant: true }),
  ],
  [
    "a take-over",
    (sql, tenant, _, conversation_id) => callAs(sql, tenant, "sms_take_over", { conversation_id }),
  ],
  [
    "an end",
    (sql, tenant, _, conversation_id) =>
      callAs(sql, tenant, "sms_update_conversation", { conversation_id, status: "ended" }),
  ],
];

for (const [what, takeBack] of TAKING_BACK) {
  dbTest(`${what} does not cancel a message whose outcome is unknown`, async ({ sql, tenant }) => {
    const from = phone();
    const id = await unknownAnswer(sql, tenant, from);
    const job = await claimLookup(sql);
    assert.equal(await recordLookup(sql, job, [listed(job), listed(job)]), "ambiguous");
    await takeBack(sql, tenant, from, (await message(sql, id)).conversation_id);
    assert.deepEqual(await status(sql, id), ["unconfirmed", "OUTCOME_AMBIGUOUS"]);
    assert.equal((await call(sql, "sms_worker_health")).set_aside, 1, "the operator still sees it");
  });
}

for (const outcome of ["retry", "not_started"]) {
  for (const [what, takeBack] of TAKING_BACK.slice(1)) {
    dbTest(`${what} while a worker has the reply (${outcome}): it is not sent`, async ({ sql, tenant }) => {
      const from = phone();
      const id = await exchange(sql, tenant, from);
      const [job] = await claimDeliveries(sql);
      assert(job);
      await takeBack(sql, tenant, from, (await message(sql, id)).conversation_id);
      await record(sql, job, outcome, { error_code: "20429", error_message: "Too many requests." });
      await age(sql, tenant, "10 minutes");
      const claimed = await claimDeliveries(sql);
      assert(claimed.every(({ message_id }) => message_id !== id));
      assert.deepEqual(await status(sql, id), ["canceled", "PERSON_ANSWERED"]);
    });
  }
}

dbTest("a take-over during the last look-up prevents the resend", async ({ sql, tenant }) => {
  const id = await unknownAnswer(sql, tenant, phone());
  assert.equal(await findNothing(sql, tenant), "resent");
  const { conversation_id } = await message(sql, id);
  // As the one of two transactions leaves it that did not see the other.
  await sql`update public.sms_conversations set ai_paused_until = 'infinity', ai_paused_reason = 'taken_over'
    where id = ${conversation_id}`;
  assert.deepEqual(await claimDeliveries(sql), []);
  assert.deepEqual(await status(sql, id), ["failed", "OUTCOME_UNKNOWN"]);
});

dbTest("broadcasts and scheduled messages do not prevent a resend", async ({ sql, tenant }) => {
  const from = phone();
  await unknownAnswer(sql, tenant, from);
  await broadcastTo(sql, tenant, [from]);
  await callAs(sql, tenant, "sms_create_message", {
    to_number: from,
    body: "Until tomorrow",
    pauses_assistant: true,
    send_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  assert.equal(await findNothing(sql, tenant), "resent");
});

dbTest("a resend in a paused broadcast is settled when that is canceled", async ({ sql, tenant }) => {
  const broadcast_id = await broadcastTo(sql, tenant, [phone()]);
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "unknown");
  await age(sql, tenant, "2 minutes");
  assert.equal(await findNothing(sql, tenant), "resent");
  await callAs(sql, tenant, "sms_pause_broadcast", { broadcast_id });
  await callAs(sql, tenant, "sms_cancel_broadcast", { broadcast_id });
  assert.deepEqual(await claimDeliveries(sql), []);
  assert.deepEqual(await status(sql, job.message_id), ["failed", "OUTCOME_UNKNOWN"]);
  assert.equal((await sql`select from sms_private.jobs`).length, 0);
});

dbTest("what waits is taken back as before", async ({ sql, tenant }) => {
  const [from, other] = [phone(), phone()];
  const id = await exchange(sql, tenant, from);
  const unknown = await unconfirmed(sql, tenant, other);
  await text(sql, tenant, from, "STOP");
  assert.deepEqual(await status(sql, id), ["canceled", "RECIPIENT_OPTED_OUT"]);
  assert.deepEqual(await status(sql, unknown), ["unconfirmed", "OUTCOME_UNKNOWN"]);
});
