/** The lock order of supabase/schemas/README.md, where one statement locks several rows of a table. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { claimQuestions } from "./lookups.ts";
import {
  addTemplate,
  age,
  as,
  call,
  callAs,
  claimDeliveries,
  claimReplies,
  hex,
  messages,
  messageSid,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";
import { replyResult } from "../support/results.ts";
import { messageOf, send, sendFor, settledOrWaiting } from "./sending.ts";

/** Fails unless `work` waits for the first of two rows without holding the second. */
async function assertLocksInOrder(
  sql: Sql,
  { table, first, second }: { table: string; first: string; second: string },
  work: () => Promise<unknown>,
) {
  assert(first < second);
  const holder = await sql.reserve();
  try {
    const lock = (id: string) => holder`select from ${sql(table)} where id = ${id} for no key update nowait`;
    await holder`begin`;
    await lock(first);
    const working = work();
    await settledOrWaiting(sql, holder as unknown as Sql, working);
    await lock(second);
    await holder`commit`;
    await working;
  } finally {
    holder.release();
  }
}

const deleteAs = (sql: Sql, { userId }: Tenant, table: string, id: string) =>
  as(sql, { role: "authenticated", userId }, (mine) => mine`delete from ${mine(table)} where id = ${id}`);

dbTest("deleting an assistant locks its conversations by id", async ({ sql, tenant }) => {
  const one = await text(sql, tenant, phone(), "Hi");
  const two = await text(sql, tenant, phone(), "Hi");
  const [first, second] = [one.conversation_id as string, two.conversation_id as string];
  // Last in the table and last in the list: whichever a scan reads, it finds the second one before.
  await sql`update public.sms_conversations set last_message_at = '2020-01-01' where id = ${first}`;
  await assertLocksInOrder(
    sql,
    { table: "public.sms_conversations", first, second },
    () => deleteAs(sql, tenant, "public.sms_assistants", tenant.assistantId),
  );
  const left = await sql`select from public.sms_conversations where assistant_id is not null`;
  assert.equal(left.length, 0);
});

/** Two numbers of a tenant. A scan of the table or of an index finds the second one before the first. */
async function twoNumbers(sql: Sql, tenant: Tenant) {
  const [second] = await sql`insert into public.sms_numbers (user_id, account_sid, number, assistant_id)
    values (${tenant.userId}, ${tenant.accountSid}, '+10000000', ${tenant.assistantId}) returning id`;
  await sql`update public.sms_numbers set assistant_id = null where id = ${tenant.numberId}`;
  await sql`update public.sms_numbers set assistant_id = ${tenant.assistantId} where id = ${tenant.numberId}`;
  return { table: "public.sms_numbers", first: tenant.numberId, second: second?.id as string };
}

dbTest("deleting an assistant locks its numbers by id", async ({ sql, tenant }) => {
  await assertLocksInOrder(
    sql,
    await twoNumbers(sql, tenant),
    () => deleteAs(sql, tenant, "public.sms_assistants", tenant.assistantId),
  );
});

dbTest("disconnecting an account locks its numbers by id", async ({ sql, tenant }) => {
  await assertLocksInOrder(
    sql,
    await twoNumbers(sql, tenant),
    () => call(sql, "sms_disconnect_account", { owner_id: tenant.userId, account_sid: tenant.accountSid }),
  );
});

dbTest("deleting a template locks its messages by id", async ({ sql, tenant }) => {
  const template_id = await addTemplate(sql, tenant, "Hello");
  const sent = () => send(sql, tenant, { to_number: phone(), body: null, template_id });
  const [first, second] = [messageOf(await sent()), messageOf(await sent())];
  await sql`update public.sms_messages set message_sid = ${`SM${hex()}`} where id = ${first}`;
  await assertLocksInOrder(
    sql,
    { table: "public.sms_messages", first, second },
    () => deleteAs(sql, tenant, "public.sms_templates", template_id),
  );
});

dbTest("a batch of replies locks the contacts that it opts out by id", async ({ sql, tenant }) => {
  const [early, late] = [phone(), phone()];
  const [first] = await sql`insert into public.sms_contacts (user_id, number)
    values (${tenant.userId}, ${early}) returning id`;
  await text(sql, tenant, late, "We are done here.");
  await text(sql, tenant, early, "We are done here.");
  const [second] = await sql`select id from public.sms_contacts where number = ${late}`;
  const results = (await claimReplies(sql)).map((job) => replyResult(job, { opt_out: true }));
  assert.equal(results.length, 2);
  await assertLocksInOrder(
    sql,
    { table: "public.sms_contacts", first: first?.id, second: second?.id },
    () => call(sql, "sms_finish_replies", { results }),
  );
  const confirmed = (await messages(sql, tenant)).filter(({ kind }) => kind === "opt_out_confirmation");
  assert.equal(confirmed.length, 2);
});

dbTest("a batch of replies locks the messages that its opt-outs cancel by id", async ({ sql, tenant }) => {
  const [early, late] = [phone(), phone()];
  await text(sql, tenant, early, "We are done here.");
  await text(sql, tenant, late, "We are done here.");
  // The contact whose conversation comes first in the batch has the later message.
  const first = messageOf(await sendFor(sql, tenant, { to_number: late }));
  const second = messageOf(await sendFor(sql, tenant, { to_number: early }));
  const results = (await claimReplies(sql)).map((job) => replyResult(job, { opt_out: true }));
  assert.equal(results.length, 2);
  await assertLocksInOrder(
    sql,
    { table: "public.sms_messages", first, second },
    () => call(sql, "sms_finish_replies", { results }),
  );
  const canceled = (await messages(sql, tenant)).filter(({ status }) => status === "canceled");
  assert.deepEqual(canceled.map(({ id }) => id).sort(), [first, second]);
});

dbTest("sms_opt_out_contact() and a STOP in a new conversation do not deadlock", async ({ sql, tenant }) => {
  const from = phone();
  const [contact] = await sql`insert into public.sms_contacts (user_id, number, wrote_at)
    values (${tenant.userId}, ${from}, now()) returning id`;
  const holder = await sql.reserve();
  try {
    await holder`begin`;
    await holder`select from public.sms_contacts where id = ${contact?.id} for no key update`;
    const optingOut = callAs(sql, tenant, "sms_opt_out_contact", { contact_id: contact?.id });
    await settledOrWaiting(sql, holder as unknown as Sql, optingOut);
    // The person's opt-out has locked the conversations that there were. This one is new.
    await text(sql, tenant, from, "Hi");
    const stop = text(sql, tenant, from, "STOP");
    await settledOrWaiting(sql, holder as unknown as Sql, Promise.all([optingOut, stop]));
    await waitingBehind(sql, 2);
    await holder`commit`;
    assert.deepEqual([(await optingOut).outcome, (await stop).outcome], ["opted_out", "stored"]);
  } finally {
    holder.release();
  }
});

/** Returns when so many sessions of this database wait for a lock. */
async function waitingBehind(sql: Sql, count: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  const waiting = () =>
    sql`select from pg_stat_activity a
      where a.datname = current_database() and cardinality(pg_blocking_pids(a.pid)) > 0`;
  while ((await waiting()).length < count) assert(Date.now() < deadline, "they do not wait");
}

dbTest("a batch of refusals (21610) locks the pairs after all of its messages", async ({ sql, tenant }) => {
  const to = phone();
  const ids: string[] = [];
  for (const body of ["One", "Two"]) {
    const id = messageOf(await send(sql, tenant, { to_number: to, body }));
    const [job] = await claimDeliveries(sql, { message_ids: [id] });
    assert(job);
    await record(sql, job, "accepted", { message_sid: messageSid(), status: "queued" });
    ids.push(id);
  }
  await age(sql, tenant, "10 minutes");
  const questions = await claimQuestions(sql, "settlement") as Record<string, unknown>[];
  const results = questions.map(({ message_id, lease_token, account_sid }) => ({
    ...{ message_id, lease_token, account_sid, outcome: "found", status: "failed", error_code: "21610" },
    ...{ error_message: "Opted out.", num_segments: 1, price: null, price_unit: null },
  }));
  const holder = await sql.reserve();
  try {
    await holder`begin`;
    await holder`select from public.sms_messages where id = ${ids.sort()[1] ?? ""} for no key update nowait`;
    const working = call(sql, "sms_record_questions", { results });
    await settledOrWaiting(sql, holder as unknown as Sql, working);
    await holder`set local lock_timeout = 1`;
    await holder`insert into sms_private.sender_blocks (phone_number_id, contact_id)
      select phone_number_id, contact_id from public.sms_conversations`;
    await holder`rollback`;
    await working;
  } finally {
    holder.release();
  }
  assert.equal((await sql`select from sms_private.sender_blocks`).length, 1);
});
