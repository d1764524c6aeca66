/**
 * A storm in whose middle a backup is taken, and at whose end that backup is restored: what the carrier's ledger says then is
 * compared with what the restored database has made of it.
 */
import { join } from "node:path";
import type { Sql, TransactionSql } from "postgres";
import { connect } from "../../../local/database.ts";
import { type PostgresServer, startPostgres } from "../../../local/postgres.ts";
import { preparePostgresHome } from "../../../local/postgres_binaries.ts";
import { freePort } from "../../../local/ports.ts";
import { calmDown } from "./calm.ts";
import { judge, type Tally } from "./judge.ts";
import { type Plan, planStorm } from "./plan.ts";
import { idsIn, LINES, raise, type Stage } from "./stage.ts";
import { storyOf } from "./story.ts";
import { play } from "./traffic.ts";

/** files: a copy of the stopped server's files. rows: each table by COPY, from one snapshot of the busy database. */
export type BackupWay = "files" | "rows";

export interface RestoreOptions {
  messages: number;
  seed: number;
  way: BackupWay;
  onProgress?: (line: string) => void;
  /** All that is known of the contacts of complaints. */
  onStory?: (line: string) => void;
}

export interface RestoredTally extends Tally {
  /** Texts that the carrier took after the backup and before the restore. */
  sent_since_backup: number;
  /** Deliveries and replies that the backup had still to do. */
  due_in_backup: number;
  /** From the restore until all was switched on again. */
  off_s: number;
}

interface Backup {
  restore(): Promise<void>;
}

const SWITCH_ON_EVERY_MS = 500;
const SWITCH_ON_WITHIN_MS = 120_000;

/** The first third, the backup, the second third, the end of that system, the restore, the last third. */
export async function runRestoredStorm(
  { messages, seed, way, onProgress = () => {}, onStory = () => {} }: RestoreOptions,
): Promise<RestoredTally> {
  const plan = withoutTheirFaults(planStorm({ seed, messages, lines: LINES }));
  const [first, second] = [Math.floor(messages / 3), Math.floor(2 * messages / 3)];
  await using server = way === "files" ? await KeptServer.start() : null;
  await using stage = await raise({ seed, server: server?.current });
  const { ledger } = stage.carrier;
  // Taken while contacts and programs go on.
  let taken: Promise<Backup> | undefined;
  let takenAt = new Date();
  await play(stage, part(plan, 0, second), (done) => {
    if (done < first || taken) return;
    onProgress(`${done} messages: the backup`);
    takenAt = new Date();
    taken = server ? server.backUp() : backUpRows(stage.sql);
  });
  if (!taken) throw new Error("No backup was taken: more messages are needed");
  const backup = await taken;
  onProgress(`${second} messages: that system ends`);
  // Stalled processes too: who restores a backup has deleted the functions before (docs/restore.md).
  for (const name of ["sms-worker", "sms-send", "sms-webhook", "sms-status"]) {
    await stage.stack.functions.killAll(name);
  }
  const sentSince = ledger.outbound().filter(({ dateCreated }) => dateCreated > takenAt).length;
  await backup.restore();
  const restoredAt = performance.now();
  const [due] = await reconnected(() =>
    stage.sql<{ jobs: number }[]>`
    select count(*)::int as jobs from sms_private.jobs where set_aside_at is null`
  );
  const forgiven = await reconnected(() => notIn(stage.sql, plan, second));
  onProgress(`restored: ${due?.jobs} to be done, ${sentSince} sent since the backup`);
  const switched = switchOn(stage).then(() => Math.round((performance.now() - restoredAt) / 100) / 10);
  await play(stage, part(plan, second, messages), () => {});
  const off_s = await switched;
  onProgress(`switched on after ${off_s} s`);
  await calmDown(stage, onProgress);
  const tally = await judge(stage, plan, forgiven);
  for (const number of new Set(tally.complaints.flatMap((complaint) => complaint.match(/\+\d{11}/g) ?? []))) {
    for (const line of await storyOf(stage, number)) onStory(line);
  }
  return { ...tally, sent_since_backup: sentSince, due_in_backup: due?.jobs ?? 0, off_s };
}

/** The server was replaced: a connection of the pool learns that by its first question. */
async function reconnected<T>(ask: () => PromiseLike<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** A backup does not know a token that was changed since; that is for a person (docs/restore.md). */
function withoutTheirFaults(plan: Plan): Plan {
  const faults = plan.faults.filter(({ fault: { kind } }) =>
    kind !== "new signers" && kind !== "postgres crash"
  );
  return { ...plan, faults };
}

function part(plan: Plan, from: number, to: number): Plan {
  const isIn = (at: number) => at >= from && at < to;
  return {
    seed: plan.seed,
    steps: plan.steps.filter(({ id }) => isIn(id)),
    faults: plan.faults.filter(({ before }) => isIn(before)),
  };
}

/** What programs had said until then, and the backup does not have: nobody can know of it but the carrier. */
async function notIn(sql: Sql, plan: Plan, until: number): Promise<Set<number>> {
  const rows = await sql<
    { body: string }[]
  >`select body from public.sms_messages where direction = 'outbound'`;
  const known = new Set(rows.flatMap(({ body }) => idsIn(body, "s")));
  const said = plan.steps.filter(({ id, kind }) => id < until && kind === "send").map(({ id }) => id);
  return new Set(said.filter((id) => !known.has(id)));
}

async function switchOn({ sql }: Stage): Promise<void> {
  const deadline = performance.now() + SWITCH_ON_WITHIN_MS;
  while (performance.now() < deadline) {
    const [row] = await sql<{ answer: { outcome: string } }[]>`select public.sms_switch_on() as answer`.catch(
      () => [],
    );
    if (row?.answer.outcome === "switched_on") return;
    await new Promise((resolve) => setTimeout(resolve, SWITCH_ON_EVERY_MS));
  }
  throw new Error("The lists of all accounts are not read");
}

/** A server whose files outlive it, on one port. */
class KeptServer implements AsyncDisposable {
  #server: PostgresServer;

  private constructor(
    readonly name: string,
    readonly port: number,
    readonly folder: string,
    server: PostgresServer,
  ) {
    this.#server = server;
  }

  static async start(): Promise<KeptServer> {
    const { folder } = await preparePostgresHome();
    const [name, port] = [`restore-${crypto.randomUUID()}`, freePort()];
    return new KeptServer(name, port, folder, await start(name, port));
  }

  get current(): PostgresServer {
    return this.#server;
  }

  async backUp(): Promise<Backup> {
    const copy = `${this.name}-copy`;
    await this.#server.stop();
    await copyFiles(join(this.folder, this.name), join(this.folder, copy));
    this.#server = await start(this.name, this.port);
    return { restore: () => this.#restore(copy) };
  }

  /** On another port first, where no function reaches it: nothing may be sent before it is told. */
  async #restore(copy: string): Promise<void> {
    await this.#server.stop();
    await Deno.remove(join(this.folder, this.name), { recursive: true });
    await Deno.rename(join(this.folder, copy), join(this.folder, this.name));
    const apart = await start(this.name, freePort());
    await tellDatabases(apart);
    await apart.stop();
    this.#server = await start(this.name, this.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
    for (const name of [this.name, `${this.name}-copy`]) {
      await Deno.remove(join(this.folder, name), { recursive: true }).catch(() => {});
    }
  }
}

const start = (name: string, port: number) => startPostgres({ ephemeral: false, name, port });

async function copyFiles(from: string, to: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("cp", { args: ["-a", from, to], stderr: "piped" })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** The stack's database has a name of its own: each that is ours is told. */
async function tellDatabases(server: PostgresServer): Promise<void> {
  const admin = connect(server.adminUrl, 1);
  const names = await admin<{ datname: string }[]>`select datname from pg_database where datallowconn`;
  await admin.end();
  for (const { datname } of names) {
    const sql = connect(server.url(datname), 1);
    const [ours] = await sql`select to_regproc('public.sms_after_restore') is not null as here`;
    if (ours?.here) await sql`select public.sms_after_restore()`;
    await sql.end();
  }
}

/** Every table of ours, as one snapshot has it. */
async function backUpRows(sql: Sql): Promise<Backup> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname = 'sms_private' or schemaname = 'public' and tablename like 'sms\\_%' order by 1`;
  const rows = new Map<string, Uint8Array[]>();
  await sql.begin("isolation level repeatable read read only", async (snapshot) => {
    for (const { name } of tables) rows.set(name, await rowsOf(snapshot, name));
  });
  return { restore: () => restoreRows(sql, rows) };
}

async function rowsOf(snapshot: TransactionSql, table: string): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await snapshot.unsafe(`copy ${table} to stdout`).readable()) chunks.push(chunk);
  return chunks;
}

/** In one transaction with its end: nobody sees the restored rows before they are told to be restored. */
async function restoreRows(sql: Sql, tables: ReadonlyMap<string, Uint8Array[]>): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    // Not truncate: a statement that waited for its lock would see the tables empty
    // (https://www.postgresql.org/docs/17/mvcc-caveats.html).
    await transaction.unsafe(`lock table ${[...tables.keys()].join(", ")} in access exclusive mode`);
    for (const table of tables.keys()) await transaction.unsafe(`delete from ${table}`);
    for (const [table, chunks] of tables) {
      const writable = await transaction.unsafe(`copy ${table} from stdin`).writable();
      for (const chunk of chunks) writable.write(chunk);
      await new Promise<void>((resolve, reject) => {
        writable.once("finish", resolve).once("error", reject);
        writable.end();
      });
    }
    await transaction`set local session_replication_role = origin`;
    await transaction`select public.sms_after_restore()`;
  });
}
