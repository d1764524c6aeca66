import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { claimLookup, findNothing, story, unconfirmed } from "./lookups.ts";
import { outbound, pace } from "./outbound.ts";
import { broadcast, broadcastTo, messageOf, phones, send, sendFor } from "./sending.ts";
import {
  addTenant,
  age,
  call,
  callAs,
  claimDeliveries,
  claimReplies,
  claimReply,
  conversation,
  exchange,
  finish,
  message,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

async function ending(sql: Sql, id: string) {
  const { status, error_code } = await message(sql, id);
  return [status, error_code];
}

/** One text of each kind; the broadcast's to one recipient. */
const KINDS: Record<string, { limit: number; store(sql: Sql, tenant: Tenant): Promise<string> }> = {
  answer: { limit: 30, store: (sql, tenant) => exchange(sql, tenant, phone()) },
  "person's text": { limit: 4 * 60, store: async (sql, tenant) => messageOf(await send(sql, tenant)) },
  "app's text": { limit: 4 * 60, store: async (sql, tenant) => messageOf(await sendFor(sql, tenant)) },
  "scheduled text": {
    limit: 12 * 60,
    store: async (sql, tenant) => {
      const id = messageOf(await send(sql, tenant, { send_at: inHours(1) }));
      await age(sql, tenant, "1 hour");
      return id;
    },
  },
  "broadcast's text": {
    limit: 72 * 60,
    store: async (sql, tenant) => {
      const id = await broadcastTo(sql, tenant, phones(1), { send_at: inHours(1) });
      await age(sql, tenant, "1 hour");
      const [row] = await sql`select id from public.sms_messages where broadcast_id = ${id}`;
      return row?.id;
    },
  },
};

for (const [kind, { limit, store }] of Object.entries(KINDS)) {
  dbTest(`${kind}: sent within its time, canceled as EXPIRED after it`, async ({ sql, tenant }) => {
    const other = await addTenant(sql);
    const late = await store(sql, tenant);
    const intime = await store(sql, other);
    await age(sql, tenant, `${limit + 1} minutes`);
    await age(sql, other, `${limit - 1} minutes`);
    assert.deepEqual((await claimDeliveries(sql)).map((job) => job.message_id), [intime]);
    assert.deepEqual(await ending(sql, late), ["canceled", "EXPIRED"]);
    assert.equal((await message(sql, intime)).error_code, null);
    const row = await message(sql, late);
    assert.match(row.error_message, /too long.*not sent/);
    assert.equal((await sql`select from sms_private.jobs where message_id = ${late}`).length, 0);
    assert.deepEqual(await claimDeliveries(sql), [], "and no later claim takes it");
    const told = await conversation(sql, row.conversation_id);
    assert.equal(told.waiting_for_person, kind !== "broadcast's text", "a person is called");
    assert.equal((await call(sql, "sms_worker_health")).expired, 1);
    const others = await conversation(sql, (await message(sql, intime)).conversation_id);
    assert.equal(others.waiting_for_person, false, "the other tenant hears nothing");
  });
}

dbTest("each limit is a setting, and without one a text waits for ever", async ({ sql, tenant }) => {
  const [short, endless] = [messageOf(await send(sql, tenant)), await exchange(sql, tenant, phone())];
  await sql`update sms_private.settings set value = '60' where name = 'text_not_after_seconds'`;
  await sql`delete from sms_private.settings where name = 'answer_not_after_seconds'`;
  await age(sql, tenant, "2 minutes");
  await sql`update sms_private.jobs set first_unanswered_at = now() - interval '1 year' where message_id = ${endless}`;
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.message_id), [endless]);
  assert.deepEqual(await ending(sql, short), ["canceled", "EXPIRED"]);
});

dbTest("not_after in the request counts in place of the limit", async ({ sql, tenant }) => {
  const soon = messageOf(await sendFor(sql, tenant, { not_after: inHours(1) }));
  const long = messageOf(await send(sql, tenant, { not_after: inHours(24) }));
  assert((await message(sql, soon)).not_after > new Date());
  await age(sql, tenant, "5 hours");
  await sql`update public.sms_messages set not_after = not_after - interval '5 hours'`;
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.message_id), [long]);
  assert.deepEqual(await ending(sql, soon), ["canceled", "EXPIRED"]);
});

dbTest("a broadcast's not_after is that of its messages", async ({ sql, tenant }) => {
  const to = phones(2);
  const until = inHours(2);
  const id = await broadcastTo(sql, tenant, to, { not_after: until });
  const rows = await sql`select not_after from public.sms_messages where broadcast_id = ${id}`;
  assert.deepEqual(rows.map((row) => row.not_after), [until, until]);
  await sql`update public.sms_messages set not_after = now() - interval '1 second'`;
  assert.deepEqual(await claimDeliveries(sql), []);
  assert.deepEqual((await callAs(sql, tenant, "sms_get_broadcast", { broadcast_id: id })).totals, {
    canceled: 2,
  });
});

dbTest(
  "a not_after in the past or before send_at is refused, and nothing stored",
  async ({ sql, tenant }) => {
    const send_at = inHours(2);
    for (
      const wrong of [
        { not_after: inHours(-1) },
        { not_after: new Date(0) },
        { send_at, not_after: inHours(1) },
        { send_at, not_after: send_at },
      ]
    ) {
      for (
        const answer of [
          await send(sql, tenant, wrong),
          await sendFor(sql, tenant, wrong),
          await broadcast(sql, tenant, phones(1), wrong),
        ]
      ) assert.equal(answer.outcome, "INVALID_NOT_AFTER", JSON.stringify(wrong));
    }
    const [endless] = await sql`select public.sms_create_message_for(${tenant.userId}, '+14155550101', 'Hi',
    not_after => 'infinity') ->> 'outcome' as outcome`;
    assert.equal(endless?.outcome, "INVALID_NOT_AFTER");
    assert.equal((await sql`select from public.sms_messages`).length, 0);
    assert.equal((await sql`select from public.sms_broadcasts`).length, 0);
    assert.equal((await send(sql, tenant, { send_at, not_after: inHours(3) })).outcome, "created");
  },
);

dbTest("a send_at in the past sends at once, and its time begins now", async ({ sql, tenant }) => {
  const id = messageOf(await send(sql, tenant, { send_at: inHours(-48), not_after: inHours(1) }));
  const plain = messageOf(await send(sql, tenant, { send_at: inHours(-48) }));
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.message_id).sort(), [id, plain].sort());
});

dbTest("a repeated request with another not_after is another request", async ({ sql, tenant }) => {
  const args = { to_number: phone(), idempotency_key: "one" };
  assert.equal((await send(sql, tenant, args)).outcome, "created");
  assert.equal((await send(sql, tenant, args)).outcome, "repeated");
  assert.equal(
    (await send(sql, tenant, { ...args, not_after: inHours(1) })).outcome,
    "IDEMPOTENCY_KEY_REUSED",
  );
});

dbTest("the pause of a broadcast does not use up its time", async ({ sql, tenant }) => {
  const id = await broadcastTo(sql, tenant, phones(1));
  await age(sql, tenant, "71 hours");
  await callAs(sql, tenant, "sms_pause_broadcast", { broadcast_id: id });
  await age(sql, tenant, "100 hours");
  await sql`update sms_private.jobs set held_at = held_at - interval '100 hours'`;
  await callAs(sql, tenant, "sms_resume_broadcast", { broadcast_id: id });
  const [job] = await claimDeliveries(sql);
  assert(job, "71 hours count, 100 do not");
  await record(sql, job, "not_started");
  await age(sql, tenant, "90 minutes");
  assert.deepEqual(await claimDeliveries(sql), [], "then nothing ran for longer than was left");
  assert.deepEqual(await ending(sql, job.message_id), ["canceled", "EXPIRED"]);
});

dbTest("a pause that was over before send_at is no part of the time", async ({ sql, tenant }) => {
  const id = await broadcastTo(sql, tenant, phones(1), {
    send_at: new Date(Date.now() + 3 * 24 * 3_600_000),
  });
  await callAs(sql, tenant, "sms_pause_broadcast", { broadcast_id: id });
  await sql`update sms_private.jobs set held_at = held_at - interval '20 days'`;
  await callAs(sql, tenant, "sms_resume_broadcast", { broadcast_id: id });
  const [job] = await sql`select held_for from sms_private.jobs where user_id = ${tenant.userId}`;
  assert.equal(job?.held_for, "00:00:00");
});

dbTest("time in which the number sends other texts at its pace does not count", async ({ sql, tenant }) => {
  await pace(sql, tenant, 1);
  const served = await addTenant(sql);
  await sql`insert into sms_private.pace_marks values (${tenant.numberId}, now(), 0)`;
  const held = messageOf(await send(sql, tenant));
  const idle = messageOf(await send(sql, served));
  // The number then sent 4 hours' worth of other texts, and stood still for 1 hour.
  await sql`update sms_private.sender_pace set held_seconds = held_seconds + 4 * 3600
    where phone_number_id = ${tenant.numberId}`;
  await sql`update sms_private.pace_marks set at = at - interval '5 hours'`;
  for (const each of [tenant, served]) await age(sql, each, "5 hours");
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.message_id), [held]);
  assert.deepEqual(await ending(sql, idle), ["canceled", "EXPIRED"], "another number's pace excuses nothing");
});

dbTest("claims note how long the pace held a number, once a minute", async ({ sql, tenant }) => {
  const marks = async () =>
    (await sql`select held_seconds from sms_private.pace_marks order by at`).map((row) => row.held_seconds);
  const held = async () => (await sql`select held_seconds from sms_private.sender_pace`)[0]?.held_seconds;
  /** The number is served again so many seconds after it last was; its pace held it for so many of them. */
  const serve = async (after: number, paced: number) => {
    await sql`update sms_private.sender_pace set marked_at = marked_at - make_interval(secs => ${after}),
      last_served_at = now() - make_interval(secs => ${after}),
      next_at = now() - make_interval(secs => ${after - paced})`;
    await outbound(sql, tenant, phone(), "Hi");
    assert.equal((await claimDeliveries(sql)).length, 1);
  };
  await pace(sql, tenant, 1);
  await outbound(sql, tenant, phone(), "The first");
  await claimDeliveries(sql);
  await serve(90, 1);
  assert.deepEqual([await held(), await marks()], [0, []], "it stood free for more than a minute");
  await serve(30, 10);
  assert.deepEqual([Math.round(await held()), await marks()], [10, [0]], "20 of 30 seconds it stood free");
  await serve(20, 20);
  assert.deepEqual([Math.round(await held()), await marks()], [30, [0]]);
  await serve(50, 50);
  assert.deepEqual([Math.round(await held()), (await marks()).map(Math.round)], [80, [0, 30]]);
  await sql`update sms_private.pace_marks set at = at - interval '8 days'`;
  await serve(61, 61);
  assert.deepEqual((await marks()).map(Math.round), [80], "those of the last week are kept");
});

dbTest("an answer's time begins with the text it answers, also after long tries", async ({ sql, tenant }) => {
  await text(sql, tenant, phone(), "Open?");
  await age(sql, tenant, "29 minutes");
  const answer = await finish(sql, await claimReply(sql));
  assert.equal(answer.outcome, "stored");
  await age(sql, tenant, "2 minutes");
  assert.deepEqual(await claimDeliveries(sql), []);
  const row = await message(sql, answer.message_id);
  assert.deepEqual([row.status, row.error_code], ["canceled", "EXPIRED"]);
  const told = await conversation(sql, row.conversation_id);
  assert.deepEqual([told.ai_paused_reason, told.waiting_for_person], ["expired", true]);
});

dbTest("a text that nobody answered in time is not answered any more", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const { conversation_id } = await text(sql, tenant, phone(), "Open?");
  await text(sql, other, phone(), "Open?");
  await age(sql, tenant, "31 minutes");
  await age(sql, other, "29 minutes");
  assert.deepEqual((await claimReplies(sql)).map((job) => job.user_id), [other.userId]);
  const told = await conversation(sql, conversation_id);
  assert.deepEqual([told.ai_paused_reason, told.waiting_for_person], ["expired", true]);
  assert.deepEqual((await call(sql, "sms_worker_health")).set_aside_reasons, { EXPIRED: 1 });
  assert.equal(
    (await sql`select from public.sms_messages where direction = 'outbound'`).length,
    0,
    "no apology",
  );
});

dbTest("a contact who wrote again lately is answered", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "Open?");
  await age(sql, tenant, "3 hours");
  await text(sql, tenant, from, "Hello?");
  const answer = await finish(sql, await claimReply(sql));
  assert.equal(answer.outcome, "stored");
  assert.equal((await claimDeliveries(sql)).length, 1);
});

dbTest("after an answer that came too late the next text is answered", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "Open?");
  await age(sql, tenant, "31 minutes");
  assert.deepEqual(await claimReplies(sql), []);
  const { conversation_id } = await text(sql, tenant, from, "Still there?");
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, null);
  assert.equal((await finish(sql, await claimReply(sql))).outcome, "stored");
});

dbTest("a claim does not wait for the conversation of a text that is too late", async ({ sql, tenant }) => {
  const id = messageOf(await send(sql, tenant));
  await age(sql, tenant, "5 hours");
  await sql.begin(async (other) => {
    await other`select from public.sms_conversations where user_id = ${tenant.userId} for update`;
    assert.deepEqual(await claimDeliveries(sql), [], "it is not sent");
    assert.equal((await message(sql, id)).status, "pending");
  });
  await claimDeliveries(sql);
  assert.deepEqual(await ending(sql, id), ["canceled", "EXPIRED"]);
});

dbTest("what may have left is never called EXPIRED, and not sent again", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  await sql`update public.sms_messages set not_after = now() - interval '1 second' where id = ${id}`;
  await findNothing(sql, tenant);
  const row = await message(sql, id);
  assert.deepEqual([row.status, row.error_code], ["failed", "OUTCOME_UNKNOWN"]);
  assert.match(row.error_message, /waited too long/);
  assert.deepEqual(await claimDeliveries(sql), []);
});

dbTest(
  "a text given back to be sent once more and then too late is OUTCOME_UNKNOWN",
  async ({ sql, tenant }) => {
    const id = await unconfirmed(sql, tenant);
    await findNothing(sql, tenant);
    assert((await story(sql, id)).length > 0);
    await age(sql, tenant, "5 hours");
    assert.deepEqual(await claimDeliveries(sql), []);
    assert.deepEqual(await ending(sql, id), ["failed", "OUTCOME_UNKNOWN"]);
    assert.equal((await call(sql, "sms_worker_health")).expired, 0);
  },
);

dbTest(
  "a text in flight when its time ends stays unconfirmed until its fate is known",
  async ({ sql, tenant }) => {
    const id = messageOf(await send(sql, tenant));
    assert.equal((await claimDeliveries(sql)).length, 1);
    await age(sql, tenant, "5 hours");
    assert.deepEqual(await claimDeliveries(sql), []);
    assert.deepEqual(await ending(sql, id), ["unconfirmed", "OUTCOME_UNKNOWN"]);
    await sql`update sms_private.questions set due_at = now()`;
    assert.equal((await claimLookup(sql)).message_id, id);
  },
);

dbTest(
  "a text to be tried again after Twilio's refusal to take it is not tried too late",
  async ({ sql, tenant }) => {
    const id = messageOf(await send(sql, tenant));
    const [job] = await claimDeliveries(sql);
    assert(job);
    await record(sql, job, "retry", { error_code: "20429" });
    await age(sql, tenant, "5 hours");
    assert.deepEqual(await claimDeliveries(sql), []);
    assert.deepEqual(await ending(sql, id), ["canceled", "EXPIRED"]);
  },
);
