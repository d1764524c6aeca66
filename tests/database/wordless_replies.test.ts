/** Answers of the model that have no words: which are meant so, what is said in their place, and which are failed tries. */
import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addTenant,
  age,
  call,
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

const NO_WORDS = { reply: " \n" };

async function answered(sql: Sql, tenant: Tenant, answer: Record<string, unknown>) {
  const { conversation_id } = await text(sql, tenant, phone(), "Hello?");
  const { outcome, message_id } = await finish(sql, await claimReply(sql), answer);
  const said = message_id ? await message(sql, message_id) : null;
  return { outcome, said: said && [said.kind, said.body], row: await conversation(sql, conversation_id) };
}

emptyDbTest(
  "an answer without words is a failed try, and the conversation says so in the end",
  async ({ sql }) => {
    const tenant = await addTenant(sql, { error_message: "Sorry, please call us." });
    const { conversation_id } = await text(sql, tenant, phone(), "Are you open?");
    for (let attempt = 1; attempt < 3; attempt++) {
      const answer = await finish(sql, await claimReply(sql), attempt % 2 ? NO_WORDS : { reply: null });
      assert.deepEqual([answer.outcome, answer.message_id], ["retry", undefined]);
      await age(sql, tenant, "1 minute");
    }
    const last = await finish(sql, await claimReply(sql), NO_WORDS);
    assert.equal(last.outcome, "set_aside");
    assert.equal((await message(sql, last.message_id)).body, "Sorry, please call us.");
    assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "answer_failed");
    const { set_aside_reasons } = await call(sql, "sms_worker_health");
    assert.deepEqual(set_aside_reasons, { MODEL_EMPTY: 1 });
  },
);

emptyDbTest("a second try that has words is sent", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "Are you open?");
  assert.equal((await finish(sql, await claimReply(sql), NO_WORDS)).outcome, "retry");
  await age(sql, tenant, "1 minute");
  assert.equal((await finish(sql, await claimReply(sql))).outcome, "stored");
  assert.equal((await claimReplies(sql)).length, 0);
});

emptyDbTest(
  "an end without words says goodbye: the assistant's words, else those of its language",
  async ({ sql }) => {
    const end = { ...NO_WORDS, end_conversation: true };
    const own = await answered(
      sql,
      await addTenant(sql, { goodbye_message: "Take care!", language: "de" }),
      end,
    );
    assert.deepEqual(own.said, ["goodbye", "Take care!"]);
    assert.deepEqual([own.row.status, own.row.end_reason], ["ended", "assistant"]);
    for (
      const [language, words] of [["pt-BR", /^Obrigado/], ["fi", /^Thank you/], [null, /^Thank you/]] as const
    ) {
      const { said } = await answered(sql, await addTenant(sql, { language }), end);
      assert.equal(said?.[0], "goodbye");
      assert.match(String(said?.[1]), words);
    }
  },
);

emptyDbTest("a wish for a person without words is confirmed, and noted", async ({ sql }) => {
  const wish = { ...NO_WORDS, handoff: true };
  const { outcome, said, row } = await answered(sql, await addTenant(sql, { language: "es" }), wish);
  assert.equal(outcome, "stored");
  assert.deepEqual([said?.[0], row.waiting_for_person], ["reply", true]);
  assert.match(String(said?.[1]), /^Gracias\. Una persona/);
});

emptyDbTest(
  "silence after the end is meant: thanks gets no answer, also where it ends again",
  async ({ sql }) => {
    for (const end_conversation of [false, true]) {
      const tenant = await addTenant(sql, { goodbye_message: "Take care!" });
      const from = phone();
      await text(sql, tenant, from, "Bye");
      await finish(sql, await claimReply(sql), { end_conversation: true, reply: "Bye!" });
      await text(sql, tenant, from, "👍");
      const job = await claimReply(sql);
      assert.equal(job.reopened, true);
      const answer = await finish(sql, job, { ...NO_WORDS, end_conversation });
      assert.deepEqual([answer.outcome, answer.message_id], ["nothing_to_send", null]);
      assert.equal((await claimReplies(sql)).length, 0);
      assert.equal((await claimDeliveries(sql)).length, 1, "the goodbye before");
    }
  },
);

emptyDbTest("silence is not meant any more once something was said after the end", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const from = phone();
  await text(sql, tenant, from, "Bye");
  await finish(sql, await claimReply(sql), { end_conversation: true, reply: "Bye!" });
  await exchange(sql, tenant, from, "One more thing?");
  await text(sql, tenant, from, "And another?");
  assert.equal((await finish(sql, await claimReply(sql), NO_WORDS)).outcome, "retry");
});
