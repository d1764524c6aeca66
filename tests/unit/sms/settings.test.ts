import assert from "node:assert/strict";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import { SETTINGS } from "../../../supabase/functions/_shared/sms/setting_table.ts";
import { readSettings } from "../../../supabase/functions/_shared/sms/settings.ts";
import { ACCOUNT, environment, OTHER_ACCOUNT, settingsWith } from "./support.ts";

const missing = (name: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === "NOT_CONFIGURED" && error.cause instanceof Error &&
  name.test(error.cause.message) && !name.test(error.message);

Deno.test("readSettings() names what is missing, to the log only", () => {
  assert.throws(() => settingsWith({ SUPABASE_URL: undefined }), missing(/SUPABASE_URL is not set/));
  assert.throws(
    () => settingsWith({ SUPABASE_SECRET_KEYS: "  " }),
    missing(/SUPABASE_SECRET_KEYS is not set/),
  );
});

Deno.test("readSettings() names what is malformed and never shows the value", () => {
  const malformed: Record<string, string> = {
    SUPABASE_URL: "not a url",
    SUPABASE_SECRET_KEYS: "{oops",
    TWILIO_ACCOUNT_SID: "AC1",
    SMS_TWILIO_API_BASE_URL: "twilio",
    SMS_CREDENTIALS_KEY: "c2hvcnQ=",
    SMS_LEASE_SECONDS: "soon",
    SMS_PUBLIC_URL: "ftp://files.example.com",
    SMS_LOG_LEVEL: "loud",
  };
  for (const [name, value] of Object.entries(malformed)) {
    assert.throws(() => settingsWith({ [name]: value }), missing(new RegExp(`^${name} is not valid$`)), name);
  }
});

Deno.test("readSettings() takes the legacy keys where the new ones are absent", () => {
  const settings = settingsWith({
    SUPABASE_PUBLISHABLE_KEYS: undefined,
    SUPABASE_SECRET_KEYS: undefined,
    SUPABASE_ANON_KEY: "anon",
    SUPABASE_SERVICE_ROLE_KEY: "service",
  });
  assert.deepEqual(settings.supabase.publishableKeys, { default: "anon" });
  assert.deepEqual(settings.supabase.secretKeys, { default: "service" });
});

Deno.test("readSettings() prefers the new keys to the legacy ones", () => {
  const settings = settingsWith({ SUPABASE_SERVICE_ROLE_KEY: "service" });
  assert.deepEqual(settings.supabase.secretKeys, { default: "sb_secret_x" });
});

Deno.test("readSettings() takes SMS_PUBLIC_URL, else SUPABASE_URL", () => {
  const both = "https://a.example.com/, https://b.example.com/functions/v1";
  assert.deepEqual(settingsWith({ SMS_PUBLIC_URL: both }).publicUrls, [
    "https://a.example.com",
    "https://b.example.com",
  ]);
  assert.deepEqual(settingsWith({ SMS_PUBLIC_URL: undefined }).publicUrls, ["http://db.test"]);
});

Deno.test("readSettings() leaves the settings of a project's other functions alone", () => {
  const theirs = {
    PUBLIC_URL: "https://api.bistro.example",
    NGROK_URL: "https://ngrok.bistro.example",
    BACKEND_URL: "https://api.bistro.example",
    NODE_ENV: "development",
    LOG_LEVEL: "loud",
    OPENAI_MODEL: "their-model",
    OPENAI_MODELS: "their-model",
    OPENAI_BASE_URL: "https://model.bistro.example/v1",
    CREDENTIALS_KEY: "theirs",
    LEASE_SECONDS: "soon",
    ISOLATE_SECONDS: "soon",
    TWILIO_API_BASE_URL: "https://twilio.bistro.example",
    DATABASE_URL: "postgresql://bistro.example/bistro",
  };
  const without = { SMS_PUBLIC_URL: undefined };
  assert.deepEqual(settingsWith({ ...without, ...theirs }), settingsWith(without));
});

Deno.test("readSettings() takes the old system's names with SMS_OLD_SETTINGS=true, behind ours", () => {
  const old = {
    SMS_OLD_SETTINGS: "true",
    NGROK_URL: "https://ngrok.example.com",
    BACKEND_URL: "https://backend.example.com",
    NODE_ENV: "development",
  };
  assert.deepEqual(settingsWith(old).publicUrls, ["https://texts.example.com"]);
  const [without, withoutBoth] = [{ ...old, SMS_PUBLIC_URL: "" }, {
    ...old,
    SMS_PUBLIC_URL: "",
    NGROK_URL: "",
  }];
  assert.deepEqual(settingsWith(without).publicUrls, ["https://ngrok.example.com"]);
  assert.deepEqual(settingsWith(withoutBoth).publicUrls, ["https://backend.example.com"]);
  assert.equal(settingsWith(old).logLevel, "debug");
  assert.equal(settingsWith({ ...old, SMS_LOG_LEVEL: "warn" }).logLevel, "warn");
  assert.deepEqual(settingsWith({ ...without, SMS_OLD_SETTINGS: "false" }).publicUrls, ["http://db.test"]);
  assert.throws(() => settingsWith({ SMS_OLD_SETTINGS: "yes" }), missing(/^SMS_OLD_SETTINGS is not valid$/));
});

Deno.test("readSettings() takes the default account's SID and token from one family of names", () => {
  const project = { TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: "theirs" };
  const ours = { SMS_TWILIO_ACCOUNT_SID: OTHER_ACCOUNT, SMS_TWILIO_AUTH_TOKEN: "new, old" };
  const account = (more: Record<string, string>) => {
    const { accountSid, authTokens } = settingsWith(more).twilio;
    return [accountSid, ...authTokens];
  };
  assert.deepEqual(account(project), [ACCOUNT, "theirs"]);
  assert.deepEqual(account({ ...project, ...ours }), [OTHER_ACCOUNT, "new", "old"]);
  assert.deepEqual(account({ ...project, SMS_TWILIO_ACCOUNT_SID: " ", SMS_TWILIO_AUTH_TOKEN: "" }), [
    ACCOUNT,
    "theirs",
  ]);
  assert.throws(
    () => settingsWith({ ...project, SMS_TWILIO_ACCOUNT_SID: OTHER_ACCOUNT }),
    missing(/^SMS_TWILIO_AUTH_TOKEN is not set, but SMS_TWILIO_ACCOUNT_SID is$/),
  );
  assert.throws(
    () => settingsWith({ ...project, SMS_TWILIO_AUTH_TOKEN: "new" }),
    missing(/^SMS_TWILIO_ACCOUNT_SID is not set, but SMS_TWILIO_AUTH_TOKEN is$/),
  );
});

Deno.test("readSettings() takes an API key of the default account in place of its token", () => {
  const key = `SK${"1".repeat(32)}`;
  const account = { SMS_TWILIO_ACCOUNT_SID: OTHER_ACCOUNT, SMS_TWILIO_API_KEY: `${key}=se=cret` };
  assert.deepEqual(settingsWith(account).twilio.apiKey, { sid: key, secret: "se=cret" });
  assert.deepEqual(settingsWith(account).twilio.authTokens, []);
  assert.equal(settingsWith({}).twilio.apiKey, null);
  for (const malformed of [key, `${key}=`, "secret", `${key}=a b`, `SK1=secret`]) {
    assert.throws(
      () => settingsWith({ SMS_TWILIO_API_KEY: malformed }),
      missing(/^SMS_TWILIO_API_KEY is not valid$/),
    );
  }
});

Deno.test("readSettings() takes SMS_OPENAI_API_KEY before OPENAI_API_KEY", () => {
  assert.equal(settingsWith({ OPENAI_API_KEY: "theirs" }).openai.apiKey, "theirs");
  assert.equal(settingsWith({ OPENAI_API_KEY: "theirs", SMS_OPENAI_API_KEY: "ours" }).openai.apiKey, "ours");
});

Deno.test("the table has every setting that readSettings() reads, and no other; its defaults are the real ones", () => {
  const read = new Set<string>();
  const note = (values: Record<string, string>) =>
    readSettings((name) => {
      read.add(name);
      return values[name];
    });
  // Every name that stands behind another is read where that one is not set.
  note({ ...environment, SMS_OLD_SETTINGS: "true", SMS_PUBLIC_URL: "", SMS_CREDENTIALS_KEY: "" });
  const keys = { SUPABASE_ANON_KEY: "anon", SUPABASE_SERVICE_ROLE_KEY: "service" };
  const settings = note({ SUPABASE_URL: environment.SUPABASE_URL, ...keys });
  // `SUPABASE_JWKS` is read by @supabase/server.
  const names = Object.entries(SETTINGS)
    .filter(([name, { group }]) => group !== "tools" && name !== "SUPABASE_JWKS").map(([name]) => name);
  assert.deepEqual([...read].sort(), names.sort());
  assert.equal(SETTINGS.SMS_OPENAI_MODEL.default, settings.openai.model);
  assert.equal(SETTINGS.SMS_LEASE_SECONDS.default, String(settings.leaseSeconds));
  assert.equal(SETTINGS.SMS_LOG_LEVEL.default, settings.logLevel);
});

Deno.test("readSettings() has defaults for the rest", () => {
  const settings = settingsWith({ SMS_CREDENTIALS_KEY: undefined });
  assert.equal(settings.openai.model, "gpt-6-luna");
  assert.equal(settings.openai.apiKey, null);
  assert.equal(settings.leaseSeconds, 90);
  assert.equal(settings.isolateSeconds, null);
  assert.equal(settings.logLevel, "info");
  assert.deepEqual(settings.credentialsKeys, []);
});
