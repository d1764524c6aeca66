import assert from "node:assert/strict";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import { settingsWith } from "./support.ts";

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
    CREDENTIALS_KEY: "c2hvcnQ=",
    LEASE_SECONDS: "soon",
    PUBLIC_URL: "ftp://files.example.com",
    LOG_LEVEL: "loud",
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

Deno.test("readSettings() finds the public URL in its order of preference", () => {
  const urls = {
    PUBLIC_URL: "https://a.example.com/, https://b.example.com/functions/v1",
    NGROK_URL: "https://ngrok.example.com",
    BACKEND_URL: "https://backend.example.com",
  };
  assert.deepEqual(settingsWith(urls).publicUrls, ["https://a.example.com", "https://b.example.com"]);
  assert.deepEqual(settingsWith({ ...urls, PUBLIC_URL: undefined }).publicUrls, [
    "https://ngrok.example.com",
  ]);
  assert.deepEqual(settingsWith({ ...urls, PUBLIC_URL: "", NGROK_URL: "" }).publicUrls, [
    "https://backend.example.com",
  ]);
  assert.deepEqual(settingsWith({ PUBLIC_URL: undefined }).publicUrls, ["http://db.test"]);
});

Deno.test("readSettings() has defaults for the rest", () => {
  const settings = settingsWith({ CREDENTIALS_KEY: undefined });
  assert.equal(settings.openai.model, "gpt-6-luna");
  assert.equal(settings.openai.apiKey, null);
  assert.equal(settings.leaseSeconds, 90);
  assert.equal(settings.isolateSeconds, null);
  assert.equal(settings.logLevel, "info");
  assert.equal(settingsWith({ NODE_ENV: "development" }).logLevel, "debug");
  assert.deepEqual(settings.credentialsKeys, []);
});
