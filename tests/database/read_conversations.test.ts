import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addTenant,
  addUser,
  age,
  type Answer,
  callAs,
  conversation,
  phone,
  text,
  withNumber,
} from "./support.ts";

interface Texts extends Answer {
  conversation: { id: string; unread: number };
  messages: { id: string; seq: number; body: string; conversation_id: string | null }[];
  next_seq: number | null;
}

async function read(sql: Sql, who: { userId: string }, args: Record<string, unknown>): Promise<Texts> {
  return await callAs(sql, who, "sms_get_conversation", args) as Texts;
}

const bodies = ({ messages }: Pick<Texts, "messages">) => messages.map((message) => message.body);

dbTest("sms_get_conversation() reads by id, messages newest first", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "One");
  await text(sql, tenant, contact, "Two");
  const answer = await read(sql, tenant, { conversation_id });
  assert.equal(answer.outcome, "found");
  assert.deepEqual(bodies(answer), ["Two", "One"]);
  assert.equal(answer.next_seq, null);
  const [row] = await sql`select to_jsonb(m) as m from public.sms_messages m
    where conversation_id = ${conversation_id as string} and seq = 2`;
  assert.deepEqual(answer.messages[0], row?.m);
  const [listed] = (await callAs(sql, tenant, "sms_search_conversations")).conversations as unknown[];
  assert.deepEqual(answer.conversation, listed);
});

dbTest("sms_get_conversation() pages by seq while texts come", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "1");
  for (let i = 2; i <= 23; i++) await text(sql, tenant, contact, String(i));
  const seen: string[] = [];
  let before_seq: number | null = null;
  do {
    const page: Texts = await read(sql, tenant, { conversation_id, page_size: 5, before_seq });
    seen.push(...bodies(page));
    before_seq = page.next_seq;
    await text(sql, tenant, contact, "newer");
  } while (before_seq !== null);
  assert.deepEqual(seen, Array.from({ length: 23 }, (_, i) => String(23 - i)));
  assert.deepEqual(bodies(await read(sql, tenant, { conversation_id, before_seq: 1 })), []);
  assert.deepEqual(bodies(await read(sql, tenant, { conversation_id, before_seq: -7 })), []);
});

dbTest("sms_get_conversation() finds the newest with a contact on a number", async ({ sql, tenant }) => {
  const second = await withNumber(sql, tenant);
  const contact = phone();
  const old = await text(sql, tenant, contact, "Long ago");
  await age(sql, tenant, "3 days");
  const newer = await text(sql, tenant, contact, "Back again");
  assert.notEqual(old.conversation_id, newer.conversation_id);
  const elsewhere = await text(sql, second, contact, "On the other number");
  const found = async (args: Record<string, unknown>) =>
    (await read(sql, tenant, { contact_number: contact, ...args })).conversation?.id;
  assert.equal(await found({}), elsewhere.conversation_id);
  assert.equal(await found({ from_number: tenant.number }), newer.conversation_id);
  assert.equal(await found({ from_number: second.number }), elsewhere.conversation_id);
  assert.equal(await found({ from_number: phone() }), undefined);
  await text(sql, tenant, contact, "Here now");
  assert.equal(await found({}), newer.conversation_id);
});

emptyDbTest("sms_list_messages_with() gives the newest messages with a number", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const contact = phone();
  const { conversation_id: none } = await text(sql, tenant, contact, "STOP");
  assert.equal(none, null, "a keyword opens no conversation");
  await text(sql, tenant, contact, "START");
  await text(sql, tenant, contact, "One");
  await age(sql, tenant, "3 days");
  await text(sql, tenant, contact, "Two");
  await text(sql, tenant, contact, "Three");
  await text(sql, tenant, phone(), "From somebody else");
  await text(sql, other, contact, "To somebody else");
  const list = async (who: { userId: string }, args: Record<string, unknown> = {}) =>
    bodies(await callAs(sql, who, "sms_list_messages_with", { contact_number: contact, ...args }) as Texts);
  assert.deepEqual(await list(tenant), ["Three", "Two", "One", "START", "STOP"]);
  assert.deepEqual(await list(tenant, { page_size: 3 }), ["Three", "Two", "One"]);
  assert.deepEqual(await list(other), ["To somebody else"]);
  assert.deepEqual(await list(tenant, { contact_number: phone() }), []);
  assert.deepEqual(await list({ userId: await addUser(sql) }), []);
  for (const page_size of [0, 101]) {
    const answer = await callAs(sql, tenant, "sms_list_messages_with", {
      contact_number: contact,
      page_size,
    });
    assert.deepEqual(answer, { outcome: "INVALID_PAGE_SIZE" });
  }
});

emptyDbTest("sms_get_attachment() tells only the owner where an attachment is", async ({ sql }, t) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const contact = phone();
  const url = `https://api.twilio.com/2010-04-01/Accounts/${tenant.accountSid}/Messages/MM1/Media/ME1`;
  const { message_id, conversation_id } = await text(sql, tenant, contact, "See this", {
    media: [{ url, content_type: "image/png" }, { url: `${url}2`, content_type: null }],
  });
  const found = { outcome: "found", account_sid: tenant.accountSid, direction: "inbound" };
  const first = { ...found, url, content_type: "image/png" };
  const cases: [string, { userId: string }, Record<string, unknown>, Record<string, unknown>][] = [
    ["the first", tenant, { attachment: 0 }, first],
    ["the second", tenant, { attachment: 1 }, { ...found, url: `${url}2`, content_type: null }],
    ["one that is not there", tenant, { attachment: 2 }, { outcome: "MEDIA_NOT_FOUND" }],
    ["the last but not least", tenant, { attachment: -1 }, { outcome: "MEDIA_NOT_FOUND" }],
    ["nobody's message", tenant, { attachment: 0, message_id: crypto.randomUUID() }, {
      outcome: "MEDIA_NOT_FOUND",
    }],
    ["another tenant's", other, { attachment: 0 }, { outcome: "MEDIA_NOT_FOUND" }],
    ["in its conversation", tenant, { attachment: 0, conversation_id }, first],
    ["in no such conversation", tenant, { attachment: 0, conversation_id: crypto.randomUUID() }, {
      outcome: "MEDIA_NOT_FOUND",
    }],
    ["with its contact", tenant, { attachment: 0, contact_number: contact }, first],
    ["with another contact", tenant, { attachment: 0, contact_number: phone() }, {
      outcome: "MEDIA_NOT_FOUND",
    }],
  ];
  for (const [what, who, args, answer] of cases) {
    await t.step(what, async () => {
      assert.deepEqual(await callAs(sql, who, "sms_get_attachment", { message_id, ...args }), answer);
    });
  }
});

dbTest("a conversation without a text has its place in the list", async ({ sql, tenant }) => {
  await text(sql, tenant, phone(), "Older");
  const [contact] =
    await sql`insert into public.sms_contacts (user_id, number) values (${tenant.userId}, ${phone()})
    returning id`;
  const [made] = await sql`insert into public.sms_conversations (user_id, phone_number_id, contact_id)
    values (${tenant.userId}, ${tenant.numberId}, ${contact?.id}) returning id`;
  assert.notEqual((await conversation(sql, made?.id)).last_message_at, null);
  const { conversations } = await callAs(sql, tenant, "sms_search_conversations");
  assert.equal((conversations as { id: string }[])[0]?.id, made?.id);
});
