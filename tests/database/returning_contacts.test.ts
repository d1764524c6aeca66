/** A contact says STOP, START and a question, and we hear of them in another order. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { testDatabase } from "../support/postgres.ts";
import {
  addTenant,
  claimDeliveries,
  claimReply,
  conversation,
  exchange,
  finish,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

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

Deno.test("a START that is recovered after the question that followed it: the question is answered", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const { tenant, from } = await optedOut(sql);
  const question = await text(sql, tenant, from, "Are you open?");
  assert.equal(question.reply_due_in_ms, null, "as far as we know they are opted out");
  const start = await text(sql, tenant, from, "START", ago(30));
  assert.equal(start.keyword, "in");
  assert.equal(start.reply_due_in_ms, 0);
  const { history } = await claimReply(sql);
  assert.equal(history.at(-1)?.body, "Are you open?");
});

Deno.test("the same after Twilio's refusal (21610)", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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

Deno.test("what was said before the START is not answered, nor the START itself", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const { tenant, from } = await optedOut(sql);
  await text(sql, tenant, from, "Are you open?", ago(60));
  assert.equal((await text(sql, tenant, from, "START", ago(30))).reply_due_in_ms, null);
  assert.equal((await sql`select from private.jobs where kind = 'reply'`).length, 0);
});

Deno.test("what was answered before is not answered again", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const from = phone();
  await text(sql, tenant, from, "Are you open?");
  await finish(sql, await claimReply(sql), { reply: "Yes." });
  await claimDeliveries(sql);
  await text(sql, tenant, from, "STOP", ago(60));
  assert.equal((await text(sql, tenant, from, "START", ago(30))).reply_due_in_ms, null);
  assert.equal((await sql`select from private.jobs where kind = 'reply'`).length, 0);
});

Deno.test("an answer that the STOP took back is given after all", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const from = phone();
  await text(sql, tenant, from, "Are you open?");
  await finish(sql, await claimReply(sql), { reply: "Yes." });
  await text(sql, tenant, from, "STOP", ago(60));
  assert.equal((await text(sql, tenant, from, "START", ago(30))).reply_due_in_ms, 0);
});

Deno.test("who is still opted out gets no answer: a START that an earlier STOP overtook", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const { tenant, from } = await optedOut(sql);
  await text(sql, tenant, from, "Are you open?");
  const start = await text(sql, tenant, from, "START", ago(200));
  assert.equal(start.reply_due_in_ms, null);
  assert.equal((await conversation(sql, start.conversation_id)).ai_paused_reason, "opted_out");
});

Deno.test("a START recovered too late for an answer says so on the conversation", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const from = phone();
  await exchange(sql, tenant, from);
  await text(sql, tenant, from, "STOP", ago(7_200));
  await text(sql, tenant, from, "Are you open?", ago(3_600));
  const start = await text(sql, tenant, from, "START", ago(5_000));
  assert.equal(start.reply_due_in_ms, null);
  assert.equal((await conversation(sql, start.conversation_id)).ai_paused_reason, "recovered_late");
});
