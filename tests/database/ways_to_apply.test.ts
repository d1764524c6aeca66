import { asInstalled } from "./lawful.ts";
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import type { ProjectKind } from "../../local/bootstrap.ts";
import { type Catalogue, compareCatalogues, readCatalogue } from "../../local/catalogue.ts";
import { createTestDatabase } from "../../local/database.ts";
import { compareWithTree } from "../../local/migration/check.ts";
import { migrate, readMigrations } from "../../local/migrations.ts";
import { readTree } from "../../local/schemas.ts";
import { testDatabase, testServer } from "../support/postgres.ts";
import { emptyDbTest } from "./db_test.ts";

// The fourth way, the CLI's `db push` to a project with users, is in cli.test.ts.

Deno.test("migrations and tree give the same catalogue", async () => {
  assert.deepEqual(await compareWithTree(testServer, await readTree(), await readMigrations()), []);
});

Deno.test("a project that has users gets the same catalogue", async () => {
  await using fresh = await asInstalled(await testDatabase());
  await using used = await createTestDatabase(testServer, []);
  await used.sql`insert into auth.users (id, email) values (gen_random_uuid(), 'before@example.com')`;
  await migrate(used.sql, await readMigrations());
  assert.deepEqual(await differences(fresh.sql, used.sql), []);
});

for (const kind of ["older", "open"] satisfies ProjectKind[]) {
  Deno.test(`a project gets the same catalogue and keeps its default privileges: ${kind}`, async () => {
    await using fresh = await asInstalled(await testDatabase());
    await using other = await createTestDatabase(testServer, undefined, kind);
    await using before = await createTestDatabase(testServer, [], kind);
    const found = await readCatalogue(other.sql);
    const own: Catalogue = new Map([...found].filter((entry) => !isDefault(entry)));
    assert.deepEqual(
      compareCatalogues({ is: "new", has: await readCatalogue(fresh.sql) }, { is: kind, has: own }),
      [],
    );
    assert.deepEqual([...found].filter(isDefault), await defaultPrivileges(before.sql));
  });
}

function isDefault([name]: [string, string]): boolean {
  return name.startsWith("default privilege");
}

async function differences(one: Sql, other: Sql): Promise<string[]> {
  return compareCatalogues(
    { is: "fresh", has: await readCatalogue(one) },
    { is: "other", has: await readCatalogue(other) },
  );
}

/** In the form of a catalogue, from a database that has nothing of ours. */
async function defaultPrivileges(sql: Sql): Promise<[string, string][]> {
  await sql`create schema sms_private`;
  await sql`create table sms_private.settings (name text, value jsonb)`;
  await sql`create table sms_private.country_prefixes (prefix text, country text)`;
  return [...await readCatalogue(sql)].filter(isDefault);
}

/** What the API's roles may do, on each object and column: privileges that hold, however they were granted. */
const EFFECTIVE = `
  select concat_ws(' ', role, privilege, object) as may from unnest(array['anon', 'authenticated', 'service_role']) role
  cross join lateral (
    select oid::regclass::text, privilege from pg_class
    cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) privilege
    where relkind in ('r', 'v') and relnamespace = any (string_to_array($1, ',')::regnamespace[]) and has_table_privilege(role, oid, privilege)
    union all
    select format('%s.%s', oid::regclass, attname), privilege from pg_class
    join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped
    cross join unnest(array['select', 'insert', 'update', 'references']) privilege
    where relkind in ('r', 'v') and relnamespace = any (string_to_array($1, ',')::regnamespace[])
      and has_column_privilege(role, oid, attnum, privilege)
    union all
    select oid::regclass::text, privilege from pg_class cross join unnest(array['usage', 'select', 'update']) privilege
    where relkind = 'S' and relnamespace = any (string_to_array($1, ',')::regnamespace[]) and has_sequence_privilege(role, oid, privilege)
    union all
    select oid::regprocedure::text, 'execute' from pg_proc
    where pronamespace = any (string_to_array($1, ',')::regnamespace[]) and has_function_privilege(role, oid, 'execute')
    union all
    select nspname::text, privilege from pg_namespace cross join unnest(array['usage', 'create']) privilege
    where oid = any (string_to_array($1, ',')::regnamespace[]) and has_schema_privilege(role, oid, privilege)
  ) held (object, privilege)
  order by 1`;

// As one string: the driver may not know the array type of a new database yet.
async function effective(sql: Sql, schemas: string[]): Promise<string[]> {
  const rows = await sql.unsafe<{ may: string }[]>(EFFECTIVE, [schemas.join(",")]);
  return rows.map(({ may }) => may);
}

for (const kind of ["older", "open"] satisfies ProjectKind[]) {
  Deno.test(`the API's roles may do what they may on a new project: ${kind}`, async () => {
    await using newer = await asInstalled(await testDatabase());
    await using other = await createTestDatabase(testServer, undefined, kind);
    const held = await effective(newer.sql, ["public", "sms_private"]);
    assert.deepEqual(await effective(other.sql, ["public", "sms_private"]), held);
    assert.deepEqual(held.filter((may) => may.startsWith("anon ")), ["anon usage public"]);
    assert(held.includes("authenticated select sms_messages"), "the question sees what is granted");
    assert(held.some((may) => may.startsWith("service_role execute sms_receive_message(")));
  });
}

for (const kind of ["new", "older", "open"] satisfies ProjectKind[]) {
  Deno.test(`what is created after ours behaves as without ours: ${kind}`, async () => {
    await using withOurs = await createTestDatabase(testServer, undefined, kind);
    await using without = await createTestDatabase(testServer, [], kind);
    const held = [];
    for (const { sql } of [withOurs, without]) {
      await sql.unsafe(
        `set role postgres; create schema app; grant usage on schema app to anon, authenticated;
        create table public.reviews (id bigint generated always as identity primary key, stars int);
        create table app.notes (id serial);
        create function public.stars() returns int language sql as 'select 1';
        create function app.helper() returns int language sql as 'select 1'; reset role`,
      ).simple();
      const all = await effective(sql, ["public", "app"]);
      held.push(all.filter((may) => !may.includes(" sms_") && /reviews|stars|notes|helper/.test(may)));
    }
    const [ours, theirs] = held;
    assert.deepEqual(ours, theirs);
    assert(ours?.includes("anon execute stars()"), "Postgres lets everybody call a new function");
    assert.equal(ours?.includes("anon select reviews"), kind !== "new");
    assert.equal(ours?.includes("authenticated select app.notes"), kind === "open");
  });
}

/** Each statement changes one thing that the comparison must see, on a database that has ours. */
const CHANGES: Record<string, [statement: string, seen: RegExp]> = {
  "a function's text": [
    "create or replace function sms_private.tenant_id() returns uuid language sql stable set search_path = '' as 'select null::uuid'",
    /function sms_private\.tenant_id\(\)/,
  ],
  "a function's owner": [
    "alter function sms_private.new_id() owner to supabase_admin",
    /function sms_private\.new_id/,
  ],
  "a function that everybody may call": [
    "grant execute on function public.sms_take_over to public",
    /function public\.sms_take_over/,
  ],
  "a table's privilege": [
    "grant insert on public.sms_messages to authenticated",
    /relation public\.sms_messages/,
  ],
  "a column's privilege": [
    "grant update (number) on public.sms_contacts to authenticated",
    /column public\.sms_contacts\.number/,
  ],
  "a sequence's privilege": [
    "grant usage on sequence sms_private.stat_days_id_seq to anon",
    /relation sms_private\.stat_days_id_seq/,
  ],
  "the private schema's privileges": ["grant usage on schema sms_private to anon", /schema sms_private/],
  "row level security": [
    "alter table public.sms_limits disable row level security",
    /relation public\.sms_limits/,
  ],
  "a policy": [
    "alter policy select_own on public.sms_limits using (true)",
    /policy select_own on public\.sms_limits/,
  ],
  "a column's place": [
    "alter table public.sms_templates rename column body to old; alter table public.sms_templates add body text",
    /column public\.sms_templates\.body/,
  ],
  "a default": [
    "alter table public.sms_contacts alter name set default 'x'",
    /column public\.sms_contacts\.name/,
  ],
  "a check": [
    "alter table public.sms_contacts add constraint more check (true)",
    /constraint more on public\.sms_contacts/,
  ],
  "an index": ["create index more on public.sms_contacts (name)", /index public\.more/],
  "a trigger": [
    "alter table public.sms_contacts disable trigger touch_updated_at",
    /trigger touch_updated_at on public\.sms_contacts/,
  ],
  "a comment": [
    "comment on column public.sms_contacts.name is 'x'",
    /comment table column public\.sms_contacts\.name/,
  ],
  "a comment of a policy": [
    "comment on policy select_own on public.sms_limits is 'x'",
    /comment policy select_own on public\.sms_limits/,
  ],
  "a setting": [
    "update sms_private.settings set value = '9' where name = 'lookup_count'",
    /settings lookup_count/,
  ],
  "a country": ["delete from sms_private.country_prefixes where prefix = '1'", /country_prefixes 1$/],
  "a default privilege": [
    "alter default privileges for role postgres revoke execute on functions from public",
    /default privilege postgres in every schema/,
  ],
  "an extension": ["create extension citext", /extension citext/],
  "a type": [
    "alter type sms_private.conversation_filter add attribute more text",
    /conversation_filter\.more/,
  ],
  "a view": [
    "alter view sms_private.conversation_entries set (security_invoker = false)",
    /relation sms_private\.conversation_entries/,
  ],
};

emptyDbTest("the comparison of catalogues sees", async ({ sql }, t) => {
  let before = await readCatalogue(sql);
  for (const [what, [statement, seen]] of Object.entries(CHANGES)) {
    await t.step(what, async () => {
      await sql.unsafe(statement).simple();
      const after = await readCatalogue(sql);
      const found = compareCatalogues({ is: "before", has: before }, { is: "after", has: after });
      assert(found.some((sentence) => seen.test(sentence.split("\n")[0] ?? "")), found.join("\n"));
      before = after;
    });
  }
});
