/**
 * What does an answered text cost Postgres? The verbs alone, on one connection: received, claimed, finished, delivered,
 * two statuses recorded, figures folded. CPU time of the session's process, rows written by table, and both beside the
 * same rows written bare. Every text is a contact's first; what a later one writes is counted once, at the end.
 *
 * `deno task bench sql [--texts=1000] [--pairs=5]`
 */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { connect, createTestDatabase } from "../../local/database.ts";
import { startPostgres } from "../../local/postgres.ts";
import { print } from "../../local/print.ts";
import { addTenant, phone, type Tenant, withNumber } from "../../tests/database/support.ts";
import { option, tell } from "../figures.ts";
import { readProcess } from "../measure/processes.ts";
import { type Bare, capture, endCapture, prepareBare } from "./bare.ts";
import { STEPS, steps } from "./steps.ts";
import { AGAIN, type Cost, type Pair, render, type Run, summarize, writesOf } from "./told.ts";
import { writesBetween, writesNow } from "./writes.ts";

const NUMBERS = 100;

const texts = option("texts", 1_000);

/** CPU time of the session's own process until now; NaN where nothing tells. */
async function cpuOf(session: Sql): Promise<number> {
  const [row] = await session`select pg_backend_pid() as pid`;
  return Deno.build.os === "linux" ? readProcess(row?.pid)?.ownMs ?? NaN : NaN;
}

async function addNumbers(sql: Sql): Promise<Tenant[]> {
  const tenants = [await addTenant(sql)];
  const [first] = tenants;
  assert(first);
  await liftCaps(sql, first);
  while (tenants.length < NUMBERS) tenants.push(await withNumber(sql, first));
  return tenants;
}

/** Caps of a day are reached within a run. */
async function liftCaps(sql: Sql, { userId }: Tenant): Promise<void> {
  await sql`insert into public.sms_limits (user_id) values (${userId}) on conflict do nothing`;
  const caps = await sql<{ name: string }[]>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = 'sms_limits' and data_type in ('integer', 'bigint', 'numeric')`;
  for (const { name } of caps) {
    await sql`update public.sms_limits set ${sql(name)} = null where user_id = ${userId}`;
  }
}

/** What some work costs: milliseconds of time and of CPU, and the rows that it writes. */
async function costOf(session: Sql, work: () => Promise<void>): Promise<Cost> {
  const [writes, cpu, started] = [await writesNow(session), await cpuOf(session), performance.now()];
  await work();
  const milliseconds = performance.now() - started;
  return {
    milliseconds,
    cpu: await cpuOf(session) - cpu,
    writes: writesBetween(writes, await writesNow(session)),
  };
}

async function measure(session: Sql, tenants: readonly Tenant[], contacts = newContacts()): Promise<Run> {
  const work = steps(session, tenants, contacts);
  const costs: [string, Cost][] = [];
  for (const step of STEPS) costs.push([step, await costOf(session, work[step])]);
  return Object.fromEntries(costs) as Run;
}

const newContacts = () => Array.from({ length: texts }, () => phone());

async function measureBare(session: Sql, bare: Bare): Promise<Cost> {
  await bare.reset();
  return await costOf(session, bare.write);
}

await using server = await startPostgres({ ephemeral: true });
await using database = await createTestDatabase(server);
const session = connect(database.url, 1);
const tenants = await addNumbers(session);
// The first two are also the warm-up.
await capture(session);
await measure(session, tenants);
await endCapture(session);
await session.unsafe("vacuum analyze");
const bare = await prepareBare(session, writesOf(await measure(session, tenants)), texts);
const pairs: Pair[] = [];
for (let pair = 0; pair < option("pairs", 5); pair++) {
  pairs.push({ verbs: await measure(session, tenants), bare: await measureBare(session, bare) });
}
// Each contact writes once more: contact and conversation are there.
const contacts = newContacts();
await measure(session, tenants, contacts);
const again = await measure(session, tenants, contacts);
const { figures, ratios, counts } = summarize(pairs, again, texts);
print(render(pairs, texts));
print();
print(`A text of a contact who has written before: ${counts[AGAIN]?.toFixed(2)} rows.`);
print();
for (const [name, value] of Object.entries(ratios)) print(`${value.toFixed(2)} ×  ${name}`);
tell(figures, { ratios, counts });
await session.end();
