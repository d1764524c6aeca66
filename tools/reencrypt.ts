/**
 * `deno task reencrypt [DIR]`: seals all stored Twilio tokens with the first key of SMS_CREDENTIALS_KEY. See docs/credentials.md.
 *
 * Reads SUPABASE_URL, SUPABASE_SECRET_KEYS (or SUPABASE_SECRET_KEY, or SUPABASE_SERVICE_ROLE_KEY) and SMS_CREDENTIALS_KEY from
 * the environment, else from `supabase/functions/.env` of the project in DIR; without DIR, of this clone.
 */
import { join } from "node:path";
import { parseEnv } from "node:util";
import { createClient } from "@supabase/supabase-js";
import { readIfThere } from "../local/files.ts";
import { complain, print } from "../local/print.ts";
import { projectRoot, UsageError } from "../local/project.ts";
import { createVault } from "../supabase/functions/_shared/sms/twilio/vault.ts";
import { timedFetch } from "../supabase/functions/_shared/sms/database/rpc.ts";
import { readSettings, type Settings } from "../supabase/functions/_shared/sms/settings.ts";
import { AppError, notConfigured } from "../supabase/functions/_shared/sms/http/errors.ts";
import { describeError } from "../supabase/functions/_shared/sms/log.ts";
import { findProject } from "./add/project.ts";
import { reencryptCredentials, type Reencryption } from "./reencrypt_credentials.ts";

async function main([dir]: string[]): Promise<number> {
  const from = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  const settings = await settingsOfOperator(dir === undefined ? projectRoot : await findProject(dir, from));
  if (settings.credentialsKeys.length === 0) {
    throw notConfigured("SMS_CREDENTIALS_KEY is not set");
  }
  const key = settings.supabase.secretKeys.default ?? Object.values(settings.supabase.secretKeys)[0] ?? "";
  const client = createClient(settings.supabase.url, key, {
    auth: { persistSession: false },
    global: { fetch: timedFetch() },
  });
  return report(await reencryptCredentials(client, createVault(settings.credentialsKeys)));
}

async function settingsOfOperator(project: string): Promise<Settings> {
  const file = parseEnv(await readIfThere(join(project, "supabase/functions/.env")) ?? "");
  return readSettings((name) =>
    // The functions need it; nothing here does.
    name === "SUPABASE_PUBLISHABLE_KEYS" ? '{"default":"unused"}' : Deno.env.get(name) || file[name]
  );
}

/** Prints counts, and the accounts that a person has to look at. @returns the exit code */
function report(accounts: Map<string, Reencryption>): number {
  const of = (outcome: Reencryption) => [...accounts].filter(([, became]) => became === outcome);
  print(
    `${of("resealed").length} sealed anew, ${of("current").length} were sealed with the first key already`,
  );
  for (const [sid] of of("changed")) complain(`${sid}: its token was being changed; run this again`);
  for (const [sid] of of("unreadable")) {
    complain(
      `${sid}: a token cannot be opened; add the key it was sealed with, or have the account connected again`,
    );
  }
  return of("changed").length + of("unreadable").length === 0 ? 0 : 1;
}

try {
  Deno.exit(await main(Deno.args));
} catch (error) {
  if (error instanceof UsageError) complain(error.message);
  // A missing setting is named by the cause.
  else complain(describeError(error instanceof AppError ? error.cause : error));
  Deno.exit(1);
}
