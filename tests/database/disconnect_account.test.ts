import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addFilledTenant,
  addTenant,
  addUser,
  age,
  belongings,
  call,
  claimDeliveries,
  claimReply,
  conversation,
  exchange,
  finish,
  hex,
  message,
  messages,
  messageSid,
  phone,
  record,
  text,
} from "./support.ts";
import { messageOf, send } from "./sending.ts";
import type { Tenant } from "./support.ts";

async function disconnect(sql: Sql, tenant: Tenant): Promise<string> {
  const args = { owner_id: tenant.userId, account_sid: tenant.accountSid };
  return (await call(sql, "sms_disconnect_account", args)).outcome;
}

async function connect(sql: Sql, tenant: Tenant, userId = tenant.userId): Promise<string> {
  const args = { account_sid: tenant.accountSid, owner_id: userId, encrypted_token: "jwe-new" };
  return (await call(sql, "sms_save_account", args)).outcome;
}

/** A text of a person that waits to be claimed. Returns its id. */
async function waiting(sql: Sql, tenant: Tenant, more: Record<string, unknown> = {}): Promise<string> {
  return messageOf(await send(sql, tenant, more));
}

emptyDbTest("an account without numbers is deleted and may be connected by others", async ({ sql }) => {
  const [owner, other] = [await addUser(sql), await addUser(sql)];
  const tenant = { userId: owner, accountSid: `AC${hex()}` } as Tenant;
  assert.equal(await connect(sql, tenant), "saved");
  assert.equal(await connect(sql, tenant, other), "ACCOUNT_TAKEN");
  assert.equal(await disconnect(sql, tenant), "disconnected");
  const left =
    await sql`select id from public.sms_accounts union all select account_id from sms_private.twilio_credentials`;
  assert.equal(left.length, 0);
  assert.equal(await disconnect(sql, tenant), "ACCOUNT_NOT_FOUND");
  assert.equal(await connect(sql, tenant, other), "saved");
});

dbTest("sms_save_number() gives nobody a number of a disconnected account", async ({ sql, tenant }) => {
  await disconnect(sql, tenant);
  const saved = await call(sql, "sms_save_number", {
    owner_id: tenant.userId,
    account_sid: tenant.accountSid,
    number: tenant.number,
    assistant_id: tenant.assistantId,
  });
  assert.deepEqual(saved, { outcome: "ACCOUNT_NOT_FOUND" });
});

emptyDbTest("an account with numbers stays, without token, assistant and webhook", async ({ sql }) => {
  const [owner, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const texts = (await messages(sql, owner)).length;
  const others = await belongings(sql, other.userId);
  assert.equal(await disconnect(sql, owner), "disconnected");
  const [account] = await sql`select a.disconnected_at, t.account_id from public.sms_accounts a
    left join sms_private.twilio_credentials t on t.account_id = a.id where a.account_sid = ${owner.accountSid}`;
  assert(account?.disconnected_at);
  assert.equal(account.account_id, null, "the tokens are deleted");
  assert.equal(await call(sql, "sms_get_account", { account_sid: owner.accountSid }), null);
  const [number] = await sql`select * from public.sms_numbers where id = ${owner.numberId}`;
  assert.equal(number?.assistant_id, null);
  assert.equal(number.webhook_status, "pending");
  assert.match(number.webhook_error, /Connect it again, then assign/);
  assert.equal((await messages(sql, owner)).length, texts);
  assert.deepEqual(await belongings(sql, other.userId), others);

  assert.equal(await disconnect(sql, owner), "disconnected", "twice is not worse");
  assert.equal(await connect(sql, owner, other.userId), "ACCOUNT_TAKEN", "its conversations are its owner's");
});

emptyDbTest("disconnecting cancels what waits, not what a worker has", async ({ sql }) => {
  const [owner, other] = [await addTenant(sql), await addTenant(sql)];
  const claimed = await waiting(sql, owner);
  const [job] = await claimDeliveries(sql);
  assert.equal(job?.message_id, claimed);
  const soon = await waiting(sql, owner);
  const later = await waiting(sql, owner, { send_at: new Date(Date.now() + 3_600_000) });
  const foreign = await waiting(sql, other);
  assert.equal(await disconnect(sql, owner), "disconnected");
  for (const id of [soon, later]) {
    const row = await message(sql, id);
    assert.deepEqual([row.status, row.error_code], ["canceled", "ACCOUNT_DISCONNECTED"]);
    assert(row.error_message);
  }
  assert.equal((await message(sql, claimed)).status, "pending");
  assert.equal((await message(sql, foreign)).status, "pending");
  const sid = messageSid();
  assert.equal(await record(sql, job, "accepted", { message_sid: sid, status: "queued" }), "recorded");
  assert.equal((await message(sql, claimed)).message_sid, sid, "a text that Twilio took is a fact");
});

dbTest("a reply job is deleted with its account, also while the model thinks", async ({ sql, tenant }) => {
  const thought = await text(sql, tenant, phone(), "Are you open?");
  const job = await claimReply(sql);
  const due = await text(sql, tenant, phone(), "And tomorrow?");
  assert.equal(await disconnect(sql, tenant), "disconnected");
  assert.equal((await sql`select from sms_private.jobs`).length, 0);
  for (const { conversation_id } of [thought, due]) {
    assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "no_assistant");
  }
  assert.equal((await finish(sql, job)).outcome, "stale");
  assert.equal((await messages(sql, tenant)).filter((row) => row.direction === "outbound").length, 0);
});

dbTest("a reply that is finished during the disconnect goes nowhere", async ({ sql, tenant }) => {
  await text(sql, tenant, phone(), "Are you open?");
  const job = await claimReply(sql);
  // The worker stores its answer a moment before, unseen by the disconnecting transaction.
  const [finished, outcome] = await Promise.all([finish(sql, job), disconnect(sql, tenant)]);
  assert.equal(outcome, "disconnected");
  assert(["stored", "stale", "unassigned"].includes(finished.outcome), finished.outcome);
  assert.deepEqual(await claimDeliveries(sql), []);
  const sent = (await messages(sql, tenant)).filter((row) => row.direction === "outbound");
  assert(sent.every((row) => row.status === "canceled"));
});

dbTest("a disconnected account's number cannot be chosen", async ({ sql, tenant }) => {
  const contact = phone();
  const replied = await message(sql, await exchange(sql, tenant, contact));
  const second = { ...tenant, accountSid: `AC${hex()}`, number: phone() };
  assert.equal(await connect(sql, second), "saved");
  const saved = await call(sql, "sms_save_number", {
    owner_id: tenant.userId,
    account_sid: second.accountSid,
    number: second.number,
    segments_per_second: 1000,
  });
  assert.equal(saved.outcome, "saved");
  assert.equal((await send(sql, tenant)).outcome, "FROM_REQUIRED", "two numbers, none named");

  await disconnect(sql, tenant);
  assert.equal((await send(sql, tenant, { from_number: tenant.number })).outcome, "ACCOUNT_DISCONNECTED");
  assert.equal((await send(sql, tenant, { from_number: phone() })).outcome, "NOT_YOUR_NUMBER");
  const there = { to_number: contact, conversation_id: replied.conversation_id };
  assert.equal((await send(sql, tenant, there)).outcome, "ACCOUNT_DISCONNECTED", "the conversation's number");
  const only = await message(sql, await waiting(sql, tenant));
  assert.equal(only.from_number, second.number);
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.message_id), [only.id]);
  await disconnect(sql, second);
  assert.equal((await send(sql, tenant)).outcome, "ACCOUNT_DISCONNECTED", "there is none left");
});

dbTest("a message that was stored a moment too late is refused at its claim", async ({ sql, tenant }) => {
  const late = await waiting(sql, tenant);
  await sql`update public.sms_accounts set disconnected_at = now()`;
  assert.deepEqual(await claimDeliveries(sql), []);
  const row = await message(sql, late);
  assert.deepEqual([row.status, row.error_code], ["canceled", "ACCOUNT_DISCONNECTED"]);
});

dbTest("connecting again brings the account back; numbers wait for assignment", async ({ sql, tenant }) => {
  await disconnect(sql, tenant);
  const bare = await call(sql, "sms_save_account", {
    account_sid: tenant.accountSid,
    owner_id: tenant.userId,
  });
  assert.equal(bare.outcome, "CREDENTIALS_CHANGED", "a label is no token");
  assert.equal(await call(sql, "sms_get_account", { account_sid: tenant.accountSid }), null);
  assert.equal(await connect(sql, tenant), "saved");
  const account = await call(sql, "sms_get_account", { account_sid: tenant.accountSid });
  assert.deepEqual([account.current_token, account.previous_token], ["jwe-new", null]);
  await waiting(sql, tenant);
  assert.equal((await claimDeliveries(sql)).length, 1);
  const [number] = await sql`select assistant_id from public.sms_numbers where id = ${tenant.numberId}`;
  assert.equal(number?.assistant_id, null);
});

dbTest("disconnecting does not deadlock with messages, replies and claims", async ({ sql, tenant }) => {
  for (let round = 0; round < 15; round += 1) {
    const contacts = [phone(), phone(), phone()];
    await Promise.all(contacts.map((contact) => text(sql, tenant, contact, "Hello?")));
    await age(sql, tenant, "1 second");
    const work: Promise<unknown>[] = contacts.map((contact) => text(sql, tenant, contact, "Anybody?"));
    work.push(disconnect(sql, tenant), waiting(sql, tenant).catch(() => null), claimDeliveries(sql));
    work.push(call(sql, "sms_claim_replies", { batch_size: 10, lease_seconds: 90 }));
    await Promise.all(work);
    await connect(sql, tenant);
    await sql`update public.sms_numbers set assistant_id = ${tenant.assistantId}`;
  }
});
