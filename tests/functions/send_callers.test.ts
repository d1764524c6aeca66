import { strict as assert } from "node:assert";
import {
  answersPreflights,
  type Endpoint,
  refusesOtherBodies,
  refusesOtherMethods,
  refusesStrangers,
} from "./callers.ts";
import { conversationWith } from "./rows.ts";
import { refused, send } from "./sending.ts";
import { anonymous, phone, stackForFile, text } from "./support.ts";
import { connectTenant, operator } from "./tenants.ts";

// No worker: rows that come by themselves would hide rows that must not come.
const stack = await stackForFile({ worker: false });
const { sql, carrier } = stack;
const user = await connectTenant(stack);
const body = { to: phone(), body: "Hello" };
const endpoint: Endpoint = { name: "sms-send", method: "POST", body, secretKey: "accepted" };

/** What the demo tenant has, and the user of these tests must not touch. */
const theirContact = phone();
await text(stack, theirContact, "Are you open on Sunday?");
const theirConversation = await conversationWith(sql, theirContact);

refusesStrangers(stack, endpoint);
refusesOtherMethods(stack, endpoint, ["POST"]);
answersPreflights(stack, endpoint);
refusesOtherBodies(stack, user, endpoint, {
  "no recipient": { body: { body: "Hello" }, field: "to" },
  "a recipient that is a number": { body: { ...body, to: 14155550101 }, field: "to" },
  "recipients of which one is null": { body: { ...body, to: [body.to, null] }, field: "to" },
  "1,001 recipients": { body: { ...body, to: Array(1_001).fill(body.to) }, field: "to" },
  "a broadcast in a conversation": {
    body: { to: [body.to], body: "Hello", conversation_id: theirConversation.id },
    field: "conversation_id",
  },
  "a name for one text": { body: { ...body, name: "News" }, field: "name" },
  "a text that is an object": { body: { ...body, body: { text: "Hello" } }, field: "body" },
  "a sender that is a list": { body: { ...body, from: [user.number] }, field: "from" },
  "media that are one string": {
    body: { ...body, media_urls: "https://example.com/a.png" },
    field: "media_urls",
  },
  "a template that is no id": { body: { to: body.to, template_id: "1 or 1=1" }, field: "template_id" },
  "a conversation that is no id": { body: { ...body, conversation_id: "../" }, field: "conversation_id" },
  "variables that are a list": { body: { ...body, variables: [1] }, field: "variables" },
  "a variable that is null": { body: { ...body, variables: { name: null } }, field: "variables.name" },
  "a time without a zone": { body: { ...body, send_at: "2026-11-23T09:00:00" }, field: "send_at" },
  "a day that is none": { body: { ...body, send_at: "2026-02-30T09:00:00Z" }, field: "send_at" },
  "another user's id": { body: { ...body, user_id: stack.userId }, field: "user_id" },
});

/** Nothing in these is a text that could be sent; whatever is wrong with them, it is not our mistake. */
const hostile: Record<string, Record<string, unknown>> = {
  "NUL in every string": { to: "+1415\u0000", body: "\u0000", from: "\u0000", media_urls: ["\u0000"] },
  "lone surrogates": { to: body.to, body: "\uD800", from: "\uDFFF" },
  "a number of the old kind": { to: "4155550101", body: "Hello" },
  "nothing but what nobody sees": { to: body.to, body: "\u200B\u202E\u0007\n" },
  "the year 0": { to: body.to, body: "", send_at: "0000-01-01T00:00:00Z" },
  "the year 9999, nearly a day west": { ...body, send_at: "9999-12-31T23:59:59-23:59" },
  "recipients that are none": { to: Array(1_000).fill("x".repeat(64)), body: "" },
};

Deno.test("sms-send refuses hostile and hopeless requests with 4xx, and hands nothing to the carrier", async (test) => {
  for (const [what, request] of Object.entries(hostile)) {
    await test.step(what, async () => {
      const { status, code } = await refused(user.client, request);
      assert(status >= 400 && status < 500, `${status} ${code}`);
    });
  }
  assert.equal(carrier.ledger.outbound().length, 0);
});

Deno.test("the secret key has to say whose text it is, and sends nobody's with what is not theirs", async () => {
  const app = operator(stack);
  const cases: [Record<string, unknown>, number, string][] = [
    [body, 400, "INVALID_REQUEST"],
    [{ ...body, user_id: crypto.randomUUID() }, 404, "USER_NOT_FOUND"],
    [{ ...body, to: [body.to], user_id: crypto.randomUUID() }, 404, "USER_NOT_FOUND"],
    [{ ...body, user_id: user.id, conversation_id: theirConversation.id }, 404, "CONVERSATION_NOT_FOUND"],
    [{ ...body, user_id: user.id, from: stack.number }, 422, "NOT_YOUR_NUMBER"],
  ];
  for (const [request, status, code] of cases) {
    const answer = await refused(app, request);
    assert.deepEqual([answer.status, answer.code], [status, code]);
  }
  assert.equal(carrier.ledger.outbound().length, 0);
});

Deno.test("a user who is gone, but whose token is not, is refused", async () => {
  const gone = await stack.createUser();
  await sql`delete from auth.users where id = ${gone.id}`;
  for (const to of [body.to, [body.to]]) {
    const { status, code } = await refused(gone.client, { to, body: "Hello" }, crypto.randomUUID());
    assert.deepEqual([status, code], [404, "USER_NOT_FOUND"]);
  }
});

Deno.test("supabase-js without a session is refused", async () => {
  assert.equal((await refused(anonymous(stack), body)).status, 401);
});

Deno.test("after all of that the user's own text is sent", async () => {
  const { status } = await send(user.client, { ...body, user_id: user.id });
  assert.equal(status, 201);
});
