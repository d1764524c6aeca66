/** The server of `growth` and its databases. With `--keep` both are there at the next run. */
import { createHash } from "node:crypto";
import { connect } from "../../local/database.ts";
import { MARK } from "../../local/given_database.ts";
import { readMigrations } from "../../local/migrations.ts";
import { type PostgresServer, startPostgres } from "../../local/postgres.ts";
import { print } from "../../local/print.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { fillGrown } from "./fill.ts";
import type { Shape } from "./sizes.ts";

const FILLED = `${MARK}, filled`;
/** What decides of what is in the database, besides the migrations. */
const SOURCES = ["fill.ts", "sizes.ts", "../fill_reads.ts"];

export async function openServer({ keep }: { keep: boolean }): Promise<PostgresServer> {
  return await startPostgres({ ephemeral: !keep, durable: false, name: "bench-growth" });
}

/** A stack, without worker, on a database of that shape. It is filled unless an earlier run has done that. */
export async function openGrown(server: PostgresServer, shape: Shape): Promise<Stack> {
  const prefix = `growth_${shape.messages}_`;
  const name = prefix + await contentHash();
  const filled = await prepareDatabase(server, { prefix, name });
  await using parts = new AsyncDisposableStack();
  const stack = parts.use(
    await startStack({ worker: false, database: "straight", databaseUrl: server.url(name) }),
  );
  if (filled) {
    print(`${shape.messages} messages of ${shape.users} users were filled by an earlier run`);
    parts.move();
    return stack;
  }
  const started = performance.now();
  await fillGrown(stack.sql, shape);
  await stack.sql.unsafe(`comment on database ${name} is '${FILLED}'`);
  const seconds = Math.round((performance.now() - started) / 1_000);
  print(`${shape.messages} messages of ${shape.users} users, filled in ${seconds} s`);
  parts.move();
  return stack;
}

/** Databases of that shape with another content are dropped. @returns whether the database is there, and filled */
async function prepareDatabase(
  server: PostgresServer,
  { prefix, name }: { prefix: string; name: string },
): Promise<boolean> {
  const admin = connect(server.adminUrl, 1);
  try {
    const known = await admin`select datname, shobj_description(oid, 'pg_database') as comment
      from pg_database where starts_with(datname, ${prefix})`;
    if (known.some(({ datname, comment }) => datname === name && comment === FILLED)) return true;
    for (const { datname } of known) await admin.unsafe(`drop database ${datname} with (force)`);
    await admin.unsafe(`create database ${name} template template0`);
    return false;
  } finally {
    await admin.end();
  }
}

/** The week belongs to it, because the messages are those of the 60 days before the fill. */
async function contentHash(): Promise<string> {
  const hash = createHash("sha256").update(String(Math.floor(Date.now() / (7 * 86_400_000))));
  for (const { name, text } of await readMigrations()) hash.update(`\0${name}\0${text}`);
  for (const source of SOURCES) hash.update(await Deno.readTextFile(new URL(source, import.meta.url)));
  return hash.digest("hex").slice(0, 8);
}
