import { getAuthSchemaSql } from "@supabase/lite";
import type { Sql } from "postgres";

/** What `bootstrap()` runs; a part of the key under which a template database is kept. */
export const bootstrapSql: string = [
  getAuthSchemaSql(),
  // On the hosted platform an account is asked for its e-mail address in any case; sessions end with their user.
  await Deno.readTextFile(new URL("bootstrap.sql", import.meta.url)),
].join("\n");

/**
 * Makes a fresh database behave like a new hosted Supabase project (`bootstrap.sql` says how). Running it again
 * changes nothing.
 *
 * @param sql a connection of the superuser to that database
 * @param password what the login roles get, if they are new on this server
 */
export async function bootstrap(sql: Sql, password: string): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`select set_config('local.password', ${password}, true)`;
    // Roles are shared by all databases of a server: two bootstraps at once would both create them.
    await transaction`select pg_advisory_xact_lock(hashtext('supabase-sms bootstrap'))`;
    await transaction.unsafe(bootstrapSql).simple();
  });
}
