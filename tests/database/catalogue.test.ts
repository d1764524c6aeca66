import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";

/** Objects that break a rule, by name; none should. */
async function offenders(sql: Sql, query: string): Promise<string[]> {
  return (await sql.unsafe(query)).map((row) => row.name);
}

const OURS = "in ('public'::regnamespace, 'sms_private'::regnamespace)";
/** Functions of ours, not those of an extension that somebody put into `public`. */
const FUNCTIONS = `pg_proc p where p.pronamespace ${OURS}
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;

/** Each query names the objects that break the rule. */
const RULES: Record<string, string> = {
  "every table has a comment": `
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace ${OURS} and c.relkind in ('r', 'p', 'v', 'm') and obj_description(c.oid, 'pg_class') is null`,

  "every column has a comment": `
    select format('%s.%s', c.oid::regclass, a.attname) as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace ${OURS} and c.relkind in ('r', 'p', 'v', 'm') and col_description(c.oid, a.attnum) is null`,

  "every function has a comment": `
    select p.oid::regprocedure::text as name from ${FUNCTIONS} and obj_description(p.oid, 'pg_proc') is null`,

  "every policy has a comment": `
    select format('%s on %s', polname, polrelid::regclass) as name from pg_policy
    where obj_description(oid, 'pg_policy') is null`,

  "every comment says something": `
    select d.description as name from pg_description d
    join pg_class c on c.oid = d.objoid and c.relnamespace ${OURS} where char_length(d.description) < 4`,

  "every function has an empty search path": `
    select p.oid::regprocedure::text as name from ${FUNCTIONS}
    and not coalesce('search_path=""' = any (p.proconfig), false)`,

  "no function in public runs as its definer": `
    select p.oid::regprocedure::text as name from ${FUNCTIONS}
    and p.pronamespace = 'public'::regnamespace and p.prosecdef`,

  "a definer that a tenant may call asks who is calling": `
    select p.oid::regprocedure::text as name from ${FUNCTIONS} and p.prosecdef
    and has_function_privilege('authenticated', p.oid, 'execute')
    and p.prosrc !~ '\\(select sms_private\\.tenant_id\\(\\)\\)|sms_private\\.lock_my_conversation\\('`,

  "a function that writes is volatile": `
    select p.oid::regprocedure::text as name from ${FUNCTIONS}
    and p.provolatile <> 'v' and p.prosrc ~* '\\m(insert into|update [a-z]+\\.|delete from|for (no key )?update)\\M'`,

  "no immutable function reads a table or the clock": `
    select p.oid::regprocedure::text as name from ${FUNCTIONS}
    and p.provolatile = 'i' and (
      p.prosrc ~* '\\m(from|join)\\s+(public|sms_private)\\.|clock_timestamp|now\\(\\)|auth\\.'
      or exists (select from pg_proc called where called.pronamespace = 'sms_private'::regnamespace
        and called.provolatile <> 'i' and p.prosrc ~ ('sms_private\\.' || called.proname || '\\M')))`,

  "no function is everybody's": `
    select p.oid::regprocedure::text as name from ${FUNCTIONS} and exists (
      select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl where acl.grantee = 0)`,

  "no verb has a twin of the same name, which rpc() could not tell apart": `
    select p.proname::text as name from ${FUNCTIONS} group by p.pronamespace, p.proname having count(*) > 1`,

  "no argument of a verb is a reserved word": `
    select format('%s(%s)', p.proname, a.name) as name from (
      select p.* from ${FUNCTIONS} and p.pronamespace = 'public'::regnamespace) p
    cross join unnest(p.proargnames) a (name) join pg_get_keywords() k on k.word = a.name where k.catcode = 'R'`,

  "every public table has row level security": `
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity`,

  "every public table has a policy to be read by": `
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = 'r')`,

  "every policy is for tenants alone": `
    select format('%s on %s', policyname, tablename) as name from pg_policies
    where schemaname in ('public', 'sms_private') and roles <> '{authenticated}'`,

  "every policy is for one command and permissive, and none stands twice": `
    select format('%s on %s', min(policyname), tablename) as name from pg_policies
    where schemaname in ('public', 'sms_private') group by tablename, cmd
    having count(*) > 1 or cmd = 'ALL' or min(permissive) <> 'PERMISSIVE'`,

  "every policy asks for the owner once a query, not once a row": `
    select format('%s on %s', policyname, tablename) as name
    from pg_policies cross join unnest(array[qual, with_check]) as condition
    where schemaname in ('public', 'sms_private') and condition <> '(( SELECT sms_private.tenant_id() AS tenant_id) = user_id)'`,

  "every policy that lets a row be written says what may be written": `
    select format('%s on %s', policyname, tablename) as name from pg_policies
    where schemaname in ('public', 'sms_private') and (cmd in ('INSERT', 'UPDATE')) <> (with_check is not null)`,

  "every table has a primary key": `
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace ${OURS} and c.relkind in ('r', 'p')
      and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')`,

  // A composite key's first column alone decides: the tenant follows from it. A partial index is no help,
  // because the look-up that a delete makes does not know its condition.
  "every foreign key has an index that a delete can use": `
    select format('%s %s', k.conrelid::regclass, pg_get_constraintdef(k.oid)) as name from pg_constraint k
    where k.contype = 'f' and k.connamespace ${OURS} and not exists (
      select from pg_index i where i.indrelid = k.conrelid and i.indisvalid and (i.indpred is null
          or pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', (
            select a.attname from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1])))
        and i.indkey[0] = k.conkey[1])`,

  "every foreign key says what happens on delete": `
    select format('%s %s', k.conrelid::regclass, pg_get_constraintdef(k.oid)) as name from pg_constraint k
    where k.contype = 'f' and k.connamespace ${OURS} and k.confdeltype = 'a'
      and format('%s(%s)', k.conrelid::regclass, k.confrelid::regclass) <> 'sms_numbers(sms_accounts)'`,

  "no index stands twice": `
    select string_agg(i.indexrelid::regclass::text, ', ') as name from pg_index i
    join pg_class c on c.oid = i.indrelid and c.relnamespace ${OURS}
    group by i.indrelid, i.indkey::text, i.indclass::text, i.indoption::text, coalesce(i.indpred::text, ''),
      coalesce(i.indexprs::text, '') having count(*) > 1`,

  "every table that says when it changed keeps it true": `
    select a.attrelid::regclass::text as name from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and c.relnamespace ${OURS}
    where a.attname = 'updated_at' and not exists (
      select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'touch_updated_at' and t.tgenabled <> 'D')`,

  "nobody may call a trigger's function": `
    select p.oid::regprocedure::text || ': ' || r.role as name
    from (select p.* from ${FUNCTIONS} and p.prorettype = 'trigger'::regtype) p
    cross join unnest(array['anon', 'authenticated', 'service_role']) r (role)
    where has_function_privilege(r.role, p.oid, 'execute')`,

  "no time is without its zone, and no text has a length in its type": `
    select format('%s.%s', a.attrelid::regclass, a.attname) as name from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and c.relnamespace ${OURS}
    where a.attnum > 0 and a.atttypid in ('timestamp'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'json'::regtype)`,

  "nothing is published before an issue says so": `
    select format('%s.%s', schemaname, tablename) as name from pg_publication_tables where schemaname = 'sms_private'`,
};

emptyDbTest("the catalogue keeps the rules of the house", async ({ sql }, t) => {
  for (const [rule, query] of Object.entries(RULES)) {
    await t.step(rule, async () => assert.deepEqual(await offenders(sql, query), []));
  }
});

emptyDbTest("the rules of the catalogue see what breaks them", async ({ sql }, t) => {
  await sql.unsafe(`
    create table public.bad (id int, owner uuid references auth.users (id), at timestamp, updated_at timestamptz);
    create policy all_of_it on public.bad using (auth.uid() = owner);
    create policy read_it on public.bad for select to anon using (true);
    create policy change_it on public.bad for update to authenticated using (true);
    create policy write_it on public.bad for insert to authenticated with check (true);
    create index bad_a on public.bad (at);
    create index bad_b on public.bad (at);
    comment on column public.bad.id is 'id';
    create function public.bad("order" int) returns int language sql immutable security definer
      as $$ select 1 from sms_private.jobs; delete from sms_private.jobs; select 1 $$;
    create function public.bad(a text) returns int language sql as $$ select 1 $$;
    create function sms_private.bad() returns trigger language plpgsql security definer as $$ begin return new; end $$;
    grant execute on all functions in schema public, sms_private to public;
    create table public.unread (id int);
    create publication everything for tables in schema sms_private`);
  for (const [rule, query] of Object.entries(RULES)) {
    await t.step(rule, async () => {
      const found = await offenders(sql, query);
      assert(found.length > 0, "an offender is found");
    });
  }
});

emptyDbTest("the schema has the triggers that the design names, and no others", async ({ sql }) => {
  const rows = await sql`
    select format('%s on %s', t.tgname, c.oid::regclass) as name from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and t.tgname <> 'touch_updated_at'
      and c.relnamespace in ('public'::regnamespace, 'sms_private'::regnamespace) order by 1`;
  assert.deepEqual(rows.map((row) => row.name), [
    "add_sender_pace on sms_numbers",
    "begin_attempt on sms_private.jobs",
    "check_account_numbers on sms_accounts",
    "check_number_account on sms_numbers",
    "check_time_zone on sms_assistants",
    "check_time_zone on sms_contacts",
    "count_message on sms_messages",
    "count_room on sms_assistants",
    "count_room on sms_contacts",
    "count_room on sms_templates",
    "forget_account on sms_accounts",
    "forget_events on sms_private.event_endpoints",
    "keep_opt_outs on sms_contacts",
    "keep_opt_outs on sms_numbers",
    "lock_assistant_uses on sms_assistants",
    "lock_template_uses on sms_templates",
    "note_consent on sms_contacts",
    "note_handover on sms_conversations",
    "note_message on sms_messages",
    "recall_opt_outs on sms_contacts",
    "recall_opt_outs on sms_numbers",
    "set_answer_time on sms_messages",
    "set_canonical_number on sms_contacts",
    "set_message_origin on sms_messages",
    "take_room on sms_assistants",
    "take_room on sms_contacts",
    "take_room on sms_templates",
  ]);
});
