/**
 * `deno task move`: brings the old system's rows over, tokens sealed. See docs/moving.md.
 * Reads SUPABASE_SMS_DATABASE_URL (the database's owner; a name of ours, so that no other program's DATABASE_URL is
 * written to) and SMS_CREDENTIALS_KEY.
 */
import { join } from "node:path";
import type { Sql, TransactionSql } from "postgres";
import { z } from "zod";
import { connect } from "../local/database.ts";
import { describeServer } from "../local/given_database.ts";
import { complain, print } from "../local/print.ts";
import { projectRoot } from "../local/project.ts";
import { splitStatements } from "../local/sql_statements.ts";
import { AppError } from "../supabase/functions/_shared/sms/http/errors.ts";
import { describeError } from "../supabase/functions/_shared/sms/log.ts";
import { createGet, readCredentialsKeys } from "../supabase/functions/_shared/sms/setting_values.ts";
import { createVault, type CredentialsVault } from "../supabase/functions/_shared/sms/twilio/vault.ts";

const Count = z.number().int();
const Counts = z.object({
  assistants: Count,
  numbers: Count,
  messages: Count,
  assistants_left: Count,
  numbers_left: Count,
  messages_left: Count,
});

/** How many rows of each kind are here now, and how many were left where they are. */
export interface MoveReport extends z.infer<typeof Counts> {
  accounts: number;
  /** Accounts without a usable token, or connected by somebody else: their users connect them again. */
  accounts_left: number;
}

const Credential = z.object({
  user_id: z.string(),
  account_sid: z.string(),
  auth_token: z.string().nullable(),
});

/** Moves all that fits, in one transaction. May be run again. */
export async function moveOldSystem(sql: Sql, vault: CredentialsVault): Promise<MoveReport> {
  const script = splitStatements(await Deno.readTextFile(join(projectRoot, "tools/move_old_system.sql")));
  return await sql.begin(async (transaction) => {
    let counts: unknown;
    for (const { text } of script) counts = (await transaction.unsafe(text))[0];
    return { ...Counts.parse(counts), ...await sealTokens(transaction, vault) };
  });
}

/** Seals the token of every account that came over and has none yet. */
async function sealTokens(
  sql: TransactionSql,
  vault: CredentialsVault,
): Promise<Pick<MoveReport, "accounts" | "accounts_left">> {
  const rows = z.array(Credential).parse(
    await sql`select c.user_id, c.account_sid, c.auth_token from public.user_twilio_credentials c
      order by c.is_active desc nulls last, c.id`,
  );
  const here = new Set<string>();
  for (const { user_id, account_sid, auth_token } of rows) {
    if (here.has(account_sid) || !auth_token?.trim()) continue;
    const [account] = await sql`select a.id from public.sms_accounts a
      where a.account_sid = ${account_sid} and a.user_id = ${user_id}`;
    if (!account) continue;
    here.add(account_sid);
    const sealed = await vault.seal({ account_sid, auth_token: auth_token.trim() });
    await sql`insert into sms_private.twilio_credentials (account_id, current_token) values (${account.id}, ${sealed})
      on conflict (account_id) do nothing`;
  }
  return { accounts: here.size, accounts_left: new Set(rows.map((row) => row.account_sid)).size - here.size };
}

async function main(): Promise<number> {
  const url = Deno.env.get("SUPABASE_SMS_DATABASE_URL");
  const keys = readCredentialsKeys(createGet((name) => Deno.env.get(name)));
  if (!url || keys.length === 0) {
    complain(
      "Set SUPABASE_SMS_DATABASE_URL to the database's owner, and SMS_CREDENTIALS_KEY to the key of your functions. See docs/moving.md.",
    );
    return 2;
  }
  const sql = connect(url, 1);
  try {
    print(`Moving the old system's rows in the ${describeServer(sql)}.`);
    const report = await moveOldSystem(sql, createVault(keys));
    for (const [what, count] of Object.entries(report)) {
      print(`${what.replace("_left", " left behind")}: ${count}`);
    }
    return 0;
  } finally {
    await sql.end();
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    // A malformed setting is named by the cause.
    complain(describeError(error instanceof AppError ? error.cause : error));
    Deno.exit(1);
  }
}
