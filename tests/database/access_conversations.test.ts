import { strict as assert } from "node:assert";
import { dbTest } from "./db_test.ts";
import {
  callAs,
  claimDeliveries,
  claimReplies,
  claimReply,
  conversation,
  finish,
  message,
  phone,
  text,
} from "./support.ts";

dbTest("the assistant is silent from sms_take_over() to sms_hand_back()", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "I want a person");
  await sql`update public.sms_conversations set waiting_for_person = true`;
  const taken = await callAs(sql, tenant, "sms_take_over", { conversation_id });
  assert.equal(taken.outcome, "taken_over");
  const [paused] = await sql`select ai_paused_until::text, ai_paused_reason, waiting_for_person
    from public.sms_conversations`;
  assert.deepEqual({ ...paused }, {
    ai_paused_until: "infinity",
    ai_paused_reason: "taken_over",
    waiting_for_person: false,
  });
  assert.equal((await claimReplies(sql)).length, 0, "the reply job is deleted");
  assert.equal((await text(sql, tenant, contact, "Hello?")).reply_due_in_ms, null);
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "taken_over");

  const back = await callAs(sql, tenant, "sms_hand_back", { conversation_id });
  assert.equal(back.outcome, "handed_back");
  const free = await conversation(sql, conversation_id);
  assert.deepEqual([free.ai_paused_until, free.ai_paused_reason], [null, null]);
  assert.equal((await claimReplies(sql)).length, 0);
  assert.equal((await text(sql, tenant, contact, "Hello?")).reply_due_in_ms, 0);
});

dbTest("sms_take_over() while the model thinks: its answer does not go out", async ({ sql, tenant }) => {
  const { conversation_id } = await text(sql, tenant, phone(), "Hi");
  const job = await claimReply(sql);
  await callAs(sql, tenant, "sms_take_over", { conversation_id });
  assert.equal((await finish(sql, job)).outcome, "stale");
  assert.equal((await claimDeliveries(sql)).length, 0);
});

dbTest(
  "sms_update_conversation() reads: moves forward only, and never past the newest text",
  async ({ sql, tenant }) => {
    const contact = phone();
    const { conversation_id } = await text(sql, tenant, contact, "One");
    for (const body of ["Two", "Three"]) await text(sql, tenant, contact, body);
    for (const [through_seq, read] of [[2, "2"], [1, "2"], [-5, "2"], [999, "3"]]) {
      assert.equal(
        (await callAs(sql, tenant, "sms_update_conversation", { conversation_id, read_through: through_seq }))
          .outcome,
        "updated",
      );
      assert.equal((await conversation(sql, conversation_id)).read_seq, read, `through ${through_seq}`);
    }
  },
);

dbTest("sms_update_conversation() ends it once and deletes the reply job", async ({ sql, tenant }) => {
  const { conversation_id } = await text(sql, tenant, phone(), "Hi");
  assert.equal(
    (await callAs(sql, tenant, "sms_update_conversation", { conversation_id, status: "ended" })).outcome,
    "updated",
  );
  const ended = await conversation(sql, conversation_id);
  assert.deepEqual([ended.status, ended.end_reason, ended.greeting_pending], ["ended", "person", false]);
  assert.equal((await claimReplies(sql)).length, 0);
  assert.equal(
    (await callAs(sql, tenant, "sms_update_conversation", { conversation_id, status: "ended" })).outcome,
    "updated",
  );
  assert.deepEqual((await conversation(sql, conversation_id)).ended_at, ended.ended_at);
});

dbTest("sms_update_conversation() keeps the reason of an end that came before", async ({ sql, tenant }) => {
  const { conversation_id } = await text(sql, tenant, phone(), "Bye");
  await finish(sql, await claimReply(sql), { end_conversation: true, reply: "Bye!" });
  const ended = await conversation(sql, conversation_id);
  assert.equal(ended.end_reason, "assistant");
  await callAs(sql, tenant, "sms_update_conversation", { conversation_id, status: "ended" });
  assert.equal((await conversation(sql, conversation_id)).end_reason, "assistant");
});

dbTest("a conversation's verbs return its row as it now is", async ({ sql, tenant }) => {
  const { conversation_id } = await text(sql, tenant, phone(), "Hi");
  const answer = await callAs(sql, tenant, "sms_update_conversation", { conversation_id, status: "ended" });
  const row = answer.conversation as Record<string, unknown>;
  assert.deepEqual([row.id, row.status, row.user_id], [conversation_id, "ended", tenant.userId]);
});

dbTest("sms_opt_out_contact() deletes the reply job and cancels unsent messages", async ({ sql, tenant }) => {
  const contact = phone();
  const created = await callAs(sql, tenant, "sms_create_message", { to_number: contact, body: "Our offer" });
  const { id } = created.message as { id: string };
  await sql`update public.sms_conversations set ai_paused_until = null`;
  const { conversation_id } = await text(sql, tenant, contact, "Please call me instead, at nine");
  const { contact_id } = await conversation(sql, conversation_id);
  assert.deepEqual(await callAs(sql, tenant, "sms_opt_out_contact", { contact_id }), {
    outcome: "opted_out",
  });
  const [row] = await sql`select opt_out_source, opted_out_at is not null as out from public.sms_contacts`;
  assert.deepEqual({ ...row }, { opt_out_source: "person", out: true });
  const consent = await sql`select change, source from public.sms_consent_events`;
  assert.deepEqual(consent.map((c) => ({ ...c })), [{ change: "opt_out", source: "person" }]);
  const canceled = await message(sql, id);
  assert.deepEqual([canceled.status, canceled.error_code], ["canceled", "RECIPIENT_OPTED_OUT"]);
  assert.equal((await claimDeliveries(sql)).length, 0);
  assert.equal((await claimReplies(sql)).length, 0);
});

dbTest("only the contact's START undoes sms_opt_out_contact()", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "Hi");
  const { contact_id } = await conversation(sql, conversation_id);
  await callAs(sql, tenant, "sms_opt_out_contact", { contact_id });
  await callAs(sql, tenant, "sms_hand_back", { conversation_id });
  assert.equal((await text(sql, tenant, contact, "Hello?")).reply_due_in_ms, null);
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "opted_out");
  await text(sql, tenant, contact, "START");
  assert.equal((await text(sql, tenant, contact, "Hello?")).reply_due_in_ms, 0);
});
