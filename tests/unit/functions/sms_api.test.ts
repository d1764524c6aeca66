import assert from "node:assert/strict";
import { inOldShape } from "../../../supabase/functions/sms-api/answers.ts";
import { oldRoutes } from "../../../supabase/functions/sms-api/router.ts";

const ASKED = new Request("https://old.example/api/v1/sms/stats", { headers: { authorization: "Bearer x" } });

const ours = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json({ code, message: "Why." }, { status, headers });

async function inOld(response: Response) {
  const told = await inOldShape(response, ASKED);
  return [told.status, await told.json()];
}

Deno.test("inOldShape() tells Twilio's refusals by their number: bad input 400, the others 500", async () => {
  assert.deepEqual(await inOld(ours(422, "TWILIO_21408")), [400, {
    success: false,
    message: "Why.",
    code: 21408,
    error: "TWILIO_21408",
  }]);
  assert.deepEqual((await inOld(ours(422, "TWILIO_21608")))[0], 500);
});

Deno.test("inOldShape() gives our own refusals the number Twilio has for them, where it has one", async () => {
  const expected: [string, number | undefined][] = [
    ["RECIPIENT_OPTED_OUT", 21610],
    ["COUNTRY_NOT_ALLOWED", 21408],
    ["NO_NUMBER", undefined],
  ];
  for (const [code, number] of expected) {
    const [status, body] = await inOld(ours(422, code));
    assert.deepEqual([status, body.code, body.error], [400, number, code]);
  }
});

Deno.test("inOldShape() keeps the statuses that a client can act on, and the headers", async () => {
  for (const status of [403, 404, 405, 410, 413, 415, 429, 500, 503]) {
    assert.equal((await inOld(ours(status, "SOMETHING")))[0], status);
  }
  assert.equal((await inOld(ours(422, "CONNECT_ACCOUNT_FIRST")))[0], 422);
  assert.equal((await inOld(ours(409, "IDEMPOTENCY_KEY_REUSED")))[0], 400);
  const limited = await inOldShape(
    ours(429, "RATE_LIMITED", { "retry-after": "7", "x-request-id": "r" }),
    ASKED,
  );
  assert.deepEqual([limited.headers.get("retry-after"), limited.headers.get("x-request-id")], ["7", "r"]);
});

Deno.test("inOldShape() passes over what is not a failure, and over a body that is not ours", async () => {
  const fine = Response.json({ success: true });
  assert.equal(await inOldShape(fine, ASKED), fine);
  assert.deepEqual(await inOld(new Response("Bad gateway", { status: 502 })), [502, {
    success: false,
    message: "Something went wrong here.",
    error: "INTERNAL",
  }]);
});

Deno.test("oldRoutes() finds a route by its path, and nothing else", async () => {
  const fetch = oldRoutes([
    {
      path: "/api/v1/sms/conversation/:id",
      fetch: () => Promise.resolve(new Response("conversation")),
    },
    { path: "/api/v1/sms/send", fetch: () => Promise.resolve(new Response("send")) },
  ], () => Promise.resolve(new Response("elsewhere", { status: 404 })));
  const at = async (method: string, path: string) => {
    const response = await fetch(new Request(`http://x.test${path}`, { method }));
    return [response.status, (await response.text()).slice(0, 12)];
  };
  assert.deepEqual(await at("POST", "/sms-api/api/v1/sms/send"), [200, "send"]);
  assert.deepEqual(await at("POST", "/functions/v1/sms-api/api/v1/sms/send/"), [200, "send"]);
  assert.deepEqual(await at("GET", "/sms-api/api/v1/sms/conversation/%2B1555"), [200, "conversation"]);
  assert.deepEqual(await at("OPTIONS", "/sms-api/api/v1/sms/send"), [200, "send"]);
  // Which methods it takes is the route's to say.
  assert.deepEqual(await at("GET", "/sms-api/api/v1/sms/send"), [200, "send"]);
  for (
    const path of [
      "/sms-api",
      "/sms-api/api/v1/sms",
      "/sms-api/api/v1/sms/send/x",
      "/sms-api/api/v1/sms/conversation",
      "/sms-api/api/v1/sms/%E0%A4%A",
    ]
  ) {
    assert.equal((await at("POST", path))[0], 404, path);
  }
});
