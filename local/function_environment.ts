import { SETTINGS } from "../supabase/functions/_shared/sms/setting_table.ts";
import { createGet, readPublicUrls } from "../supabase/functions/_shared/sms/setting_values.ts";
import type { ProjectKeys } from "./keys.ts";
import type { Services } from "./services.ts";

export interface EnvironmentOptions {
  apiUrl: string;
  databaseUrl: string;
  keys: ProjectKeys;
  services: Pick<Services, "env">;
  environment?: Record<string, string | undefined>;
  functionEnv?: Record<string, string>;
}

/** The carrier and the model of the stack decide these (local/services.ts), from what the person has given. */
const OF_SERVICES: readonly string[] = [
  "TWILIO_ACCOUNT_SID",
  "TWILIO_AUTH_TOKEN",
  "SMS_TWILIO_ACCOUNT_SID",
  "SMS_TWILIO_AUTH_TOKEN",
  "SMS_TWILIO_API_KEY",
  "SMS_TWILIO_API_BASE_URL",
  "OPENAI_API_KEY",
  "SMS_OPENAI_API_KEY",
  "SMS_OPENAI_BASE_URL",
];

/** Settings that a person may give by the terminal's environment or an .env file. */
const GIVEN = Object.entries(SETTINGS)
  .filter(([name, { group }]) => group !== "platform" && group !== "tools" && !OF_SERVICES.includes(name))
  .map(([name]) => name);

/** All that a function finds in its environment: what the platform sets, and the project's own settings. */
export function functionEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { apiUrl, keys, services, environment = {}, functionEnv = {} } = options;
  const given: Record<string, string> = {};
  for (const name of GIVEN) {
    const value = environment[name];
    if (value) given[name] = value;
  }
  return {
    SUPABASE_URL: apiUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify(keys.publishable),
    SUPABASE_SECRET_KEYS: JSON.stringify(keys.secret),
    SUPABASE_JWKS: JSON.stringify(keys.jwks),
    SUPABASE_DB_URL: options.databaseUrl,
    SB_REGION: "local",
    SMS_CREDENTIALS_KEY: keys.credentialsKey,
    SMS_EVENTS_ALLOW_LOOPBACK: "true",
    ...given,
    ...services.env,
    ...functionEnv,
  };
}

/** Where the carrier sends texts: the public base URL, with the retries that a database restart needs. */
export function smsUrlFor(env: Record<string, string>): string {
  const [base] = readPublicUrls(createGet((name) => env[name]));
  return `${base}/functions/v1/sms-webhook#rc=3&rp=5xx,ct,rt`;
}
