/** RCS and WhatsApp: the same person as their telephone. */
import { strict as assert } from "node:assert";
import { dbTest } from "./db_test.ts";
import { claimLookup, listed, recordLookup } from "./lookups.ts";
import { broadcastTo, messageOf, send, sendFor } from "./sending.ts";
import {
  addTenant,
  addUser,
  age,
  call,
  claimDeliveries,
  claimReply,
  conversation,
  finish,
  hex,
  message,
  messageSid,
  phone,
  record,
  text,
  theOnly,
  withNumber,
} from "./support.ts";

dbTest("one person by SMS, RCS and WhatsApp: one contact, one conversation", async ({ sql, tenant }) => {
  const from = phone();
  const ids = new Set<unknown>();
  for (const channel of ["", "rcs:", "whatsapp:"]) {
    const stored = await text(sql, tenant, `${channel}${from}`, "Hello?");
    assert.equal(stored.outcome, "stored");
    ids.add(stored.conversation_id);
  }
  assert.equal(ids.size, 1);
  const contacts = await sql`select number from public.sms_contacts where user_id = ${tenant.userId}`;
  assert.deepEqual(contacts.map((row) => row.number), [from]);
  const rows = await sql`select distinct from_number, to_number from public.sms_messages`;
  assert.deepEqual(rows.map((row) => [row.from_number, row.to_number]), [[from, tenant.number]]);
});

for (const channel of ["rcs", "whatsapp"]) {
  dbTest(`STOP by ${channel} is one on the number, START by SMS ends it`, async ({ sql, tenant }) => {
    const other = await addTenant(sql);
    const from = phone();
    await text(sql, other, from, "Hello?");
    await text(sql, tenant, from, "Hello?");
    const waiting = messageOf(await sendFor(sql, tenant, { to_number: from }));
    assert.equal((await text(sql, tenant, `${channel}:${from}`, "STOP")).keyword, "out");
    assert.equal((await message(sql, waiting)).error_code, "RECIPIENT_OPTED_OUT");
    assert.equal((await sendFor(sql, tenant, { to_number: from })).outcome, "RECIPIENT_OPTED_OUT");
    assert.equal((await sendFor(sql, other, { to_number: from })).outcome, "created", "of another tenant");
    assert.equal((await text(sql, tenant, from, "START")).keyword, "in");
    assert.equal((await sendFor(sql, tenant, { to_number: from })).outcome, "created");
  });
}

dbTest("STOP by SMS stops the answer by WhatsApp", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, `whatsapp:${from}`, "Hello?", { to_number: `whatsapp:${tenant.number}` });
  await finish(sql, await claimReply(sql));
  await text(sql, tenant, from, "STOP");
  assert.deepEqual(await claimDeliveries(sql), []);
});

dbTest("an answer goes out by the sender that the contact wrote to", async ({ sql, tenant }) => {
  const from = phone();
  const cases = [
    { from, to: tenant.number, answered: [tenant.number, from] },
    {
      from: `whatsapp:${from}`,
      to: `whatsapp:${tenant.number}`,
      answered: [`whatsapp:${tenant.number}`, `whatsapp:${from}`],
    },
    { from: `rcs:${from}`, to: "rcs:my_brand", answered: ["rcs:my_brand", `rcs:${from}`] },
    // No sender of RCS is named: by SMS.
    { from: `rcs:${from}`, to: tenant.number, answered: [tenant.number, from] },
  ];
  for (const each of cases) {
    assert.equal((await text(sql, tenant, each.from, "Hello?", { to_number: each.to })).outcome, "stored");
    const reply = await finish(sql, await claimReply(sql));
    const job = theOnly(await claimDeliveries(sql));
    assert.deepEqual([job.from_number, job.to_number], each.answered);
    const row = await message(sql, reply.message_id);
    assert.deepEqual([row.from_number, row.to_number], [tenant.number, from], "stored under the numbers");
    const sid = messageSid();
    await record(sql, job, "accepted", { message_sid: sid, status: "queued" });
    const told = await call(sql, "sms_record_status", {
      account_sid: tenant.accountSid,
      message_sid: sid,
      from_number: each.answered[0],
      to_number: each.answered[1],
      status: "delivered",
      error_code: null,
      error_message: null,
      message_id: row.id,
    });
    assert.deepEqual([told.outcome, told.status], ["recorded", "delivered"]);
  }
});

dbTest("a report with another number, or of another sender, is refused", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, `whatsapp:${from}`, "Hello?", { to_number: `whatsapp:${tenant.number}` });
  const reply = await finish(sql, await claimReply(sql));
  const report = {
    account_sid: tenant.accountSid,
    message_sid: messageSid(),
    status: "sent",
    error_code: null,
  };
  const more = { error_message: null, message_id: reply.message_id };
  for (
    const [sender, recipient] of [
      [`whatsapp:${tenant.number}`, `whatsapp:${phone()}`],
      [`whatsapp:${phone()}`, `whatsapp:${from}`],
      ["rcs:my_brand", `rcs:${from}`],
    ]
  ) {
    const args = { ...report, ...more, from_number: sender, to_number: recipient };
    assert.equal((await call(sql, "sms_record_status", args)).outcome, "mismatch");
  }
});

dbTest("a person answers by WhatsApp within a day, then by SMS; an app by SMS", async ({ sql, tenant }) => {
  const from = phone();
  const sender = `whatsapp:${tenant.number}`;
  const { conversation_id } = await text(sql, tenant, `whatsapp:${from}`, "Hello?", { to_number: sender });
  const via = async (id: string) => (await message(sql, id)).via;
  assert.equal(await via(messageOf(await send(sql, tenant, { conversation_id, to_number: from }))), sender);
  assert.equal(await via(messageOf(await sendFor(sql, tenant, { to_number: from }))), null);
  const [cast] = await sql`select via from public.sms_messages
    where broadcast_id = ${await broadcastTo(sql, tenant, [from])}`;
  assert.equal(cast?.via, null);
  await age(sql, tenant, "25 hours");
  assert.equal(await via(messageOf(await send(sql, tenant, { conversation_id, to_number: from }))), null);
});

dbTest("an RCS sender's message goes to the number that talked with the contact", async ({ sql, tenant }) => {
  const second = await withNumber(sql, tenant);
  const [from, stranger] = [phone(), phone()];
  await text(sql, second, from, "Hello?");
  await text(sql, tenant, `rcs:${from}`, "By RCS", { to_number: "rcs:my_brand" });
  await text(sql, tenant, `rcs:${stranger}`, "By RCS", { to_number: "rcs:my_brand" });
  const rows =
    await sql`select from_number, to_number from public.sms_messages where body = 'By RCS' order by created_at`;
  assert.deepEqual(rows.map((row) => [row.from_number, row.to_number]), [[from, second.number], [
    stranger,
    tenant.number,
  ]]);
});

dbTest(
  "on an account of several tenants an RCS sender is the one's whom the contact wrote to",
  async ({ sql, tenant }) => {
    const [first, second] = [await addUser(sql), await addUser(sql)];
    const [known, stranger] = [phone(), phone()];
    const shared = `AC${hex()}`;
    await sql`select public.sms_save_account(${shared})`;
    const write = (from: string, body: string, to_number = "rcs:my_brand") =>
      text(sql, { ...tenant, accountSid: shared }, `rcs:${from}`, body, { to_number });
    const row = (user_id: string) => ({ user_id, account_sid: shared, number: phone() });
    await sql`insert into public.sms_numbers ${sql(row(first))}`;
    assert.equal((await write(known, "Hello?")).outcome, "stored", "of one tenant there is no doubt");
    await sql`insert into public.sms_numbers ${sql(row(second))}`;
    const stopped = async (user_id: string) =>
      (await sql`select number from public.sms_contacts where user_id = ${user_id} and opted_out_at is not null`)
        .map(({ number }) => number);
    assert.equal((await write(known, "STOP")).keyword, "out");
    assert.deepEqual([await stopped(first), await stopped(second)], [[known], []]);
    assert.equal((await write(known, "STOP", "rcs:other_brand")).outcome, "unowned", "another sender");
    assert.equal((await write(stranger, "STOP")).outcome, "unowned", "nobody knows this contact");
    assert.equal((await sql`select from public.sms_contacts where user_id = ${second}`).length, 0);
  },
);

dbTest("a lost answer by RCS is looked for by the addresses of RCS", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, `rcs:${from}`, "Hello?", { to_number: "rcs:my_brand" });
  const reply = await finish(sql, await claimReply(sql));
  await record(sql, theOnly(await claimDeliveries(sql)), "unknown");
  await age(sql, tenant, "2 minutes");
  const lookup = await claimLookup(sql);
  assert.deepEqual([lookup.from_number, lookup.to_number], ["rcs:my_brand", `rcs:${from}`]);
  assert.equal(await recordLookup(sql, lookup, [listed(lookup)]), "adopted");
  assert.equal((await message(sql, reply.message_id)).status, "sent");
});

dbTest("what is no telephone stays what it is, and says that it gets no answer", async ({ sql, tenant }) => {
  for (const from of ["messenger:12345", "rcs:my_brand", "whatsapp:12345", "RCS:+14155550101", "12345"]) {
    const stored = await text(sql, tenant, from, "Hello?");
    const row = await conversation(sql, stored.conversation_id);
    assert.deepEqual([row.ai_paused_reason, row.via], ["not_repliable", null], from);
  }
});
