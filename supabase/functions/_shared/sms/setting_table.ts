/**
 * Every setting, once: `settings.ts` reads only names of this table, and docs/reference/settings.md and .env.example are
 * made from it (`deno task reference`). A project's secrets are one bag for all of its functions, so what is ours begins
 * with `SMS_`. Only what a provider has named keeps that name.
 */
export interface Setting {
  readonly group: SettingGroup;
  /** Plain text; a sentence or two. */
  readonly what: string;
  /** What holds where it is not set; null where nothing can. */
  readonly default: string | null;
  /** An example for `.env.example`, where the default is none. */
  readonly example?: string;
  readonly readBy: string;
}

export type SettingGroup = "twilio" | "model" | "address" | "secrets" | "fine" | "old" | "platform" | "tools";

const CALLS_TWILIO =
  "sms-webhook, sms-status, sms-worker, sms-send, sms-conversation, sms-accounts, sms-numbers, sms-api";
const ANSWERS = "sms-worker, sms-preview";
const EVERY = "every function";

const table = {
  TWILIO_ACCOUNT_SID: {
    group: "twilio",
    what:
      "The default account: the one whose numbers you give to your users. Tenants' own accounts are stored " +
      "encrypted in the database.",
    default: "no default account",
    example: "AC…",
    readBy: CALLS_TWILIO,
  },
  TWILIO_AUTH_TOKEN: {
    group: "twilio",
    what:
      "The auth token of that account. While you rotate it: the new one first, then the old one, with a comma " +
      "between them.",
    default: "none",
    readBy: CALLS_TWILIO,
  },
  SMS_TWILIO_ACCOUNT_SID: {
    group: "twilio",
    what:
      "Used instead of TWILIO_ACCOUNT_SID, for a project whose other functions use another account. Set it " +
      "together with SMS_TWILIO_AUTH_TOKEN: a SID and a token are never taken from both families.",
    default: "TWILIO_ACCOUNT_SID",
    example: "AC…",
    readBy: CALLS_TWILIO,
  },
  SMS_TWILIO_AUTH_TOKEN: {
    group: "twilio",
    what: "Used instead of TWILIO_AUTH_TOKEN, together with SMS_TWILIO_ACCOUNT_SID.",
    default: "TWILIO_AUTH_TOKEN",
    readBy: CALLS_TWILIO,
  },
  SMS_TWILIO_API_KEY: {
    group: "twilio",
    what:
      "An API key of the default account, as SID=SECRET, that asks Twilio in place of the auth token. It signs no webhook: give " +
      "SMS_TWILIO_SHARED_KEYS or the token for that. With both no token is needed.",
    default: "none: the auth token asks",
    example: "SK…=SECRET",
    readBy: CALLS_TWILIO,
  },
  SMS_TWILIO_SHARED_KEYS: {
    group: "twilio",
    what:
      "SharedKeys of the default account, as ID=SECRET with commas between them: Twilio signs with one where a Webhook Rule " +
      "of the account says so. To change one, add the new key here first.",
    default: "none: the auth token signs",
    example: "webhooks_sharedkey_…=SECRET",
    readBy: "sms-webhook, sms-status, sms-numbers, sms-api",
  },
  SMS_TWILIO_API_BASE_URL: {
    group: "twilio",
    what: "Only for Twilio-compatible emulators: the server in place of https://api.twilio.com.",
    default: "https://api.twilio.com",
    readBy: CALLS_TWILIO,
  },
  OPENAI_API_KEY: {
    group: "model",
    what: "The key for the model's server.",
    default: "none, and no reply is made",
    example: "sk-…",
    readBy: ANSWERS,
  },
  SMS_OPENAI_API_KEY: {
    group: "model",
    what: "Used instead of OPENAI_API_KEY, for a project whose other functions use another key.",
    default: "OPENAI_API_KEY",
    example: "sk-…",
    readBy: ANSWERS,
  },
  SMS_OPENAI_BASE_URL: {
    group: "model",
    what: "Another server that speaks OpenAI's chat completions, with its /v1.",
    default: "https://api.openai.com/v1",
    readBy: ANSWERS,
  },
  SMS_OPENAI_MODEL: {
    group: "model",
    what: "The model of assistants that name none.",
    default: "gpt-6-luna",
    readBy: ANSWERS,
  },
  SMS_OPENAI_MODELS: {
    group: "model",
    what:
      "The models that assistants may name, with commas between them. For any other name SMS_OPENAI_MODEL is " +
      "used: you pay, so you choose.",
    default: "none but SMS_OPENAI_MODEL",
    readBy: ANSWERS,
  },
  SMS_PUBLIC_URL: {
    group: "address",
    what:
      "The public base URL at which Twilio reaches the functions, without /functions/v1. Signatures are checked " +
      "against it, never against the request's own host. Several with commas between them while you move a domain; " +
      "the first is given to Twilio. Under `supabase start` it must be set.",
    default: "SUPABASE_URL",
    example: "https://YOUR_PROJECT.supabase.co",
    readBy: "sms-webhook, sms-status, sms-worker, sms-send, sms-numbers, sms-api",
  },
  SMS_CREDENTIALS_KEY: {
    group: "secrets",
    what:
      "32 random bytes in base64 (`openssl rand -base64 32`): encrypts the tokens of tenants' Twilio accounts. To " +
      "change it, put the new key first and keep the old one behind a comma until `deno task reencrypt` has " +
      "encrypted every token anew; docs/credentials.md has the steps.",
    default: "none, and no account can be connected",
    readBy: `${CALLS_TWILIO}, task reencrypt, task move`,
  },
  SMS_POOLER_URL: {
    group: "secrets",
    what:
      "The connection string of the project's transaction pooler (port 6543). The functions then take their connections " +
      "to Postgres from it. Without it they use the database's own, of which the smallest project has about 60.",
    default: "SUPABASE_DB_URL",
    example:
      "postgresql://postgres.YOUR_PROJECT:YOUR_PASSWORD@aws-0-REGION.pooler.supabase.com:6543/postgres",
    readBy: EVERY,
  },
  SMS_DATABASE: {
    group: "fine",
    what:
      "direct: the functions call Postgres by a connection of their own. api: they call it through the project's API.",
    default: "direct",
    example: "api",
    readBy: EVERY,
  },
  SMS_LOG_LEVEL: {
    group: "fine",
    what: "debug, info, warn or error. No level logs message text, full numbers or secrets.",
    default: "info",
    readBy: EVERY,
  },
  SMS_LEASE_SECONDS: {
    group: "fine",
    what: "How long a worker may hold a job before another takes it, in seconds.",
    default: "90",
    readBy: "sms-worker, sms-send, sms-api, sms-preview",
  },
  SMS_ISOLATE_SECONDS: {
    group: "fine",
    what: "How long your plan lets a worker live, in seconds: 150 (free) or 400 (paid).",
    default: "150 on the platform, no end elsewhere",
    example: "150",
    readBy: "sms-worker",
  },
  SMS_EVENTS_ALLOW_LOOPBACK: {
    group: "fine",
    what:
      "true: events may be posted to this machine itself, also over http. Only for a stack on your machine: on a " +
      "server it would let your users call what listens there.",
    default: "false",
    example: "true",
    readBy: "sms-worker",
  },
  SMS_OLD_SETTINGS: {
    group: "old",
    what:
      "true: the names of the system that this replaces are read as well (docs/moving.md). Otherwise they mean " +
      "nothing here, because other functions of the project may have settings of those names.",
    default: "false",
    example: "true",
    readBy: EVERY,
  },
  NGROK_URL: {
    group: "old",
    what: "With SMS_OLD_SETTINGS=true: used where SMS_PUBLIC_URL is not set.",
    default: "none",
    readBy: EVERY,
  },
  BACKEND_URL: {
    group: "old",
    what: "With SMS_OLD_SETTINGS=true: used where neither SMS_PUBLIC_URL nor NGROK_URL is set.",
    default: "none",
    readBy: EVERY,
  },
  NODE_ENV: {
    group: "old",
    what: "With SMS_OLD_SETTINGS=true: `development` means SMS_LOG_LEVEL=debug where that is not set.",
    default: "none",
    readBy: EVERY,
  },
  SUPABASE_URL: {
    group: "platform",
    what: "The project's address.",
    default: null,
    readBy: `${EVERY}, task reencrypt, task doctor`,
  },
  SUPABASE_PUBLISHABLE_KEYS: {
    group: "platform",
    what: "The project's publishable keys, as JSON.",
    default: "SUPABASE_PUBLISHABLE_KEY",
    readBy: EVERY,
  },
  SUPABASE_PUBLISHABLE_KEY: {
    group: "platform",
    what: "One publishable key.",
    default: "SUPABASE_ANON_KEY",
    readBy: EVERY,
  },
  SUPABASE_ANON_KEY: { group: "platform", what: "The legacy key.", default: null, readBy: EVERY },
  SUPABASE_SECRET_KEYS: {
    group: "platform",
    what: "The project's secret keys, as JSON. The one named `worker` wakes sms-worker.",
    default: "SUPABASE_SECRET_KEY",
    readBy: `${EVERY}, task reencrypt, task doctor`,
  },
  SUPABASE_SECRET_KEY: {
    group: "platform",
    what: "One secret key.",
    default: "SUPABASE_SERVICE_ROLE_KEY",
    readBy: `${EVERY}, task reencrypt, task doctor`,
  },
  SUPABASE_SERVICE_ROLE_KEY: {
    group: "platform",
    what: "The legacy key.",
    default: null,
    readBy: `${EVERY}, task reencrypt, task doctor`,
  },
  SUPABASE_DB_URL: {
    group: "platform",
    what: "The database's own connection string.",
    default: null,
    readBy: EVERY,
  },
  SUPABASE_JWKS: {
    group: "platform",
    what: "The keys that users' tokens are verified with.",
    default: null,
    readBy: `${EVERY}, by @supabase/server`,
  },
  SUPABASE_SMS_DATABASE_URL: {
    group: "tools",
    what:
      "The database that a tool on your machine works in, as its owner. DATABASE_URL is not read: it is another " +
      "program's.",
    default: null,
    readBy: "task move, task doctor",
  },
} satisfies Record<string, Setting>;

export type SettingName = keyof typeof table;

export const SETTINGS: Readonly<Record<SettingName, Setting>> = table;
