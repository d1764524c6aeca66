import { dirname, join } from "node:path";
import type { Sql } from "postgres";
import { bootstrap } from "./bootstrap.ts";
import { connect, createTestDatabase, type ServerAddress } from "./database.ts";
import { migrate, readMigrations } from "./migrations.ts";
import { freePortNear } from "./ports.ts";
import { startPostgres } from "./postgres.ts";

export interface StackDatabase {
  /** The superuser's connection string, and the project owner's. */
  url: string;
  postgresUrl: string;
  sql: Sql;
  /** A secret that lives as long as the data: keys are derived from it. */
  seed: string;
  logFile: string;
}

export interface StackDatabaseOptions {
  ephemeral?: boolean | undefined;
  server?: ServerAddress | undefined;
}

/** A migrated database for a stack: on a server of its own, or on the one that the caller has. */
export async function prepareStackDatabase(
  parts: AsyncDisposableStack,
  port: number,
  { server, ephemeral = true }: StackDatabaseOptions,
): Promise<StackDatabase> {
  if (server) {
    const { url, postgresUrl, sql } = parts.use(await createTestDatabase(server));
    return { url, postgresUrl, sql, seed: url, logFile: await findLogFile(sql) };
  }
  const own = parts.use(
    await startPostgres({ ephemeral, port: freePortNear(port + 1), name: `data-${port}` }),
  );
  const url = own.adminUrl;
  const postgresUrl = own.url(decodeURIComponent(new URL(url).pathname.slice(1)), "postgres");
  const sql = connect(url);
  parts.defer(() => sql.end({ timeout: 1 }));
  await bootstrap(sql, own.password);
  await migrate(sql, await readMigrations());
  return { url, postgresUrl, sql, seed: own.password, logFile: own.logFile ?? await findLogFile(sql) };
}

/** Our own servers keep their log beside the cluster. */
async function findLogFile(sql: Sql): Promise<string> {
  const [row] = await sql<{ data_directory: string }[]>`show data_directory`;
  return join(dirname(row?.data_directory ?? ""), "postgres.log");
}
