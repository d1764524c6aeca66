import { asInstalled } from "./lawful.ts";
import { strict as assert } from "node:assert";
import { join } from "node:path";
import type { Sql } from "postgres";
import type { ProjectKind } from "../../local/bootstrap.ts";
import { type Catalogue, compareCatalogues, readCatalogue } from "../../local/catalogue.ts";
import { createTestDatabase, type TestDatabase } from "../../local/database.ts";
import { seed } from "../../local/migrations.ts";
import { projectRoot } from "../../local/project.ts";
import { supabase } from "../../local/supabase_cli.ts";
import { checksOn } from "../../tools/doctor/checks/table.ts";
import { examine } from "../../tools/doctor/examine.ts";
import { add, type AdopterProject, adopterProject, release09, remove } from "../support/adopter_project.ts";
import { longTest } from "../support/long.ts";
import { testDatabase, testServer } from "../support/postgres.ts";

/** As the adopter types it, but for the address of the linked project: that is this database. */
async function push(project: AdopterProject, database: TestDatabase): Promise<void> {
  const remote = `--remote=${database.postgresUrl}?sslmode=disable`;
  const result = await supabase(["db", "push", "--yes", remote], { project: project.folder });
  assert.ok(result.success, result.stdout + result.stderr);
}

/** What the doctor says of the migrations. */
async function migrationProblems({ postgresUrl }: TestDatabase, directory: string) {
  const options = {
    directory,
    databaseUrl: postgresUrl,
    url: null,
    secretKey: null,
    workerKey: null,
    json: false,
  };
  const checks = checksOn(testServer).filter(({ name }) => name === "migrations");
  const { checks: [result] } = await examine(options, { server: testServer, checks });
  return result?.problems;
}

/** Everything in the schemas of the project's owner but what is ours and what extensions brought, with privileges. */
const THEIRS = `
  with owned (class, object, acl, more) as (
    select 'pg_class'::regclass, oid, relacl::text, concat_ws(' ', relkind, relowner::regrole, relrowsecurity) from pg_class
    union all select 'pg_proc'::regclass, oid, proacl::text, prosrc from pg_proc
    union all select 'pg_type'::regclass, oid, typacl::text, typowner::regrole::text from pg_type
    union all select 'pg_namespace'::regclass, oid, nspacl::text, nspowner::regrole::text from pg_namespace
    union all select 'pg_constraint'::regclass, oid, null, pg_get_constraintdef(oid) from pg_constraint
    union all select 'pg_trigger'::regclass, oid, null, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all select 'pg_policy'::regclass, oid, null, concat_ws(' ', polcmd, pg_get_expr(polqual, polrelid)) from pg_policy
    union all select 'pg_extension'::regclass, oid, null, extnamespace::regnamespace::text from pg_extension
    union all select 'pg_default_acl'::regclass, oid, defaclacl::text, null from pg_default_acl)
  select concat_ws(' ', thing.type, thing.identity) as name, concat_ws(' ', acl, more) as value
  from owned cross join lateral pg_identify_object(class, object, 0) thing
  where coalesce(thing.schema, '') !~ '^(pg_|information_schema|supabase_migrations|sms_)'
    and thing.identity !~ '(^|[ .,"(])_?sms_|^pg_|supabase_migrations|toast'
    and not exists (select from pg_depend d where d.classid = class and d.objid = object and d.deptype = 'e')
  order by 1, 2`;

// Extensions stay, because others may use them by then (supabase/remove.sql).
const STAYS = /^extension btree_gin$/;

async function theirs(sql: Sql): Promise<Catalogue> {
  const rows = await sql.unsafe<{ name: string; value: string }[]>(THEIRS);
  const contacts = await sql<{ name: string }[]>`select name from public.contacts order by id`;
  const found: [string, string][] = rows.map(({ name, value }) => [name, value]);
  return new Map([
    ...found.filter(([name]) => !STAYS.test(name)),
    ["rows of contacts", contacts.map(({ name }) => name).join()],
  ]);
}

async function sameAs(before: Catalogue, sql: Sql): Promise<void> {
  const now = await theirs(sql);
  assert(now.size > 20 && now.has("table public.conversations"), "the question sees what is theirs");
  assert.deepEqual(compareCatalogues({ is: "before", has: before }, { is: "now", has: now }), []);
}

/** A tenant of 0.9 with a number, a text that came in and an opt-out: an update meets rows, a removal gets rid of them. */
async function use(sql: Sql): Promise<void> {
  await sql`insert into auth.users (id, email) values (gen_random_uuid(), 'demo@example.com')`;
  // The demo's data as 0.9 had them.
  await seed(sql, join(projectRoot, "tests/fixtures/releases/seed_0_9.sql"));
  for (const [sid, body] of [["SM1", "Are you open?"], ["SM2", "STOP"]] as const) {
    await sql`select public.sms_receive_message(account_sid => 'AC00000000000000000000000000000000',
      message_sid => ${
      sid.padEnd(34, "0")
    }, from_number => '+14155550123', to_number => '+15005550006', body => ${body},
      media => '[]', num_segments => 1, opt_out_type => ${body === "STOP" ? body : null})`;
  }
  const [stored] = await sql`select count(*)::int from public.sms_messages where direction = 'inbound'`;
  assert.equal(stored?.count, 2);
}

async function addNext(project: AdopterProject): Promise<void> {
  await project.write(
    "supabase/migrations/20991231_next.sql",
    "create table public.next (id int); create function public.next_one() returns int language sql as 'select 1';\n",
  );
}

Deno.test("an adopter adds 0.9, updates, goes on with their own work, and removes: theirs is as without us", async () => {
  await using project = await adopterProject("packages/backend");
  await using database = await createTestDatabase(testServer, []);
  await using without = await createTestDatabase(testServer, []);
  await push(project, database);
  const files = await project.hashes();
  const before = await theirs(database.sql);

  await add(project, { release: release09 });
  await push(project, database);
  await use(database.sql);
  await sameAs(before, database.sql);

  await add(project, { update: true });
  await push(project, database);
  await sameAs(before, database.sql);
  // What was pushed joined in two files is known from the adopter's folder, and from a folder that has none of them.
  await using elsewhere = await adopterProject();
  await Deno.remove(join(elsewhere.folder, "supabase/migrations"), { recursive: true });
  for (const folder of [project.folder, projectRoot, elsewhere.folder]) {
    assert.deepEqual(await migrationProblems(database, folder), [], folder);
  }
  await using fresh = await asInstalled(await testDatabase());
  // Who has contacts gets sixty days for their consents, a new project none.
  const [{ later } = {}] = await database.sql`update sms_private.settings
    set value = (select to_jsonb(${
    (await fresh.sql`select value #>> '{}' as day from sms_private.settings
      where name = 'consent_required_from'`)[0]?.day
  }::text))
    where name = 'consent_required_from' and (value #>> '{}')::timestamptz > now() + interval '58 days'
    returning true as later`;
  assert.equal(later, true);
  assert.deepEqual(
    compareCatalogues(
      { is: "updated", has: ours(await readCatalogue(database.sql)) },
      { is: "fresh", has: ours(await readCatalogue(fresh.sql)) },
    ),
    [],
  );

  await addNext(project);
  await push(project, database);
  await remove(project);
  await push(project, database);
  await using alone = await adopterProject();
  await addNext(alone);
  await push(alone, without);
  await sameAs(await theirs(without.sql), database.sql);
  const left = await database.sql`
    select tgname as name from pg_trigger where not tgisinternal and tgname ~ 'sms_'
    union all select polname from pg_policy where polname ~ 'sms_'
    union all select nspname from pg_namespace where nspname = 'sms_private'
    union all select relname from pg_class where relnamespace = 'public'::regnamespace and relname ~ '^sms_'
    union all select proname from pg_proc where pronamespace = 'public'::regnamespace and proname ~ '^sms_'`;
  assert.deepEqual([...left], []);

  const after = await project.hashes();
  for (const [path, hash] of Object.entries(files)) assert.equal(after[path], hash, path);
});

/** What is ours, as if pg_trgm were where it is in most projects. */
function ours(catalogue: Catalogue): Catalogue {
  const entries = [...catalogue].filter(([name]) => /[ .(]sms_/.test(name));
  return new Map(entries.map(([name, value]) => [
    name,
    value.replaceAll(/\bpublic\.(gin_trgm_ops|show_trgm)/g, "extensions.$1"),
  ]));
}

for (const kind of ["older", "open"] satisfies ProjectKind[]) {
  longTest(`a project with other default grants is as before after add and removal: ${kind}`, async () => {
    await using project = await adopterProject();
    await using database = await createTestDatabase(testServer, [], kind);
    await push(project, database);
    const before = await theirs(database.sql);
    await add(project);
    await push(project, database);
    await sameAs(before, database.sql);
    await remove(project);
    await push(project, database);
    await sameAs(before, database.sql);
  });
}
