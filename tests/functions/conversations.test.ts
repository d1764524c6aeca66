/** sms-conversation as an app uses it: the list, one conversation, changes. */
import { strict as assert } from "node:assert";
import { FunctionsHttpError, type SupabaseClient } from "@supabase/supabase-js";
import type {
  ConversationListResponse,
  ConversationResponse,
} from "../../supabase/functions/_shared/contract_conversation.ts";
import {
  ConversationListResponse as ListContract,
  ConversationResponse as ReadContract,
  ConversationUpdateResponse as UpdateContract,
} from "../../supabase/functions/_shared/contract_conversation.ts";
import {
  answersAsUnknown,
  answersPreflights,
  call,
  type Endpoint,
  headersOf,
  refusesOtherBodies,
  refusesOtherMethods,
  refusesStrangers,
} from "./callers.ts";
import { refusal } from "./forms.ts";
import { conversationWith, jobsOf, messageTo } from "./rows.ts";
import { demoClient, phone, quiet, settled, stackForFile, text, until } from "./support.ts";
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
await quiet(stack);
const theirs = await conversationWith(sql, theirContact);

const name = "sms-conversation";
const list: Endpoint = { name, method: "GET", path: "" };
const one: Endpoint = { name, method: "GET", path: `/${own.id}` };
const change: Endpoint = { name, method: "PATCH", path: `/${own.id}`, body: { ai_enabled: true } };

for (const endpoint of [list, one, change]) {
  refusesStrangers(stack, endpoint);
  answersPreflights(stack, endpoint);
}
refusesOtherMethods(stack, one, ["GET", "PATCH"]);
refusesOtherBodies(stack, { client: person }, change, {
  "a switch that is a word": { body: { ai_enabled: "off" }, field: "ai_enabled" },
  "a switch that is null": { body: { ai_enabled: null }, field: "ai_enabled" },
  "a status that there is not": { body: { status: "closed" }, field: "status" },
  "a read mark that is a text": { body: { read_through: "5" }, field: "read_through" },
  "a read mark between two texts": { body: { read_through: 1.5 }, field: "read_through" },
  "a read mark before the first": { body: { read_through: -1 }, field: "read_through" },
  "a read mark past all numbers": { body: { read_through: 1e300 }, field: "read_through" },
});
const unknownId = crypto.randomUUID();
const unknownNumber = phone();
const notFound = { status: 404, code: "CONVERSATION_NOT_FOUND" };
answersAsUnknown(stack, { client: person }, {
  "a conversation": {
    theirs: { ...one, path: `/${theirs.id}` },
    unknown: { ...one, path: `/${unknownId}` },
    ...notFound,
  },
  "a conversation by number": {
    theirs: { ...one, path: `/phone-${theirContact}` },
    unknown: { ...one, path: `/phone-${unknownNumber}` },
    ...notFound,
  },
  "a conversation to change": {
    theirs: { ...change, path: `/${theirs.id}` },
    unknown: { ...change, path: `/${unknownId}` },
    ...notFound,
  },
  "a conversation to change by number": {
    theirs: { ...change, path: `/conv_${theirContact}` },
    unknown: { ...change, path: `/conv_${unknownNumber}` },
    ...notFound,
  },
});

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

async function refused(endpoint: Endpoint): Promise<{ status: number; code: string }> {
  return await refusal(await call(stack, endpoint, { headers: await headersOf(stack, person) }));
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
  const { data } = await person.from("conversations").select("*, contacts(id, number, name, opted_out_at)")
    .eq("id", own.id).single();
  const { conversation, messages } = await get<ConversationResponse>(`/${own.id}`);
  const { contacts, ...row } = jsonTimes(data);
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
  assert.deepEqual(await refused({ ...one, path: elsewhere }), notFound);
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
      insert into public.contacts (user_id, number)
      select ${id}, '+1212' || (5550000 + i) from generate_series(1, 250) i returning *)
    insert into public.conversations (user_id, phone_number_id, contact_id, last_message_at)
    -- Two and two of the same moment.
    select k.user_id, n.id, k.id, now() - (right(k.number, 4)::int / 2) * interval '1 minute'
    from people k join public.phone_numbers n on n.user_id = k.user_id`;
  const [rows] = await sql`select array_agg(id order by last_message_at desc, id desc) as ids
    from public.conversations where user_id = ${id}`;
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

const HOSTILE = [
  "%",
  "_",
  "%%%%%%",
  "\\",
  "\\\\%",
  "'",
  "''; drop table conversations; --",
  '"',
  "\u0000",
  "a\u0000b",
  "🎉",
  "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "(((((((((((((((((((((((((((((((((((((((((((((",
  "(a+)+$",
  "[[:alpha:]",
  "***:",
  "***=x",
  "{{",
  "a{1000000}",
  "שלום עולם",
  "\u202Eabc\u202C",
  "\ud800",
  "٣٤٥",
  "你好",
  "-",
  "+",
  "0",
  "null",
  "NaN",
  "İ",
  "x".repeat(100),
];

Deno.test("hostile searches are searches like any other", async (t) => {
  for (const search of HOSTILE) {
    await t.step(JSON.stringify(search), async () => {
      const query = new URLSearchParams();
      query.set("search", search);
      ListContract.parse(await get(`?${query}`));
    });
  }
  await t.step("10,000 characters", async () => {
    const endpoint = { ...list, path: `?search=${"x".repeat(10_000)}` };
    assert.deepEqual(await refused(endpoint), { status: 400, code: "SEARCH_TOO_LONG" });
  });
});

Deno.test("a search finds number, name and text, and filters by status", async () => {
  const from = phone();
  await text(stack, from, "Do you have vegan 100% cotton shirts?");
  await person.from("contacts").update({ name: "Grace Hopper" }).eq("number", from);
  const { id } = await conversationWith(sql, from);
  const found = async (query: string) =>
    (await get<ConversationListResponse>(query)).conversations.map((conversation) => conversation.id);
  const digits = `(${from.slice(2, 5)}) ${from.slice(5, 8)}-${from.slice(8)}`;
  for (const search of [digits, from, "grace h", "HOPPER", "gr"]) {
    assert.deepEqual(await found(`?search=${encodeURIComponent(search)}`), [id], search);
  }
  assert.deepEqual(await found(`?search=Hopper&status=active`), [id]);
  assert.deepEqual(await found(`?search=Hopper&status=ended`), []);
  await patch(`/${id}`, { status: "ended" });
  assert.deepEqual(await found(`?search=Hopper&status=ended`), [id]);
  const [preview] = await sql`select last_message_preview from public.conversations where id = ${id}`;
  assert.deepEqual(await found(`?search=${encodeURIComponent(preview?.last_message_preview)}`), [id]);
});

Deno.test("another tenant's conversations are in no list and no search", async () => {
  for (const query of ["?limit=100", "?search=Bob", `?search=${theirContact.slice(1)}`]) {
    const { conversations } = await get<ConversationListResponse>(query);
    assert(conversations.every(({ user_id }) => user_id === stack.userId), query);
  }
  const { conversations } = await get<ConversationListResponse>("?search=Bob%20only", other.client);
  assert(conversations.every(({ user_id }) => user_id === other.id));
});

const b64 = (value: unknown) =>
  btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const place = { at: "2026-11-01T12:00:00+00:00", id: unknownId };

Deno.test("queries that make no sense are 400, and never a 500", async (t) => {
  const invalid = { status: 400, code: "INVALID_REQUEST" };
  const cursor = { status: 400, code: "INVALID_CURSOR" };
  const queries: [string, { status: number; code: string }][] = [
    ["?limit=0", invalid],
    ["?limit=101", invalid],
    ["?limit=-1", invalid],
    ["?limit=1.5", invalid],
    ["?limit=many", invalid],
    ["?limit=", invalid],
    ["?limit=1e9", invalid],
    ["?limit=5&limit=5", invalid],
    ["?status=closed", invalid],
    ["?status=", invalid],
    ["?page=2", invalid],
    ["?user_id=" + other.id, invalid],
    ["?cursor=" + "x".repeat(300), invalid],
    ["?cursor=", cursor],
    ["?cursor=nonsense", cursor],
    ["?cursor=%F0%9F%8E%89", cursor],
    ["?cursor=%00", cursor],
    ["?cursor=" + b64(null), cursor],
    ["?cursor=" + b64([]), cursor],
    ["?cursor=" + b64({}), cursor],
    ["?cursor=" + b64({ ...place, user_id: other.id }), cursor],
    ["?cursor=" + b64({ ...place, at: "yesterday" }), cursor],
    ["?cursor=" + b64({ ...place, at: "infinity" }), cursor],
    ["?cursor=" + b64({ ...place, at: 7 }), cursor],
    ["?cursor=" + b64({ ...place, at: "2026-02-30T12:00:00+00:00" }), cursor],
    ["?cursor=" + b64({ ...place, at: "0000-01-01T12:00:00+00:00" }), cursor],
    ["?cursor=" + b64({ ...place, at: "2026-11-01T12:00:00+23:00" }), cursor],
    ["?cursor=" + b64({ ...place, at: "2026-11-01T24:00:00+00:00" }), cursor],
    ["?cursor=" + b64({ ...place, id: "x" }), cursor],
    ["?cursor=" + b64({ seq: 5 }), cursor],
    [`/${own.id}?cursor=${b64(place)}`, cursor],
    [`/${own.id}?cursor=${b64({ seq: -1 })}`, cursor],
    [`/${own.id}?cursor=${b64({ seq: 1e30 })}`, cursor],
    [`/${own.id}?limit=101`, invalid],
    [`/${own.id}?status=active`, invalid],
    ["/%zz", { status: 400, code: "INVALID_PATH" }],
  ];
  for (const [query, expected] of queries) {
    await t.step(query.slice(0, 80), async () => {
      assert.deepEqual(await refused({ ...list, path: query }), expected);
    });
  }
  await t.step("a cursor that somebody made up well is only a place", async () => {
    ListContract.parse(await get(`?cursor=${b64({ ...place, at: "0001-01-01T00:00:00+14:59" })}`));
    ListContract.parse(await get(`?cursor=${b64({ ...place, at: "9999-12-31T23:59:59.999999-14:59" })}`));
  });
});

Deno.test("other paths are 404, and other methods 405 with what is allowed there", async (t) => {
  const nothing = { status: 404, code: "NOT_FOUND" };
  const paths: [string, { status: number; code: string }][] = [
    ["/nonsense", nothing],
    [`/${contact}`, nothing],
    ["/phone-", nothing],
    ["/conv-+14155550101", nothing],
    [`/${own.id}/messages`, nothing],
    [`/${own.id}/media`, nothing],
    [`/${own.id}/media/${unknownId}/0/1`, nothing],
    [`/${own.id}'`, nothing],
    ["/phone-x", notFound],
    ["/phone-%00", notFound],
    [`/phone-${"9".repeat(500)}`, notFound],
    [`/conv_${encodeURIComponent("🎉")}`, notFound],
    ["/00000000-0000-0000-0000-000000000000", notFound],
  ];
  for (const [path, expected] of paths) {
    await t.step(path.slice(0, 60), async () => assert.deepEqual(await refused({ ...one, path }), expected));
  }
  for (const [path, allow] of [["", "GET"], [`/${own.id}/media/${unknownId}/0`, "GET"]]) {
    await t.step(`PATCH ${path}`, async () => {
      const endpoint: Endpoint = { ...change, path: path ?? "" };
      const response = await call(stack, endpoint, { headers: await headersOf(stack, person) });
      assert.equal(response.headers.get("allow"), allow);
      assert.deepEqual(await refusal(response), { status: 405, code: "METHOD_NOT_ALLOWED" });
    });
  }
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

Deno.test("a conversation is not reopened beside an active one", async () => {
  const from = phone();
  await text(stack, from, "Hello");
  const old = await conversationWith(sql, from);
  await patch(`/${old.id}`, { status: "ended" });
  await sql`update public.conversations set ended_at = ended_at - interval '3 days' where id = ${old.id}`;
  await text(stack, from, "Back again");
  const answer = await patch(`/${old.id}`, { status: "active", read_through: 1 });
  assert.deepEqual(answer, { status: 409, code: "ANOTHER_IS_ACTIVE" });
  const [after] = await sql`select status, read_seq from public.conversations where id = ${old.id}`;
  assert.deepEqual([after?.status, Number(after?.read_seq)], ["ended", 0]);
});

Deno.test("switched off, the assistant says nothing more: not what it thinks, not what it wrote", async () => {
  const from = phone();
  const held = Promise.withResolvers<void>();
  const claim = stack.failPoints.arm({
    on: "rpc",
    name: "claim_deliveries",
    moment: "before",
    action: { hold: held.promise },
    times: 100,
  });
  try {
    await text(stack, from, "Are you there?");
    await until("the reply is written", async () => {
      const jobs = await jobsOf(sql, from);
      return jobs.some((job) => job.kind === "deliver");
    });
    const off = await patch(`/phone-${from}`, { ai_enabled: false });
    assert("ai_enabled" in off && off.ai_enabled === false);
  } finally {
    claim.disarm();
    held.resolve();
  }
  await settled(stack, from);
  const reply = await messageTo(sql, from);
  assert.deepEqual([reply.status, reply.error_code], ["canceled", "ASSISTANT_OFF"]);
  await text(stack, from, "Hello?");
  await settled(stack, from);
  assert.deepEqual(stack.carrier.ledger.outbound({ to: from }), []);
  await patch(`/phone-${from}`, { ai_enabled: true });
  await text(stack, from, "And now?");
  await settled(stack, from);
  assert.equal(stack.carrier.ledger.outbound({ to: from }).length, 1);
});
