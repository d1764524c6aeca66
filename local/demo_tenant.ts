import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Sql, TransactionSql } from "postgres";
import { seed } from "./migrations.ts";

/** Who can sign in on a local stack. Local only: the address is nobody's, and the database is on loopback. */
export const DEMO_USER = { email: "demo@example.com", password: "demo-password-local-only" };

export interface LocalUser {
  id: string;
  accessToken: string;
  /** Signed in as that user. */
  client: SupabaseClient;
}

/** Signs a user up at /auth/v1, or in where there is one already. */
export async function signUpOrIn(
  apiUrl: string,
  publishableKey: string,
  credentials: { email: string; password: string },
): Promise<LocalUser> {
  const client = createClient(apiUrl, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const known = await client.auth.signInWithPassword(credentials);
  const { data, error } = known.error ? await client.auth.signUp(credentials) : known;
  if (error || !data.user || !data.session) {
    throw new Error(`${credentials.email} cannot sign in: ${error?.message ?? "no session"}`, {
      cause: error,
    });
  }
  return { id: data.user.id, accessToken: data.session.access_token, client };
}

export interface DemoOptions {
  userId: string;
  /** The operator's default account, as the functions know it. */
  accountSid: string;
  /** Default: the one in seed.sql. */
  number?: string | undefined;
  unpaced?: boolean;
}

export interface DemoTenant {
  number: string;
  assistantId: string;
}

/** Applies seed.sql once, and fits its account and number to what this stack really uses. */
export async function prepareDemoTenant(sql: Sql, options: DemoOptions): Promise<DemoTenant | null> {
  const [known] = await sql`select to_regclass('public.sms_numbers') is not null as there`;
  if (!known?.there) return null;
  await seedOnce(sql);
  const { userId, accountSid, number = null } = options;
  return await sql.begin(async (transaction) => {
    // References follow: the account's SID is updated on cascade.
    await transaction`update public.sms_accounts set account_sid = ${accountSid}
      where shared and account_sid <> ${accountSid}`;
    await transaction`insert into public.sms_accounts (account_sid, shared, label)
      values (${accountSid}, true, 'Default account') on conflict (account_sid) do nothing`;
    const [row] = await transaction<{ number: string; assistant_id: string }[]>`
      update public.sms_numbers set number = coalesce(${number}, number)
      where id = (select id from public.sms_numbers where user_id = ${userId} order by created_at, id limit 1)
      returning number, assistant_id`;
    if (!row) return null;
    if (options.unpaced) {
      await liftLimits(transaction, userId);
      await sayNothingOfItself(transaction);
    }
    return { number: row.number, assistantId: row.assistant_id };
  });
}

/** Tests and benchmarks compare what the model said, word for word: their assistants, new ones too, do not introduce themselves. */
async function sayNothingOfItself(sql: TransactionSql): Promise<void> {
  const [known] = await sql`select from pg_attribute
    where attrelid = 'public.sms_assistants'::regclass and attname = 'discloses_machine'`;
  if (!known) return;
  await sql`alter table public.sms_assistants alter column discloses_machine set default false`;
  await sql`update public.sms_assistants set discloses_machine = false`;
}

/** Says that a number is set up, as `sms-numbers` does when it has set one up: here the stack has. */
export async function recordSetUp(
  sql: Sql,
  { number, sid, smsUrl }: { number: string; sid: string; smsUrl: string },
): Promise<void> {
  await sql`select public.sms_record_webhook(id, webhook_version, 'configured', twilio_sid => ${sid}, sms_url => ${smsUrl})
    from public.sms_numbers where number = ${number}`;
}

/** Recorded where the CLI records it. */
async function seedOnce(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create table if not exists supabase_migrations.seed_files (path text not null primary key, hash text not null);
    alter table supabase_migrations.seed_files owner to postgres;
  `).simple();
  const path = "supabase/seed.sql";
  if ((await sql`select from supabase_migrations.seed_files where path = ${path}`).length > 0) return;
  if (await seed(sql)) {
    await sql`insert into supabase_migrations.seed_files (path, hash) values (${path}, '')`;
  }
}

/** No caps, and a pace that nobody reaches. */
export async function liftLimits(sql: TransactionSql, userId: string): Promise<void> {
  await sql`update public.sms_numbers set segments_per_second = 1000 where user_id = ${userId}`;
  await sql`insert into public.sms_limits (user_id) values (${userId}) on conflict do nothing`;
  const caps = await sql<{ column_name: string }[]>`
    select column_name from information_schema.columns
    where table_schema = 'public' and table_name = 'sms_limits' and data_type in ('integer', 'bigint', 'numeric')`;
  for (const { column_name } of caps) {
    await sql`update public.sms_limits set ${sql(column_name)} = null where user_id = ${userId}`;
  }
}
