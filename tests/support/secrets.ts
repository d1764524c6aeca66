/** Secrets that a test knows, looked for wherever they must not be. */
import type { Sql } from "postgres";
import type { Stack } from "../../local/stack.ts";
import { CREDENTIALS_KEY } from "./tenants.ts";

/** What opens or signs something in this stack, besides the tenants' own tokens. */
export function secretsOf(stack: Stack, more: readonly string[] = []): string[] {
  const all = [
    stack.ready.secretKey,
    stack.workerKey,
    stack.carrier?.authToken ?? "",
    CREDENTIALS_KEY,
    atob(CREDENTIALS_KEY),
    new URL(stack.ready.dbUrl).password,
    ...more,
  ];
  // Twilio's REST API takes tokens as a password.
  return [...new Set(all)].filter((secret) => secret.length > 8);
}

/** Where secrets are readable on purpose: they sign what we post, and whoever reads the database may read them (SECURITY.md). */
const READABLE = ["sms_private.event_endpoints"];

/**
 * The tables with a row in which one of the secrets stands. A dump of the database is all rows of all tables, so none of them may
 * have any.
 */
export async function tablesWith(sql: Sql, secrets: readonly string[]): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'sms_private', 'cron', 'net') and c.relkind in ('r', 'p') order by 1`;
  const found: string[] = [];
  for (const { name } of tables.filter(({ name }) => !READABLE.includes(name))) {
    const [row] = await sql.unsafe(
      `select exists (select from ${name} t where exists (
        select from unnest($1::text[]) secret where strpos(t::text, secret) > 0)) as has`,
      [secrets as string[]],
    );
    if (row?.has) found.push(name);
  }
  return found;
}
