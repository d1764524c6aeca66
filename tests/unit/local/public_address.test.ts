import assert from "node:assert/strict";
import { warnOfAddress } from "../../../local/public_address.ts";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";

const REAL = { TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`, TWILIO_AUTH_TOKEN: "a-token" };

const warn = (environment: Record<string, string>, carrierUrl?: string) =>
  warnOfAddress({ environment, carrierUrl, port: 54_321 });

Deno.test("a real account without a public address is told what to set, in one sentence", () => {
  const words = warn(REAL) ?? "";
  assert.match(
    words,
    /^Your Twilio account cannot reach http:\/\/127\.0\.0\.1:54321, [^.]*SMS_PUBLIC_URL[^.]*port 54321[^.]*\.$/,
  );
  assert.ok(!words.includes(REAL.TWILIO_AUTH_TOKEN));
  const own = { SMS_TWILIO_ACCOUNT_SID: REAL.TWILIO_ACCOUNT_SID, SMS_TWILIO_AUTH_TOKEN: "a-token" };
  assert.equal(warn(own), words);
  // The functions get the address of the stack whatever the terminal says, so this does not help.
  assert.equal(warn({ ...REAL, SUPABASE_URL: "https://abc.supabase.co" }), words);
  assert.equal(warn({ ...REAL, NGROK_URL: "https://abc.ngrok.app" }), words);
});

Deno.test("an address that only this machine or its network knows is not a public one", () => {
  for (
    const host of [
      "localhost:54321",
      "LOCALHOST",
      "localhost.",
      "my-laptop",
      "my-laptop.local",
      "host.docker.internal",
      "sms.test",
      "0.0.0.0",
      "127.1",
      "10.0.0.5",
      "172.31.255.1",
      "192.168.1.20:8000",
      "100.64.0.1",
      "169.254.10.10",
      "[::1]",
      "[fd12::5]",
      "[fe80::1]",
      "[::ffff:127.0.0.1]",
    ]
  ) assert.match(warn({ ...REAL, SMS_PUBLIC_URL: `http://${host}` }) ?? "", /SMS_PUBLIC_URL/, host);
});

Deno.test("a public address, an emulator and the look-alike need no warning", () => {
  for (
    const url of [
      "https://abc.ngrok-free.app",
      "https://sms.example.com",
      "https://172.32.0.1",
      "https://100.128.0.1",
      "https://11.0.0.1",
      "https://[2a00:1450::1]",
      "https://locals.dev",
      "https://first.example.com,http://localhost",
    ]
  ) assert.equal(warn({ ...REAL, SMS_PUBLIC_URL: url }), null, url);
  assert.equal(warn({ ...REAL, SMS_OLD_SETTINGS: "true", NGROK_URL: "https://abc.ngrok.app" }), null);
  assert.equal(warn(REAL, "http://127.0.0.1:4010"), null);
  assert.equal(warn({ ...REAL, SMS_TWILIO_API_BASE_URL: "http://127.0.0.1:4010" }), null);
  for (
    const half of [{}, { TWILIO_ACCOUNT_SID: REAL.TWILIO_ACCOUNT_SID }, { TWILIO_AUTH_TOKEN: "a-token" }]
  ) {
    assert.equal(warn(half), null);
  }
});

Deno.test("a malformed public address is refused by its name, not warned of", () => {
  assert.throws(
    () => warn({ ...REAL, SMS_PUBLIC_URL: "ftp://files.example.com" }),
    (error) => error instanceof AppError && /SMS_PUBLIC_URL is not valid/.test(String(error.cause)),
  );
});
