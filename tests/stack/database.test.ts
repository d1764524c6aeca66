import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { migrate, MigrationError } from "../../local/migrations.ts";
import { splitStatements } from "../../local/sql_statements.ts";
import { createTestDatabase } from "../../local/database.ts";
import { testDatabase, testServer } from "../support/postgres.ts";

Deno.test("splitStatements() leaves quotes, comments and function bodies whole", () => {
  const script = [
    "-- one; two",
    "create table a (x text default 'a;b''c');",
    "/* b; /* nested; */ */",
    "create function f() returns int language plpgsql as $body$ begin return 1; end; $body$;",
    "create function g() returns int language sql begin atomic select case when true then 1 end; select 2; end;",
    "insert into a values (E'it\\';s');",
    "-- the end;",
  ].join("\n");
  deepStrictEqual(splitStatements(script).map(({ line }) => line), [1, 3, 5, 6]);
});

Deno.test("a test database is like a new hosted project", async (test) => {
  await using database = await testDatabase();
  const { sql } = database;

  await test.step("postgres is not a superuser, but owns the database", async () => {
    const [role] = await sql`
      select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication,
        (select datdba::regrole::text from pg_database where datname = current_database()) as owner
      from pg_roles where rolname = 'postgres'`;
    deepStrictEqual({ ...role }, {
      rolsuper: false,
      rolcreatedb: true,
      rolcreaterole: true,
      rolbypassrls: true,
      rolreplication: true,
      owner: "postgres",
    });
  });

  await test.step("postgres may make schemas, refer to auth.users and change it", async () => {
    await sql.begin(async (transaction) => {
      await transaction`set local role postgres`;
      await transaction`create schema scratch`;
      await transaction`create table public.scratch (id uuid primary key references auth.users on delete cascade)`;
      await transaction`insert into auth.users (id, email) values (gen_random_uuid(), 'scratch@example.com')`;
      await transaction`insert into public.scratch select id from auth.users`;
      await transaction`delete from auth.users`;
    });
    strictEqual((await sql`select from public.scratch`).length, 0);
  });

  await test.step("a new table is granted to none of the API's roles", async () => {
    const [may] = await sql`
      select has_table_privilege('anon', 'public.scratch', 'select') as anon,
        has_table_privilege('authenticated', 'public.scratch', 'select') as authenticated,
        has_table_privilege('service_role', 'public.scratch', 'select') as service_role`;
    deepStrictEqual({ ...may }, { anon: false, authenticated: false, service_role: false });
  });

  await test.step("auth.uid() reads the claims as PostgREST sets them", async () => {
    const id = "0190a8a6-0000-7000-8000-000000000001";
    await sql.begin(async (transaction) => {
      await transaction`set local role authenticated`;
      await transaction`select set_config('request.jwt.claims', ${JSON.stringify({ sub: id })}, true)`;
      const [row] = await transaction`select auth.uid()`;
      strictEqual(row?.uid, id);
    });
  });
});

Deno.test("migrate() names the file and the line that Postgres refused, and records nothing of it", async () => {
  await using database = await createTestDatabase(testServer, []);
  const good = { version: "1", name: "good", path: "/x/1_good.sql", text: "create table a (x int);" };
  const bad = {
    version: "2",
    name: "bad",
    path: "/x/2_bad.sql",
    text: "create table b ();\n\nselect\n  nonsense;",
  };
  await rejects(migrate(database.sql, [good, bad]), (error) => {
    return error instanceof MigrationError && error.message.startsWith('2_bad.sql:4: column "nonsense"');
  });
  const rows = await database.sql`
    select version, name, statements, to_regclass('public.b') as b from supabase_migrations.schema_migrations`;
  deepStrictEqual(rows.map((row) => ({ ...row })), [
    { version: "1", name: "good", statements: ["create table a (x int)"], b: null },
  ]);
});
