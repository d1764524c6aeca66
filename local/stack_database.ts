import { dirname, join } from "node:path";
import type { Sql } from "postgres";
import { bootstrap } from "./bootstrap.ts";
import { alwaysDay, connect, createTestDatabase, type ServerAddress } from "./database.ts";
import { describeServer, openGivenDatabase, withoutPassword } from "./given_database.ts";
import { findUnknownVersions, migrate, type Migration, readMigrations } from "./migrations.ts";
import { freePortNear } from "./ports.ts";
import { setDataAside, startPostgres } from "./postgres.ts";
import { print } from "./print.ts";
import { UsageError } from "./project.ts";

export interface StackDatabase {
  /** The superuser's connection string, and the project owner's. */
  url: string;
  postgresUrl: string;
  /** The owner's connection string for the terminal: without the password of a database that is not ours alone. */
  shownUrl: string;
  sql: Sql;
  /** A secret that lives as long as the data: keys are derived from it. */
  seed: string;
  logFile: string;
}

export interface StackDatabaseOptions {
  ephemeral?: boolean | undefined;
  server?: ServerAddress | undefined;
  /** Data that was kept is moved aside first. */
  fresh?: boolean | undefined;
  /** An empty database of the developer's, or one that this has used before, instead of a server of its own. */
  databaseUrl?: string | undefined;
}

/** A migrated database for a stack: on a server of its own, on the one that the caller has, or the one that is named. */
export async function prepareStackDatabase(
  parts: AsyncDisposableStack,
  port: number,
  options: StackDatabaseOptions,
): Promise<StackDatabase> {
  const { server, databaseUrl } = options;
  if (server) {
    const { url, postgresUrl, sql } = parts.use(await createTestDatabase(server));
    await alwaysDay(sql);
    return { url, postgresUrl, shownUrl: postgresUrl, sql, seed: url, logFile: await findLogFile(sql) };
  }
  return databaseUrl ? await prepareGiven(parts, databaseUrl) : await prepareOwn(parts, port, options);
}

async function prepareGiven(parts: AsyncDisposableStack, url: string): Promise<StackDatabase> {
  const sql = await openGivenDatabase(url);
  parts.defer(() => sql.end({ timeout: 1 }));
  const name = describeServer(sql);
  const migrations = await readMigrations();
  await refuseUnknownVersions(sql, migrations, { name, advice: "Name an empty database." });
  print(`Using the ${name}, as --database says. It is kept when the stack stops.`);
  const seed = await seedOf(sql, url);
  await bootstrap(sql, seed);
  await migrate(sql, migrations);
  return {
    url,
    postgresUrl: url,
    shownUrl: withoutPassword(url),
    sql,
    seed,
    logFile: await findLogFile(sql),
  };
}

async function prepareOwn(
  parts: AsyncDisposableStack,
  port: number,
  { ephemeral = true, fresh = false }: StackDatabaseOptions,
): Promise<StackDatabase> {
  const name = `data-${port}`;
  if (fresh) await startAfresh(name);
  const own = parts.use(await startPostgres({ ephemeral, port: freePortNear(port + 1), name }));
  const postgresUrl = own.url("postgres", "postgres");
  const sql = connect(own.adminUrl);
  parts.defer(() => sql.end({ timeout: 1 }));
  const migrations = await readMigrations();
  const advice = `Start afresh with \`deno task dev --fresh --port ${port}\`: it moves the old data aside.`;
  await refuseUnknownVersions(sql, migrations, { name: "local database", advice });
  await bootstrap(sql, own.password);
  await migrate(sql, migrations);
  const { adminUrl: url, password: seed, logFile } = own;
  return { url, postgresUrl, shownUrl: postgresUrl, sql, seed, logFile };
}

async function startAfresh(name: string): Promise<void> {
  const aside = await setDataAside(name);
  if (aside) print(`The old data is kept in ${aside}. Delete that folder when you no longer need it.`);
}

/**
 * A database that knows migrations which this folder does not have was made by another version: applying ours would end
 * half-way, in names that exist already.
 *
 * @throws UsageError that says what to do; nothing is written then
 */
async function refuseUnknownVersions(
  sql: Sql,
  migrations: Migration[],
  { name, advice }: { name: string; advice: string },
): Promise<void> {
  const [first, ...others] = await findUnknownVersions(sql, migrations);
  if (first === undefined) return;
  const last = others.at(-1);
  const which = last ? `${others.length + 1} migrations (${first} to ${last})` : `the migration ${first}`;
  throw new UsageError(
    `The ${name} was made with ${which}, and supabase/migrations does not have them.\nNothing was changed. ${advice}`,
  );
}

/** Not the password alone: many servers on developers' machines have the same one, or none. */
async function seedOf(sql: Sql, url: string): Promise<string> {
  const [row] = await sql<{ server: string; database: string }[]>`
    select c.system_identifier::text as server, d.oid::text as database
    from pg_control_system() c, pg_database d where d.datname = current_database()`;
  return [decodeURIComponent(new URL(url).password), row?.server, row?.database].join(" ");
}

/** Our own servers keep their log beside the cluster. */
async function findLogFile(sql: Sql): Promise<string> {
  const [row] = await sql<{ data_directory: string }[]>`show data_directory`;
  return join(dirname(row?.data_directory ?? ""), "postgres.log");
}
