import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { assertIndexed, explained } from "./explained.ts";
import { claimQuestions } from "./lookups.ts";
import { call, hex, messageSid } from "./support.ts";

const ACCOUNT = "AC00000000000000000000000000000000";

/**
 * 400 tenants with 10 numbers and 10 conversations each; 20,000 texts in 200 of these; 4,400 jobs; 20,000 broadcasts,
 * 20,000 idempotency keys and 4,000 templates.
 */
const FILL = `
  insert into auth.users (id, email) select gen_random_uuid(), i || '@example.com' from generate_series(1, 400) i;
  insert into public.sms_accounts (account_sid, shared) values ('${ACCOUNT}', true);
  insert into public.sms_assistants (user_id, name, prompt) select id, 'Ada', 'Answer.' from auth.users;
  insert into public.sms_numbers (user_id, account_sid, number, assistant_id, segments_per_second)
    select user_id, '${ACCOUNT}', '+1415' || (2000000 + row_number() over ())::text, id, 1000
    from public.sms_assistants, generate_series(1, 10);
  insert into public.sms_contacts (user_id, number)
    select user_id, '+1415' || (3000000 + row_number() over ())::text from public.sms_numbers;
  insert into public.sms_conversations (user_id, phone_number_id, contact_id, assistant_id, last_seq, last_message_at)
    select n.user_id, n.id, c.id, n.assistant_id, 100, now() - random() * interval '1 day'
    from (select *, row_number() over (partition by user_id order by id) as i from public.sms_numbers) n
    join (select *, row_number() over (partition by user_id order by id) as i from public.sms_contacts) c
      on c.user_id = n.user_id and c.i = n.i;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, sender,
      to_number, from_number, body, status, created_at)
    select case when s % 2 = 1 or s <= 60 then 'SM' || md5(c.id::text || s) end, '${ACCOUNT}', c.id, c.user_id, s,
      case s % 2 when 1 then 'inbound' else 'outbound' end, case s % 2 when 1 then 'contact' else 'assistant' end,
      case s % 2 when 1 then n.number else k.number end, case s % 2 when 1 then k.number else n.number end,
      'Text ' || s, case when s % 2 = 1 then 'received' when s <= 60 then 'delivered' else 'pending' end,
      now() - (100 - s) * interval '2 hours'
    from (select * from public.sms_conversations order by contact_id limit 200) c
    join public.sms_numbers n on n.id = c.phone_number_id join public.sms_contacts k on k.id = c.contact_id,
      generate_series(1, 100) s;
  insert into public.sms_broadcasts (user_id, phone_number_id, from_number, body, accepted, created_at)
    select n.user_id, n.id, n.number, 'Hello all', 1, now() - i * interval '3 hours'
    from public.sms_numbers n, generate_series(1, 5) i;
  insert into public.sms_templates (user_id, name, body)
    select user_id, 'Template ' || i, 'Hello {{name}}' from public.sms_assistants, generate_series(1, 10) i;
  insert into sms_private.idempotency_keys (user_id, key, request_hash, result, created_at)
    select user_id, 'key ' || i, '', user_id, now() - i * interval '35 minutes'
    from public.sms_assistants, generate_series(1, 50) i;
  insert into sms_private.questions (kind, account_sid, message_id, due_at)
    select 'settlement', account_sid, id, now() + random() * interval '3 days' from public.sms_messages where status = 'delivered';
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
    select 'deliver', m.user_id, m.id, c.phone_number_id, c.contact_id, 1, now() - interval '1 minute'
    from public.sms_messages m join public.sms_conversations c on c.id = m.conversation_id where m.status = 'pending';
  insert into sms_private.jobs (kind, user_id, conversation_id, phone_number_id, contact_id, due_at, wanted_seq,
      first_unanswered_at)
    select 'reply', user_id, id, phone_number_id, contact_id, now() - interval '1 minute', 99, now()
    from (select * from public.sms_conversations order by contact_id limit 400) c;
  analyze`;

emptyDbTest("hot queries find their rows by index in filled tables", async ({ sql, url }, t) => {
  await sql.unsafe(FILL);
  const [c] =
    await sql`select c.*, n.number, n.account_sid, k.number as contact from public.sms_conversations c
    join public.sms_numbers n on n.id = c.phone_number_id join public.sms_contacts k on k.id = c.contact_id
    order by c.contact_id offset 123 limit 1`;
  assert(c);
  const [sent] = await sql`select * from public.sms_messages where conversation_id = ${c.id} and seq = 40`;
  const [queued] = await sql`select * from public.sms_messages where conversation_id = ${c.id} and seq = 100`;
  const [template] = await sql`select * from public.sms_templates where user_id = ${c.user_id} limit 1`;
  assert(sent && queued && template);
  const inbound = {
    account_sid: c.account_sid,
    message_sid: messageSid(),
    from_number: c.contact,
    to_number: c.number,
    body: "Hello?",
    media: [],
    num_segments: 1,
    opt_out_type: null,
  };
  const tenant = { role: "authenticated", userId: c.user_id } as const;
  /** As a signed-in tenant, inside the transaction that is explained. */
  const signIn = async (session: Sql) => {
    await session`select set_config('request.jwt.claims', ${JSON.stringify({ sub: tenant.userId })}, true)`;
    await session`set local role authenticated`;
  };
  const queries: [string, string[], (session: Sql) => Promise<unknown>][] = [
    [
      "sms_claim_replies() hops from tenant to tenant, and reads a conversation's history by seq",
      ["jobs_due_replies_idx", "sms_messages_conversation_id_seq_key"],
      (session) => call(session, "sms_claim_replies", { batch_size: 20, lease_seconds: 90 }),
    ],
    [
      "sms_claim_deliveries() hops from number to number, and sees by index that a pair is free",
      ["jobs_due_deliveries_idx", "jobs_pair_idx|jobs_one_in_flight_idx"],
      (session) =>
        call(session, "sms_claim_deliveries", { batch_size: 10, lease_seconds: 90, per_sender: 2 }),
    ],
    [
      "a claim of one text finds it by the text",
      ["jobs_one_delivery_idx"],
      (session) =>
        call(session, "sms_claim_deliveries", { batch_size: 1, lease_seconds: 90, message_ids: [queued.id] }),
    ],
    [
      "sms_claim_questions() reads only the settlements that are due",
      ["questions_due_idx"],
      (session) => claimQuestions(session, "settlement", { batch_size: 10 }),
    ],
    [
      "sms_receive_message() finds duplicate, number, contact and conversation",
      [
        "sms_messages_account_sid_message_sid_key",
        "sms_numbers_account_sid_number_key|sms_numbers_number_idx",
        "sms_contacts_user_id_number_key",
        "sms_conversations_one_active_idx|sms_conversations_pair_idx|sms_conversations_contact_newest_idx",
      ],
      (session) => call(session, "sms_receive_message", inbound),
    ],
    [
      "sms_receive_message() finds that it knows a text, without anything else",
      ["sms_messages_account_sid_message_sid_key"],
      (session) => call(session, "sms_receive_message", { ...inbound, message_sid: sent.message_sid }),
    ],
    [
      "sms_receive_message() counts an account's texts to numbers that nobody has in their own index",
      ["sms_messages_ownerless_idx"],
      (session) => call(session, "sms_receive_message", { ...inbound, account_sid: `AC${hex()}` }),
    ],
    [
      "the caps of a conversation and a tenant are counted in their own indexes",
      ["sms_messages_replies_idx", "sms_messages_tenant_replies_idx"],
      (session) => session`select * from sms_private.reply_cap(${c.user_id}, ${c.id}, 0)`,
    ],
    [
      "sms_record_status() finds a text by its SID",
      ["sms_messages_account_sid_message_sid_key"],
      (session) => recordStatus(session, { message_sid: sent.message_sid }),
    ],
    [
      "sms_record_status() finds a text by our id",
      ["sms_messages_pkey|sms_messages_id_user_id_key"],
      (session) => recordStatus(session, { message_sid: sent.message_sid, message_id: sent.id }),
    ],
    [
      "an opt-out finds what is queued for the contact",
      ["jobs_pair_idx"],
      (session) => session`select sms_private.opt_out(${c.contact_id}, 'keyword', 'STOP', null)`,
    ],
    [
      "sms_create_message() counts the texts and broadcasts of the last minute in their own indexes",
      ["sms_messages_sends_idx", "sms_broadcasts_user_idx"],
      async (session) => {
        await signIn(session);
        return await call(session, "sms_create_message", { conversation_id: c.id, body: "Hello" });
      },
    ],
    [
      "sms_create_message() finds its template and its idempotency key, and purges keys by their age",
      [
        "sms_templates_pkey|sms_templates_id_user_id_key",
        "idempotency_keys_pkey",
        "idempotency_keys_age_idx",
      ],
      async (session) => {
        await signIn(session);
        const args = { template_id: template.id, variables: { name: "Grace" }, idempotency_key: "new" };
        return await call(session, "sms_create_message", { conversation_id: c.id, ...args });
      },
    ],
    [
      "a tenant's conversations, newest first, under its policy",
      ["sms_conversations_newest_idx"],
      async (session) => {
        await signIn(session);
        return await session`select * from public.sms_conversations order by last_message_at desc, id desc limit 20`;
      },
    ],
    [
      "the newest page of a conversation, under its policy",
      ["sms_messages_conversation_id_seq_key"],
      async (session) => {
        await signIn(session);
        return await session`select * from public.sms_messages where conversation_id = ${c.id} and seq < 60
          order by seq desc limit 20`;
      },
    ],
    [
      "all texts of a tenant, newest first, under its policy",
      ["sms_messages_user_idx"],
      async (session) => {
        await signIn(session);
        return await session`select * from public.sms_messages order by created_at desc limit 20`;
      },
    ],
  ];
  function recordStatus(session: Sql, more: Record<string, unknown>) {
    return call(session, "sms_record_status", {
      account_sid: c?.account_sid,
      from_number: c?.number,
      to_number: c?.contact,
      status: "delivered",
      error_code: null,
      error_message: null,
      ...more,
    });
  }
  for (const [what, indexes, work] of queries) {
    await t.step(what, async () => assertIndexed(await explained(url, work), indexes));
  }
});

emptyDbTest("the plans are heard: a query without an index is found out", async ({ sql, url }) => {
  await sql.unsafe(FILL);
  const statements = await explained(
    url,
    (session) => session`select from public.sms_messages where body = 'Text 7'`,
  );
  assert.throws(() => assertIndexed(statements, []), /all of sms_messages is read/);
});

emptyDbTest("a claim does not ask about every text that a number has queued", async ({ sql, url }) => {
  await sql.unsafe(FILL);
  const [bulk] = await sql`select j.phone_number_id, m.* from sms_private.jobs j
    join public.sms_messages m on m.id = j.message_id order by m.id limit 1`;
  assert(bulk);
  // Its pace is used up, as it is for as long as a broadcast lasts.
  await sql`update sms_private.sender_pace set next_at = now() + interval '1 hour'`;
  const statements = async () =>
    (await explained(
      url,
      (session) => call(session, "sms_claim_deliveries", { batch_size: 50, lease_seconds: 90 }),
    ))
      .length;
  const before = await statements();
  await sql`with made as (
      insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, sender, to_number,
        from_number, body, status)
      select ${ACCOUNT}, ${bulk.conversation_id}, ${bulk.user_id}, 1000 + s, 'outbound', 'system',
        ${bulk.to_number}, ${bulk.from_number}, 'Bulk', 'pending' from generate_series(1, 2000) s
      returning *)
    insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
    select 'deliver', m.user_id, m.id, c.phone_number_id, c.contact_id, 3, now()
    from made m join public.sms_conversations c on c.id = m.conversation_id`;
  await sql`analyze sms_private.jobs`;
  const after = await statements();
  assert(after < before + 100, `${after} statements with 2,000 more texts queued, ${before} without them`);
});
