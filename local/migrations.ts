import { basename, join } from "node:path";
import postgres from "postgres";
import type { Sql, TransactionSql } from "postgres";
import { readIfThere } from "./files.ts";
import { projectRoot } from "./project.ts";
import { lineAt, splitStatements, type Statement } from "./sql_statements.ts";

export interface Migration {
  version: string;
  name: string;
  path: string;
  text: string;
}

export const migrationsFolder = join(projectRoot, "supabase/migrations");
export const seedFile = join(projectRoot, "supabase/seed.sql");

/** A file that Postgres refused: the message names file and line. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

/** All migrations of a folder, in the order in which they apply; other files are ignored, as by the CLI. */
export async function readMigrations(folder: string = migrationsFolder): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for await (const { name: file } of Deno.readDir(folder)) {
    const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(file) ?? [];
    if (version === undefined || name === undefined) continue;
    const path = join(folder, file);
    migrations.push({ version, name, path, text: await Deno.readTextFile(path) });
  }
  return migrations.sort((a, b) => a.version.localeCompare(b.version, "en", { numeric: true }));
}

/**
 * Versions that the database has and the folder has not: another version of this project made it. Writes nothing.
 *
 * @param sql any connection that may read `supabase_migrations`
 */
export async function findUnknownVersions(sql: Sql, migrations: Migration[]): Promise<string[]> {
  const [table] = await sql`select to_regclass('supabase_migrations.schema_migrations') is not null as there`;
  if (!table?.there) return [];
  const known = migrations.map(({ version }) => version);
  const rows = await sql<{ version: string }[]>`
    select version from supabase_migrations.schema_migrations where version <> all (${known}) order by version`;
  return rows.map(({ version }) => version);
}

/**
 * Applies what is not applied yet, as the role `postgres`, each file in a transaction, and records it as the
 * Supabase CLI does, so that `supabase db push` finds nothing left to do.
 *
 * @param sql a connection of the superuser
 * @returns the files that were new
 * @throws MigrationError naming file and line
 */
export async function migrate(sql: Sql, migrations: Migration[]): Promise<Migration[]> {
  await sql.begin((transaction) =>
    transaction.unsafe(`
      set local role postgres;
      create schema if not exists supabase_migrations;
      create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
      alter table supabase_migrations.schema_migrations add column if not exists statements text[];
      alter table supabase_migrations.schema_migrations add column if not exists name text;
    `).simple()
  );
  const rows = await sql<{ version: string }[]>`select version from supabase_migrations.schema_migrations`;
  const applied = new Set(rows.map((row) => row.version));
  const pending = migrations.filter((migration) => !applied.has(migration.version));
  for (const migration of pending) {
    const statements = splitStatements(migration.text);
    await sql.begin(async (transaction) => {
      await runStatements(transaction, migration.path, statements);
      await transaction`
        insert into supabase_migrations.schema_migrations (version, name, statements)
        values (${migration.version}, ${migration.name}, ${statements.map((statement) => statement.text)})`;
    });
  }
  return pending;
}

/**
 * Runs `supabase/seed.sql` as `postgres`, if it exists.
 *
 * @returns whether there was one
 */
export async function seed(sql: Sql, path: string = seedFile): Promise<boolean> {
  const text = await readIfThere(path);
  if (text === null) return false;
  await sql.begin((transaction) => runStatements(transaction, path, splitStatements(text)));
  return true;
}

async function runStatements(sql: TransactionSql, path: string, statements: Statement[]): Promise<void> {
  await sql.unsafe(`set local role postgres; set local search_path = "$user", public, extensions`).simple();
  for (const statement of statements) {
    await sql.unsafe(statement.text).simple().catch((error) => {
      throw atLine(path, statement, error);
    });
  }
}

function atLine(path: string, statement: Statement, error: unknown): unknown {
  if (!(error instanceof postgres.PostgresError)) return error;
  const position = Number(error.position);
  const line = statement.line + (position ? lineAt(statement.text, position - 1) - 1 : 0);
  const more = [error.detail, error.hint, error.where].filter(Boolean).map((text) => `\n  ${text}`).join("");
  return new MigrationError(`${basename(path)}:${line}: ${error.message} (${error.code})${more}`, {
    cause: error,
  });
}
