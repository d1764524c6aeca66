import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addFilledTenant,
  as,
  belongings,
  call,
  callAs,
  hex,
  publicTables,
  stateOf,
  text,
} from "./support.ts";

const FOREIGN_KEY = "23503";
const CHECK = "23514";

emptyDbTest("every reference between tenants' tables carries the tenant", async ({ sql }) => {
  const rows = await sql`
    select k.conrelid::regclass::text as from_table, k.confrelid::regclass::text as to_table,
      (select array_agg(a.attname::text order by a.attname) from pg_attribute a
       where a.attrelid = k.conrelid and a.attnum = any (k.conkey)) as columns
    from pg_constraint k
    where k.contype = 'f' and k.connamespace = 'public'::regnamespace and k.confrelid::regclass::text not like 'auth.%'`;
  const single = rows.filter((row) => !row.columns.includes("user_id"))
    .map((row) => `${row.from_table}(${row.columns}) -> ${row.to_table}`);
  assert.deepEqual(single.sort(), [
    // The shared account belongs to nobody; the trigger check_number_account sees to the rest.
    "sms_numbers(account_sid) -> sms_accounts",
  ]);
});

emptyDbTest("no row can be pointed into another tenant", async ({ sql }, t) => {
  const [a, b] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const conversation = [b.conversationId, a.conversationId];
  const attempts: [string, string, string[], string][] = [
    ["a number's assistant", "update public.sms_numbers set assistant_id = $1 where id = $2", [
      b.assistantId,
      a.numberId,
    ], FOREIGN_KEY],
    ["a number's account", "update public.sms_numbers set account_sid = $1 where id = $2", [
      b.accountSid,
      a.numberId,
    ], CHECK],
    [
      "a number's owner",
      "update public.sms_numbers set user_id = $1 where id = $2",
      [b.userId, a.numberId],
      CHECK,
    ],
    [
      "a new number's account",
      "insert into public.sms_numbers (user_id, account_sid, number) values ($2, $1, '+14155559876')",
      [b.accountSid, a.userId],
      CHECK,
    ],
    [
      "an account's owner, away from its numbers",
      "update public.sms_accounts set user_id = $1 where account_sid = $2",
      [b.userId, a.accountSid],
      CHECK,
    ],
    ["a conversation's number", "update public.sms_conversations set phone_number_id = $1 where id = $2", [
      b.numberId,
      a.conversationId,
    ], FOREIGN_KEY],
    ["a conversation's contact", "update public.sms_conversations set contact_id = $1 where id = $2", [
      b.contactId,
      a.conversationId,
    ], FOREIGN_KEY],
    ["a conversation's assistant", "update public.sms_conversations set assistant_id = $1 where id = $2", [
      b.assistantId,
      a.conversationId,
    ], FOREIGN_KEY],
    ["a conversation's owner", "update public.sms_conversations set user_id = $1 where id = $2", [
      b.userId,
      a.conversationId,
    ], FOREIGN_KEY],
    [
      "a text's conversation",
      "update public.sms_messages set conversation_id = $1, seq = 99 where conversation_id = $2 and seq = 1",
      conversation,
      FOREIGN_KEY,
    ],
    ["a text's owner", "update public.sms_messages set user_id = $1 where conversation_id = $2", [
      b.userId,
      a.conversationId,
    ], FOREIGN_KEY],
    [
      "a text without an owner",
      `insert into public.sms_messages (conversation_id, seq, message_sid, account_sid,
        direction, sender, from_number, to_number, body, status)
      values ($1, 99, 'SM1', $2, 'inbound', 'contact', '+1', '+1', 'Forged', 'received')`,
      [b.conversationId, a.accountSid],
      CHECK,
    ],
    [
      "an event's text",
      "insert into public.sms_message_events (user_id, message_id, status, source) values ($2, $1, 'read', 'callback')",
      [b.replyId, a.userId],
      FOREIGN_KEY,
    ],
    [
      "a consent's contact",
      "insert into public.sms_consent_events (user_id, contact_id, change, source) values ($2, $1, 'opt_in', 'keyword')",
      [b.contactId, a.userId],
      FOREIGN_KEY,
    ],
    ["a text's template", "update public.sms_messages set template_id = $1 where user_id = $2", [
      b.templateId,
      a.userId,
    ], FOREIGN_KEY],
    ["a text's broadcast", "update public.sms_messages set broadcast_id = $1 where id = $2", [
      b.broadcastId,
      a.queuedId,
    ], FOREIGN_KEY],
    ["a broadcast's number", "update public.sms_broadcasts set phone_number_id = $1 where id = $2", [
      b.numberId,
      a.broadcastId,
    ], FOREIGN_KEY],
    ["a broadcast's template", "update public.sms_broadcasts set template_id = $1 where id = $2", [
      b.templateId,
      a.broadcastId,
    ], FOREIGN_KEY],
    ["a broadcast's owner", "update public.sms_broadcasts set user_id = $1 where id = $2", [
      b.userId,
      a.broadcastId,
    ], FOREIGN_KEY],
    ["a consent's text", "update public.sms_consent_events set message_id = $1 where user_id = $2", [
      b.replyId,
      a.userId,
    ], FOREIGN_KEY],
  ];
  const before = [await belongings(sql, a.userId), await belongings(sql, b.userId)];
  for (const [what, statement, parameters, state] of attempts) {
    await t.step(what, async () => {
      // A refusal of the constraint itself: the secret key is stopped by no policy.
      const found = await stateOf(
        sql.begin(async (all) => {
          await all.unsafe(statement, parameters);
          await all`set constraints all immediate`;
          throw new Undone();
        }).catch(undone),
      );
      assert.equal(found, state);
    });
  }
  assert.deepEqual([await belongings(sql, a.userId), await belongings(sql, b.userId)], before);
});

/** Takes back what should have been refused, so that the next attempt finds things as they were. */
class Undone extends Error {}

function undone(error: unknown): void {
  if (!(error instanceof Undone)) throw error;
}

emptyDbTest("a number may use the shared account, and the account's SID may change", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  const [shared, renamed] = [`AC${hex()}`, `AC${hex()}`];
  await call(sql, "sms_save_account", { account_sid: shared });
  await sql`update public.sms_numbers set account_sid = ${shared} where id = ${tenant.numberId}`;
  await sql`update public.sms_accounts set account_sid = ${renamed} where account_sid = ${shared}`;
  const [number] = await sql`select account_sid from public.sms_numbers where id = ${tenant.numberId}`;
  assert.equal(number?.account_sid, renamed);
  assert.equal(
    await stateOf(sql`delete from public.sms_accounts where account_sid = ${renamed}`),
    FOREIGN_KEY,
  );
});

async function rowsOf(sql: Sql, userId: string): Promise<Record<string, number>> {
  const tables = await sql`select attrelid::regclass::text as name from pg_attribute
    join pg_class c on c.oid = attrelid and c.relkind in ('r', 'p')
    where attname = 'user_id' and c.relnamespace in ('public'::regnamespace, 'sms_private'::regnamespace)`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await sql.unsafe(`select count(*)::int from ${name} where user_id = $1`, [userId]);
    counts[name] = row?.count;
  }
  return counts;
}

emptyDbTest("deleting a user deletes their rows and no other tenant's", async ({ sql }) => {
  const [a, b] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  // An archived text, a reply that is due, a text whose fate is unknown, a blocked pair.
  await sql`select sms_private.move_to_archive(array(
    select id from public.sms_messages where broadcast_id = ${a.broadcastId}))`;
  await text(sql, a, "+14155550190", "Hello?");
  await sql`insert into sms_private.sender_blocks (phone_number_id, contact_id) values (${a.numberId}, ${a.contactId})`;
  await sql`update sms_private.jobs set in_flight = true, unconfirmed = true where message_id = ${a.queuedId}`;
  await call(sql, "sms_take_turn", { owner_id: a.userId, action: "connect_account", per_minute: 10 });
  // An erased contact who had opted out, and texts without words.
  const [stopped] =
    await sql`select id from public.sms_contacts where user_id = ${a.userId} and opted_out_at is not null`;
  await call(sql, "sms_erase_contact_for", { owner_id: a.userId, contact_id: stopped?.id });
  await sql`insert into sms_private.emptied_until values (${a.userId}, '-infinity')`;
  await sql`insert into sms_private.unsent_calls (conversation_id, user_id, at, calls)
    values (gen_random_uuid(), ${a.userId}, now(), 1)`;
  await text(sql, a, "+14155550192", "How do I make these messages stop?");
  await text(sql, a, "+14155550191", "STOP");
  await callAs(sql, a, "sms_record_consents", { consents: sql.json(["broken"]) });
  await callAs(sql, a, "sms_save_quiet_hours", { opens: "10:00", closes: "18:00" });
  const before = await rowsOf(sql, a.userId);
  for (const [table, count] of Object.entries(before)) assert(count > 0, `${table} has something to delete`);
  const others = await belongings(sql, b.userId);
  await sql`delete from auth.users where id = ${a.userId}`;
  const after = await rowsOf(sql, a.userId);
  assert.deepEqual(after, Object.fromEntries(Object.keys(before).map((table) => [table, 0])));
  const [left] = await sql`select
    (select count(*)::int from sms_private.sender_pace where phone_number_id = ${a.numberId}) as pace,
    (select count(*)::int from sms_private.sender_blocks) as blocks,
    (select count(*)::int from sms_private.twilio_credentials) as credentials`;
  assert.deepEqual({ ...left }, { pace: 0, blocks: 0, credentials: 1 });
  assert.deepEqual(await belongings(sql, b.userId), others);
});

emptyDbTest("deleting an assistant keeps its numbers and conversations", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  const before = await rowsOf(sql, tenant.userId);
  await as(
    sql,
    { role: "authenticated", userId: tenant.userId },
    (mine) => mine`delete from public.sms_assistants where id = ${tenant.assistantId}`,
  );
  assert.deepEqual(await rowsOf(sql, tenant.userId), { ...before, sms_assistants: 0 });
  const pointers = await sql`select assistant_id, user_id from public.sms_numbers
    union all select assistant_id, user_id from public.sms_conversations`;
  assert.equal(pointers.length, 2);
  assert(pointers.every((row) => row.assistant_id === null && row.user_id === tenant.userId));
});

emptyDbTest("sms_private is closed to the API, but for the functions meant for it", async ({ sql }) => {
  const [usage] = await sql`select has_schema_privilege('anon', 'sms_private', 'usage') as anon,
    has_schema_privilege('authenticated', 'sms_private', 'create') as tenant`;
  assert.deepEqual({ ...usage }, { anon: false, tenant: false });
  const open = await sql`select c.oid::regclass::text as name, r.role from pg_class c
    cross join unnest(array['anon', 'authenticated']) r (role)
    where c.relnamespace = 'sms_private'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S') and case c.relkind
      when 'S' then has_sequence_privilege(r.role, c.oid, 'usage, select, update')
      else has_table_privilege(r.role, c.oid, 'select, insert, update, delete, truncate, references, trigger')
        or has_any_column_privilege(r.role, c.oid, 'select, insert, update, references') end`;
  assert.deepEqual(open.map((row) => `${row.role}: ${row.name}`), []);
  const callable = await sql`select r.role || ': ' || p.proname as name from pg_proc p
    cross join unnest(array['anon', 'authenticated']) r (role)
    where p.pronamespace = 'sms_private'::regnamespace and has_function_privilege(r.role, p.oid, 'execute') order by 1`;
  assert.deepEqual(callable.map((row) => row.name), [
    "authenticated: account_view",
    "authenticated: archived_totals",
    "authenticated: broadcast_totals",
    "authenticated: cancel_message",
    "authenticated: change_my_broadcast",
    "authenticated: change_my_conversation",
    "authenticated: check_conversation",
    "authenticated: count_my_messages",
    "authenticated: delete_my_endpoint",
    "authenticated: erase_my_contact",
    "authenticated: export_my_consents",
    "authenticated: export_my_contact",
    "authenticated: export_my_tenant",
    "authenticated: get_my_consent",
    "authenticated: get_my_conversation",
    "authenticated: get_my_quiet_hours",
    "authenticated: is_number_unreadable",
    "authenticated: list_my_contacts_without_consent",
    "authenticated: list_my_endpoints",
    "authenticated: list_my_messages_with",
    "authenticated: list_stops",
    "authenticated: my_contact",
    "authenticated: my_signers_of",
    "authenticated: new_id",
    "authenticated: number_view",
    "authenticated: once_for_caller",
    "authenticated: opt_out_contact",
    "authenticated: profile_view",
    "authenticated: refuse_row",
    "authenticated: replay_my_events",
    "authenticated: rotate_my_secret",
    "authenticated: save_my_endpoint",
    "authenticated: save_my_profile",
    "authenticated: save_my_quiet_hours",
    "authenticated: search_my_conversations",
    "authenticated: settle_my_message",
    "authenticated: settle_my_opt_out",
    "authenticated: summarize_messages",
    "authenticated: tenant_id",
    "authenticated: test_my_endpoint",
    "authenticated: update_my_conversation",
    "authenticated: webhook_problem_of",
  ]);
});

emptyDbTest("reading a private table is refused, credentials first", async ({ sql }) => {
  const { userId } = await addFilledTenant(sql);
  const tables = await sql`select relname from pg_class
    where relnamespace = 'sms_private'::regnamespace and relkind = 'r'`;
  assert(tables.some((table) => table.relname === "twilio_credentials"));
  for (const { relname } of tables) {
    for (const who of [{ role: "anon" }, { role: "authenticated", userId }] as const) {
      const state = await stateOf(
        as(sql, who, (theirs) => theirs`select from ${theirs(`sms_private.${relname}`)}`),
      );
      assert.equal(state, "42501", `${who.role}: ${relname}`);
    }
  }
  assert((await publicTables(sql)).length > 0);
});
