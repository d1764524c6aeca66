import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { migrate, MigrationError, readMigrations } from "../../local/migrations.ts";
import { project } from "./adopter.ts";

async function everything(sql: Sql): Promise<string[]> {
  const rows = await sql`
    select 'relation ' || oid::regclass as name from pg_class where relnamespace = 'public'::regnamespace
    union all select 'function ' || oid::regprocedure from pg_proc where pronamespace = 'public'::regnamespace
    union all select 'schema ' || nspname from pg_namespace where nspname !~ '^pg_'
    union all select 'extension ' || extname from pg_extension order by 1`;
  return rows.map((row) => row.name).filter((name) => name !== "schema supabase_migrations");
}

const IN_THE_WAY: [what: string, own: string, said: RegExp[]][] = [
  ["a schema sms_private", "create schema sms_private", [/schema sms_private exists/]],
  ["a table of one of our names", "create table public.sms_messages (id int)", [
    /public\.sms_messages exists/,
  ]],
  ["a view of one of our names", "create view public.sms_stats as select 1 as one", [
    /public\.sms_stats exists/,
  ]],
  [
    "a function of one of our names, whatever its arguments",
    "create function public.sms_create_message(x text) returns int language sql as 'select 1'",
    [/function public\.sms_create_message\(x text\) exists/],
  ],
  [
    "an index of one of our names",
    "create table public.own (id int); create index sms_contacts_search_idx on public.own (id)",
    [/public\.sms_contacts_search_idx exists/],
  ],
  [
    "several things at once",
    "create table public.sms_contacts (id int); create schema sms_private",
    [/public\.sms_contacts exists/, /schema sms_private exists/],
  ],
];
for (const [what, own, said] of IN_THE_WAY) {
  Deno.test(`the baseline names ${what} and changes nothing`, async () => {
    await using adopter = await project(own);
    const before = await everything(adopter.sql);
    const error = await migrate(adopter.sql, await readMigrations()).then(() => null, (error) => error);
    assert(error instanceof MigrationError, String(error));
    assert.match(error.message, /cannot be installed yet. Nothing was changed/);
    for (const pattern of said) assert.match(error.message, pattern);
    assert.deepEqual(await everything(adopter.sql), before);
  });
}

const NOT_IN_THE_WAY: [what: string, own: string][] = [
  [
    "generic names of the project's own",
    `create table public.contacts (id int); create table public.conversations (id int);
     create table public.assistants (id int); create schema private;
     create function public.create_message(x text) returns int language sql as 'select 1'`,
  ],
  ["a table that only begins like ours", "create table public.sms_codes (id int)"],
  ["pg_trgm in public", "create extension pg_trgm schema public"],
  [
    "both extensions in a schema of the project's own",
    "create schema tools; create extension pg_trgm schema tools; create extension btree_gin schema tools",
  ],
];
for (const [what, own] of NOT_IN_THE_WAY) {
  Deno.test(`the baseline goes in beside ${what}`, async () => {
    await using adopter = await project(own);
    const before = await everything(adopter.sql);
    await migrate(adopter.sql, await readMigrations());
    const after = await everything(adopter.sql);
    assert.deepEqual(before.filter((name) => !after.includes(name)), []);
    const found = await adopter.sql`select sms_private.shape_of('a-b') as shape`;
    assert.equal(found[0]?.shape, "w-w");
    const [path] = await adopter.sql`show search_path`;
    assert.equal(path?.search_path, '"$user", public', "the path is as it was");
  });
}

emptyDbTest("the check names exactly what the tree makes in public", async ({ sql }) => {
  const text = await Deno.readTextFile(
    new URL("../../supabase/schemas/10_foundation/10_check.sql", import.meta.url),
  );
  const [tables = [], functions = []] = [...text.matchAll(/constant text\[\] := array\[([^\]]*)\]/g)].map(
    ([, list = ""]) => (list.match(/\w+/g) ?? []).sort(),
  );
  const made = await sql`select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'S')`;
  const verbs =
    await sql`select proname::text as name from pg_proc p where pronamespace = 'public'::regnamespace
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;
  assert.deepEqual(made.map((row) => row.name).sort(), tables);
  assert.deepEqual(verbs.map((row) => row.name).sort(), functions);
});
