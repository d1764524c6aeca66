import { z } from "zod";
import type { Target } from "./database/direct/target.ts";
import type { LogLevel } from "./log.ts";
import {
  createGet,
  list,
  optional,
  parse,
  readApiKey,
  readCredentialsKeys,
  readDatabase,
  type ReadEnvironment,
  readKeys,
  readOldSettings,
  readOpenAiKey,
  readPublicUrls,
  readSharedKeys,
  readTwilioAccount,
  Url,
} from "./setting_values.ts";

/** Everything a function may be told from outside, typed. Optional services are null when not set. */
export interface Settings {
  readonly supabase: {
    readonly url: string;
    readonly publishableKeys: Record<string, string>;
    readonly secretKeys: Record<string, string>;
  };
  /** Where the secret key's verbs go straight to Postgres; null: they go through the API. */
  readonly database: Target | null;
  /** Base URLs at which Twilio reaches us, without `/functions/v1`. The first is what Twilio is given. */
  readonly publicUrls: readonly [string, ...string[]];
  /** The operator's default account. The first token is current; further ones are accepted on signatures. */
  readonly twilio: {
    readonly accountSid: string | null;
    readonly authTokens: readonly string[];
    /** Asks Twilio in place of the token. */
    readonly apiKey: { readonly sid: string; readonly secret: string } | null;
    /** What signs in place of the token where a Webhook Rule says so: secrets by their ids. */
    readonly sharedKeys: ReadonlyMap<string, string>;
    readonly apiBaseUrl: string | null;
  };
  readonly openai: {
    readonly apiKey: string | null;
    readonly baseUrl: string | null;
    readonly model: string;
    readonly models: readonly string[];
  };
  /** The first key encrypts, all decrypt. */
  readonly credentialsKeys: readonly Uint8Array<ArrayBuffer>[];
  readonly leaseSeconds: number;
  /** How long the platform lets one isolate live; null where it does not end by itself. */
  readonly isolateSeconds: number | null;
  /** Whether events may be posted to this machine itself. */
  readonly eventsAllowLoopback: boolean;
  readonly logLevel: LogLevel;
}

const LogLevels = z.enum(["debug", "info", "warn", "error"]);
const Seconds = z.coerce.number().positive().max(3600);

/**
 * Reads all settings once; `setting_table.ts` says what each is for.
 * @throws AppError NOT_CONFIGURED; its cause names the setting that is missing or malformed, never the value
 */
export function readSettings(read: ReadEnvironment = (name) => Deno.env.get(name)): Settings {
  const get = createGet(read);
  return {
    supabase: {
      url: parse("SUPABASE_URL", Url, get("SUPABASE_URL")),
      publishableKeys: readKeys(get, [
        "SUPABASE_PUBLISHABLE_KEYS",
        "SUPABASE_PUBLISHABLE_KEY",
        "SUPABASE_ANON_KEY",
      ]),
      secretKeys: readKeys(get, ["SUPABASE_SECRET_KEYS", "SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"]),
    },
    database: readDatabase(get),
    publicUrls: readPublicUrls(get),
    twilio: {
      ...readTwilioAccount(get),
      apiKey: readApiKey(get),
      sharedKeys: readSharedKeys(get),
      apiBaseUrl: optional(get, "SMS_TWILIO_API_BASE_URL", Url),
    },
    openai: {
      apiKey: readOpenAiKey(get),
      baseUrl: optional(get, "SMS_OPENAI_BASE_URL", z.url()),
      model: get("SMS_OPENAI_MODEL") ?? "gpt-6-luna",
      models: list(get("SMS_OPENAI_MODELS")),
    },
    credentialsKeys: readCredentialsKeys(get),
    leaseSeconds: optional(get, "SMS_LEASE_SECONDS", Seconds) ?? 90,
    isolateSeconds: optional(get, "SMS_ISOLATE_SECONDS", Seconds) ??
      ("EdgeRuntime" in globalThis ? 150 : null),
    eventsAllowLoopback: optional(get, "SMS_EVENTS_ALLOW_LOOPBACK", z.enum(["true", "false"])) === "true",
    logLevel: optional(get, "SMS_LOG_LEVEL", LogLevels) ??
      (readOldSettings(get).development ? "debug" : "info"),
  };
}
