import { strict as assert } from "node:assert";
import { parseTarget } from "../../../../supabase/functions/_shared/sms/database/direct/target.ts";
import { settingsWith } from "../support.ts";

Deno.test("parseTarget() reads a connection string as Supabase shows it", () => {
  const pooler = "postgresql://postgres.abc:p%40ss@aws-0-eu-west-1.pooler.supabase.com:6543/postgres";
  assert.deepEqual(parseTarget("SMS_POOLER_URL", pooler), {
    setting: "SMS_POOLER_URL",
    address: {
      host: "aws-0-eu-west-1.pooler.supabase.com",
      port: 6543,
      user: "postgres.abc",
      password: "p@ss",
      database: "postgres",
      tls: true,
      pooled: true,
    },
  });
});

Deno.test("parseTarget() wants TLS of every server but those nearby", () => {
  const tls = (value: string) => parseTarget("SUPABASE_DB_URL", value).address?.tls;
  for (const host of ["db.abc.supabase.co", "203.0.113.7", "[2001:db8::1]", "postgres.example.com"]) {
    assert.equal(tls(`postgres://u:p@${host}/postgres`), true, host);
    assert.equal(tls(`postgres://u:p@${host}/postgres?sslmode=disable`), false, host);
  }
  for (
    const host of [
      "db",
      "localhost",
      "127.0.0.1",
      "[::1]",
      "10.0.3.4",
      "172.18.0.2",
      "192.168.1.9",
      "[fd00::2]",
    ]
  ) {
    assert.equal(tls(`postgres://u:p@${host}:5432/postgres`), false, host);
  }
  assert.equal(tls("postgres://u:p@172.32.0.2/postgres"), true, "not a private network");
  assert.equal(tls("postgres://u:p@10.example.com/postgres"), true, "a name, not an address");
  assert.equal(tls("postgres://u:p@10.0.3.4/postgres?sslmode=require"), true, "it was asked for");
  assert.equal(tls("postgres://u:p@10.0.3.4/postgres?sslmode=prefer"), false);
});

Deno.test("parseTarget() knows a pooler by the setting or by Supabase's port", () => {
  const pooled = (setting: "SMS_POOLER_URL" | "SUPABASE_DB_URL", port: number) =>
    parseTarget(setting, `postgres://u:p@db:${port}/postgres`).address?.pooled;
  assert.deepEqual([pooled("SMS_POOLER_URL", 5432), pooled("SUPABASE_DB_URL", 6543)], [true, true]);
  assert.equal(pooled("SUPABASE_DB_URL", 5432), false);
});

Deno.test("parseTarget() returns no address for a value that cannot be read", () => {
  for (
    const value of [
      "postgres",
      "https://example.com",
      "postgres://u:p@/x",
      "postgres://u:p@host:99999/x",
      "postgres://u:%@host/x",
    ]
  ) {
    assert.deepEqual(
      parseTarget("SMS_POOLER_URL", value),
      { setting: "SMS_POOLER_URL", address: null },
      value,
    );
  }
});

Deno.test("the pooler's string comes before the platform's, and SMS_DATABASE=api before both", () => {
  const [pooler, own] = ["postgres://u:p@pooler:6543/postgres", "postgres://u:p@db:5432/postgres"];
  const both = { SMS_POOLER_URL: pooler, SUPABASE_DB_URL: own };
  assert.equal(settingsWith(both).database?.address?.port, 6543);
  assert.equal(settingsWith({ SUPABASE_DB_URL: own }).database?.address?.port, 5432);
  assert.equal(settingsWith().database, null);
  assert.equal(settingsWith({ ...both, SMS_DATABASE: "api" }).database, null);
  assert.throws(() => settingsWith({ SMS_DATABASE: "carrier pigeon" }), { code: "NOT_CONFIGURED" });
});
