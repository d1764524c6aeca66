import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { createVault, keyId } from "../../supabase/functions/_shared/sms/twilio/vault.ts";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { STAND_INS } from "./platform.ts";
import { addTenant, as, call, callAs, type Tenant } from "./support.ts";

const bytes = (letter: string) => new TextEncoder().encode(letter.repeat(32));
const [LOST, KEPT] = [bytes("a"), bytes("b")];

const woken = (sql: Sql, woken_by: string, key_ids: string[] = [], isolate_age_ms = 0) =>
  call(sql, "sms_record_wake", { woken_by, key_ids, isolate_age_ms });
const wakes = (sql: Sql) => sql`select * from sms_private.worker_wakes order by woken_by`;
const health = (sql: Sql) => call(sql, "sms_worker_health") as unknown as Promise<Health>;

interface Health {
  last_woken_at: string | null;
  last_woken_by: string | null;
  credentials_unreadable: number | null;
  schedule: Record<string, unknown>;
}

emptyDbTest(
  "sms_record_wake() writes once a minute for the schedule, and once for requests",
  async ({ sql }) => {
    assert.deepEqual(await woken(sql, "schedule"), { outcome: "recorded" });
    const [first] = await wakes(sql);
    assert.deepEqual(await woken(sql, "schedule"), { outcome: "known" });
    assert.deepEqual(await woken(sql, "request"), { outcome: "recorded" });
    const [request, schedule] = await wakes(sql);
    assert.deepEqual(schedule, first, "not written");
    assert.equal(request?.woken_by, "request");
    await sql`update sms_private.worker_wakes set woken_at = woken_at - interval '61 seconds'`;
    assert.deepEqual(await woken(sql, "schedule"), { outcome: "recorded" });
    assert((await wakes(sql))[1]?.woken_at > first?.woken_at);
  },
);

emptyDbTest(
  "sms_record_wake() takes the keys of the newer worker, at once, and of no older one",
  async ({ sql }) => {
    await woken(sql, "request", ["old"], 60_000);
    assert.deepEqual(await woken(sql, "request", ["new"], 1_000), { outcome: "recorded" });
    assert.deepEqual(await woken(sql, "request", ["old"], 61_000), { outcome: "known" });
    await sql`update sms_private.worker_wakes set woken_at = woken_at - interval '2 minutes'`;
    assert.deepEqual(await woken(sql, "request", ["old"], 180_000), { outcome: "recorded" });
    const [row] = await wakes(sql);
    assert.deepEqual(row?.key_ids, ["new"], "who was woken is noted, its keys are not");
  },
);

emptyDbTest("health says who woke the worker last, and when", async ({ sql }) => {
  const before = await health(sql);
  assert.deepEqual([before.last_woken_at, before.last_woken_by], [null, null]);
  assert.equal(before.credentials_unreadable, null, "nobody has said which keys there are");
  await woken(sql, "schedule");
  await sql`update sms_private.worker_wakes set woken_at = woken_at - interval '1 hour'`;
  await woken(sql, "request");
  const after = await health(sql);
  assert.equal(after.last_woken_by, "request");
  const age = Date.parse(after.last_woken_at ?? "") - Date.parse(String(after.schedule.last_woken_at));
  assert(age >= 3_600_000 && age < 3_700_000);
  assert.equal(after.credentials_unreadable, 0);
});

emptyDbTest("health says how the schedule is, and never its key", async ({ sql }) => {
  const state = async () => {
    const { schedule } = await as(sql, { role: "service_role" }, health);
    assert(!JSON.stringify(schedule).includes("sb_secret_one"));
    return schedule.state;
  };
  assert.equal(await state(), "unavailable");
  assert.deepEqual((await health(sql)).schedule.missing, ["pg_cron", "pg_net", "supabase_vault"]);
  await sql.unsafe(STAND_INS);
  assert.equal(await state(), "missing");
  await call(sql, "sms_schedule_worker", {
    functions_url: "https://ref.supabase.co/functions/v1",
    worker_key: "sb_secret_one",
  });
  assert.equal(await state(), "running");
  const runs = async (age: string, status: string, message = "") =>
    void await sql`insert into cron.job_run_details (jobid, start_time, status, return_message)
      select j.jobid, now() - ${age}::interval, ${status}, ${message} from cron.job j where j.jobname = 'supabase-sms-wake'`;
  await runs("1 second", "failed", "ERROR: nothing in Vault");
  assert.equal(await state(), "failing");
  assert.equal((await health(sql)).schedule.last_error, "ERROR: nothing in Vault");
  await runs("10 minutes", "succeeded");
  assert.equal(await state(), "stalled");
  await runs("1 second", "succeeded");
  assert.equal(await state(), "running");
  assert.equal((await health(sql)).schedule.url, "https://ref.supabase.co/functions/v1/sms-worker");
  await sql`update cron.job set active = false`;
  assert.equal(await state(), "paused");
  await sql`update cron.job set active = true`;
  await sql`delete from vault.secrets where name = 'supabase_sms_worker_key'`;
  assert.equal(await state(), "no_address");
  await sql.unsafe("drop view vault.decrypted_secrets");
  assert.equal(await state(), "unknown", "health answers whatever Vault does");
});

/** A tenant whose token was sealed with a key. */
async function sealedWith(sql: Sql, key: Uint8Array<ArrayBuffer>): Promise<Tenant> {
  const tenant = await addTenant(sql);
  const account_sid = tenant.accountSid;
  const encrypted_token = await createVault([key]).seal({ account_sid, auth_token: "token" });
  const saved = await call(sql, "sms_save_account", {
    account_sid,
    owner_id: tenant.userId,
    encrypted_token,
  });
  assert.equal(saved.outcome, "saved");
  await sql`update sms_private.twilio_credentials t set previous_token = null, previous_until = null
    from public.sms_accounts a where a.id = t.account_id and a.account_sid = ${account_sid}`;
  return tenant;
}

async function seenBy(sql: Sql, tenant: Tenant): Promise<{ account: unknown; number: unknown }> {
  const accounts = await callAs(sql, tenant, "sms_list_accounts") as unknown as {
    accounts: Record<string, unknown>[];
  };
  const numbers = await callAs(sql, tenant, "sms_list_numbers") as unknown as {
    phone_numbers: Record<string, unknown>[];
  };
  assert.deepEqual([accounts.accounts.length, numbers.phone_numbers.length], [1, 1]);
  return {
    account: accounts.accounts[0]?.credentials_unreadable,
    number: numbers.phone_numbers[0]?.credentials_unreadable,
  };
}

emptyDbTest(
  "a lost key is counted before anybody sends, and said to the tenants whom it concerns alone",
  async ({ sql }) => {
    const [lost, kept] = [await sealedWith(sql, LOST), await sealedWith(sql, KEPT)];
    assert.deepEqual(
      await seenBy(sql, lost),
      { account: false, number: false },
      "no worker has said what it has",
    );
    await woken(sql, "schedule", [await keyId(LOST), await keyId(KEPT)], 10_000);
    assert.deepEqual(await seenBy(sql, lost), { account: false, number: false });
    await woken(sql, "schedule", [await keyId(KEPT)]);
    assert.deepEqual(await seenBy(sql, lost), { account: true, number: true });
    assert.deepEqual(await seenBy(sql, kept), { account: false, number: false });
    assert.equal((await health(sql)).credentials_unreadable, 1);
    const inspected = await as(sql, { role: "service_role" }, (secret) => call(secret, "sms_inspect"));
    const { accounts } = inspected as unknown as {
      accounts: { account_sid: string; credentials_unreadable: boolean }[];
    };
    assert.deepEqual(
      Object.fromEntries(
        accounts.map(({ account_sid, credentials_unreadable }) => [account_sid, credentials_unreadable]),
      ),
      { [lost.accountSid]: true, [kept.accountSid]: false },
    );
    const { account_id } = (await sql`select account_id from sms_private.unreadable_accounts()`)[0] ?? {};
    await sql`update public.sms_accounts set disconnected_at = now() where id = ${account_id}`;
    assert.equal((await health(sql)).credentials_unreadable, 0, "nobody needs what is disconnected");
  },
);

dbTest(
  "a worker without any key can open nothing, and what is no JWE opens with none",
  async ({ sql, tenant }) => {
    const sealed = await sealedWith(sql, KEPT);
    await woken(sql, "request", []);
    assert.equal((await health(sql)).credentials_unreadable, 2);
    await woken(sql, "request", [await keyId(KEPT)]);
    assert.equal((await health(sql)).credentials_unreadable, 1);
    assert.deepEqual(await seenBy(sql, tenant), { account: true, number: true });
    assert.deepEqual(await seenBy(sql, sealed), { account: false, number: false });
  },
);

dbTest(
  "sms_inspect() shows accounts and numbers without a secret, problems first",
  async ({ sql, tenant }) => {
    const other = await addTenant(sql);
    await sql`update public.sms_numbers set webhook_status = 'configured', sms_url = 'https://x.test', configured_at = now()
    where id = ${tenant.numberId}`;
    const inspected = await as(sql, { role: "service_role" }, (secret) => call(secret, "sms_inspect"));
    const { numbers, numbers_in_all, live_updates } = inspected as unknown as {
      numbers: { id: string; webhook_status: string }[];
      numbers_in_all: number;
      live_updates: string;
    };
    assert.deepEqual(
      numbers.map(({ id, webhook_status }) => [id, webhook_status]).sort(),
      [
        [tenant.numberId, "configured"],
        [other.numberId, "pending"],
      ].sort(),
    );
    assert.deepEqual([numbers_in_all, live_updates], [2, "unavailable"]);
    assert(!JSON.stringify(inspected).includes("jwe"));
  },
);
