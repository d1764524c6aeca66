import { createHash } from "node:crypto";
import postgres from "postgres";
import type { Sql } from "postgres";
import { bootstrap, type ProjectKind, projectSql } from "./bootstrap.ts";
import { migrate, type Migration, readMigrations } from "./migrations.ts";
import type { PostgresServer } from "./postgres.ts";

export type ServerAddress = Pick<PostgresServer, "adminUrl" | "url" | "password">;

export interface TestDatabase extends AsyncDisposable {
  name: string;
  /** The superuser; `postgresUrl` is the project's owner, which the CLI gets. */
  url: string;
  postgresUrl: string;
  sql: Sql;
  drop(): Promise<void>;
}

/** A pool of the superuser with what every caller wants: no notices in the test output. */
export function connect(url: string, max = 4): Sql {
  return postgres(url, { max, onnotice: () => {}, connection: { application_name: "supabase-sms local" } });
}

/**
 * A database of its own for one test: bootstrap and migrations are run once per server and content, into a template; a
 * test database is a copy of it (about 25 ms).
 */
export async function createTestDatabase(
  server: ServerAddress,
  migrations?: Migration[],
  kind: ProjectKind = "new",
): Promise<TestDatabase> {
  const admin = connect(server.adminUrl, 1);
  try {
    const template = await prepareTemplate(server, admin, migrations ?? await readMigrations(), kind);
    return await copyOf(template, server, admin, () => admin.end());
  } catch (error) {
    await admin.end();
    throw error;
  }
}

/** Makes as many test databases of one content, over one connection and with one look at the migrations. */
export class TestDatabases implements AsyncDisposable {
  #template: Promise<string> | undefined;

  private constructor(private readonly server: ServerAddress, private readonly admin: Sql) {}

  static async open(server: ServerAddress): Promise<TestDatabases> {
    const admin = connect(server.adminUrl, 1);
    await admin`select 1`;
    return new TestDatabases(server, admin);
  }

  /** It is always day there, so that no test depends on the hour: see {@link alwaysDay}. */
  async create(): Promise<TestDatabase> {
    this.#template ??= readMigrations().then((migrations) =>
      prepareTemplate(this.server, this.admin, migrations, "new")
    );
    const database = await copyOf(await this.#template, this.server, this.admin);
    await alwaysDay(database.sql);
    return database;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.end();
  }
}

/**
 * Promotional texts wait at night (docs/rules/quiet_hours.md). Where they are only the means of a test, it is day everywhere, all
 * the time. A test of the hours puts the law back.
 */
export async function alwaysDay(sql: Sql): Promise<void> {
  await sql.unsafe(`delete from sms_private.sending_hours;
    insert into sms_private.sending_hours (place, days, opens, closes, law, source, read_on)
    values ('*', '{1,2,3,4,5,6,7}', '0:00', '24:00', 'always day in tests', 'https://example.com', '2026-12-01')`);
}

async function copyOf(
  template: string,
  server: ServerAddress,
  admin: Sql,
  after: () => Promise<void> = () => Promise.resolve(),
): Promise<TestDatabase> {
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  // Copying the template's files takes half as long as writing each of its pages to the log as well.
  await admin.unsafe(`create database ${name} template ${template} owner postgres strategy file_copy`);
  const url = server.url(name);
  const sql = connect(url);
  async function drop() {
    await sql.end({ timeout: 1 });
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await after();
  }
  return { name, url, postgresUrl: server.url(name, "postgres"), sql, drop, [Symbol.asyncDispose]: drop };
}

/** @returns the name of the template for this content; made under a lock, by the first caller */
async function prepareTemplate(
  server: ServerAddress,
  admin: Sql,
  migrations: Migration[],
  kind: ProjectKind,
): Promise<string> {
  const hash = createHash("sha256").update(projectSql(kind));
  for (const { version, name, text } of migrations) hash.update(`\0${version}_${name}\0${text}`);
  const template = `template_${hash.digest("hex").slice(0, 16)}`;
  await admin`select pg_advisory_lock(hashtext(${template}))`;
  try {
    // Only a finished one is marked as a template: a killed run leaves one that is made anew.
    const [found] = await admin`select datistemplate from pg_database where datname = ${template}`;
    if (!found?.datistemplate) await makeTemplate(server, admin, template, migrations, kind);
  } finally {
    await admin`select pg_advisory_unlock(hashtext(${template}))`;
  }
  return template;
}

async function makeTemplate(
  server: ServerAddress,
  admin: Sql,
  template: string,
  migrations: Migration[],
  kind: ProjectKind,
): Promise<void> {
  await admin.unsafe(`drop database if exists ${template} with (force)`);
  await admin.unsafe(`create database ${template} template template0`);
  const sql = connect(server.url(template), 1);
  try {
    await bootstrap(sql, server.password, kind);
    await migrate(sql, migrations);
  } finally {
    await sql.end();
  }
  await admin.unsafe(`alter database ${template} with is_template true allow_connections false`);
}
