/** sms-conversation as an app uses it: the list, one conversation, changes. */
import { strict as assert } from "node:assert";
import { FunctionsHttpError, type SupabaseClient } from "@supabase/supabase-js";
import type {
  ConversationListResponse,
  ConversationResponse,
} from "../../supabase/functions/_shared/sms/contract/conversation.ts";
import {
  ConversationListResponse as ListContract,
  ConversationResponse as ReadContract,
  ConversationUpdateResponse as UpdateContract,
} from "../../supabase/functions/_shared/sms/contract/conversation.ts";
import { refusal } from "./forms.ts";
import { conversationWith } from "./rows.ts";
import { demoClient, phone, settled, stackForFile, text } from "./support.ts";
import { connectTenant } from "./tenants.ts";

const stack = await stackForFile();
const { sql } = stack;
const person = await demoClient(stack);
const contact = phone();
await text(stack, contact, "Are you open on Sunday?");
await settled(stack, contact);
const own = await conversationWith(sql, contact);
const other = await connectTenant(stack);
const theirContact = phone();
assert((await stack.carrier.text({ from: theirContact, to: other.number, body: "For Bob only" })).ok);
await settled(stack, theirContact);
const name = "sms-conversation";

/** As an app calls it. */
async function get<T>(path: string, client: SupabaseClient = person): Promise<T> {
  const { data, error } = await client.functions.invoke(`${name}${path}`, { method: "GET" });
  assert.equal(error, null, error instanceof FunctionsHttpError ? await error.context.text() : "");
  return data;
}

async function patch(path: string, body: Record<string, unknown>) {
  const { data, error } = await person.functions.invoke(`${name}${path}`, { method: "PATCH", body });
  if (error instanceof FunctionsHttpError) return await refusal(error.context);
  return UpdateContract.parse(data).conversation;
}

Deno.test("the list and a conversation keep to the contract, and say the same of a conversation", async () => {
  const { conversations, next_cursor } = ListContract.parse(await get("?limit=100"));
  assert.equal(next_cursor, null);
  const listed = conversations.find(({ id }) => id === own.id);
  const read = ReadContract.parse(await get(`/${own.id}`));
  assert.deepEqual(read.conversation, listed);
  assert.deepEqual(read.messages.map(({ seq }) => seq), [2, 1]);
  assert.equal(read.messages[1]?.body, "Are you open on Sunday?");
  assert.equal(read.conversation.contact.number, contact);
  assert.equal(read.conversation.phone_number.number, stack.number);
});

Deno.test("the API and a direct read of the tables agree", async () => {
  const { data } = await person.from("sms_conversations").select(
    "*, sms_contacts(id, number, name, opted_out_at)",
  )
    .eq("id", own.id).single();
  const { conversation, messages } = await get<ConversationResponse>(`/${own.id}`);
  const { sms_contacts: contacts, ...row } = jsonTimes(data);
  assert.deepEqual(conversation.contact, contacts);
  const { contact: _, phone_number: __, unread, ...columns } = conversation;
  assert.deepEqual(columns, row);
  assert.equal(unread, row.last_seq - row.read_seq);
  const rows = await person.from("sms_messages").select("*").eq("conversation_id", own.id)
    .order("seq", { ascending: false });
  assert.deepEqual(messages, jsonTimes(rows.data));
});

/** The local API writes times as Postgres prints them; PostgREST, like the verbs, as JSON has them. */
function jsonTimes<T>(rows: T): T {
  return JSON.parse(
    JSON.stringify(rows),
    (_, value) =>
      typeof value === "string" ? value.replace(/^(\d{4}-\d\d-\d\d) ([\d:.]+)\+00$/, "$1T$2+00:00") : value,
  );
}

Deno.test("a conversation is found by number, in every spelling of it", async () => {
  const national = contact.slice(2);
  const spelled = `+1 (${national.slice(0, 3)}) ${national.slice(3, 6)}-${national.slice(6)}`;
  for (
    const id of [
      own.id.toUpperCase(),
      `phone-${contact}`,
      `phone-${encodeURIComponent(contact)}`,
      `conv_${contact}`,
      `conv_${encodeURIComponent(spelled)}`,
      `phone-${contact}?from=${encodeURIComponent(stack.number)}`,
      // As browsers' forms and careless clients write it: here a plus is a blank.
      `phone-${contact}?from=${stack.number}`,
    ]
  ) {
    assert.equal((await get<ConversationResponse>(`/${id}`)).conversation.id, own.id, id);
  }
  const elsewhere = `/phone-${contact}?from=${encodeURIComponent(other.number)}`;
  assert.deepEqual(await patch(elsewhere, { ai_enabled: false }), {
    status: 404,
    code: "CONVERSATION_NOT_FOUND",
  });
});

Deno.test("messages are paged, each once, also while texts come", async () => {
  const from = phone();
  for (let i = 1; i <= 7; i++) await text(stack, from, `Text ${i}`);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query = `?limit=3${cursor ? `&cursor=${cursor}` : ""}`;
    const page: ConversationResponse = await get(`/phone-${from}${query}`);
    seen.push(...page.messages.filter((m) => m.direction === "inbound").map((m) => m.body));
    cursor = page.next_cursor;
    if (seen.length < 7) await text(stack, from, "Newer");
  } while (cursor);
  assert.deepEqual(
    seen.filter((body) => body !== "Newer"),
    Array.from({ length: 7 }, (_, i) => `Text ${7 - i}`),
  );
});

Deno.test("250 conversations are paged, each exactly once, while new texts arrive", async () => {
  const { client, id, number } = await connectTenant(stack);
  await sql`with people as (
      insert into public.sms_contacts (user_id, number)
      select ${id}, '+1212' || (5550000 + i) from generate_series(1, 250) i returning *)
    insert into public.sms_conversations (user_id, phone_number_id, contact_id, last_message_at)
    -- Two and two of the same moment.
    select k.user_id, n.id, k.id, now() - (right(k.number, 4)::int / 2) * interval '1 minute'
    from people k join public.sms_numbers n on n.user_id = k.user_id`;
  const [rows] = await sql`select array_agg(id order by last_message_at desc, id desc) as ids
    from public.sms_conversations where user_id = ${id}`;
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: ConversationListResponse = await get(`?limit=40${cursor ? `&cursor=${cursor}` : ""}`, client);
    seen.push(...page.conversations.map((conversation) => conversation.id));
    cursor = page.next_cursor;
    assert((await stack.carrier.text({ from: phone(), to: number, body: "New here" })).ok);
    assert((await stack.carrier.text({ from: "+12125550250", to: number, body: "Moves" })).ok);
  } while (cursor);
  // The last one moved to the top before its page came.
  const moved = await conversationWith(sql, "+12125550250");
  assert.deepEqual(seen, rows?.ids.filter((one: string) => one !== moved.id));
});

Deno.test("a person ends a conversation, reopens it, and reads it", async () => {
  const from = phone();
  await text(stack, from, "Hello");
  const path = `/phone-${from}`;
  const ended = await patch(path, { status: "ended" });
  assert.deepEqual([ended.status, "end_reason" in ended && ended.end_reason], ["ended", "person"]);
  const reopened = await patch(path, { status: "active", read_through: 1 });
  assert("reopened_at" in reopened && reopened.reopened_at !== null);
  assert.deepEqual([reopened.status, reopened.ended_at, reopened.read_seq], ["active", null, 1]);
  assert.deepEqual(await patch(path, {}), { status: 400, code: "NOTHING_TO_CHANGE" });
});
