/** Which old messages stay, each reason alone: it holds one message, and without it that message goes. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  archiveAll,
  archivedIds,
  longAgo,
  oldTalk,
  settled,
  staysBecause,
  type Talk,
  talk,
  unownedText,
} from "./archive_support.ts";
import { deliver, foldAll } from "./stats_support.ts";
import { addTenant, callAs, claimReply, finish, message, phone, text } from "./support.ts";

type Change = (sql: Sql, old: Talk) => Promise<unknown>;

interface Reason {
  reason: string;
  of: "question" | "answer";
  /** Others of the talk that stay too. */
  also?: number;
  holds: Change;
  frees: Change;
}

const noJobs: Change = (sql) => sql`delete from sms_private.jobs`;

/** A job of the pair: a reply, or the delivery of some message. */
const job = (sql: Sql, old: Talk, more: Record<string, unknown>) =>
  sql`insert into sms_private.jobs ${
    sql({ user_id: old.tenant.userId, phone_number_id: old.tenant.numberId, due_at: new Date(), ...more })
  }`;

async function contactOf(sql: Sql, { conversationId }: Talk): Promise<string> {
  const [row] = await sql`select contact_id from public.sms_conversations where id = ${conversationId}`;
  return row?.contact_id;
}

const active: Change = (sql, { conversationId }) =>
  sql`update public.sms_conversations set status = 'active', end_reason = null, ended_at = null
    where id = ${conversationId}`;
const ended: Change = (sql, { conversationId }) =>
  sql`update public.sms_conversations set status = 'ended', end_reason = 'idle', ended_at = last_message_at
    where id = ${conversationId}`;
const past200: Change = (sql, { conversationId }) =>
  sql`update public.sms_conversations set last_seq = last_seq + 200 where id = ${conversationId}`;

const REASONS: Record<string, Reason> = {
  "a message with a job": {
    reason: "open",
    of: "answer",
    also: 1,
    holds: async (sql, old) =>
      await job(sql, old, { kind: "deliver", message_id: old.answer, contact_id: await contactOf(sql, old) }),
    frees: noJobs,
  },
  "a message with a job that is for later": {
    reason: "open",
    of: "answer",
    holds: async (sql, old) =>
      await job(sql, old, {
        kind: "deliver",
        message_id: old.answer,
        contact_id: await contactOf(sql, old),
        due_at: new Date(Date.now() + 3_600_000),
      }),
    frees: noJobs,
  },
  "a message with a question": {
    reason: "open",
    of: "answer",
    holds: (sql, { answer, tenant }) =>
      sql`insert into sms_private.questions (kind, account_sid, message_id, due_at, set_aside_at)
        values ('settlement', ${tenant.accountSid}, ${answer}, now(), now())`,
    frees: settled,
  },
  "a message of unknown outcome": {
    reason: "open",
    of: "answer",
    holds: async (sql, { answer }) => {
      await sql`update public.sms_messages set status = 'unconfirmed' where id = ${answer}`;
      await foldAll(sql);
    },
    frees: async (sql, { answer }) => {
      await sql`update public.sms_messages set status = 'failed' where id = ${answer}`;
      await foldAll(sql);
    },
  },
  "a message of a conversation that waits for a reply": {
    reason: "open",
    of: "question",
    also: 1,
    holds: async (sql, old) =>
      await job(sql, old, {
        kind: "reply",
        conversation_id: old.conversationId,
        contact_id: await contactOf(sql, old),
        due_at: new Date(Date.now() + 3_600_000),
        wanted_seq: 2,
        first_unanswered_at: new Date(),
      }),
    frees: noJobs,
  },
  "a message between two who have a delivery under way": {
    reason: "open",
    of: "question",
    also: 1,
    holds: async (sql, old) => {
      const { message_id } = await text(sql, old.tenant, phone(), "Of another talk");
      await sql`delete from sms_private.jobs`;
      await job(sql, old, {
        kind: "deliver",
        message_id,
        contact_id: await contactOf(sql, old),
        set_aside_at: new Date(),
      });
    },
    frees: noJobs,
  },
  "a message that consent rests on": {
    reason: "consent",
    of: "question",
    holds: async (sql, old) =>
      await sql`insert into public.sms_consent_events (user_id, contact_id, message_id, change, source)
        values (${old.tenant.userId}, ${await contactOf(sql, old)}, ${old.question}, 'help', 'keyword')`,
    frees: (sql) => sql`delete from public.sms_consent_events`,
  },
  "a message that is not folded": {
    reason: "unfolded",
    of: "question",
    holds: (sql, { question }) => sql`update public.sms_messages set num_segments = 9 where id = ${question}`,
    frees: foldAll,
  },
  "a message that a listing may still find": {
    reason: "unlisted",
    of: "question",
    holds: (sql, { question, tenant }) =>
      sql`insert into sms_private.questions (kind, account_sid, due_at, listed_from, listed_until)
        select 'listing', ${tenant.accountSid}, now(), date_created - interval '1 year',
          date_created + interval '24 hours 59 minutes' from public.sms_messages where id = ${question}`,
    frees: (sql) => sql`update sms_private.questions set listed_until = listed_until + interval '61 minutes'`,
  },
  "a message that was set aside before it was stored": {
    reason: "set_aside",
    of: "question",
    holds: (sql, { question }) =>
      sql`insert into sms_private.texts_set_aside (account_sid, message_sid, from_number, to_number, body, media, sent_at,
          last_error)
        select account_sid, message_sid, from_number, to_number, body, media, date_created, '23514 x'
        from public.sms_messages where id = ${question}`,
    frees: (sql) => sql`delete from sms_private.texts_set_aside`,
  },
  "a message that was sent twice": {
    reason: "doubled",
    of: "answer",
    holds: (sql, { answer, tenant }) =>
      sql`insert into public.sms_message_events (user_id, message_id, status, source, flags)
        values (${tenant.userId}, ${answer}, 'sent', 'callback', '{doubled}')`,
    frees: (sql) => sql`delete from public.sms_message_events where flags @> '{doubled}'`,
  },
  "one of the newest 200 of a conversation that goes on": {
    reason: "in_use",
    of: "question",
    also: 1,
    holds: (sql, { conversationId }) =>
      sql`update public.sms_conversations set last_message_at = now() where id = ${conversationId}`,
    frees: past200,
  },
  "one of the newest 200 of a conversation that ended lately": {
    reason: "in_use",
    of: "question",
    also: 1,
    holds: (sql, { conversationId }) =>
      sql`update public.sms_conversations set ended_at = now() where id = ${conversationId}`,
    frees: past200,
  },
  "one of the newest 200 of a conversation that was reopened lately": {
    reason: "in_use",
    of: "question",
    also: 1,
    holds: (sql, { conversationId }) =>
      sql`update public.sms_conversations set reopened_at = now() where id = ${conversationId}`,
    frees: past200,
  },
  "a message of a conversation that its assistant does not call idle yet": {
    reason: "in_use",
    of: "question",
    also: 1,
    holds: async (sql, old) => {
      await active(sql, old);
      await sql`update public.sms_assistants set idle_timeout = '90 days'`;
    },
    frees: ended,
  },
  "the last answer of an active conversation": {
    reason: "unanswered",
    of: "answer",
    holds: active,
    frees: ended,
  },
  "a text without an answer in an active conversation": {
    reason: "unanswered",
    of: "question",
    also: 1,
    holds: async (sql, old) => {
      await active(sql, old);
      await sql`update public.sms_messages set message_sid = null, status = 'failed' where id = ${old.answer}`;
      await foldAll(sql);
    },
    frees: ended,
  },
  "a text without an answer, no more than 200 messages back": {
    reason: "unanswered",
    of: "question",
    also: 1,
    holds: async (sql, old) => {
      await active(sql, old);
      await sql`update public.sms_messages set message_sid = null, status = 'failed' where id = ${old.answer}`;
      await foldAll(sql);
    },
    frees: past200,
  },
  "a message that was scheduled long ago and sent lately": {
    reason: "young",
    of: "answer",
    holds: (sql, { answer }) =>
      sql`update public.sms_messages set send_at = now() - interval '1 hour' where id = ${answer}`,
    frees: (sql, { answer }) => sql`update public.sms_messages set send_at = null where id = ${answer}`,
  },
  "an apology that nothing followed": {
    reason: "unanswered",
    of: "answer",
    also: 1,
    holds: async (sql, old) => {
      await active(sql, old);
      await sql`update public.sms_messages set kind = 'error' where id = ${old.answer}`;
    },
    frees: ended,
  },
};

for (const [what, { reason, of, also = 0, holds, frees }] of Object.entries(REASONS)) {
  dbTest(`${what} stays: ${reason}`, async ({ sql, tenant }) => {
    const old = await oldTalk(sql, tenant);
    const neighbour = await oldTalk(sql, await addTenant(sql));
    await holds(sql, old);
    assert.equal(await staysBecause(sql, old[of]), reason);
    assert.equal(await archiveAll(sql), 4 - 1 - also);
    await message(sql, old[of]);
    const archived = await archivedIds(sql);
    assert(neighbour.ids.every((id) => archived.includes(id)), "another tenant's go");
    await frees(sql, old);
    assert.equal(await staysBecause(sql, old[of]), null);
    assert.equal(await archiveAll(sql), 1 + also);
    assert(old.ids.length + neighbour.ids.length === (await archivedIds(sql)).length);
  });
}

dbTest("a message for later lets the old ones of its conversation go", async ({ sql, tenant }) => {
  const old = await oldTalk(sql, tenant);
  const later = new Date(Date.now() + 86_400_000).toISOString();
  await callAs(sql, tenant, "sms_create_message", { to_number: old.contact, body: "Later", send_at: later });
  assert.equal(await archiveAll(sql), 2);
});

emptyDbTest("a stranger's keyword stays, and a text that nobody owns goes", async ({ sql }) => {
  const tenant = await addTenant(sql);
  // Otherwise a fold deletes it after 30 days.
  await sql`update sms_private.settings set value = 'null' where name = 'ownerless_texts_days'`;
  const [keyword, unowned] = await longAgo(sql, [tenant], async () => [
    (await text(sql, tenant, phone(), "HELP")).message_id as string,
    await unownedText(sql, tenant),
  ]);
  await sql`update public.sms_messages set created_at = created_at - interval '60 days', date_created = created_at
    where id = ${unowned}`;
  await foldAll(sql);
  await sql`delete from public.sms_consent_events`;
  assert.equal(await staysBecause(sql, keyword), "alone");
  assert.equal(await archiveAll(sql), 1);
  assert.deepEqual(await archivedIds(sql), [unowned]);
});

dbTest("opt-outs count for their number after archiving", async ({ sql, tenant }) => {
  const old = await longAgo(sql, [tenant], async () => {
    const all = await talk(sql, tenant);
    await text(sql, tenant, all.contact, "STOP");
    return all;
  });
  await sql`update public.sms_conversations set status = 'ended', end_reason = 'idle', ended_at = last_message_at`;
  await foldAll(sql);
  const consent = () => sql`select to_jsonb(e) from public.sms_consent_events e`;
  const before = [...await consent()];
  const optOuts = async () => {
    const answer = await callAs(sql, tenant, "sms_summarize_messages", { phone_number_id: tenant.numberId });
    assert.equal(answer.outcome, "summarized");
    return (answer.totals as { opt_outs: number }).opt_outs;
  };
  assert.equal(await optOuts(), 1);
  assert.equal(await archiveAll(sql), 2);
  assert.deepEqual([...await consent()], before);
  assert.equal(await optOuts(), 1);
  assert.deepEqual(await archivedIds(sql), old.ids);
  // An older START that is stored late still comes before it.
  const [stop] = await sql`select date_created from public.sms_messages where body = 'STOP'`;
  const sent_at = new Date(stop?.date_created - 60_000).toISOString();
  assert.equal((await text(sql, tenant, old.contact, "START", { sent_at })).outcome, "stored");
  const [contact] = await sql`select opted_out_at from public.sms_contacts`;
  assert(contact?.opted_out_at, "still opted out");
});

dbTest("the time to answer after archiving is what it would have been", async ({ sql, tenant }) => {
  const later = async (archived: boolean) => {
    const old = await longAgo(sql, [tenant], async () => {
      const all = await talk(sql, tenant, 2);
      await text(sql, tenant, all.contact, "One more thing");
      await finish(sql, await claimReply(sql), {
        failure: { code: "X", message: "x", permanent: true, retry_after_ms: null },
      });
      await sql`delete from sms_private.jobs`;
      return all;
    });
    await foldAll(sql);
    if (archived) assert.equal(await archiveAll(sql), 3);
    const sent = await callAs(sql, tenant, "sms_create_message", {
      to_number: old.contact,
      body: "Sorry, late.",
      pauses_assistant: true,
    });
    const { id } = sent.message as { id: string };
    await deliver(sql, id);
    await sql`delete from public.sms_messages where conversation_id <> ${old.conversationId}`;
    const { answer_ms } = await message(sql, id);
    await sql`delete from public.sms_conversations`;
    return Math.round(Number(answer_ms) / 3_600_000);
  };
  const expected = await later(false);
  assert.equal(expected, 60 * 24);
  assert.equal(await later(true), expected);
});
