import { asInstalled } from "./lawful.ts";
import { emptyDbTest } from "./db_test.ts";
import assert from "node:assert/strict";
import { compareCatalogues, readCatalogue } from "../../local/catalogue.ts";
import { createTestDatabase, type TestDatabase } from "../../local/database.ts";
import { readMigrations } from "../../local/migrations.ts";
import { type CliResult, supabase } from "../../local/supabase_cli.ts";
import { testDatabase, testServer } from "../support/postgres.ts";

/** The CLI as a project's owner would use it against a hosted database. */
function cli(database: TestDatabase, ...command: string[]): Promise<CliResult> {
  return supabase([...command, `--remote=${database.postgresUrl}?sslmode=disable`]);
}

function advisors(database: TestDatabase): Promise<CliResult> {
  return cli(database, "db", "advisors", "--level", "warn", "--fail-on", "warn");
}

async function appliedVersions({ sql }: TestDatabase): Promise<string[]> {
  const rows = await sql<{ version: string }[]>`
    select version from supabase_migrations.schema_migrations order by version`;
  return rows.map((row) => row.version);
}

Deno.test("supabase db push applies all to a project with users, once", async () => {
  await using database = await createTestDatabase(testServer, []);
  await database.sql`insert into auth.users (id, email) values (gen_random_uuid(), 'before@example.com')`;
  const versions = (await readMigrations()).map((migration) => migration.version);

  const first = await cli(database, "db", "push", "--yes");
  assert.ok(first.success, first.stdout + first.stderr);
  assert.deepEqual(await appliedVersions(database), versions);
  await using local = await asInstalled(await testDatabase());
  const [pushed, migrated] = [await readCatalogue(database.sql), await readCatalogue(local.sql)];
  assert.deepEqual(compareCatalogues({ is: "db push", has: pushed }, { is: "migrate()", has: migrated }), []);

  const second = await cli(database, "db", "push", "--yes");
  assert.ok(second.success, second.stderr);
  assert.match(second.stdout, /up to date/);
  assert.doesNotMatch(second.stderr, /Applying migration/);
});

emptyDbTest("supabase db push finds nothing to do after the local migration", async ({ database }) => {
  const result = await cli(database, "db", "push", "--yes");
  assert.ok(result.success, result.stderr);
  assert.match(result.stdout, /up to date/);
});

emptyDbTest("supabase db advisors has nothing to warn of", async ({ database }) => {
  const result = await advisors(database);
  assert.ok(result.success, result.stdout);
  assert.match(result.stderr, /No issues found/);
});

emptyDbTest("supabase db advisors warns of a table without row level security", async ({ sql, database }) => {
  await sql`create table public.open_to_all (id int primary key)`;
  await sql`grant select on public.open_to_all to anon`;
  const result = await advisors(database);
  assert.equal(result.success, false);
  assert.match(result.stdout, /open_to_all/);
});
