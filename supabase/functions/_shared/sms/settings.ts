import { z } from "zod";
import { notConfigured } from "./http/errors.ts";
import type { LogLevel } from "./log.ts";

/** Everything a function may be told from outside, typed. Optional services are null when not set. */
export interface Settings {
  readonly supabase: {
    readonly url: string;
    readonly publishableKeys: Record<string, string>;
    readonly secretKeys: Record<string, string>;
  };
  /** Base URLs at which Twilio reaches us, without `/functions/v1`. The first is what Twilio is given. */
  readonly publicUrls: readonly [string, ...string[]];
  /** The operator's default account. The first token is current; further ones are accepted on signatures. */
  readonly twilio: {
    readonly accountSid: string | null;
    readonly authTokens: readonly string[];
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
  readonly logLevel: LogLevel;
}

export type ReadEnvironment = (name: string) => string | undefined;

const Keys = z.record(z.string(), z.string().min(1));
const Url = z.url({ protocol: /^https?$/ }).transform((url) =>
  url.replace(/\/+$/, "").replace(/\/functions\/v1$/, "")
);
const AccountSid = z.string().regex(/^AC[0-9a-f]{32}$/);
const LogLevels = z.enum(["debug", "info", "warn", "error"]);
const Seconds = z.coerce.number().positive().max(3600);

/**
 * Reads all settings once.
 * @throws AppError NOT_CONFIGURED; its cause names the setting that is missing or malformed, never the value
 */
export function readSettings(read: ReadEnvironment = (name) => Deno.env.get(name)): Settings {
  const get = (name: string) => read(name)?.trim() || undefined;
  const optional = <T>(name: string, schema: z.ZodType<T>) => {
    const value = get(name);
    return value === undefined ? null : parse(name, schema, value);
  };
  const url = parse("SUPABASE_URL", Url, get("SUPABASE_URL"));
  return {
    supabase: {
      url,
      publishableKeys: readKeys(get, [
        "SUPABASE_PUBLISHABLE_KEYS",
        "SUPABASE_PUBLISHABLE_KEY",
        "SUPABASE_ANON_KEY",
      ]),
      secretKeys: readKeys(get, ["SUPABASE_SECRET_KEYS", "SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"]),
    },
    publicUrls: readPublicUrls(get, url),
    twilio: {
      accountSid: optional("TWILIO_ACCOUNT_SID", AccountSid),
      authTokens: list(get("TWILIO_AUTH_TOKEN")),
      apiBaseUrl: optional("TWILIO_API_BASE_URL", Url),
    },
    openai: {
      apiKey: get("OPENAI_API_KEY") ?? null,
      baseUrl: optional("OPENAI_BASE_URL", z.url()),
      model: get("OPENAI_MODEL") ?? "gpt-6-luna",
      models: list(get("OPENAI_MODELS")),
    },
    credentialsKeys: readCredentialsKeys(read),
    leaseSeconds: optional("LEASE_SECONDS", Seconds) ?? 90,
    isolateSeconds: optional("ISOLATE_SECONDS", Seconds) ?? ("EdgeRuntime" in globalThis ? 150 : null),
    logLevel: optional("LOG_LEVEL", LogLevels) ?? (get("NODE_ENV") === "development" ? "debug" : "info"),
  };
}

/**
 * The keys that seal credentials: the first one encrypts, all decrypt.
 * @throws AppError NOT_CONFIGURED for one that is not 32 bytes in base64
 */
export function readCredentialsKeys(read: ReadEnvironment): Uint8Array<ArrayBuffer>[] {
  return list(read("CREDENTIALS_KEY")).map((key) => parse("CREDENTIALS_KEY", EncryptionKey, key));
}

const EncryptionKey = z.base64()
  .transform((text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
  .refine((bytes) => bytes.length === 32);

type Get = (name: string) => string | undefined;

/** The JSON form first, then a single key, then the legacy key: which of them the platform sets depends on the project. */
function readKeys(get: Get, [plural, single, legacy]: [string, string, string]): Record<string, string> {
  const json = get(plural);
  if (json !== undefined) return parse(plural, Json.pipe(Keys), json);
  const key = get(single) ?? get(legacy);
  if (key === undefined) throw notConfigured(`${plural} is not set`);
  return { default: key };
}

const Json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("not JSON");
    return z.NEVER;
  }
});

function readPublicUrls(get: Get, fallback: string): [string, ...string[]] {
  for (const name of ["PUBLIC_URL", "NGROK_URL", "BACKEND_URL"]) {
    const [first, ...rest] = list(get(name)).map((url) => parse(name, Url, url));
    if (first !== undefined) return [first, ...rest];
  }
  return [fallback];
}

function list(value: string | undefined): string[] {
  return (value ?? "").split(",").map((item) => item.trim()).filter((item) => item !== "");
}

function parse<T>(name: string, schema: z.ZodType<T>, value: unknown): T {
  if (value === undefined) throw notConfigured(`${name} is not set`);
  const result = schema.safeParse(value);
  if (!result.success) throw notConfigured(`${name} is not valid`);
  return result.data;
}
