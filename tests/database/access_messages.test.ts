import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addTenant,
  age,
  as,
  call,
  callAs,
  claimDeliveries,
  claimReplies,
  conversation,
  exchange,
  message,
  messages,
  phone,
  record,
  text,
} from "./support.ts";
import type { Answer, Tenant } from "./support.ts";
import { settledOrWaiting } from "./sending.ts";

async function create(
  sql: Sql,
  tenant: { userId: string },
  args: Record<string, unknown> = {},
): Promise<Answer> {
  return await callAs(sql, tenant, "sms_create_message", { body: "Hello", ...args });
}

async function created(sql: Sql, tenant: Tenant, args: Record<string, unknown> = {}) {
  const answer = await create(sql, tenant, { to_number: phone(), ...args });
  assert.equal(answer.outcome, "created");
  return await message(sql, (answer.message as { id: string }).id);
}

dbTest("sms_create_message() stores a message and its delivery", async ({ sql, tenant }) => {
  const to = phone();
  const stored = await created(sql, tenant, {
    to_number: to,
    body: "Hello",
    media_urls: ["https://example.com/a.png"],
  });
  assert.deepEqual(
    [stored.to_number, stored.from_number, stored.account_sid, stored.user_id, stored.sender, stored.kind],
    [to, tenant.number, tenant.accountSid, tenant.userId, "system", "text"],
  );
  assert.deepEqual([stored.status, stored.seq, stored.message_sid], ["pending", "1", null]);
  assert.deepEqual(stored.media, [{ url: "https://example.com/a.png" }]);
  const [delivery] = await claimDeliveries(sql);
  assert.deepEqual([delivery?.message_id, delivery?.body], [stored.id, "Hello"]);
});

dbTest("sms_create_message() takes what is just within the bounds", async ({ sql, tenant }) => {
  assert.equal((await created(sql, tenant, { body: "a".repeat(1600) })).num_segments, 11);
  const media_urls = Array(10).fill("https://example.com/a.png");
  assert.equal((await created(sql, tenant, { body: null, media_urls })).media.length, 10);
  await sql`insert into public.sms_limits (user_id, allowed_countries) values (${tenant.userId}, '{DE}')`;
  await created(sql, tenant, { to_number: "+4915112345678" });
});

dbTest("sms_create_message() asks which number, unless a conversation says", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "Hi");
  const second = phone();
  await call(sql, "sms_save_number", {
    owner_id: tenant.userId,
    account_sid: tenant.accountSid,
    number: second,
    assistant_id: null,
  });
  assert.deepEqual(await create(sql, tenant, { to_number: contact }), { outcome: "FROM_REQUIRED" });
  assert.equal((await created(sql, tenant, { from_number: second })).from_number, second);
  const answer = await create(sql, tenant, { conversation_id });
  const stored = await message(sql, (answer.message as { id: string }).id);
  assert.deepEqual(
    [stored.conversation_id, stored.to_number, stored.from_number],
    [conversation_id, contact, tenant.number],
  );
});

emptyDbTest("sms_create_message() refuses past the limit of a minute", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  await sql`insert into public.sms_limits (user_id, sends_per_minute) values (${tenant.userId}, 2)`;
  for (let i = 0; i < 3; i++) await created(sql, other);
  await created(sql, tenant);
  await age(sql, tenant, "40 seconds");
  await created(sql, tenant);
  const { retry_after_ms, ...refused } = await create(sql, tenant, { to_number: phone() });
  assert.deepEqual(refused, { outcome: "RATE_LIMITED" });
  // When the older of the two is a minute old, not a minute from now.
  assert(typeof retry_after_ms === "number" && retry_after_ms > 0 && retry_after_ms <= 20_000);
  await age(sql, tenant, "20 seconds");
  await created(sql, tenant);
  await sql`update public.sms_limits set sends_per_minute = null where user_id = ${tenant.userId}`;
  for (let i = 0; i < 3; i++) await created(sql, tenant);
  await sql`update public.sms_limits set sends_per_minute = 0 where user_id = ${tenant.userId}`;
  assert.equal((await create(sql, tenant, { to_number: phone() })).outcome, "RATE_LIMITED");
});

dbTest("sms_create_message() keeps the limit for two calls at once", async ({ sql, tenant }) => {
  await sql`insert into public.sms_limits (user_id, sends_per_minute) values (${tenant.userId}, 1)`;
  let second: Promise<Answer> | undefined;
  const first = await as(sql, { role: "authenticated", userId: tenant.userId }, async (mine) => {
    const answer = await call(mine, "sms_create_message", { to_number: phone(), body: "One" });
    second = create(sql, tenant, { to_number: phone(), body: "Two" });
    await settledOrWaiting(sql, mine, second);
    return answer;
  });
  assert.equal(first.outcome, "created");
  assert.equal((await second)?.outcome, "RATE_LIMITED");
});

emptyDbTest("sms_create_message() refuses an opted-out contact until START", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const contact = phone();
  await text(sql, tenant, contact, "STOP");
  assert.deepEqual(await create(sql, tenant, { to_number: contact }), { outcome: "RECIPIENT_OPTED_OUT" });
  assert.equal((await messages(sql, tenant)).filter((m) => m.direction === "outbound").length, 0);
  await created(sql, other, { to_number: contact });
  await text(sql, tenant, contact, "START");
  await created(sql, tenant, { to_number: contact });
});

dbTest("sms_create_message() refuses the one sender that the carrier blocked", async ({ sql, tenant }) => {
  const contact = phone();
  await created(sql, tenant, { to_number: contact });
  const [delivery] = await claimDeliveries(sql);
  assert(delivery);
  await record(sql, delivery, "refused", { error_code: "21610", error_message: "Opted out." });
  assert.deepEqual(await create(sql, tenant, { to_number: contact }), { outcome: "RECIPIENT_OPTED_OUT" });
});

dbTest("a person's message pauses the assistant and deletes the reply job", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "Anyone there?");
  await created(sql, tenant, { to_number: contact, pauses_assistant: true });
  const paused = await conversation(sql, conversation_id);
  const minutes = (paused.ai_paused_until.getTime() - Date.now()) / 60_000;
  assert(minutes > 29 && minutes <= 30, `${minutes} minutes`);
  assert.equal(paused.ai_paused_reason, "person");
  assert.equal((await claimReplies(sql)).length, 0);
  assert.equal((await text(sql, tenant, contact, "Thanks")).reply_due_in_ms, null);
  await age(sql, tenant, "31 minutes");
  assert.equal((await text(sql, tenant, contact, "Still there?")).reply_due_in_ms, 0);
});

dbTest("a scheduled message pauses nothing, deletes nothing and waits", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "Anyone there?");
  const send_at = new Date(Date.now() + 3_600_000);
  const later = { to_number: contact, send_at, pauses_assistant: true };
  assert.equal((await created(sql, tenant, later)).status, "scheduled");
  assert.equal((await conversation(sql, conversation_id)).ai_paused_until, null);
  assert.equal((await claimReplies(sql)).length, 1);
  assert.equal((await claimDeliveries(sql)).length, 0);
});

dbTest("sms_cancel_message() takes back what nobody has claimed", async ({ sql, tenant }) => {
  const stored = await created(sql, tenant);
  assert.deepEqual(await callAs(sql, tenant, "sms_cancel_message", { message_id: stored.id }), {
    outcome: "canceled",
  });
  const canceled = await message(sql, stored.id);
  assert.deepEqual([canceled.status, canceled.error_code], ["canceled", "CANCELED_BY_USER"]);
  assert.equal((await claimDeliveries(sql)).length, 0);
  const events =
    await sql`select status, source from public.sms_message_events where message_id = ${stored.id}`;
  assert.deepEqual(events.map((e) => ({ ...e })), [{ status: "canceled", source: "user" }]);
  const again = await callAs(sql, tenant, "sms_cancel_message", { message_id: stored.id });
  assert.deepEqual(again, { outcome: "TOO_LATE", status: "canceled" });
});

dbTest("sms_cancel_message() is too late once the message is claimed", async ({ sql, tenant }) => {
  const stored = await created(sql, tenant);
  const cancel = () => callAs(sql, tenant, "sms_cancel_message", { message_id: stored.id });
  const [delivery] = await claimDeliveries(sql);
  assert(delivery);
  assert.deepEqual(await cancel(), { outcome: "TOO_LATE", status: "pending" });
  await record(sql, delivery, "unknown");
  assert.deepEqual(await cancel(), { outcome: "TOO_LATE", status: "unconfirmed" });
  await record(sql, delivery, "accepted", { message_sid: "SM1", status: "queued" });
  assert.deepEqual(await cancel(), { outcome: "TOO_LATE", status: "queued" });
});

dbTest("sms_cancel_message() knows nothing of a contact's text", async ({ sql, tenant }) => {
  await exchange(sql, tenant, phone());
  const inbound = (await messages(sql, tenant)).find((m) => m.direction === "inbound");
  const answer = await callAs(sql, tenant, "sms_cancel_message", { message_id: inbound?.id });
  assert.deepEqual(answer, { outcome: "MESSAGE_NOT_FOUND" });
});
