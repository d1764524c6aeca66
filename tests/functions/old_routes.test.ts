import { strict as assert } from "node:assert";
import { signForm } from "../../local/carrier/mod.ts";
import type { LocalUser } from "../../local/demo_tenant.ts";
import { OldConversationResponse, OldSendResponse } from "../../supabase/functions/sms-api/contract.ts";
import { expiredToken } from "./callers.ts";
import { textForm } from "./forms.ts";
import { messageTo, rowCounts } from "./rows.ts";
import { answer, demoClient, phone, quiet, sentTo, settled, stackForFile, text } from "./support.ts";
import { connectTenant } from "./tenants.ts";

// The old server's clients, as they are: a bearer token, no apikey, camelCase.
const stack = await stackForFile({}, { first_message: null });
const { sql, carrier } = stack;
const person = await demoClient(stack);
const { data: { session } } = await person.auth.getSession();
const token = session?.access_token ?? "";

interface Call {
  method?: "GET" | "POST";
  bearer?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

// deno-lint-ignore no-explicit-any -- answers are compared as they are
async function call(path: string, options: Call = {}): Promise<{ response: Response; body: any }> {
  const { bearer = token, body, headers } = options;
  const response = await fetch(`${stack.ready.functionsUrl}/sms-api/api/v1/${path}`, {
    method: options.method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const told = await response.text();
  return { response, body: told.startsWith("{") ? JSON.parse(told) : told };
}

const sendBody = (to: string, more: Record<string, unknown> = {}) => ({
  accountSid: stack.accountSid,
  authToken: "what is here is never used",
  to,
  from: "+1234567890",
  body: "Hello, this is a test message",
  ...more,
});

for (const prefix of ["sms", "twilio/sms"]) {
  Deno.test(`POST ${prefix}/send sends with the stored credentials and answers as the old server did`, async () => {
    const contact = phone();
    const { response, body } = await call(`${prefix}/send`, {
      body: sendBody(contact, { userId: stack.userId }),
    });
    assert.equal(response.status, 200);
    OldSendResponse.parse(body);
    assert.equal(body.message, "SMS sent successfully");
    const row = await messageTo(sql, contact);
    assert.deepEqual(
      [body.data.messageSid, body.data.to, body.data.from, body.data.body],
      [row.message_sid, contact, stack.number, "Hello, this is a test message"],
    );
    assert.deepEqual(sentTo(stack, contact), ["Hello, this is a test message"]);
    assert(!JSON.stringify(row).includes("never used"));
  });

  Deno.test(`GET ${prefix}/conversation shows the newest texts first, whichever way the number is written`, async () => {
    const contact = phone();
    stack.model.answerNext(answer("Until six."));
    await text(stack, contact, "Are you open?");
    await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: contact }).length === 1);
    await settled(stack, contact);
    await quiet(stack);
    for (const id of [`conv_${contact}`, `phone-${encodeURIComponent(contact)}`, contact, contact.slice(1)]) {
      const { response, body } = await call(`${prefix}/conversation/${id}?accountSid=AC1&authToken=secret`);
      assert.equal(response.status, 200);
      OldConversationResponse.parse(body);
      // deno-lint-ignore no-explicit-any
      const told = body.data.map((m: any) => [m.body, m.direction, m.from, m.numSegments]);
      assert.deepEqual(told, [
        ["Until six.", "outbound", stack.number, "1"],
        ["Are you open?", "inbound", contact, "1"],
      ], id);
    }
  });

  Deno.test(`POST ${prefix}/webhook believes only what Twilio signed for that very address`, async () => {
    const form = textForm(stack);
    const url = `${stack.ready.functionsUrl}/sms-api/api/v1/${prefix}/webhook`;
    const to = { form, url };
    assert.equal((await postTo(to, null)).status, 403);
    for (const elsewhere of ["sms-webhook", `api/v1/${prefix}/webhook`, `sms-api/v1/${prefix}/webhook`]) {
      const signedUrl = `${stack.ready.functionsUrl}/${elsewhere}`;
      assert.equal((await postTo({ ...to, signedUrl }, stack.authToken)).status, 403, elsewhere);
    }
    const stored = await postTo(to, stack.authToken);
    assert.deepEqual([stored.status, await stored.text()], [200, "<Response/>"]);
    const [row] = await sql`select count(*)::int from public.sms_messages
      where message_sid = ${form.find(([name]) => name === "MessageSid")?.[1] ?? ""}`;
    assert.equal(row?.count, 1);
  });
}

interface Posted {
  form: [string, string][];
  url: string;
  signedUrl?: string;
}

async function postTo({ form, url, signedUrl = url }: Posted, secret: string | null): Promise<Response> {
  return await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(secret === null ? {} : { "x-twilio-signature": signForm(secret, signedUrl, form) }),
    },
    body: new URLSearchParams(form),
  });
}

Deno.test("the old base URL is behind sms-api, and nowhere else", async () => {
  const health = async (base: string) => {
    const response = await fetch(`${stack.ready.functionsUrl}/${base}/v1/sms/webhook/health`);
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await health("sms-api/api"), 200);
  assert.equal(await health("sms-api"), 404);
  assert.equal(await health("api"), 404);
});

Deno.test("GET numbers lists every number that texts came from or went to", async () => {
  const [contact, stranger] = [phone(), phone()];
  await call("sms/send", { body: sendBody(contact) });
  await text(stack, stranger, "STOP");
  const { response, body } = await call("sms/numbers");
  assert.equal(response.status, 200);
  for (const number of [contact, stranger, stack.number]) assert(body.data.includes(number), number);
  assert.deepEqual(body.data, [...body.data].sort());
  assert.equal((await call("twilio/sms/numbers")).response.status, 404);
});

Deno.test("who is not signed in hears what the old server said, and nothing changes", async () => {
  const before = await rowCounts(sql);
  const expired = await expiredToken(stack, { id: stack.userId });
  const routes: [string, Call][] = [
    ["sms/send", { body: sendBody(phone()) }],
    ["twilio/sms/send", { body: sendBody(phone()) }],
    ["sms/conversation/conv_+14155550101", {}],
    ["sms/stats", {}],
    ["sms/numbers", {}],
  ];
  for (const [path, options] of routes) {
    const missing = await call(path, { ...options, bearer: null });
    assert.deepEqual([missing.response.status, missing.body.success, missing.body.message], [
      401,
      false,
      "Access token required",
    ], path);
    for (const bearer of [expired, "nonsense", stack.ready.secretKey]) {
      const bad = await call(path, { ...options, bearer });
      assert.equal(bad.body.success, false);
      assert.deepEqual([bad.response.status, bad.body.message], [403, "Invalid or expired token"], path);
    }
  }
  assert.deepEqual(await rowCounts(sql), before);
});

Deno.test("bad bodies are 400 in the old shape, and change nothing", async () => {
  const before = await rowCounts(sql);
  const { to: _, ...withoutTo } = sendBody(phone());
  const bad: unknown[] = [
    "{",
    "[]",
    {},
    withoutTo,
    sendBody("not a number"),
    sendBody(phone(), { body: "x".repeat(1601) }),
    sendBody(phone(), { body: " " }),
    sendBody(phone(), { body: 7 }),
    sendBody(phone(), { from: "+14155559999" }),
    sendBody(phone(), { accountSid: "" }),
  ];
  for (const body of bad) {
    const { response, body: told } = await call("sms/send", { body });
    assert.deepEqual([response.status, told.success], [400, false], JSON.stringify(body).slice(0, 80));
    assert.equal(typeof told.message, "string");
  }
  assert.deepEqual(await rowCounts(sql), before);
});

Deno.test("another user's id is refused, and so is an account that is not the caller's", async () => {
  const other = await connectTenant(stack);
  const contact = phone();
  const asOther = await call("sms/send", { body: sendBody(contact, { userId: other.id }) });
  assert.deepEqual([asOther.response.status, asOther.body.error], [403, "NOT_YOURSELF"]);
  const unknown = `AC${"0".repeat(32)}`;
  for (const accountSid of [other.accountSid, unknown, "nonsense"]) {
    const { response, body } = await call("sms/send", { body: sendBody(contact, { accountSid }) });
    assert.deepEqual([response.status, body.error], [422, "CONNECT_ACCOUNT_FIRST"], accountSid);
  }
  // The operator's account is not for who has no number on it.
  const theirs = await call("sms/send", { bearer: other.accessToken, body: sendBody(contact) });
  assert.deepEqual([theirs.response.status, theirs.body.error], [422, "CONNECT_ACCOUNT_FIRST"]);
  assert.deepEqual(sentTo(stack, contact), []);
});

Deno.test("a second tenant sends from their own number, and sees nothing of the first", async () => {
  const other = await connectTenant(stack);
  const contact = phone();
  await call("sms/send", { body: sendBody(contact) });
  const empty = await callAs(other, `sms/conversation/conv_${contact}`);
  assert.deepEqual(empty, { success: true, data: [] });
  assert.deepEqual(await callAs(other, "sms/numbers"), { success: true, data: [] });
  const { body } = await call("sms/send", {
    bearer: other.accessToken,
    body: sendBody(contact, { accountSid: other.accountSid }),
  });
  assert.equal(body.data.from, other.number);
  assert.equal((await callAs(other, "sms/stats")).data.total, 1);
});

async function callAs(user: Pick<LocalUser, "accessToken">, path: string) {
  return (await call(path, { bearer: user.accessToken })).body;
}

Deno.test("a repeat of a text that Twilio refused is told as the first try was", async () => {
  const options = { body: sendBody("+15005550001"), headers: { "idempotency-key": crypto.randomUUID() } };
  const [first, again] = [await call("sms/send", options), await call("sms/send", options)];
  assert.deepEqual([first.response.status, first.body.code], [400, 21211]);
  assert.deepEqual([again.response.status, again.body], [400, first.body]);
});

Deno.test("figures from dates that Postgres does not know are answered", async () => {
  const moments = ["0000-01-01", "0000-01-01T00:00:00%2B23:59", "2026-01-01T00:00:00-23:59"];
  for (const startDate of moments) {
    const { response, body } = await call(`sms/stats?startDate=${startDate}`);
    assert.deepEqual([response.status, body.success], [200, true], startDate);
  }
});

const asking: [string, string, Call][] = [
  ["sms_choose_sender", "sms/send", { body: sendBody("+14155550199") }],
  ["sms_list_message_numbers", "sms/numbers", {}],
  ["sms_count_messages", "sms/stats", {}],
  ["sms_list_messages_with", "sms/conversation/conv_+14155550199", {}],
];
for (const [name, path, options] of asking) {
  Deno.test(`${path} says that it can be tried again while the database is away`, async () => {
    stack.failPoints.arm({ on: "rpc", name, moment: "before", action: "drop" });
    const { response, body } = await call(path, options);
    assert.deepEqual([response.status, body.error, response.headers.get("retry-after")], [
      503,
      "UNAVAILABLE",
      "1",
    ]);
  });
}

Deno.test("hostile ids and paths are answered without a 500", async () => {
  const ids = [
    "%00",
    "%E0%A4%A",
    "'; drop table sms_messages;--",
    "x".repeat(2000),
    "conv_",
    "🙂",
    "..%2f..%2fsend",
  ];
  for (const id of ids) {
    const { response } = await call(`sms/conversation/${id}`);
    assert([200, 404].includes(response.status), `${id}: ${response.status}`);
  }
  for (const path of ["sms", "sms/nothing", "sms/send/more", "voice/send", "sms/conversation"]) {
    const { response, body } = await call(path);
    assert(response.status === 404 || response.status === 405, path);
    assert.equal(body.success, false);
  }
  const { response, body } = await call("sms/send", { method: "GET" });
  assert.deepEqual([response.status, response.headers.get("allow"), body.success], [405, "POST", false]);
});

Deno.test("also what is at no route, or used wrongly, can be read from pages and found in the log", async () => {
  for (
    const [path, status] of [["sms/nothing", 404], ["sms/conversation/%E0%A4%A", 404], [
      "sms/send",
      405,
    ]] as const
  ) {
    const { response } = await call(path);
    assert.equal(response.status, status, path);
    assert(response.headers.get("x-request-id"), path);
    assert.equal(response.headers.get("access-control-allow-origin"), "*", path);
  }
});

Deno.test("a browser's preflight is answered, and answers may be read from pages", async () => {
  const url = `${stack.ready.functionsUrl}/sms-api/api/v1/sms/send`;
  const preflight = await fetch(url, {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example.com",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  await preflight.body?.cancel();
  assert(preflight.ok);
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /authorization/);
  const { response } = await call("sms/send", { bearer: null, body: {} });
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
});

Deno.test("the old routes log neither the token in a body nor a query, nor a text", async () => {
  const lines: string[] = [];
  const stop = stack.functions.onLog((line) => lines.push(line.text));
  const secret = "0123456789abcdef0123456789abcdef";
  const contact = phone();
  await call("sms/send", { body: sendBody(contact, { authToken: secret, body: "Very private words" }) });
  await call(`sms/conversation/conv_${contact}?authToken=${secret}`);
  stop();
  const all = lines.join("\n");
  for (const hidden of [secret, "private words", contact]) assert(!all.includes(hidden), hidden);
  assert.match(all, /"function":"sms-api"/);
});
