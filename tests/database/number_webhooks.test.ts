import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addTenant,
  type Answer,
  belongings,
  call,
  callAs,
  hex,
  numberRow,
  stateOf,
  type Tenant,
} from "./support.ts";

const URL = "https://texts.example.com/functions/v1/sms-webhook#rc=3&rp=5xx,ct,rt";

async function begin(sql: Sql, tenant: Tenant): Promise<number> {
  const answer = await call(sql, "sms_repair_number", {
    owner_id: tenant.userId,
    phone_number_id: tenant.numberId,
  });
  assert.equal(answer.outcome, "begun");
  return (answer.phone_number as { webhook_version: number }).webhook_version;
}

async function record(
  sql: Sql,
  tenant: Tenant,
  version: number,
  more: Record<string, unknown>,
): Promise<Answer> {
  return await call(sql, "sms_record_webhook", {
    phone_number_id: tenant.numberId,
    seen_version: version,
    ...more,
  });
}

dbTest("sms_record_webhook() writes configured with what Twilio confirmed", async ({ sql, tenant }) => {
  const [sid, trunk] = [`PN${hex()}`, `TK${hex()}`];
  const version = await begin(sql, tenant);
  assert.equal((await numberRow(sql, tenant.numberId)).webhook_status, "pending");
  const confirmed = { webhook_status: "configured", twilio_sid: sid, sms_url: URL, trunk_sid: trunk };
  assert.equal((await record(sql, tenant, version, confirmed)).outcome, "recorded");
  const stored = await numberRow(sql, tenant.numberId);
  assert.deepEqual(
    [stored.webhook_status, stored.webhook_error, stored.twilio_sid, stored.sms_url, stored.trunk_sid],
    ["configured", null, sid, URL, trunk],
  );
  assert(stored.configured_at instanceof Date && stored.webhook_checked_at instanceof Date);
});

dbTest("sms_record_webhook() keeps the last confirmed URL after a failure", async ({ sql, tenant }) => {
  const version = await begin(sql, tenant);
  await record(sql, tenant, version, {
    webhook_status: "configured",
    sms_url: URL,
    twilio_sid: `PN${hex()}`,
  });
  const before = await numberRow(sql, tenant.numberId);
  const webhook_error = "The webhook is elsewhere. Repair it.";
  for (const webhook_status of ["drifted", "failed"]) {
    const seen = (await numberRow(sql, tenant.numberId)).webhook_version;
    await record(sql, tenant, seen, { webhook_status, webhook_error });
    const stored = await numberRow(sql, tenant.numberId);
    assert.deepEqual([stored.webhook_status, stored.webhook_error], [webhook_status, webhook_error]);
    assert.deepEqual(
      [stored.sms_url, stored.twilio_sid, stored.configured_at],
      [URL, before.twilio_sid, before.configured_at],
    );
  }
});

dbTest("configured needs a URL; failed and drifted need a reason", async ({ sql, tenant }) => {
  const fine = { webhook_status: "configured", sms_url: URL };
  assert.equal((await record(sql, tenant, await begin(sql, tenant), fine)).outcome, "recorded");
  const before = await numberRow(sql, tenant.numberId);
  for (
    const lie of [
      { webhook_status: "configured" },
      { webhook_status: "failed" },
      { webhook_status: "drifted" },
      { webhook_status: "fine", webhook_error: "Fine." },
    ]
  ) {
    const state = await stateOf(record(sql, tenant, before.webhook_version, lie));
    assert.equal(state, "23514", JSON.stringify(lie));
  }
  assert.deepEqual(await numberRow(sql, tenant.numberId), before);
});

dbTest("sms_record_webhook() hears the newest attempt only", async ({ sql, tenant }) => {
  const slow = await begin(sql, tenant);
  const newest = await begin(sql, tenant);
  const late = await record(sql, tenant, slow, {
    webhook_status: "failed",
    webhook_error: "Twilio was down.",
  });
  assert.equal(late.outcome, "superseded");
  assert.equal((late.phone_number as { webhook_status: string }).webhook_status, "pending");
  await record(sql, tenant, newest, { webhook_status: "configured", sms_url: URL });
  assert.equal((await numberRow(sql, tenant.numberId)).webhook_status, "configured");
});

dbTest("sms_record_webhook() ignores an attempt from before the disconnect", async ({ sql, tenant }) => {
  const version = await begin(sql, tenant);
  await call(sql, "sms_disconnect_account", { owner_id: tenant.userId, account_sid: tenant.accountSid });
  const confirmed = { webhook_status: "configured", twilio_sid: `PN${hex()}`, sms_url: URL };
  assert.notEqual((await record(sql, tenant, version, confirmed)).outcome, "recorded");
  const stored = await numberRow(sql, tenant.numberId);
  assert.equal(stored.webhook_status, "pending");
  assert.match(stored.webhook_error, /disconnected/);
});

dbTest("a disconnected account's number is neither configured nor repaired", async ({ sql, tenant }) => {
  const account = { owner_id: tenant.userId, account_sid: tenant.accountSid };
  await call(sql, "sms_disconnect_account", account);
  const before = await numberRow(sql, tenant.numberId);
  const configured = { webhook_status: "configured", sms_url: URL };
  const looked = await record(sql, tenant, Number(before.webhook_version), configured);
  assert.equal(looked.outcome, "superseded");
  const repaired = { phone_number_id: tenant.numberId };
  for (
    const answer of [
      await call(sql, "sms_repair_number", { owner_id: tenant.userId, ...repaired }),
      await call(sql, "sms_repair_any_number", repaired),
    ]
  ) assert.deepEqual(answer, { outcome: "ACCOUNT_DISCONNECTED" });
  assert.deepEqual(await numberRow(sql, tenant.numberId), before, "it still says what to do");

  await call(sql, "sms_save_account", { ...account, encrypted_token: "jwe-new" });
  assert.equal((await record(sql, tenant, await begin(sql, tenant), configured)).outcome, "recorded");
});

dbTest("sms_record_webhook() ignores a drift from before the repair", async ({ sql, tenant }) => {
  const repair = await begin(sql, tenant);
  const drifted = { webhook_status: "drifted", webhook_error: "Seen before the repair." };
  assert.equal((await record(sql, tenant, repair, drifted)).outcome, "superseded");
  assert.equal(
    (await record(sql, tenant, repair, { webhook_status: "configured", sms_url: URL })).outcome,
    "recorded",
  );
  assert.equal((await record(sql, tenant, repair, drifted)).outcome, "superseded");
  assert.equal((await numberRow(sql, tenant.numberId)).webhook_status, "configured");
});

dbTest("sms_record_webhook() cuts a long reason and knows a number is gone", async ({ sql, tenant }) => {
  const failed = { webhook_status: "failed", webhook_error: "x".repeat(5_000) };
  await record(sql, tenant, await begin(sql, tenant), failed);
  assert.equal((await numberRow(sql, tenant.numberId)).webhook_error.length, 1_000);
  const gone = { ...tenant, numberId: crypto.randomUUID() };
  assert.deepEqual(await record(sql, gone, 1, failed), { outcome: "NUMBER_NOT_FOUND" });
});

emptyDbTest("a tenant's repair begins for its own numbers, the operator's for any", async ({ sql }) => {
  const [owner, other] = [await addTenant(sql), await addTenant(sql)];
  const before = await belongings(sql, owner.userId);
  const foreign = { owner_id: other.userId, phone_number_id: owner.numberId };
  assert.deepEqual(await call(sql, "sms_repair_number", foreign), { outcome: "NUMBER_NOT_FOUND" });
  assert.deepEqual(await call(sql, "sms_repair_number", { ...foreign, owner_id: null }), {
    outcome: "NUMBER_NOT_FOUND",
  });
  const unknown = { phone_number_id: crypto.randomUUID() };
  assert.deepEqual(await call(sql, "sms_repair_any_number", unknown), { outcome: "NUMBER_NOT_FOUND" });
  assert.deepEqual(await belongings(sql, owner.userId), before);
  const begun = await call(sql, "sms_repair_any_number", { phone_number_id: owner.numberId });
  assert.equal(begun.outcome, "begun");
  assert.equal((await numberRow(sql, owner.numberId)).webhook_status, "pending");
});

emptyDbTest("sms_list_numbers() and sms_list_webhooks() show a tenant's own only", async ({ sql }) => {
  const [owner, other] = [await addTenant(sql), await addTenant(sql)];
  const trunk = `TK${hex()}`;
  await sql`update public.sms_accounts set trunk_sid = ${trunk} where account_sid = ${owner.accountSid}`;
  const mine = (await callAs(sql, owner, "sms_list_numbers")).phone_numbers as { id: string }[];
  assert.deepEqual(mine.map(({ id }) => id), [owner.numberId]);
  const named = { phone_number_id: owner.numberId };
  assert.deepEqual((await callAs(sql, owner, "sms_list_numbers", named)).phone_numbers, mine);
  assert.deepEqual(await callAs(sql, other, "sms_list_numbers", named), { outcome: "NUMBER_NOT_FOUND" });
  const { webhooks } = await call(sql, "sms_list_webhooks", { owner_id: other.userId });
  const listed = webhooks as { phone_number: { id: string }; main_trunk_sid: string | null }[];
  assert.deepEqual(listed.map((one) => [one.phone_number.id, one.main_trunk_sid]), [[other.numberId, null]]);
  const own = await call(sql, "sms_list_webhooks", { owner_id: owner.userId });
  assert.equal((own.webhooks as { main_trunk_sid: string }[])[0]?.main_trunk_sid, trunk);
  const nobody = await call(sql, "sms_list_webhooks", { owner_id: crypto.randomUUID() });
  assert.deepEqual(nobody, { outcome: "USER_NOT_FOUND" });
});
