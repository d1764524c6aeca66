/** What sms-conversation refuses, and what it takes however odd it looks. */
import { strict as assert } from "node:assert";
import { ConversationListResponse } from "../../supabase/functions/_shared/sms/contract/conversation.ts";
import {
  answersPreflights,
  call,
  type Endpoint,
  headersOf,
  refusesOtherBodies,
  refusesOtherMethods,
  refusesStrangers,
} from "./callers.ts";
import { refusal } from "./forms.ts";
import { conversationWith } from "./rows.ts";
import { demoClient, phone, quiet, settled, stackForFile, text } from "./support.ts";

const stack = await stackForFile();
const { sql } = stack;
const person = await demoClient(stack);
const contact = phone();
await text(stack, contact, "Are you open on Sunday?");
await settled(stack, contact);
const own = await conversationWith(sql, contact);
await quiet(stack);

const name = "sms-conversation";
const list: Endpoint = { name, method: "GET", path: "", secretKey: "accepted" };
const one: Endpoint = { name, method: "GET", path: `/${own.id}`, secretKey: "accepted" };
const change: Endpoint = {
  name,
  method: "PATCH",
  path: `/${own.id}`,
  body: { ai_enabled: true },
  secretKey: "accepted",
};

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
const notFound = { status: 404, code: "CONVERSATION_NOT_FOUND" };

async function refused(path: string): Promise<{ status: number; code: string }> {
  return await refusal(await call(stack, { ...list, path }, { headers: await headersOf(stack, person) }));
}

/** A page of the list, as the contract has it. */
async function page(query: string): Promise<ConversationListResponse> {
  const { data, error } = await person.functions.invoke(`${name}${query}`, { method: "GET" });
  assert.equal(error, null);
  return ConversationListResponse.parse(data);
}

const HOSTILE = [
  "%",
  "\\\\%",
  "''; drop table conversations; --",
  "a\u0000b",
  "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "(a+)+$",
  "***:",
  "שלום \u202Eabc\u202C",
  "\ud800",
  "x".repeat(100),
];

Deno.test("hostile searches are searches like any other", async (t) => {
  for (const search of HOSTILE) {
    await t.step(JSON.stringify(search), async () => {
      const query = new URLSearchParams();
      query.set("search", search);
      await page(`?${query}`);
    });
  }
});

const b64 = (value: unknown) =>
  btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const place = { at: "2026-11-01T12:00:00+00:00", id: unknownId };

Deno.test("queries that make no sense are 400, and never a 500", async (t) => {
  const invalid = { status: 400, code: "INVALID_REQUEST" };
  const cursor = { status: 400, code: "INVALID_CURSOR" };
  const queries: [string, { status: number; code: string }][] = [
    ["?limit=1.5", invalid],
    ["?limit=many", invalid],
    ["?limit=", invalid],
    ["?limit=1e9", invalid],
    ["?limit=5&limit=5", invalid],
    ["?status=", invalid],
    ["?page=2", invalid],
    ["?user_id=" + crypto.randomUUID(), invalid],
    ["?cursor=" + "x".repeat(300), invalid],
    ["?cursor=", cursor],
    ["?cursor=nonsense", cursor],
    ["?cursor=%00", cursor],
    ["?cursor=" + b64({}), cursor],
    ["?cursor=" + b64({ ...place, user_id: stack.userId }), cursor],
    ["?cursor=" + b64({ ...place, at: "yesterday" }), cursor],
    ["?cursor=" + b64({ ...place, at: "2026-11-01T24:00:00+00:00" }), cursor],
    ["?cursor=" + b64({ ...place, id: "x" }), cursor],
    [`/${own.id}?cursor=${b64(place)}`, cursor],
    [`/${own.id}?cursor=${b64({ seq: -1 })}`, cursor],
    [`/${own.id}?status=active`, invalid],
    ["/%zz", { status: 400, code: "INVALID_PATH" }],
  ];
  for (const [query, expected] of queries) {
    await t.step(query.slice(0, 80), async () => {
      assert.deepEqual(await refused(query), expected);
    });
  }
  await t.step("a cursor that somebody made up well is only a place", async () => {
    await page(`?cursor=${b64({ ...place, at: "0001-01-01T00:00:00+14:59" })}`);
    await page(`?cursor=${b64({ ...place, at: "9999-12-31T23:59:59.999999-14:59" })}`);
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
    await t.step(path.slice(0, 60), async () => assert.deepEqual(await refused(path), expected));
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
