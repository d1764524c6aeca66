import { join } from "node:path";
import postgres from "postgres";
import { initializeCluster, removeStalePidFile } from "./cluster.ts";
import { exists, readIfThere } from "./files.ts";
import { type GuardedProcess, spawnGuarded } from "./guard.ts";
import { assertFree, freePort } from "./ports.ts";
import { type PostgresHome, preparePostgresHome } from "./postgres_binaries.ts";

export interface PostgresOptions {
  /** Data in a temporary folder, removed by `stop()`, and no waiting for the disk. */
  ephemeral: boolean;
  /**
   * Where an ephemeral server has its data. In memory a database, which is hundreds of small files, is made many times as
   * fast; where there is little of it, they are on disk all the same. Default: on disk.
   */
  data?: "in memory" | "on disk";
  /** Default: any free one. */
  port?: number;
  /** Name of the data folder of a server that is kept; one per stack. Default `data`. */
  name?: string;
  /** Whether data that is kept outlives a crash of the machine, which takes time. Default: what is not ephemeral does. */
  durable?: boolean;
}

export interface PostgresServer extends AsyncDisposable {
  port: number;
  /** The superuser `supabase_admin` on the database `postgres`, as on the hosted platform. */
  adminUrl: string;
  /** A connection string; `role` defaults to the superuser. */
  url(database: string, role?: "supabase_admin" | "postgres"): string;
  /** The password that every login role of this server has. */
  password: string;
  logFile: string;
  stop(): Promise<void>;
}

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  // Socket paths have a length limit that a deep clone would pass.
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "128MB",
  max_wal_size: "1GB",
  // Compiling short queries costs more than it saves; hosted Supabase has it off as well.
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] %q%u@%d ",
  log_lock_waits: "on",
};

/** A crash of the machine may cost such a server everything: nobody misses it. */
const NOT_DURABLE = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/**
 * Starts Postgres 17 on 127.0.0.1. It ends when this process ends. No setting of the environment names another server:
 * a developer's `DATABASE_URL` is for another program (`task dev --database URL` is the way, local/given_database.ts).
 *
 * @throws UsageError if the port is taken or another stack uses the data folder
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const port = options.port ?? freePort();
  assertFree(port, "Postgres");
  const home = await preparePostgresHome();
  const folder = options.ephemeral
    ? join((options.data === "in memory" ? home.memory : null) ?? home.temporary, crypto.randomUUID())
    : join(home.folder, options.name ?? "data");
  const { password } = await initializeCluster(home, folder);
  const logFile = join(folder, "postgres.log");
  await removeStalePidFile(join(folder, "cluster"));
  const child = spawnPostgres(home, { ...options, folder, port });
  const url = (database: string, role = "supabase_admin") =>
    `postgresql://${role}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  await waitUntilReady(child, url("postgres"), logFile);
  const stop = () => child.stop();
  return { port, password, adminUrl: url("postgres"), url, logFile, stop, [Symbol.asyncDispose]: stop };
}

/**
 * Moves the data of a server that is kept aside, so that the next start makes it anew.
 *
 * @returns the folder where it is now, or null if there was none
 * @throws UsageError if a server runs on it
 */
export async function setDataAside(name: string): Promise<string | null> {
  const home = await preparePostgresHome();
  const folder = join(home.folder, name);
  if (!await exists(folder)) return null;
  await removeStalePidFile(join(folder, "cluster"));
  const aside = `${folder}-until-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  await Deno.rename(folder, aside);
  return aside;
}

function spawnPostgres(
  home: PostgresHome,
  { folder, port, ephemeral, durable = !ephemeral }: PostgresOptions & { folder: string; port: number },
): GuardedProcess {
  const settings = { ...SETTINGS, ...(durable ? {} : NOT_DURABLE), port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return spawnGuarded(
    // The shell only moves the output into the file; `exec` makes postgres the child that gets the signal.
    [
      "/bin/sh",
      "-c",
      'exec "$0" "$@" >>"$LOG" 2>&1',
      join(home.binaries, "bin/postgres"),
      "-D",
      join(folder, "cluster"),
      ...flags,
    ],
    {
      env: { LOG: join(folder, "postgres.log"), LC_ALL: "C", PATH: "/usr/bin:/bin" },
      cwd: folder,
      stopSignal: "INT", // "fast shutdown": open sessions are ended, data is written
      removeAfter: ephemeral ? folder : undefined,
      user: home.user,
    },
  );
}

async function waitUntilReady(child: GuardedProcess, url: string, logFile: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  let exited = false;
  child.status.then(() => exited = true);
  while (true) {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {}, fetch_types: false });
    try {
      await sql`select 1`;
      return;
    } catch (error) {
      if (!exited && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 40));
        continue;
      }
      const log = (await readIfThere(logFile) ?? "").split("\n").slice(-15).join("\n");
      await child.stop();
      throw new Error(`Postgres did not start. The end of ${logFile}:\n${log}`, { cause: error });
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
}
