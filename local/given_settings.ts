import { SETTINGS } from "../supabase/functions/_shared/sms/setting_table.ts";
import { readSettings } from "../supabase/functions/_shared/sms/settings.ts";
import { AppError } from "../supabase/functions/_shared/sms/http/errors.ts";
import { UsageError } from "./project.ts";

/** What the stack sets itself, whatever the person has given. */
const OF_THE_STACK: Readonly<Record<string, string>> = {
  SUPABASE_URL: "http://127.0.0.1",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"unused"}',
  SUPABASE_SECRET_KEYS: '{"default":"unused"}',
};

/**
 * Reads the given settings as the functions would. Else each request would be answered with 503, and only the log would say why.
 *
 * @throws UsageError that names the setting and says what it takes, never its value
 */
export function checkGivenSettings(environment: Readonly<Record<string, string | undefined>>): void {
  try {
    readSettings((name) => SETTINGS[name].group === "platform" ? OF_THE_STACK[name] : environment[name]);
  } catch (error) {
    if (!(error instanceof AppError && error.cause instanceof Error)) throw error;
    const problem = error.cause.message;
    const setting = Object.entries(SETTINGS).find(([name]) => problem.startsWith(`${name} `))?.[1];
    throw new UsageError(setting ? `${problem}. ${setting.what}` : problem, { cause: error });
  }
}
