import { strict as assert } from "node:assert";
import type { Sql } from "postgres";

/** Kills one process of the server, as a crash does: all connections end, and it recovers from its log. */
export async function crashPostgres(sql: Sql): Promise<void> {
  const [victim] = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where backend_type = 'checkpointer'`;
  assert(victim);
  Deno.kill(victim.pid, "SIGKILL");
}
