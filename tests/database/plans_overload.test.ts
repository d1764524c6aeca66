/** A long queue and a long history cost no more than short ones: by the rows that are read, never by time. */
import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { explained, rowsRead } from "./explained.ts";
import { addTenant, call, messageSid, phone, type Tenant } from "./support.ts";

const IN_HAND = { batch_size: 10, lease_seconds: 90, in_hand: {} };

type Work = (session: Sql, tenant: Tenant) => Promise<unknown>;

const WORK: Record<string, Work> = {
  "sms_claim_replies()": (session) => call(session, "sms_claim_replies", IN_HAND),
  "sms_claim_deliveries()": (session) => call(session, "sms_claim_deliveries", IN_HAND),
  "sms_claim_replies() for a share that is in hand": (session, { userId }) =>
    call(session, "sms_claim_replies", { ...IN_HAND, in_hand: { [userId]: 10 } }),
  "sms_claim_deliveries() for a share that is in hand": (session, { userId }) =>
    call(session, "sms_claim_deliveries", { ...IN_HAND, in_hand: { [userId]: 10 } }),
  "sms_claim_deliveries() after a restore": async (session) => {
    await session`insert into sms_private.restores (restored_at) values (now() - interval '15 days')`;
    return await call(session, "sms_claim_deliveries", IN_HAND);
  },
  "sms_claim_questions() for settlements": (session) =>
    call(session, "sms_claim_questions", { kind: "settlement", batch_size: 10, lease_seconds: 90 }),
  "sms_receive_message()": async (session, { accountSid, number }) => {
    const received = await call(session, "sms_receive_message", {
      account_sid: accountSid,
      message_sid: messageSid(),
      from_number: phone(),
      to_number: number,
      body: "Hello?",
      media: [],
      num_segments: 1,
      opt_out_type: null,
    });
    assert.equal(received.outcome, "stored");
  },
  "sms_create_message() with a key": async (session, { userId }) => {
    await session`select set_config('request.jwt.claims', ${JSON.stringify({ sub: userId })}, true)`;
    await session`set local role authenticated`;
    const created = await call(session, "sms_create_message", {
      to_number: phone(),
      body: "Hello",
      idempotency_key: crypto.randomUUID(),
    });
    assert.equal(created.outcome, "created");
  },
};

/**
 * `count` contacts: each with an old reply and an old text of a person that are settled later, a reply and a bulk text
 * that are due, others that are due tomorrow; and as many keys.
 */
async function fill(
  sql: Sql,
  { userId, numberId, number, accountSid }: Tenant,
  count: number,
): Promise<void> {
  await sql`create temp table made as
    select gen_random_uuid() as contact, gen_random_uuid() as due, gen_random_uuid() as later,
      '+1212' || lpad((i + ${count} * 10)::text, 7, '0') as number, i
    from generate_series(1, ${count}) i`;
  await sql`insert into public.sms_contacts (id, user_id, number) select contact, ${userId}, number from made`;
  // Two of the same contact: only one of a pair is active.
  await sql`insert into public.sms_conversations (id, user_id, phone_number_id, contact_id, status, ended_at, end_reason, last_seq)
    select due, ${userId}::uuid, ${numberId}::uuid, contact, 'active', null::timestamptz, null, 3 from made
    union all select later, ${userId}, ${numberId}, contact, 'ended', now(), 'person', 1 from made`;
  await sql`insert into public.sms_messages (user_id, conversation_id, account_sid, seq, direction, sender, to_number,
      from_number, body, status, created_at)
    select ${userId}, c.id, ${accountSid}, s, 'outbound', c.sender, m.number, ${number}, 'Hello',
      case when s = 3 then 'pending' else 'sent' end, now() - interval '30 days' * (3 - s) - interval '1 hour'
    from made m, generate_series(1, 3) s
    cross join lateral (values (m.due, case s when 1 then 'assistant' else 'person' end)) as c (id, sender)`;
  await sql`insert into public.sms_messages (user_id, conversation_id, account_sid, seq, direction, sender, to_number,
      from_number, body, status, created_at)
    select ${userId}, m.later, ${accountSid}, 1, 'outbound', 'system', m.number, ${number}, 'Later', 'scheduled',
      now() - interval '2 days' from made m`;
  await sql`insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
    select 'deliver', ${userId}::uuid, s.id, ${numberId}::uuid, m.contact, 3,
      case s.status when 'pending' then now() else now() + interval '1 day' end
    from made m join public.sms_messages s on s.conversation_id in (m.due, m.later) and s.status in ('pending', 'scheduled')`;
  await sql`insert into sms_private.jobs (kind, user_id, conversation_id, phone_number_id, contact_id, due_at, wanted_seq,
      first_unanswered_at)
    select 'reply', ${userId}::uuid, c.id, ${numberId}::uuid, m.contact, now() + c.span, 1, now()
    from made m cross join lateral (values (m.due, interval '0'), (m.later, interval '1 day')) as c (id, span)`;
  await sql`insert into sms_private.questions (kind, account_sid, message_id, due_at)
    select 'settlement', s.account_sid, s.id, now() + interval '1 hour' from made m
    join public.sms_messages s on s.conversation_id = m.due and s.status = 'sent'`;
  await sql`insert into sms_private.idempotency_keys (user_id, key, request_hash, result)
    select ${userId}, 'key ' || number, '', ${userId} from made`;
  await sql`drop table made`;
  await sql`analyze`;
}

async function readBy(url: string, tenant: Tenant): Promise<Record<string, number>> {
  const read: Record<string, number> = {};
  for (const [name, work] of Object.entries(WORK)) {
    read[name] = rowsRead(await explained(url, (session) => work(session, tenant)));
  }
  return read;
}

emptyDbTest("reads of claims, webhooks and sends do not grow with the history", async ({ sql, url }, t) => {
  const [tenant, neighbour] = [await addTenant(sql), await addTenant(sql)];
  // On one connection, which has the temporary table.
  const session = await sql.reserve();
  await fill(session, neighbour, 50);
  await fill(session, tenant, 100);
  const before = await readBy(url, tenant);
  await fill(session, tenant, 3_000);
  await fill(session, neighbour, 3_000);
  // Another one has nothing but what is due later, as with a broadcast for tomorrow.
  await sql`update sms_private.jobs set due_at = now() + interval '1 day' where user_id = ${neighbour.userId}`;
  await sql`analyze sms_private.jobs`;
  session.release();
  const after = await readBy(url, tenant);
  for (const name of Object.keys(WORK)) {
    await t.step(name, () => {
      const [few = NaN, many = NaN] = [before[name], after[name]];
      assert(many <= few * 1.5 + 50, `${many} rows are read in the long queue, ${few} in the short one`);
    });
  }
});
