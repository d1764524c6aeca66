import { getAuthSchemaSql } from "@supabase/lite";
import type { Sql } from "postgres";

const bootstrapSql: string = [
  getAuthSchemaSql(),
  // On the hosted platform an account is asked for its e-mail address in any case; sessions end with their user.
  await Deno.readTextFile(new URL("bootstrap.sql", import.meta.url)),
].join("\n");

/**
 * What a project grants to the API's roles by default. `new`: nothing. `older`: new objects in `public`
 * (`older_project.sql`). `open`: new objects everywhere (`open_project.sql`).
 */
export type ProjectKind = "new" | "older" | "open";

const olderProjectSql = await Deno.readTextFile(new URL("older_project.sql", import.meta.url));
const openProjectSql = await Deno.readTextFile(new URL("open_project.sql", import.meta.url));

const DEFAULTS: Record<ProjectKind, string[]> = {
  new: [],
  older: [olderProjectSql],
  open: [olderProjectSql, openProjectSql],
};

/** All that makes an empty database a project of this kind. */
export function projectSql(kind: ProjectKind): string {
  return [bootstrapSql, ...DEFAULTS[kind]].join("\n");
}

/**
 * Makes a fresh database behave like a hosted Supabase project (`bootstrap.sql` says how). Running it again changes
 * nothing.
 *
 * @param sql a connection of the superuser to that database
 * @param password what the login roles get, if they are new on this server
 */
export async function bootstrap(sql: Sql, password: string, kind: ProjectKind = "new"): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`select set_config('local.password', ${password}, true)`;
    // Roles are shared by all databases of a server: two bootstraps at once would both create them. An advisory lock would
    // hold in one database only; this table is shared as well.
    await transaction`lock table pg_catalog.pg_authid in share row exclusive mode`;
    await transaction.unsafe(projectSql(kind)).simple();
  });
}
