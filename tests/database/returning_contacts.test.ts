/** A contact says STOP, START and a question, and we hear of them in another order. */
import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addTenant,
  callAs,
  claimDeliveries,
  claimReply,
  conversation,
  exchange,
  finish,
  phone,
  record,
  type Tenant,
  text,
  withNumber,
} from "./support.ts";
import { settledOrWaiting, whileOpen } from "./sending.ts";

/** Seconds ago, as Twilio's list dates a text. */
const ago = (seconds: number) => ({ sent_at: new Date(Date.now() - seconds * 1_000).toISOString() });

async function optedOut(sql: Sql): Promise<{ tenant: Tenant; from: string }> {
  const tenant = await addTenant(sql);
  const from = phone();
  await exchange(sql, tenant, from);
  await claimDeliveries(sql);
  await text(sql, tenant, from, "STOP", ago(120));
  return { tenant, from };
}

emptyDbTest("a START that is recovered after its question gets it answered", async ({ sql }) => {
  const { tenant, from } = await optedOut(sql);
  const question = await text(sql, tenant, from, "Are you open?");
  assert.equal(question.reply_due_in_ms, null, "as far as we know they are opted out");
  const start = await text(sql, tenant, from, "START", ago(30));
  assert.equal(start.keyword, "in");
  assert.equal(start.reply_due_in_ms, 0);
  const { history } = await claimReply(sql);
  assert.equal(history.at(-1)?.body, "Are you open?");
});

dbTest("the same after Twilio's refusal (21610)", async ({ sql, tenant }) => {
  const from = phone();
  await exchange(sql, tenant, from);
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "refused", { error_code: "21610", error_message: "Opted out." });
  const question = await text(sql, tenant, from, "Are you open?");
  assert.equal((await conversation(sql, question.conversation_id)).ai_paused_reason, "sender_blocked");
  assert.equal((await text(sql, tenant, from, "START", ago(30))).reply_due_in_ms, 0);
  assert.equal((await conversation(sql, question.conversation_id)).ai_paused_reason, null);
});

emptyDbTest("what was said before the START is not answered, nor the START itself", async ({ sql }) => {
  const { tenant, from } = await optedOut(sql);
  await text(sql, tenant, from, "Are you open?", ago(60));
  assert.equal((await text(sql, tenant, from, "START", ago(30))).reply_due_in_ms, null);
  assert.equal((await sql`select from sms_private.jobs where kind = 'reply'`).length, 0);
});

dbTest("what was answered before is not answered again", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "Are you open?");
  await finish(sql, await claimReply(sql), { reply: "Yes." });
  await claimDeliveries(sql);
  await text(sql, tenant, from, "STOP", ago(60));
  assert.equal((await text(sql, tenant, from, "START", ago(30))).reply_due_in_ms, null);
  assert.equal((await sql`select from sms_private.jobs where kind = 'reply'`).length, 0);
});

dbTest("an answer that the STOP took back is given after all", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "Are you open?");
  await finish(sql, await claimReply(sql), { reply: "Yes." });
  await text(sql, tenant, from, "STOP", ago(60));
  assert.equal((await text(sql, tenant, from, "START", ago(30))).reply_due_in_ms, 0);
});

emptyDbTest("a START that an earlier STOP overtook answers nobody", async ({ sql }) => {
  const { tenant, from } = await optedOut(sql);
  await text(sql, tenant, from, "Are you open?");
  const start = await text(sql, tenant, from, "START", ago(200));
  assert.equal(start.reply_due_in_ms, null);
  assert.equal((await conversation(sql, start.conversation_id)).ai_paused_reason, "opted_out");
});

dbTest("a START recovered too late for an answer says so on the conversation", async ({ sql, tenant }) => {
  const from = phone();
  await exchange(sql, tenant, from);
  await text(sql, tenant, from, "STOP", ago(7_200));
  await text(sql, tenant, from, "Are you open?", ago(3_600));
  const start = await text(sql, tenant, from, "START", ago(5_000));
  assert.equal(start.reply_due_in_ms, null);
  assert.equal((await conversation(sql, start.conversation_id)).ai_paused_reason, "recovered_late");
});

dbTest("YES after an opt-out that only Twilio knows lifts the block", async ({ sql, tenant }) => {
  const from = phone();
  await exchange(sql, tenant, from);
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "refused", { error_code: "21610", error_message: "Opted out." });
  assert.equal((await text(sql, tenant, from, "Yes!")).keyword, null, "not one of the carrier's words");
  assert.equal((await text(sql, tenant, from, "Yes")).keyword, "in");
  assert.equal((await text(sql, tenant, from, "Are you open?")).reply_due_in_ms, 0);
  assert.equal((await text(sql, tenant, from, "Yes")).keyword, null, "an everyday answer again");
});

for (const words of ["START!", "Yes!", "“unstop”"]) {
  dbTest(
    `${words} from an opted-out contact is shown, changes nothing, and gets no answer`,
    async ({ sql, tenant }) => {
      const from = phone();
      await exchange(sql, tenant, from);
      await text(sql, tenant, from, "STOP");
      const answer = await text(sql, tenant, from, words);
      assert.deepEqual([answer.outcome, answer.keyword, answer.reply_due_in_ms], ["stored", null, null]);
      const [contact] = await sql`select opted_out_at from public.sms_contacts where number = ${from}`;
      assert(contact?.opted_out_at);
      const [row] = await sql`select kind, conversation_id from public.sms_messages where body = ${words}`;
      assert.equal(row?.kind, "text");
      assert.equal((await conversation(sql, row?.conversation_id)).ai_paused_reason, "opted_out");
      assert.equal((await text(sql, tenant, from, "START")).keyword, "in", "the carrier's word opts in");
    },
  );

  dbTest(`${words} from anybody else is answered`, async ({ sql, tenant }) => {
    const answer = await text(sql, tenant, phone(), words);
    assert.equal(answer.keyword, null);
    assert(answer.reply_due_in_ms !== null);
  });
}

for (const words of ["Help!", "Info?", "HELP."]) {
  dbTest(`${words} is answered, because the carrier does not`, async ({ sql, tenant }) => {
    const answer = await text(sql, tenant, phone(), words);
    assert.equal(answer.keyword, null);
    assert(answer.reply_due_in_ms !== null);
  });
}

for (const [how, reason] of [["sms_take_over", "taken_over"], ["sms_create_message", "person"]] as const) {
  dbTest(`a START in a conversation that a person has (${how}) says so`, async ({ sql, tenant }) => {
    const from = phone();
    await exchange(sql, tenant, from);
    await claimDeliveries(sql);
    const [{ id }] = await sql`select id from public.sms_conversations` as unknown as [{ id: string }];
    const args = how === "sms_take_over"
      ? { conversation_id: id }
      : { to_number: from, body: "Me", pauses_assistant: true };
    await callAs(sql, tenant, how, args);
    await text(sql, tenant, from, "STOP", ago(60));
    await text(sql, tenant, from, "Are you there?");
    await text(sql, tenant, from, "START", ago(30));
    assert.equal((await conversation(sql, id)).ai_paused_reason, reason);
    await text(sql, tenant, from, "Hello?");
    assert.equal((await conversation(sql, id)).ai_paused_reason, reason);
  });
}

dbTest("an opt-out that the model understood is over after a newer START", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "We are done here.", ago(20));
  const job = await claimReply(sql);
  await text(sql, tenant, from, "START", ago(10));
  const answer = await finish(sql, job, { opt_out: true, reply: "" });
  assert.equal(answer.outcome, "nothing_to_send");
  const [contact] = await sql`select opted_out_at from public.sms_contacts`;
  assert.equal(contact?.opted_out_at, null);
  assert.equal((await sql`select from sms_private.jobs`).length, 0);
  await text(sql, tenant, from, "We are done here.");
  assert.equal((await finish(sql, await claimReply(sql), { opt_out: true, reply: "" })).outcome, "stored");
});

for (const [newer, older, optedOut] of [["START", "STOP", false], ["STOP", "START", true]] as const) {
  dbTest(
    `${newer} to one number and an older ${older} to another at once: ${newer} counts`,
    async (given) => {
      const { sql, tenant } = given;
      const other = await withNumber(sql, tenant);
      const from = phone();
      await exchange(sql, tenant, from);
      await exchange(sql, other, from);
      if (older === "START") await text(sql, tenant, from, "STOP", ago(120));
      // The older one has begun when the newer one comes: it waits for its conversation.
      const lock = await sql.reserve();
      await lock`begin`;
      await lock`select from public.sms_conversations where phone_number_id = ${other.numberId} for update`;
      const late = text(sql, other, from, older, ago(60));
      await settledOrWaiting(sql, lock as unknown as Sql, late);
      await whileOpen(sql, (open) => text(open, tenant, from, newer, ago(30)), async () => {
        await lock`commit`;
        lock.release();
        assert.equal((await late).outcome, "stored");
      });
      const [contact] = await sql`select opted_out_at from public.sms_contacts where number = ${from}`;
      assert.equal(contact?.opted_out_at !== null, optedOut);
    },
  );
}
