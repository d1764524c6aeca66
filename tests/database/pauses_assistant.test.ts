import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { broadcast, messageOf, send, sendFor } from "./sending.ts";
import { type Answer, claimReplies, conversation, message, phone, type Tenant, text } from "./support.ts";

type Send = (sql: Sql, tenant: Tenant, args: Record<string, unknown>) => Promise<Answer>;

/** A signed-in user's own client, and a backend with the secret key: whose client it is decides nothing. */
const CLIENTS: readonly [string, Send][] = [["a signed-in user", send], ["the secret key", sendFor]];

for (const [who, sends] of CLIENTS) {
  dbTest(`a text of an app by ${who} leaves the assistant its answer`, async ({ sql, tenant }) => {
    for (const pauses_assistant of [false, null]) {
      const to_number = phone();
      const { conversation_id } = await text(sql, tenant, to_number, "When are you open?");
      const id = messageOf(await sends(sql, tenant, { to_number, pauses_assistant }));
      assert.equal((await message(sql, id)).sender, "system");
      const { ai_paused_until, ai_paused_reason } = await conversation(sql, conversation_id);
      assert.deepEqual([ai_paused_until, ai_paused_reason], [null, null]);
      assert.equal((await claimReplies(sql)).length, 1);
    }
  });

  dbTest(`a person's answer by ${who} pauses the assistant there`, async ({ sql, tenant }) => {
    const to_number = phone();
    const { conversation_id } = await text(sql, tenant, to_number, "When are you open?");
    const id = messageOf(await sends(sql, tenant, { to_number, pauses_assistant: true }));
    assert.equal((await message(sql, id)).sender, "person");
    assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "person");
    assert.equal((await claimReplies(sql)).length, 0);
  });

  dbTest(`a key of an app's text by ${who} is refused for a person's answer`, async ({ sql, tenant }) => {
    const asked = { to_number: phone(), idempotency_key: "one", pauses_assistant: false };
    assert.equal((await sends(sql, tenant, asked)).outcome, "created");
    assert.equal((await sends(sql, tenant, asked)).outcome, "repeated");
    const answer = await sends(sql, tenant, { ...asked, pauses_assistant: true });
    assert.deepEqual(answer, { outcome: "IDEMPOTENCY_KEY_REUSED" });
  });
}

dbTest("neither an app's texts nor a person's own make a conversation unread", async ({ sql, tenant }) => {
  const to_number = phone();
  const unread = async () => {
    const [row] = await sql`select last_seq - read_seq as unread from public.sms_conversations c
      join public.sms_contacts k on k.id = c.contact_id where k.number = ${to_number}`;
    return Number(row?.unread);
  };
  await sendFor(sql, tenant, { to_number });
  await broadcast(sql, tenant, [to_number]);
  assert.equal(await unread(), 0);
  // Where something waits to be read, it goes on waiting.
  await text(sql, tenant, to_number, "Thanks. Is there parking?");
  assert.equal(await unread(), 1);
  await sendFor(sql, tenant, { to_number });
  assert.equal(await unread(), 2);
  await sql`update public.sms_conversations set read_seq = last_seq`;
  await send(sql, tenant, { to_number, pauses_assistant: true });
  assert.equal(await unread(), 0);
  await text(sql, tenant, to_number, "See you");
  await send(sql, tenant, { to_number, pauses_assistant: true });
  assert.equal(await unread(), 2, "nobody has read what they wrote before");
});
