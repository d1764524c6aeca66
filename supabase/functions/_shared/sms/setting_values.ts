import { z } from "zod";
import { parseTarget, type Target } from "./database/direct/target.ts";
import { notConfigured } from "./http/errors.ts";
import type { SettingName } from "./setting_table.ts";

export type ReadEnvironment = (name: SettingName) => string | undefined;

/** Reads one setting; blank counts as not set. */
export type Get = (name: SettingName) => string | undefined;

export const Url = z.url({ protocol: /^https?$/ }).transform((url) =>
  url.replace(/\/+$/, "").replace(/\/functions\/v1$/, "")
);
const AccountSid = z.string().regex(/^AC[0-9a-f]{32}$/);

export function createGet(read: ReadEnvironment): Get {
  return (name) => read(name)?.trim() || undefined;
}

/** @throws AppError NOT_CONFIGURED; its cause names the setting, never the value */
export function parse<T>(name: SettingName, schema: z.ZodType<T>, value: unknown): T {
  if (value === undefined) throw notConfigured(`${name} is not set`);
  const result = schema.safeParse(value);
  if (!result.success) throw notConfigured(`${name} is not valid`);
  return result.data;
}

export function optional<T>(get: Get, name: SettingName, schema: z.ZodType<T>): T | null {
  const value = get(name);
  return value === undefined ? null : parse(name, schema, value);
}

export function list(value: string | undefined): string[] {
  return (value ?? "").split(",").map((item) => item.trim()).filter((item) => item !== "");
}

export interface TwilioAccount {
  readonly accountSid: string | null;
  readonly authTokens: readonly string[];
}

/**
 * The default account. SID and token are taken from one family of names, so that a token is never used with the SID of
 * another account.
 * @throws AppError NOT_CONFIGURED if only one of the `SMS_` names is set; an API key takes the place of the token
 */
export function readTwilioAccount(get: Get): TwilioAccount {
  const [sid, token] = ["SMS_TWILIO_ACCOUNT_SID", "SMS_TWILIO_AUTH_TOKEN"] as const;
  if (get(sid) === undefined && get(token) === undefined) {
    return twilioAccount(get, "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN");
  }
  if (get(sid) === undefined) throw notConfigured(`${sid} is not set, but ${token} is`);
  if (get(token) === undefined && get("SMS_TWILIO_API_KEY") === undefined) {
    throw notConfigured(`${token} is not set, but ${sid} is`);
  }
  return twilioAccount(get, sid, token);
}

function twilioAccount(get: Get, sid: SettingName, token: SettingName): TwilioAccount {
  return { accountSid: optional(get, sid, AccountSid), authTokens: list(get(token)) };
}

const ApiKey = z.string().regex(/^SK[0-9a-f]{32}=[!-~]{1,512}$/);

/** What asks Twilio in place of the default account's token, given as `SID=SECRET`. */
export function readApiKey(get: Get): { readonly sid: string; readonly secret: string } | null {
  const key = optional(get, "SMS_TWILIO_API_KEY", ApiKey);
  if (key === null) return null;
  const end = key.indexOf("=");
  return { sid: key.slice(0, end), secret: key.slice(end + 1) };
}

const SharedKey = z.string().regex(/^webhooks_sharedkey_[0-9A-Za-z]{26}=[!-+\--~]{1,512}$/);

/** The default account's SharedKeys, as `ID=SECRET`. */
export function readSharedKeys(get: Get): ReadonlyMap<string, string> {
  return new Map(
    list(get("SMS_TWILIO_SHARED_KEYS")).map((given): [string, string] => {
      const key = parse("SMS_TWILIO_SHARED_KEYS", SharedKey, given);
      const end = key.indexOf("=");
      return [key.slice(0, end), key.slice(end + 1)];
    }),
  );
}

export function readOpenAiKey(get: Get): string | null {
  return get("SMS_OPENAI_API_KEY") ?? get("OPENAI_API_KEY") ?? null;
}

/**
 * The transaction pooler's string where it is given, else the platform's. A string that cannot be read is no reason to refuse
 * requests: the verbs go through the API then, and the log says why.
 */
export function readDatabase(get: Get): Target | null {
  if (optional(get, "SMS_DATABASE", z.enum(["direct", "api"])) === "api") return null;
  for (const name of ["SMS_POOLER_URL", "SUPABASE_DB_URL"] as const) {
    const value = get(name);
    if (value !== undefined) return parseTarget(name, value);
  }
  return null;
}

/** Names of the system that this replaces. The one place that reads them, and only where the operator asks for it. */
export function readOldSettings(get: Get): { urls: string[]; development: boolean } {
  if (optional(get, "SMS_OLD_SETTINGS", z.enum(["true", "false"])) !== "true") {
    return { urls: [], development: false };
  }
  const ngrok = readUrls(get, "NGROK_URL");
  return {
    urls: ngrok.length > 0 ? ngrok : readUrls(get, "BACKEND_URL"),
    development: get("NODE_ENV") === "development",
  };
}

/** The base URLs at which Twilio reaches us; the first is the one that Twilio is given. */
export function readPublicUrls(get: Get): [string, ...string[]] {
  for (const urls of [readUrls(get, "SMS_PUBLIC_URL"), readOldSettings(get).urls]) {
    const [first, ...rest] = urls;
    if (first !== undefined) return [first, ...rest];
  }
  return [parse("SUPABASE_URL", Url, get("SUPABASE_URL"))];
}

function readUrls(get: Get, name: SettingName): string[] {
  return list(get(name)).map((url) => parse(name, Url, url));
}

/**
 * The keys that seal credentials: the first one encrypts, all decrypt.
 * @throws AppError NOT_CONFIGURED for one that is not 32 bytes in base64
 */
export function readCredentialsKeys(get: Get): Uint8Array<ArrayBuffer>[] {
  return list(get("SMS_CREDENTIALS_KEY")).map((key) => parse("SMS_CREDENTIALS_KEY", EncryptionKey, key));
}

const EncryptionKey = z.base64()
  .transform((text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
  .refine((bytes) => bytes.length === 32);

const Keys = z.record(z.string(), z.string().min(1));
const Json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("not JSON");
    return z.NEVER;
  }
});

/** The JSON form first, then a single key, then the legacy key: which of them the platform sets depends on the project. */
export function readKeys(
  get: Get,
  [plural, single, legacy]: readonly [SettingName, SettingName, SettingName],
): Record<string, string> {
  const json = get(plural);
  if (json !== undefined) return parse(plural, Json.pipe(Keys), json);
  const key = get(single) ?? get(legacy);
  if (key === undefined) throw notConfigured(`${plural} is not set`);
  return { default: key };
}
