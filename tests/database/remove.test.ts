import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import type { ProjectKind } from "../../local/bootstrap.ts";
import { type Catalogue, compareCatalogues, readCatalogue } from "../../local/catalogue.ts";
import { createTestDatabase } from "../../local/database.ts";
import { migrate, type Migration, readMigrations } from "../../local/migrations.ts";
import { splitStatements } from "../../local/sql_statements.ts";
import { testServer } from "../support/postgres.ts";
import { emptyDbTest } from "./db_test.ts";
import { REALTIME, STAND_INS } from "./platform.ts";
import { addTenant, as, call, exchange, phone, stateOf, text } from "./support.ts";

const removal: Migration = {
  version: "20270101000000",
  name: "sms_removed",
  path: "supabase/remove.sql",
  text: await Deno.readTextFile(new URL("../../supabase/remove.sql", import.meta.url)),
};

/** As `db push` applies it: the project's owner, one transaction. */
async function remove(sql: Sql): Promise<void> {
  await migrate(sql, [removal]);
  await sql`delete from supabase_migrations.schema_migrations where version = ${removal.version}`;
}

/** Everything in every schema, and not only what a catalogue of ours has. */
async function everything(sql: Sql): Promise<string[]> {
  const rows = await sql.begin(async (transaction) => {
    // Names are then written in full, whatever the search path of the session.
    await transaction`set local search_path = pg_catalog`;
    return await transaction`
      select 'relation ' || oid::regclass as name from pg_class where relnamespace::regnamespace::text !~ '^pg_'
      union all select 'function ' || oid::regprocedure from pg_proc
      union all select 'type ' || oid::regtype from pg_type where typnamespace::regnamespace::text !~ '^pg_'
      union all select 'schema ' || nspname from pg_namespace where nspname !~ '^pg_'
      union all select format('policy %s on %s', polname, polrelid::regclass) from pg_policy
      union all select format('trigger %s on %s', tgname, tgrelid::regclass) from pg_trigger where not tgisinternal
      union all select 'constraint ' || conname from pg_constraint
      union all select 'extension ' || extname from pg_extension order by 1`;
  });
  return rows.map((row) => row.name);
}

/** The question names our schema, so there must be one. */
async function catalogueOf(sql: Sql): Promise<Catalogue> {
  await sql`create schema sms_private`;
  const found = await readCatalogue(sql);
  await sql`drop schema sms_private`;
  return found;
}

/** What the two extensions are made of stays, because others may use them. */
const EXTENSIONS =
  `create extension pg_trgm schema extensions; create extension btree_gin schema extensions;`;

const ADOPTERS_OWN = `
  create schema app; create schema private;
  create table public.contacts (id int primary key, name text);
  create table public.conversations (id int primary key, contact int references public.contacts);
  create table public.sms_codes (id int primary key, code text);
  create function public.create_message(x text) returns int language sql as 'select 1';
  create function app.codes() returns bigint language sql as $f$ select count(*) from public.sms_codes $f$;
  create function app.other() returns text language sql as $f$ select 'sms_sending is not ours' $f$;
  create policy listen_to_own on realtime.messages for select to authenticated using (true);
  select cron.schedule('nightly', '0 3 * * *', 'select app.codes()');
  select vault.create_secret('theirs', 'my_key');`;

for (const kind of ["new", "older", "open"] satisfies ProjectKind[]) {
  Deno.test(`after the removal a project is as it was before: ${kind}`, async () => {
    await using database = await createTestDatabase(testServer, [], kind);
    const { sql } = database;
    await sql.unsafe(STAND_INS + REALTIME);
    await sql.unsafe(`set role postgres; ${EXTENSIONS} ${ADOPTERS_OWN} reset role`);
    await migrate(sql, []);
    const [before, all] = [await catalogueOf(sql), await everything(sql)];

    await migrate(sql, await readMigrations());
    await call(sql, "sms_schedule_worker", { functions_url: "https://ref.supabase.co", worker_key: "k" });
    const tenant = await addTenant(sql);
    await exchange(sql, tenant, phone());
    assert.equal((await sql`select * from pg_policy where polname = 'sms_listen_to_own'`).length, 1);
    await remove(sql);

    assert.deepEqual(
      compareCatalogues({ is: "before", has: before }, { is: "after", has: await catalogueOf(sql) }),
      [],
    );
    assert.deepEqual(await everything(sql), all);
    assert.deepEqual([...await sql`select jobname from cron.job`], [{ jobname: "nightly" }]);
    assert.deepEqual([...await sql`select name from vault.secrets`], [{ name: "my_key" }]);
    const [user] = await sql`select 1 from auth.users where id = ${tenant.userId}`;
    assert(user, "users are the project's");
    await sql`delete from auth.users where id = ${tenant.userId}`;
  });
}

Deno.test("a second removal, and one where nothing of ours is, change nothing", async () => {
  await using database = await createTestDatabase(testServer, []);
  await migrate(database.sql, []);
  const before = await everything(database.sql);
  await remove(database.sql);
  await remove(database.sql);
  assert.deepEqual(await everything(database.sql), before);
});

Deno.test("a schema sms_private that is not ours is left alone", async () => {
  await using database = await createTestDatabase(testServer, []);
  await database.sql`create schema sms_private`;
  await database.sql`create table sms_private.own (id int)`;
  await database.sql`create table public.sms_messages (id int)`;
  await assert.rejects(remove(database.sql), /not that of supabase-sms/);
  assert.equal((await database.sql`select to_regclass('sms_private.own') as own`)[0]?.own, "sms_private.own");
});

Deno.test("a project that has half of ours is as it was, wherever it stopped", async () => {
  const [baseline] = await readMigrations();
  assert(baseline);
  const statements = splitStatements(baseline.text);
  const first = statements.findIndex(({ text }) => /comment on schema sms_private/.test(text)) + 1;
  const places = [first, 30, 100, 200, 400, 600, 800, 1000, 1200].filter((at) => at < statements.length);
  await using database = await createTestDatabase(testServer, []);
  const { sql } = database;
  await sql.unsafe(`set role postgres; ${EXTENSIONS} reset role`);
  await migrate(sql, []);
  const before = await everything(sql);
  for (const at of places) {
    const half = statements.slice(0, at).map(({ text }) => text).join(";\n");
    await migrate(sql, [{ version: "1", name: "half", path: "half.sql", text: half }]);
    await remove(sql);
    assert.deepEqual(await everything(sql), before, `after ${at} statements`);
    await sql`delete from supabase_migrations.schema_migrations`;
  }
});

const IN_THE_WAY: [what: string, own: string, said: RegExp][] = [
  [
    "a view",
    "create schema app; create view app.texts as select id from public.sms_messages",
    /- view app\.texts depends on table (public\.)?sms_messages/,
  ],
  [
    "a foreign key",
    "create table public.notes (contact uuid references public.sms_contacts (id))",
    /constraint notes_contact_fkey on table (public\.)?notes depends on/,
  ],
  [
    "a policy that asks for our tenant",
    `create table public.notes (id int); create policy own on public.notes using (sms_private.tenant_id() is not null)`,
    /policy own on table (public\.)?notes depends on function sms_private\.tenant_id/,
  ],
  [
    "a default",
    "create table public.notes (id uuid default sms_private.new_id())",
    /default value for column id of table (public\.)?notes depends on function sms_private\.new_id/,
  ],
  [
    "a column of one of our row types",
    "create table public.copies (message public.sms_messages)",
    /column message of table (public\.)?copies depends on type (public\.)?sms_messages/,
  ],
  [
    "a trigger on one of our tables",
    `create function public.hook() returns trigger language plpgsql as 'begin return null; end';
     create trigger told after insert on public.sms_messages for each row execute function public.hook()`,
    /trigger told on our table (public\.)?sms_messages calls (public\.)?hook/,
  ],
  [
    "a policy on one of our tables",
    "create policy support on public.sms_messages for select to authenticated using (true)",
    /policy support on our table (public\.)?sms_messages/,
  ],
  ["a table among ours", "create table sms_private.own (id int)", /table sms_private\.own is in our schema/],
  [
    "a function among ours",
    "create function sms_private.own() returns int language sql as 'select 1'",
    /function sms_private\.own\(\) is in our schema/,
  ],
  [
    "a twin of one of our verbs",
    "create function public.sms_take_over(x int) returns int language sql as 'select 1'",
    /2 functions are called public\.sms_take_over, and one of them is ours/,
  ],
  [
    "a function whose text mentions ours",
    `create function public.mine() returns bigint language plpgsql as $f$ begin return (select count(*) from sms_messages); end $f$`,
    /function (public\.)?mine\(\) mentions ours/,
  ],
];
for (const [what, own, said] of IN_THE_WAY) {
  emptyDbTest(`the removal names ${what} and changes nothing`, async ({ sql }) => {
    await addTenant(sql);
    await sql.unsafe(`set role postgres; ${own}; reset role`);
    const before = await everything(sql);
    await assert.rejects(remove(sql), (error: Error) => {
      assert.match(
        error.message,
        /cannot be removed yet: something of yours depends on it. Nothing was changed/,
      );
      assert.match(error.message, said);
      assert.equal(error.message.match(/\n- /g)?.length, 1, error.message);
      return true;
    });
    assert.deepEqual(await everything(sql), before);
    assert.equal((await sql`select 1 from public.sms_numbers`).length, 1);
  });
}

emptyDbTest("the removal names every object that is in the way, jobs of pg_cron too", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  await sql.unsafe(`set role postgres; ${IN_THE_WAY[0]?.[1]}; ${IN_THE_WAY[3]?.[1]};
    select cron.schedule('mine', '* * * * *', 'select public.sms_fold_stats()'); reset role`);
  await call(sql, "sms_schedule_worker", { functions_url: "https://ref.supabase.co", worker_key: "k" });
  await assert.rejects(
    remove(sql),
    /default value[\s\S]*view app\.texts[\s\S]*job mine of pg_cron mentions ours/,
  );
  const jobs = await sql`select jobname from cron.job order by 1`;
  assert.deepEqual(jobs.map((job) => job.jobname), ["mine", "supabase-sms-purge", "supabase-sms-wake"]);
  assert.equal((await sql`select 1 from vault.secrets`).length, 2);
});

emptyDbTest("mentions in texts do not hinder the removal once somebody has looked", async ({ sql }) => {
  await sql.unsafe(`set role postgres; ${IN_THE_WAY.at(-1)?.[1]}; reset role`);
  const looked = removal.text.replace(
    "mentions_may_stay constant boolean := false",
    "mentions_may_stay constant boolean := true",
  );
  assert.notEqual(looked, removal.text);
  await migrate(sql, [{ ...removal, text: looked }]);
  assert.equal((await sql`select to_regprocedure('public.mine()') as mine`)[0]?.mine, "mine()");
});

emptyDbTest("opt-outs outlive the removal in a schema that nobody else may read", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [gone, stays] = [phone(), phone()];
  await text(sql, tenant, gone, "STOP");
  await text(sql, tenant, stays, "Hello");
  await text(sql, other, stays, "STOP");
  await remove(sql);
  const rows =
    await sql`select sending_number, contact_number, reason, source from sms_kept.opt_outs order by 1`;
  assert.deepEqual([...rows], [
    { sending_number: tenant.number, contact_number: gone, reason: "opted_out", source: "keyword" },
    { sending_number: other.number, contact_number: stays, reason: "opted_out", source: "keyword" },
  ]);
  for (const role of ["anon", "service_role"] as const) {
    const read = as(sql, { role }, (mine) => mine`select * from sms_kept.opt_outs`);
    assert.equal(await stateOf(read), "42501", role);
  }
});

emptyDbTest("a block that only a lost key explains does not bind the next installation", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const [stranger, blocked] = [phone(), phone()];
  for (const number of [stranger, blocked]) await text(sql, tenant, number, "Hello");
  await sql`insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
    select ${tenant.numberId}, id, case number when ${stranger} then 'infinity' else now() end from public.sms_contacts`;
  await remove(sql);
  const rows = await sql`select contact_number, reason from sms_kept.opt_outs`;
  assert.deepEqual([...rows], [{ contact_number: blocked, reason: "sender_blocked" }]);
});

emptyDbTest("a key of opt-outs that are lifted again leaves Vault with us", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  const tenant = await addTenant(sql);
  await sql`select sms_private.rotate_suppression_key()`;
  await text(sql, tenant, phone(), "STOP");
  await remove(sql);
  assert.equal((await sql`select 1 from sms_kept.opt_outs`).length, 1);
  assert.deepEqual(
    [...await sql`select name from vault.secrets where starts_with(name, 'supabase_sms_')`],
    [],
  );
});
