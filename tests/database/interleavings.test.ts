import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { outbound, pace } from "./outbound.ts";
import { agreed, settledOrWaiting, whileOpen } from "./sending.ts";
import {
  addTenant,
  age,
  type Answer,
  as,
  call,
  claimDeliveries,
  claimReplies,
  claimReply,
  conversation,
  exchange,
  finish,
  message,
  messages,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

const me = ({ userId }: Tenant) => ({ role: "authenticated" as const, userId });

dbTest("a text and a person's message that reopen at once share it", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "Hi");
  await finish(sql, await claimReply(sql), { end_conversation: true });
  const answer = await whileOpen(
    sql,
    (open) => outbound(open, tenant, from, "Hello again"),
    () => text(sql, tenant, from, "One more question"),
  );
  assert.equal(answer.outcome, "stored");
  const active = await sql`select id from public.sms_conversations where status = 'active'`;
  assert.deepEqual(active.map((c) => c.id), [answer.conversation_id]);
});

dbTest("a text that comes while its assistant is deleted is stored", async ({ sql, tenant }) => {
  const answer = await whileOpen(
    sql,
    (open) => open`delete from public.sms_assistants where id = ${tenant.assistantId}`,
    () => text(sql, tenant, phone(), "Hi"),
  );
  assert.equal(answer.outcome, "stored");
  assert.equal((await conversation(sql, answer.conversation_id)).ai_paused_reason, "no_assistant");
});

dbTest("a text without a sender is stored and not answered", async ({ sql, tenant }) => {
  const answer = await text(sql, tenant, "", "Who am I?");
  assert.deepEqual([answer.outcome, answer.reply_due_in_ms], ["stored", null]);
});

for (
  const [what, change] of [
    [
      "a person's answer",
      "select public.sms_create_message(to_number => $1, body => 'I am here', pauses_assistant => true)",
    ],
    ["sms_take_over", "select public.sms_take_over((select id from public.sms_conversations))"],
    [
      "sms_update_conversation to ended",
      "select public.sms_update_conversation((select id from public.sms_conversations), status => 'ended')",
    ],
    ["the switch", "update public.sms_conversations set ai_enabled = false"],
  ] as const
) {
  dbTest(`${what} takes back the assistant's text that has not left yet`, async ({ sql, tenant }) => {
    const from = phone();
    const reply = await exchange(sql, tenant, from);
    await as(sql, me(tenant), (mine) => mine.unsafe(change, change.includes("$1") ? [from] : []));
    const claimed = await claimDeliveries(sql);
    assert.deepEqual(claimed.filter((job) => job.message_id === reply), []);
    assert.equal((await message(sql, reply)).status, "canceled");
    assert.equal((await sql`select from sms_private.jobs where message_id = ${reply}`).length, 0);
  });
}

dbTest("a message given back unsent keeps its place in its pair", async ({ sql, tenant }) => {
  const from = phone();
  const first = await exchange(sql, tenant, from);
  const [job] = await claimDeliveries(sql);
  assert(job);
  await exchange(sql, tenant, from);
  await record(sql, job, "not_started");
  assert.deepEqual((await claimDeliveries(sql)).map((j) => j.message_id), [first]);
});

emptyDbTest("a take-over and the switch outlast an idle conversation", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome!" });
  const from = phone();
  const first = await text(sql, tenant, from, "Hi");
  await as(
    sql,
    me(tenant),
    (mine) => call(mine, "sms_take_over", { conversation_id: first.conversation_id }),
  );
  await age(sql, tenant, "25 hours");
  const second = await text(sql, tenant, from, "Yesterday you said …");
  assert.notEqual(second.conversation_id, first.conversation_id);
  const row = await conversation(sql, second.conversation_id);
  assert.deepEqual([row.ai_paused_reason, row.greeting_pending, second.reply_due_in_ms], [
    "taken_over",
    false,
    null,
  ]);
  await sql`update public.sms_conversations set ai_enabled = false, ai_paused_until = null`;
  await age(sql, tenant, "25 hours");
  assert.equal((await text(sql, tenant, from, "Hello?")).reply_due_in_ms, null);
});

dbTest("a newer text gets its own tries when the older one fails for good", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "Something the model refuses");
  const job = await claimReply(sql);
  await text(sql, tenant, from, "When do you open?");
  const failure = { code: "MODEL_REFUSED", message: "no", permanent: true, retry_after_ms: null };
  assert.equal((await finish(sql, job, { reply: null, failure })).outcome, "dropped");
  assert.equal((await finish(sql, await claimReply(sql))).outcome, "stored");
});

dbTest("a wish not to be texted counts although a person took over meanwhile", async ({ sql, tenant }) => {
  const { conversation_id } = await text(sql, tenant, phone(), "never text me again");
  const job = await claimReply(sql);
  await sql`update public.sms_conversations set ai_paused_until = 'infinity', ai_paused_reason = 'taken_over'`;
  assert.equal((await finish(sql, job, { opt_out: true })).outcome, "opted_out");
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "opted_out");
  const [contact] = await sql`select opt_out_source from public.sms_contacts`;
  assert.equal(contact?.opt_out_source, "model");
  assert.equal((await messages(sql, tenant)).length, 1);
});

dbTest("new texts do not hurry a model that asked for a pause", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "Hi");
  const failure = { code: "MODEL_BUSY", message: "later", permanent: false, retry_after_ms: 600_000 };
  await finish(sql, await claimReply(sql), { reply: null, failure });
  for (let i = 0; i < 5; i++) await text(sql, tenant, from, "Hello?");
  assert.equal((await claimReplies(sql)).length, 0);
  await age(sql, tenant, "10 minutes");
  assert.equal((await claimReply(sql)).attempt, 2);
});

dbTest("a message for a moment that never comes is refused", async ({ sql, tenant }) => {
  // As text: no date of JavaScript says it.
  const [row] = await as(
    sql,
    me(tenant),
    (mine) =>
      mine.unsafe(`select public.sms_create_message('${phone()}', 'Hi', send_at => 'infinity') as answer`),
  );
  assert.equal(row?.answer.outcome, "INVALID_SEND_AT");
});

emptyDbTest("the longest message that is taken does not spoil a claim", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const create = (args: Record<string, unknown>): Promise<Answer> =>
    as(
      sql,
      me(tenant),
      (mine) => call(mine, "sms_create_message", { to_number: phone(), body: "Hi", ...args }),
    );
  const longest = await create({ media_urls: Array(10).fill("https://x.test/ä?a=%20'&".padEnd(2048, "x")) });
  assert.equal(longest.outcome, "created");
  const [row] = await claimDeliveries(sql);
  assert.equal(row?.message_id, (longest.message as { id: string }).id);
  const sent = await create({ media_urls: ["https://example.com/a.jpg"] });
  assert.equal(sent.outcome, "created");
  await outbound(sql, other, phone(), "Neighbour");
  assert.equal((await claimDeliveries(sql)).length, 2);
});

emptyDbTest("numbers that are equally urgent share a claim", async ({ sql }) => {
  const [loud, quiet] = [await addTenant(sql), await addTenant(sql)];
  for (let i = 0; i < 20; i++) await outbound(sql, loud, phone(), "Loud");
  for (let i = 0; i < 3; i++) await outbound(sql, quiet, phone(), "Quiet");
  const bodies = (await claimDeliveries(sql, { batch_size: 6 })).map((j) => j.body).sort();
  assert.deepEqual(bodies, ["Loud", "Loud", "Loud", "Quiet", "Quiet", "Quiet"]);
});

dbTest("two claims of one message each, from one number, miss nothing", async ({ sql, tenant }) => {
  await pace(sql, tenant, 1000);
  const [first, second] = [
    await outbound(sql, tenant, phone(), "First"),
    await outbound(sql, tenant, phone(), "Second"),
  ];
  const claimed = await whileOpen(
    sql,
    (open) => claimDeliveries(open, { message_ids: [first] }),
    () => claimDeliveries(sql, { message_ids: [second] }),
  );
  assert.deepEqual(claimed.map((job) => job.message_id), [second]);
});

dbTest("a worker's claim waits for nobody", async ({ sql, tenant }) => {
  await pace(sql, tenant, 1000);
  const id = await outbound(sql, tenant, phone(), "First");
  await outbound(sql, tenant, phone(), "Second");
  const connection = await sql.reserve();
  try {
    await connection`begin`;
    await claimDeliveries(connection as unknown as Sql, { message_ids: [id] });
    assert.deepEqual(await claimDeliveries(sql), []);
    await connection`commit`;
  } finally {
    connection.release();
  }
});

dbTest("deleting a template and canceling its broadcast do not deadlock", async ({ sql, tenant }) => {
  // Postgres clears the references to a deleted row in the order of the constraints' ids. Here broadcasts come last.
  const [reference] =
    await sql`select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
    where conrelid = 'public.sms_broadcasts'::regclass and confrelid = 'public.sms_templates'::regclass`;
  await sql.unsafe(`alter table public.sms_broadcasts drop constraint ${reference?.name},
    add constraint ${reference?.name} ${reference?.definition}`);
  const [template] = await sql`insert into public.sms_templates (user_id, name, body)
    values (${tenant.userId}, 'Hello', 'Hello') returning id`;
  const both = [await agreed(sql, tenant), await agreed(sql, tenant)];
  const sent = await as(
    sql,
    me(tenant),
    (mine) => call(mine, "sms_create_broadcast", { to_numbers: both, template_id: template?.id }),
  );
  const { id } = sent.broadcast as { id: string };
  const canceling = await sql.reserve();
  try {
    await canceling`begin`;
    // The locks of sms_cancel_broadcast, one by one.
    await canceling`select from public.sms_broadcasts where id = ${id} for no key update`;
    const deleted = sql`delete from public.sms_templates where id = ${template?.id}`.execute();
    await settledOrWaiting(sql, canceling as unknown as Sql, deleted);
    await canceling`select from public.sms_messages where broadcast_id = ${id} for no key update`;
    await canceling`commit`;
    await deleted;
  } finally {
    canceling.release();
  }
  const left = await sql`select count(*)::int from public.sms_messages where template_id is not null`;
  assert.equal(left[0]?.count, 0);
});

/** A text of ours that Twilio refuses because of a STOP, and the START that comes after it. */
async function refusedBeforeStart(sql: Sql) {
  const tenant = await addTenant(sql);
  const from = phone();
  await exchange(sql, tenant, from);
  const [job] = await claimDeliveries(sql);
  assert(job);
  const refusal = { error_code: "21610", error_message: "Opted out." };
  return {
    start: (on: Sql) => text(on, tenant, from, "START"),
    refuse: (on: Sql) => record(on, job, "refused", refusal),
    async assertWelcome() {
      assert.equal((await sql`select from sms_private.sender_blocks`).length, 0);
      assert.equal((await text(sql, tenant, from, "Are you open?")).reply_due_in_ms, 0);
    },
  };
}

emptyDbTest("a refusal (21610) recorded during START does not silence the contact", async ({ sql }) => {
  const { start, refuse, assertWelcome } = await refusedBeforeStart(sql);
  await whileOpen(sql, start, () => refuse(sql));
  await assertWelcome();
});

emptyDbTest("a START that is stored while a refusal (21610) is recorded lifts it", async ({ sql }) => {
  const { start, refuse, assertWelcome } = await refusedBeforeStart(sql);
  await whileOpen(sql, refuse, () => start(sql));
  await assertWelcome();
});

dbTest("a text that comes while its number gets its assistant is answered", async ({ sql, tenant }) => {
  const from = phone();
  const { conversation_id } = await text(sql, tenant, from, "Hi");
  await sql`delete from sms_private.jobs`;
  await sql`update public.sms_numbers set assistant_id = null`;
  const answer = await whileOpen(
    sql,
    async (open) => {
      await open`select from public.sms_conversations where id = ${conversation_id as string} for update`;
      await open`update public.sms_numbers set assistant_id = ${tenant.assistantId}`;
    },
    () => text(sql, tenant, from, "Hi again"),
  );
  assert.deepEqual([answer.outcome, answer.reply_due_in_ms], ["stored", 0]);
});
