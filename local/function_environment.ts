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

/** Settings that a person may give by the terminal's environment or an .env file; `.env.example` explains them. */
const SETTINGS = [
  "CREDENTIALS_KEY",
  "PUBLIC_URL",
  "NGROK_URL",
  "BACKEND_URL",
  "LOG_LEVEL",
  "NODE_ENV",
  "OPENAI_MODEL",
  "OPENAI_MODELS",
  "LEASE_SECONDS",
  "ISOLATE_SECONDS",
];

/** All that a function finds in its environment: what the platform sets, and the project's own settings. */
export function functionEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { apiUrl, keys, services, environment = {}, functionEnv = {} } = options;
  const given: Record<string, string> = {};
  for (const name of SETTINGS) {
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
    CREDENTIALS_KEY: keys.credentialsKey,
    ...given,
    ...services.env,
    ...functionEnv,
  };
}

/** Where the carrier sends texts: the public base URL, with the retries that a database restart needs. */
export function smsUrlFor(env: Record<string, string>): string {
  const [first = ""] = (env.PUBLIC_URL || env.NGROK_URL || env.BACKEND_URL || env.SUPABASE_URL || "").split(
    ",",
  );
  const base = first.trim().replace(/\/+$/, "").replace(/\/functions\/v1$/, "");
  return `${base}/functions/v1/sms-webhook#rc=3&rp=5xx,ct,rt`;
}
