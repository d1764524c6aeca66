import { strictEqual } from "node:assert/strict";
import type { Sql } from "postgres";
import { startPostgres } from "../../local/postgres.ts";
import { startStack } from "../../local/stack.ts";
import { crashPostgres } from "../support/crash.ts";

Deno.test("the stack outlives a crash of its Postgres: 503 meanwhile, and then everything as before", async () => {
  await using server = await startPostgres({ ephemeral: true });
  await using stack = await startStack({ server, worker: false });
  const user = await stack.createUser();
  const read = async () => (await user.client.from("sms_assistants").select("id")).status;
  const slow = async () => (await user.client.rpc("sms_list_numbers")).status;
  strictEqual(await read(), 200);
  const held = Promise.withResolvers<void>();
  // What is under way in the database when it crashes is answered too.
  const lock = stack.sql.begin(async (sql) => {
    await sql`lock table public.sms_numbers in access exclusive mode`;
    held.resolve();
    await sql`select pg_sleep(60)`;
  }).catch(() => "its connection is gone");
  await held.promise;
  const underWay = slow();
  await waitingFor(stack.sql);
  await crashPostgres(stack.sql);
  strictEqual(await underWay, 503);
  strictEqual(await lock, "its connection is gone");
  while (await read().catch(() => 0) !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
  strictEqual(await slow(), 200);
});

/** Until a statement waits for a lock. */
async function waitingFor(sql: Sql): Promise<void> {
  while (true) {
    const [row] = await sql`select count(*)::int from pg_stat_activity where wait_event_type = 'Lock'`;
    if (row?.count > 0) return;
  }
}
