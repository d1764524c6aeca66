import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { assertIndexed, explained, rowsRead } from "./explained.ts";
import { call } from "./support.ts";

const ACCOUNT = "AC00000000000000000000000000000000";

/**
 * One tenant with 5,000 conversations, most of them ended, and 100 tenants with 50 active ones each, of the same words. "zebra" is
 * in one of the large tenant's, far down the list, and in all of the others'.
 */
const FILL = `
  -- What triggers and references guard holds for these rows anyway.
  set session_replication_role = replica;
  insert into auth.users (id, email) select gen_random_uuid(), i || '@example.com' from generate_series(0, 100) i;
  insert into public.sms_accounts (account_sid, shared) values ('${ACCOUNT}', true);
  insert into public.sms_numbers (user_id, account_sid, number)
    select id, '${ACCOUNT}', '+1415' || (2000000 + row_number() over ()) from auth.users, generate_series(1, 20);
  insert into public.sms_contacts (user_id, number, name)
    select n.user_id, '+1415' || (3000000 + i), 'Grace Hopper ' || i
    from (select distinct user_id from public.sms_numbers) n join auth.users u on u.id = n.user_id
    cross join generate_series(1, case u.email when '0@example.com' then 5000 else 50 end) i;
  insert into public.sms_conversations (user_id, phone_number_id, contact_id, last_seq, last_message_at,
      last_message_preview)
    select k.user_id, n.id, k.id, case when i = 10 then 3000 else 1 end,
      now() - i * interval '1 minute',
      'See you on Sunday, table ' || i
        || case when u.email <> '0@example.com' or i = 4321 then ' with a zebra' else '' end
        || case when i % 3 = 0 then ' please' else '' end
    from (select *, row_number() over (partition by user_id order by number) as i from public.sms_contacts) k
    join (select distinct on (user_id) * from public.sms_numbers) n on n.user_id = k.user_id join auth.users u on u.id = k.user_id;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, sender, to_number,
      from_number, body, status, created_at)
    select 'SM' || md5(c.id::text || s), '${ACCOUNT}', c.id, c.user_id, s, 'inbound', 'contact', n.number, k.number,
      'Text ' || s, 'received', c.last_message_at - (c.last_seq - s) * interval '1 second'
    from public.sms_conversations c join public.sms_numbers n on n.id = c.phone_number_id
    join public.sms_contacts k on k.id = c.contact_id cross join generate_series(1, c.last_seq) s;
  insert into sms_private.jobs (kind, user_id, conversation_id, phone_number_id, contact_id, due_at, wanted_seq,
      first_unanswered_at)
    select 'reply', user_id, id, phone_number_id, contact_id, now(), 1, now() from public.sms_conversations;
  reset session_replication_role;
  alter table public.sms_conversations set (autovacuum_enabled = false);
  analyze`;

/** The planner has not heard of it yet. */
const END_MOST = `
  update public.sms_conversations c set status = 'ended', end_reason = 'idle', ended_at = now()
  from auth.users u where u.id = c.user_id and u.email = '0@example.com' and extract(minute from c.last_message_at) > 0`;

emptyDbTest("reads of conversations stay in one tenant's part of the indexes", async ({ sql, url }, t) => {
  await sql.unsafe(FILL);
  // As autovacuum does: what waits in the lists of the search indexes goes in.
  await sql.unsafe("vacuum public.sms_conversations, public.sms_contacts");
  await sql.unsafe(END_MOST);
  const [user] = await sql`select id from auth.users where email = '0@example.com'`;
  const [c] =
    await sql`select c.*, k.number from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id
    where c.user_id = ${user?.id} and c.last_seq = 3000`;
  assert(c);
  const asOwner = (verb: string, args: Record<string, unknown>) => async (session: Sql) => {
    await session`select set_config('request.jwt.claims', ${JSON.stringify({ sub: user?.id })}, true)`;
    await session`set local role authenticated`;
    const answer = await call(session, verb, args);
    assert.equal(answer.outcome, answer.outcome.toLowerCase());
  };
  const deep = { before_at: c.last_message_at, before_id: c.id };
  const cases: [
    what: string,
    verb: string,
    args: Record<string, unknown>,
    rows: number,
    indexes: string[],
  ][] = [
    ["the list", "sms_search_conversations", { page_size: 20 }, 150, ["sms_conversations_newest_idx"]],
    ["a page of it", "sms_search_conversations", { page_size: 20, ...deep }, 150, [
      "sms_conversations_newest_idx",
    ]],
    [
      "the list of the few that are active",
      "sms_search_conversations",
      { page_size: 20, status: "active" },
      150,
      [
        "sms_conversations_status_idx",
      ],
    ],
    ["a common word", "sms_search_conversations", { search: "please", page_size: 20 }, 700, [
      "sms_conversations_newest_idx",
    ]],
    [
      "a word that is rare here and common elsewhere",
      "sms_search_conversations",
      { search: "zebra", page_size: 20 },
      700,
      ["sms_conversations_search_idx", "sms_contacts_search_idx"],
    ],
    [
      "a rare word of what is active",
      "sms_search_conversations",
      { search: "zebra", page_size: 20, status: "active" },
      700,
      ["sms_conversations_status_idx"],
    ],
    ["no hit", "sms_search_conversations", { search: "quagga" }, 700, [
      "sms_conversations_search_idx",
      "sms_contacts_search_idx",
    ]],
    ["a name", "sms_search_conversations", { search: "hopper 4999" }, 700, ["sms_contacts_search_idx"]],
    ["a number", "sms_search_conversations", { search: "(415) 300-4998" }, 700, ["sms_contacts_search_idx"]],
    ["two letters", "sms_search_conversations", { search: "qu" }, 700, ["sms_conversations_search_idx"]],
    ["an emoji", "sms_search_conversations", { search: "🎉" }, 4100, ["sms_conversations_newest_idx"]],
    ["a conversation", "sms_get_conversation", { conversation_id: c.id, page_size: 20 }, 60, [
      "sms_messages_conversation_id_seq_key",
    ]],
    ["a page of it", "sms_get_conversation", { conversation_id: c.id, page_size: 20, before_seq: 1500 }, 60, [
      "sms_messages_conversation_id_seq_key",
    ]],
  ];
  // Postgres plans a statement for its arguments at first, and for all arguments alike later, if that seems as good.
  for (const mode of ["force_custom_plan", "force_generic_plan"]) {
    for (const [what, verb, args, rows, indexes] of cases) {
      const shown = Object.entries(args).filter(([name]) => !name.endsWith("id")).join(" ");
      await t.step(`${what}: ${verb}(${shown}), ${mode}`, async () => {
        const statements = await explained(url, async (session) => {
          await session.unsafe(`set local plan_cache_mode = ${mode}`);
          await asOwner(verb, args)(session);
        });
        assertIndexed(statements, indexes);
        const read = rowsRead(statements);
        assert(read <= rows, `${read} rows are read`);
      });
    }
  }
});
