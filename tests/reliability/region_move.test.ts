/**
 * docs/restore.md, "Move to another region or project", as a whole: an old project and a new one at the same Twilio. Each has a
 * database, functions, an address and keys of its own; the rows go over by COPY. What each contact got is counted in the carrier's
 * ledger.
 */
import { strict as assert } from "node:assert";
import { createClient } from "@supabase/supabase-js";
import type { Sql, TransactionSql } from "postgres";
import { type Stack, startStack } from "../../local/stack.ts";
import { STAND_INS } from "../database/platform.ts";
import { callNumbers } from "../functions/numbers.ts";
import {
  CREDENTIALS_KEY,
  demoClient,
  phones,
  sentTo,
  stackForFile,
  text,
  until,
  wake,
  workerHealth,
} from "../functions/support.ts";
import { connectTenant, operator } from "../functions/tenants.ts";
import { evaluate, printed } from "../support/pages/printed.ts";
import { longTest } from "../support/long.ts";
import { testServer } from "../support/postgres.ts";

/** The tables that step 3 names. */
const COPIED = `select format('%I.%I', schemaname, tablename) as name from pg_tables
  where schemaname = 'sms_private' or schemaname = 'public' and tablename like 'sms\\_%'
    or schemaname = 'auth' and tablename in ('users', 'identities') order by 1`;

async function rowsOf(snapshot: TransactionSql, table: string): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await snapshot.unsafe(`copy ${table} to stdout`).readable()) chunks.push(chunk);
  return chunks;
}

/** Step 3: in one snapshot, with triggers off. What the new project had of its own goes. */
async function copyAll(from: Sql, to: Sql): Promise<void> {
  const rows = new Map<string, Uint8Array[]>();
  const tables = await from.unsafe<{ name: string }[]>(COPIED);
  await from.begin("isolation level repeatable read read only", async (snapshot) => {
    for (const { name } of tables) rows.set(name, await rowsOf(snapshot, name));
  });
  await to.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    for (const table of rows.keys()) await transaction.unsafe(`delete from ${table}`);
    for (const [table, chunks] of rows) {
      const writable = await transaction.unsafe(`copy ${table} from stdin`).writable();
      for (const chunk of chunks) writable.write(chunk);
      await new Promise<void>((resolve, reject) => {
        writable.once("finish", resolve).once("error", reject);
        writable.end();
      });
    }
  });
}

async function tick(stack: Stack): Promise<void> {
  await (await stack.tick()).body?.cancel();
}

const old = await stackForFile({ worker: false });
const { carrier, sql, number } = old;

longTest("a project that moves to another region sends each text once, and forgets no STOP", async () => {
  await sql.unsafe(STAND_INS);
  await sql`update sms_private.settings set value = '0' where name = 'lookup_wait_seconds'`;
  await sql`update sms_private.settings set value = '0.2' where name = 'lookup_spread_seconds'`;
  const [
    served = "",
    stopped = "",
    erased = "",
    waiting = "",
    planned = "",
    during = "",
    between = "",
    theirs = "",
  ] = phones(8);
  const tenant = await connectTenant(old);
  const toTenant = (body: string) => carrier.text({ from: theirs, to: tenant.number, body });

  // What there is: conversations, opt-outs, one of which only a hash is left, and texts that wait.
  await text(old, served, "Are you open?");
  await toTenant("Are you open?");
  for (const contact of [stopped, erased]) await text(old, contact, "STOP");
  await until("the contacts are answered", async () => {
    await wake(old);
    return [served, theirs].every((contact) => sentTo(old, contact).length === 1);
  });
  const person = await demoClient(old);
  const [gone] = await sql`select id from public.sms_contacts where number = ${erased}`;
  const { data: erasure } = await person.rpc("sms_erase_contact", { contact_id: gone?.id });
  assert.equal(erasure.outcome, "erased");
  await sql`select public.sms_schedule_worker(${old.ready.functionsUrl}, ${old.workerKey})`;
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const store = async (to_number: string, more: Record<string, unknown> = {}) => {
    const { data } = await person.rpc("sms_create_message", {
      to_number,
      body: "Your table is ready.",
      ...more,
    });
    assert.equal(data.outcome, "created");
  };

  // 1. All is off, and nothing is under way.
  await sql`select public.sms_switch_off('all', 'we move')`;
  await store(waiting);
  await store(planned, { send_at: tomorrow });
  await text(old, during, "Do you have a car park?");
  await until("nothing is under way", async () => {
    await wake(old);
    const { deliveries_in_flight, deliveries_unconfirmed } = await workerHealth(old);
    return deliveries_in_flight === 0 && deliveries_unconfirmed === 0;
  });
  assert.deepEqual([waiting, during].flatMap((contact) => sentTo(old, contact)), []);

  // 2. The same key for tokens, the same Twilio; addresses and API keys are new.
  await using fresh = await startStack({
    server: testServer,
    worker: false,
    carrierUrl: carrier.url,
    modelUrl: `${old.model.url}/v1`,
    environment: { TWILIO_ACCOUNT_SID: old.accountSid, TWILIO_AUTH_TOKEN: old.authToken },
    functionEnv: { SMS_CREDENTIALS_KEY: CREDENTIALS_KEY },
  });
  await fresh.sql.unsafe(STAND_INS);
  assert.notEqual(fresh.ready.secretKey, old.ready.secretKey);

  // 3. and 4. The rows, and what Vault kept of the old project.
  await copyAll(sql, fresh.sql);
  await fresh.sql`select public.sms_after_restore()`;
  await fresh.sql`select public.sms_schedule_worker(${fresh.ready.functionsUrl}, ${fresh.workerKey})`;
  const [key] =
    await sql`select key.id, encode(sms_private.suppression_secret(key.id), 'hex') as secret from sms_private.suppression_keys key`;
  const health = async () =>
    (await fresh.sql`select public.sms_worker_health() as health`)[0]?.health as Record<string, unknown>;
  assert.deepEqual((await health()).suppression_keys_unreadable, [key?.id], "health says what is missing");
  await fresh.sql`select sms_private.restore_suppression_key(${key?.id}, ${key?.secret})`;
  assert.deepEqual((await health()).suppression_keys_unreadable, []);

  // 5. The old one is woken no more.
  await sql`select public.sms_unschedule_worker()`;
  const wakes = async (database: Sql) =>
    (await database`select command from cron.job where jobname = 'supabase-sms-wake'`).length;
  assert.deepEqual([await wakes(sql), await wakes(fresh.sql)], [0, 1]);

  // 6. Until a number is repaired, Twilio calls the old project.
  await text(old, between, "And on Sunday?");
  const admin = operator(fresh);
  await evaluate((await printed("docs/restore.md", "const { data: numbers }")).as(), { admin });
  for (const one of carrier.numbers().filter(({ smsUrl }) => smsUrl !== "")) {
    assert(one.smsUrl.startsWith(fresh.ready.functionsUrl), `${one.number} calls ${one.smsUrl}`);
  }

  // 7. Not before Twilio's lists are read.
  const switchOn = async () => (await fresh.sql`select public.sms_switch_on() as answer`)[0]?.answer;
  assert.equal((await switchOn()).outcome, "RESTORE_UNFINISHED");
  await until("all is on again", async () => {
    await tick(fresh);
    return (await switchOn()).outcome === "switched_on";
  });
  await until("what waited is sent, and what was asked meanwhile is answered", async () => {
    await tick(fresh);
    return [waiting, during, between].every((contact) => sentTo(old, contact).length > 0);
  });

  // Texts come to the new project, for the tenant with an account of its own too.
  assert((await carrier.text({ from: served, to: number, body: "Thank you!" })).ok);
  assert((await toTenant("Thank you!")).ok);
  await until("they are answered", async () => {
    await tick(fresh);
    return [served, theirs].every((contact) => sentTo(old, contact).length === 2);
  });
  const heard = async (database: Sql) =>
    (await database`select 1 from public.sms_messages where body = 'Thank you!'`).length;
  assert.deepEqual([await heard(sql), await heard(fresh.sql)], [0, 2]);

  // Users sign in again, with the password that they have; a token of the old project opens nothing.
  const { data: session } = await person.auth.getSession();
  const client = createClient(fresh.ready.apiUrl, fresh.ready.publishableKey, {
    auth: { persistSession: false },
  });
  const stale = await callNumbers(
    createClient(fresh.ready.apiUrl, fresh.ready.publishableKey, {
      accessToken: () => Promise.resolve(session.session?.access_token ?? ""),
    }),
    "",
  );
  assert.equal(stale.status, 401);
  assert.equal((await client.auth.signInWithPassword(old.ready.user)).error, null);
  const mine = await callNumbers(client, "?verify=1");
  assert.deepEqual(
    mine.body.numbers.map((
      one: { number: string; webhook_status: string },
    ) => [one.number, one.webhook_status]),
    [[number, "configured"]],
  );
  for (const contact of [stopped, erased]) {
    const { data } = await client.rpc("sms_create_message", { to_number: contact, body: "Hello again" });
    assert.equal(data.outcome, "RECIPIENT_OPTED_OUT");
  }

  // The old one would send nothing even if somebody woke it.
  await wake(old);
  await tick(fresh);
  const left = await fresh.sql`select to_number, status from public.sms_messages
    where status in ('pending', 'scheduled', 'unconfirmed')`;
  assert.deepEqual([...left], [{ to_number: planned, status: "scheduled" }]);
  assert.deepEqual(
    [served, theirs, waiting, during, between, stopped, erased, planned].map((one) =>
      sentTo(old, one).length
    ),
    [2, 2, 1, 1, 1, 0, 0, 0],
  );
});
