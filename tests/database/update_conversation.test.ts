import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addTenant,
  age,
  belongings,
  callAs,
  claimDeliveries,
  claimReplies,
  claimReply,
  conversation,
  exchange,
  finish,
  message,
  phone,
  type Tenant,
  text,
} from "./support.ts";

interface Updated extends Record<string, unknown> {
  outcome: string;
  conversation: Record<string, unknown> & { id: string; unread: number };
}

async function update(sql: Sql, who: { userId: string }, args: Record<string, unknown>): Promise<Updated> {
  return await callAs(sql, who, "sms_update_conversation", args) as Updated;
}

/** A conversation that a person ended. */
async function endedConversation(sql: Sql, tenant: Tenant, contact: string): Promise<string> {
  const { conversation_id } = await text(sql, tenant, contact, "Hello");
  assert.equal((await update(sql, tenant, { conversation_id, status: "ended" })).outcome, "updated");
  return conversation_id as string;
}

dbTest("sms_update_conversation() marks read, and answers as the list does", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "One");
  await text(sql, tenant, contact, "Two");
  const answer = await update(sql, tenant, { conversation_id, read_through: 1 });
  assert.equal(answer.outcome, "updated");
  assert.equal(answer.conversation.unread, 1);
  const [listed] = (await callAs(sql, tenant, "sms_search_conversations")).conversations as unknown[];
  assert.deepEqual(answer.conversation, listed);
  for (const [read_through, unread] of [[0, 1], [-5, 1], [9_000_000_000_000_000, 0]]) {
    const { conversation } = await update(sql, tenant, { contact_number: contact, read_through });
    assert.equal(conversation.unread, unread, String(read_through));
  }
});

dbTest("sms_update_conversation() to ended ends it as a person does", async ({ sql, tenant }) => {
  const contact = phone();
  const reply = await exchange(sql, tenant, contact);
  const { conversation_id } = await text(sql, tenant, contact, "And on Monday?");
  const { conversation: ended } = await update(sql, tenant, { conversation_id, status: "ended" });
  assert.deepEqual([ended.status, ended.end_reason], ["ended", "person"]);
  assert.equal((await message(sql, reply)).error_code, "PERSON_ANSWERED");
  assert.deepEqual(await claimReplies(sql), []);
  assert.equal((await update(sql, tenant, { conversation_id, status: "ended" })).outcome, "updated");
});

emptyDbTest("sms_update_conversation() to active reopens without a greeting", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome!" });
  const contact = phone();
  const conversation_id = await endedConversation(sql, tenant, contact);
  // Long idle: without being reopened it would be over for good.
  await age(sql, tenant, "3 days");
  const { outcome, conversation: reopened } = await update(sql, tenant, {
    conversation_id,
    status: "active",
  });
  assert.equal(outcome, "updated");
  assert.deepEqual(
    [reopened.status, reopened.ended_at, reopened.end_reason, reopened.greeting_pending],
    ["active", null, null, false],
  );
  assert.notEqual(reopened.reopened_at, null);
  assert.equal((await text(sql, tenant, contact, "Still there?")).conversation_id, conversation_id);
  const job = await claimReply(sql);
  assert.equal(job.greeting, false);
  assert.equal((await finish(sql, job)).outcome, "stored");
});

dbTest("a conversation that was reopened long ago is idle like any other", async ({ sql, tenant }) => {
  const contact = phone();
  const conversation_id = await endedConversation(sql, tenant, contact);
  await update(sql, tenant, { conversation_id, status: "active" });
  await age(sql, tenant, "3 days");
  assert.notEqual((await text(sql, tenant, contact, "Hello?")).conversation_id, conversation_id);
});

emptyDbTest("sms_update_conversation() to active leaves an active one as it is", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome!" });
  const { conversation_id } = await text(sql, tenant, phone(), "Hello");
  const before = await conversation(sql, conversation_id);
  assert.equal((await update(sql, tenant, { conversation_id, status: "active" })).outcome, "updated");
  const after = await conversation(sql, conversation_id);
  assert.deepEqual([after.reopened_at, after.greeting_pending], [before.reopened_at, true]);
});

dbTest("sms_update_conversation() does not reopen beside an active one", async ({ sql, tenant }) => {
  const contact = phone();
  const conversation_id = await endedConversation(sql, tenant, contact);
  await age(sql, tenant, "3 days");
  const { conversation_id: newer } = await text(sql, tenant, contact, "I am back");
  assert.notEqual(newer, conversation_id);
  const before = await belongings(sql, tenant.userId);
  const args = { conversation_id, status: "active", ai_enabled: false, read_through: 1 };
  assert.deepEqual(await update(sql, tenant, args), { outcome: "ANOTHER_IS_ACTIVE" });
  assert.deepEqual(await belongings(sql, tenant.userId), before);
});

dbTest("switching the assistant off deletes the reply job and cancels messages", async ({ sql, tenant }) => {
  const contact = phone();
  const [waiting, claimed] = [await exchange(sql, tenant, contact), await exchange(sql, tenant, phone())];
  const { conversation_id } = await text(sql, tenant, contact, "And on Monday?");
  const person = await callAs(sql, tenant, "sms_create_message", { to_number: phone(), body: "A person's" });
  assert.equal((await claimDeliveries(sql, { message_ids: [claimed] })).length, 1);
  const off = await update(sql, tenant, { conversation_id, ai_enabled: false });
  assert.equal(off.conversation.ai_enabled, false);
  const { conversation_id: second } = await message(sql, claimed);
  assert.equal(
    (await update(sql, tenant, { conversation_id: second, ai_enabled: false })).outcome,
    "updated",
  );

  assert.deepEqual(await claimReplies(sql), []);
  const { status, error_code, error_message } = await message(sql, waiting);
  assert.deepEqual([status, error_code], ["canceled", "ASSISTANT_OFF"]);
  assert.match(error_message, /switched off/);
  assert.equal((await message(sql, claimed)).status, "pending", "a worker has it already");
  assert.equal((await message(sql, (person.message as { id: string }).id)).status, "pending");
});

dbTest("switched off while a model thinks: its reply is not sent", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "Hello?");
  const job = await claimReply(sql);
  await update(sql, tenant, { conversation_id, ai_enabled: false });
  assert.equal((await finish(sql, job)).outcome, "stale");
  await text(sql, tenant, contact, "Anybody?");
  assert.deepEqual(await claimReplies(sql), []);
  const on = await update(sql, tenant, { conversation_id, ai_enabled: true });
  assert.equal(on.conversation.ai_enabled, true);
  assert.deepEqual(await claimReplies(sql), [], "not the texts of before");
  await text(sql, tenant, contact, "Hello again?");
  assert.equal((await finish(sql, await claimReply(sql))).outcome, "stored");
});

dbTest("sms_update_conversation() changes several things in one transaction", async ({ sql, tenant }) => {
  const { conversation_id } = await text(sql, tenant, phone(), "Hello");
  const args = { conversation_id, status: "ended", ai_enabled: false, read_through: 1 };
  const { conversation: changed } = await update(sql, tenant, args);
  assert.deepEqual([changed.status, changed.ai_enabled, changed.unread], ["ended", false, 0]);
});
