import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  addTenant,
  age,
  call,
  claimReplies,
  claimReply,
  conversation,
  finish,
  hex,
  messages,
  messageSid,
  phone,
  text,
} from "./support.ts";

emptyDbTest("sms_receive_message() stores message, conversation, contact and job", async ({ sql }) => {
  const tenant = await addTenant(sql, { reply_delay_ms: 3000 });
  const answer = await text(sql, tenant, "+14155550101", "Hi there");
  assert.equal(answer.outcome, "stored");
  assert.equal(answer.keyword, null);
  assert.equal(answer.reply_due_in_ms, 3000);
  const [stored] = await messages(sql, tenant);
  assert.equal(stored?.body, "Hi there");
  assert.equal(stored?.seq, "1");
  assert.equal(stored?.status, "received");
  assert.equal(stored?.account_sid, tenant.accountSid);
  const row = await conversation(sql, answer.conversation_id);
  assert.equal(row.last_message_preview, "Hi there");
  assert.equal(row.status, "active");
});

dbTest("sms_receive_message() drops a repeated MessageSid, also ten at once", async ({ sql, tenant }) => {
  const sid = messageSid();
  const from = phone();
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, () => text(sql, tenant, from, "Once", { message_sid: sid })),
  );
  assert.deepEqual(outcomes.map((o) => o.outcome).sort(), [...Array(9).fill("duplicate"), "stored"]);
  assert.equal((await messages(sql, tenant)).length, 1);
  const [only] = await sql`select last_seq from public.sms_conversations where user_id = ${tenant.userId}`;
  assert.equal(only?.last_seq, "1");
  assert.equal((await claimReplies(sql)).length, 1);
});

emptyDbTest("a repeat still says when the reply is due", async ({ sql }) => {
  const tenant = await addTenant(sql, { reply_delay_ms: 3000 });
  const [sid, from] = [messageSid(), phone()];
  await text(sql, tenant, from, "Once", { message_sid: sid });
  const repeat = await text(sql, tenant, from, "Once", { message_sid: sid });
  assert.equal(repeat.outcome, "duplicate");
  assert((repeat.reply_due_in_ms as number) > 0 && (repeat.reply_due_in_ms as number) <= 3000);
  await age(sql, tenant, "3 seconds");
  await finish(sql, await claimReply(sql));
  assert.equal((await text(sql, tenant, from, "Once", { message_sid: sid })).reply_due_in_ms, null);
});

dbTest("sms_receive_message() drops a repeated keyword of an unknown contact", async ({ sql, tenant }) => {
  const [sid, from] = [messageSid(), phone()];
  const outcomes = await Promise.all(
    Array.from({ length: 4 }, () => text(sql, tenant, from, "STOP", { message_sid: sid })),
  );
  assert.equal(outcomes.filter((o) => o.outcome === "stored").length, 1);
  const [row] =
    await sql`select count(*)::int from public.sms_consent_events where user_id = ${tenant.userId}`;
  assert.equal(row?.count, 1);
  assert.equal((await sql`select from public.sms_conversations where user_id = ${tenant.userId}`).length, 0);
});

emptyDbTest("another account's number is answered and stored as a number of nobody is", async ({ sql }) => {
  const [a, b] = [await addTenant(sql), await addTenant(sql)];
  const answers = [
    await text(sql, a, phone(), "Forged", { account_sid: b.accountSid }),
    await text(sql, a, phone(), "Forged", { account_sid: b.accountSid, to_number: "+14155559999" }),
  ].map(({ message_id: _id, ...answer }) => answer);
  assert.deepEqual(answers, [{ outcome: "unowned" }, { outcome: "unowned" }]);
  assert.deepEqual(
    (await sql`select user_id, conversation_id from public.sms_messages`).map((row) => ({ ...row })),
    [{ user_id: null, conversation_id: null }, { user_id: null, conversation_id: null }],
  );
  assert.equal((await sql`select from public.sms_contacts`).length, 0);
  assert.equal((await text(sql, a, phone(), "Genuine")).outcome, "stored");
});

emptyDbTest("an address longer than any is cut, whoever the number belongs to", async ({ sql }) => {
  const tenant = await addTenant(sql);
  // No index holds so much, and what is signed is the word of whoever holds the account's token.
  const long = Array.from({ length: 1_500 }, () => hex()).join("");
  const addresses = [
    { to_number: tenant.number, from: `+${long}`, body: "Hello", outcome: "stored" },
    { to_number: tenant.number, from: `x${long}`, body: "HELP", outcome: "stored" },
    { to_number: phone(), from: `+${long}`, body: "Hello", outcome: "unowned" },
    { to_number: long, from: phone(), body: "Hello", outcome: "unowned" },
    { to_number: `rcs:${long}`, from: `rcs:${phone()}`, body: "Hello", outcome: "stored" },
  ];
  for (const { to_number, from, body, outcome } of addresses) {
    assert.equal(
      (await text(sql, tenant, from, body, { to_number })).outcome,
      outcome,
      `${outcome}: ${body}`,
    );
  }
  const rows =
    await sql`select greatest(char_length(from_number), char_length(to_number), char_length(via)) as longest
    from public.sms_messages where message_sid is not null and direction = 'inbound'`;
  assert.equal(rows.length, addresses.length);
  assert(rows.every(({ longest }) => longest <= 128));
  const [contact] = await sql`select max(char_length(number)) as longest from public.sms_contacts`;
  assert.equal(contact?.longest, 64);
});

emptyDbTest("sms_receive_message() lets no account occupy another's MessageSid", async ({ sql }) => {
  const [a, b] = [await addTenant(sql), await addTenant(sql)];
  const sid = messageSid();
  assert.equal((await text(sql, b, phone(), "First", { message_sid: sid })).outcome, "stored");
  assert.equal((await text(sql, a, phone(), "Mine", { message_sid: sid })).outcome, "stored");
});

dbTest("sms_receive_message() stores a text to a number nobody owns", async ({ sql, tenant }) => {
  const answer = await text(sql, tenant, phone(), "Anyone?", { to_number: "+14155559999" });
  assert.equal(answer.outcome, "unowned");
  const [stored] = await sql`select user_id, conversation_id, body from public.sms_messages`;
  assert.deepEqual({ ...stored }, { user_id: null, conversation_id: null, body: "Anyone?" });
  assert.equal((await claimReplies(sql)).length, 0);
});

dbTest("sms_receive_message() stores what Twilio signed as it came", async ({ sql, tenant }) => {
  const odd = [
    { from_number: "12345", body: "short code" },
    { from_number: "ACME", body: "alphanumeric" },
    { from_number: "whatsapp:+14155550100", body: "" },
    { from_number: "x".repeat(300), body: "😀".repeat(800), media: null, num_segments: -3 },
    { from_number: phone(), body: "y".repeat(40_000), media: [{ url: "not a url", content_type: null }] },
    { from_number: phone(), body: null, num_segments: null, opt_out_type: "SOMETHING_NEW" },
  ];
  for (const form of odd) {
    assert.equal((await text(sql, tenant, form.from_number, form.body ?? "", form)).outcome, "stored");
  }
  const rows = await messages(sql, tenant);
  assert.equal(rows.length, odd.length);
  assert.equal(Math.max(...rows.map((r) => r.body.length)), 16_000);
  const reasons = await sql`select distinct c.ai_paused_reason as reason from public.sms_conversations c
    join public.sms_contacts k on k.id = c.contact_id where k.number !~ '^\\+[0-9]+$'`;
  assert.deepEqual(reasons.map((r) => r.reason), ["not_repliable"]);
});

dbTest("sms_receive_message() keeps a conversation's order under concurrency", async ({ sql, tenant }) => {
  const from = phone();
  await Promise.all(Array.from({ length: 30 }, (_, i) => text(sql, tenant, from, `Text ${i}`)));
  const rows = await sql`select seq::int, created_at from public.sms_messages
    where user_id = ${tenant.userId} order by seq`;
  assert.deepEqual(rows.map((r) => r.seq), Array.from({ length: 30 }, (_, i) => i + 1));
  const times = rows.map((r) => r.created_at.getTime());
  assert.deepEqual(times, [...times].sort((a, b) => a - b));
  assert.equal((await sql`select from public.sms_conversations where user_id = ${tenant.userId}`).length, 1);
});

emptyDbTest("a reply is due after the delay, at most 15 seconds after a burst began", async ({ sql }) => {
  const tenant = await addTenant(sql, { reply_delay_ms: 5000 });
  const from = phone();
  assert.equal((await text(sql, tenant, from, "One")).reply_due_in_ms, 5000);
  await age(sql, tenant, "4 seconds");
  assert.equal((await text(sql, tenant, from, "Two")).reply_due_in_ms, 5000);
  await age(sql, tenant, "4 seconds");
  await text(sql, tenant, from, "Three");
  await age(sql, tenant, "4 seconds");
  const last = await text(sql, tenant, from, "Four");
  assert((last.reply_due_in_ms as number) <= 3000, "12 of the 15 seconds are gone");
  assert.equal((await claimReplies(sql)).length, 0);
  await age(sql, tenant, "3 seconds");
  const job = await claimReply(sql);
  assert.deepEqual(job.history.map((h) => h.body), ["One", "Two", "Three", "Four"]);
});

dbTest("a recovered text older than 30 minutes is stored without a reply", async ({ sql, tenant }) => {
  const old = await text(sql, tenant, phone(), "Late", { sent_at: new Date(Date.now() - 31 * 60_000) });
  assert.equal(old.outcome, "stored");
  assert.equal(old.reply_due_in_ms, null);
  const fresh = await text(sql, tenant, phone(), "Fresh", { sent_at: new Date(Date.now() - 60_000) });
  assert.equal(fresh.reply_due_in_ms, 0);
});

dbTest("a conversation says that a text was recovered too late to answer", async ({ sql, tenant }) => {
  const from = phone();
  const late = { sent_at: new Date(Date.now() - 31 * 60_000) };
  const { conversation_id } = await text(sql, tenant, from, "Late", late);
  const reason = async () => (await conversation(sql, conversation_id)).ai_paused_reason;
  assert.equal(await reason(), "recovered_late");
  await text(sql, tenant, from, "Fresh");
  assert.equal(await reason(), null);
  await text(sql, tenant, from, "Late too", late);
  assert.equal(await reason(), null, "an answer is on its way");
  assert.equal((await finish(sql, await claimReply(sql))).outcome, "stored");
  await sql`update public.sms_conversations set ai_enabled = false where id = ${conversation_id as string}`;
  await text(sql, tenant, from, "Late again", late);
  assert.equal(await reason(), null, "who is switched off is never late");
});

emptyDbTest("a text within 24 hours of an end reopens without a greeting", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome!" });
  const from = phone();
  const first = await text(sql, tenant, from, "Hi");
  assert.equal((await finish(sql, await claimReply(sql))).outcome, "stored");
  await text(sql, tenant, from, "Bye");
  await finish(sql, await claimReply(sql), { end_conversation: true, reply: "Bye!" });
  assert.equal((await conversation(sql, first.conversation_id)).status, "ended");
  await age(sql, tenant, "23 hours");
  const again = await text(sql, tenant, from, "One more thing");
  assert.equal(again.conversation_id, first.conversation_id);
  assert.equal((await conversation(sql, first.conversation_id)).status, "active");
  const job = await claimReply(sql);
  assert.equal(job.greeting, false);
  assert.equal(job.reopened, true);
});

emptyDbTest("a text after 24 hours opens a new conversation with a greeting", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome!", idle_timeout: "48 hours" });
  const from = phone();
  const first = await text(sql, tenant, from, "Hi");
  await finish(sql, await claimReply(sql));
  await text(sql, tenant, from, "Bye");
  await finish(sql, await claimReply(sql), { end_conversation: true, reply: "Bye!" });
  await age(sql, tenant, "30 hours");
  const second = await text(sql, tenant, from, "Back");
  assert.notEqual(second.conversation_id, first.conversation_id);
  assert.equal((await claimReply(sql)).greeting, false, "30 hours are within the idle time-out");
  await sql`delete from sms_private.jobs`;
  await age(sql, tenant, "49 hours");
  const third = await text(sql, tenant, from, "Hello again");
  assert.notEqual(third.conversation_id, second.conversation_id);
  assert.equal((await conversation(sql, second.conversation_id)).end_reason, "idle");
  assert.equal((await claimReply(sql)).greeting, true);
});

dbTest("a number without an assistant stores texts and makes no job", async ({ sql, tenant }) => {
  const from = phone();
  await sql`update public.sms_assistants set active = false where id = ${tenant.assistantId}`;
  const inactive = await text(sql, tenant, from, "Hello?");
  assert.equal(inactive.reply_due_in_ms, null);
  assert.equal((await conversation(sql, inactive.conversation_id)).ai_paused_reason, "assistant_inactive");
  await sql`delete from public.sms_assistants where id = ${tenant.assistantId}`;
  const none = await text(sql, tenant, from, "Anybody?");
  assert.equal(none.reply_due_in_ms, null);
  assert.equal((await conversation(sql, none.conversation_id)).ai_paused_reason, "no_assistant");
  assert.equal((await claimReplies(sql)).length, 0);
});

dbTest("a contact in a country that is not allowed is not answered", async ({ sql, tenant }) => {
  const abroad = await text(sql, tenant, "+4915112345678", "Hallo");
  assert.equal(abroad.reply_due_in_ms, null);
  assert.equal((await conversation(sql, abroad.conversation_id)).ai_paused_reason, "not_repliable");
  const caribbean = await text(sql, tenant, "+18765550123", "Expensive");
  assert.equal(caribbean.reply_due_in_ms, null, "Jamaica shares +1 and is not the United States");
  await sql`insert into public.sms_limits (user_id, allowed_countries) values (${tenant.userId}, '{DE}')`;
  assert.equal((await text(sql, tenant, "+4915112345678", "Und jetzt?")).reply_due_in_ms, 0);
});

emptyDbTest("a shared account serves several tenants, each with its contacts", async ({ sql }) => {
  const [a, b] = [await addTenant(sql), await addTenant(sql)];
  const shared = `AC${hex()}`;
  await call(sql, "sms_save_account", { account_sid: shared });
  const numbers = ["+14155557001", "+14155557002"];
  for (const [i, tenant] of [a, b].entries()) {
    const saved = await call(sql, "sms_save_number", {
      owner_id: tenant.userId,
      account_sid: shared,
      number: numbers[i],
      assistant_id: tenant.assistantId,
    });
    assert.equal(saved.outcome, "saved");
    await text(sql, { ...tenant, accountSid: shared, number: numbers[i] ?? "" }, "+14155550101", "Hi");
  }
  const rows = await sql`select user_id from public.sms_contacts where number = '+14155550101'`;
  assert.deepEqual(new Set(rows.map((r) => r.user_id)), new Set([a.userId, b.userId]));
  const taken = await call(sql, "sms_save_number", {
    owner_id: b.userId,
    account_sid: shared,
    number: numbers[0],
    assistant_id: b.assistantId,
  });
  assert.equal(taken.outcome, "NUMBER_TAKEN");
  const foreign = await call(sql, "sms_save_number", {
    owner_id: b.userId,
    account_sid: a.accountSid,
    number: "+14155557003",
    assistant_id: b.assistantId,
  });
  assert.equal(foreign.outcome, "ACCOUNT_NOT_FOUND");
});
