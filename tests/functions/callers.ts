/**
 * Who calls an endpoint, and what all endpoints answer alike: strangers, wrong methods, preflights, bodies that are
 * not what they should be. Each function below registers tests of its own.
 *
 * Call them first in a file, before anything is under way: they count rows to see that nothing was changed.
 *
 * @example
 * const endpoint: Endpoint = { name: "sms-send", method: "POST", body: { to: phone(), body: "Hello" } };
 * refusesStrangers(stack, endpoint);
 * refusesOtherMethods(stack, endpoint, ["POST"]);
 * answersPreflights(stack, endpoint);
 * refusesOtherBodies(stack, user, endpoint, {
 *   "a text that is a number": { body: { ...endpoint.body, body: 7 }, field: "body" },
 * });
 */
import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { LocalUser } from "../../local/demo_tenant.ts";
import { refusal } from "./forms.ts";
import { rowCounts } from "./rows.ts";
import type { TestStack } from "./support.ts";

/** A request that a signed-in user may make. */
export interface Endpoint {
  /** The function, for instance `sms-send`. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** What follows the name, with its slash and query. */
  readonly path?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Whether the secret key may call it too. Default: not. */
  readonly secretKey?: "accepted";
}

export interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. Default: the endpoint's body as JSON. */
  readonly text?: BodyInit;
}

/** Calls an endpoint by hand, as nobody unless the headers say who. */
export async function call(stack: TestStack, endpoint: Endpoint, options: Call = {}): Promise<Response> {
  const method = options.method ?? endpoint.method;
  const given = options.text ?? (endpoint.body === undefined ? null : JSON.stringify(endpoint.body));
  const body = ["GET", "HEAD"].includes(method) ? null : given;
  return await fetch(`${stack.ready.functionsUrl}/${endpoint.name}${options.path ?? endpoint.path ?? ""}`, {
    method,
    headers: { ...(body === null ? {} : { "content-type": "application/json" }), ...options.headers },
    body,
  });
}

/** The headers with which supabase-js calls for a signed-in user. */
export async function headersOf(stack: TestStack, client: SupabaseClient): Promise<Record<string, string>> {
  const { data } = await client.auth.getSession();
  assert(data.session, "signed in");
  return { apikey: stack.ready.publishableKey, authorization: `Bearer ${data.session.access_token}` };
}

/** A user's token that was good an hour ago. */
export async function expiredToken(stack: TestStack, user: Pick<LocalUser, "id">): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return await stack.signToken({
    sub: user.id,
    role: "authenticated",
    aud: "authenticated",
    iat: now - 7200,
    exp: now - 3600,
  });
}

/** Everybody who is not signed in, by what they send. */
export async function strangers(stack: TestStack): Promise<Record<string, Record<string, string>>> {
  const user = await stack.createUser();
  const apikey = stack.ready.publishableKey;
  const bearer = (token: string) => ({ apikey, authorization: `Bearer ${token}` });
  const [header = "", payload = "", signature = ""] = user.accessToken.split(".");
  const unsigned = btoa(JSON.stringify({ alg: "none", typ: "JWT" })).replace(/=+$/, "");
  return {
    "nobody at all": {},
    "who has the publishable key only": { apikey },
    "who has the publishable key as bearer too": bearer(apikey),
    "who has an expired token": bearer(await expiredToken(stack, user)),
    "who has a token that is none": bearer("nonsense"),
    "who has an altered token": bearer([header, payload, signature.split("").reverse().join("")].join(".")),
    "who has an unsigned token": bearer([unsigned, payload, ""].join(".")),
    "who has a token of nobody": bearer(await stack.signToken({ role: "authenticated", exp: 4e9 })),
    "who has a wrong secret key": { apikey: `${stack.ready.secretKey.slice(0, -1)}_` },
    "who has the secret key as bearer only": { authorization: `Bearer ${stack.ready.secretKey}` },
    "who has the worker's key": { apikey: stack.workerKey },
  };
}

/** 401 for everybody who is not signed in, and nothing stored or sent. */
export function refusesStrangers(stack: TestStack, endpoint: Endpoint): void {
  Deno.test(`${described(endpoint)} refuses whoever is not signed in with 401, and changes nothing`, async (test) => {
    const more = endpoint.secretKey === "accepted"
      ? {}
      : { "who has the secret key": { apikey: stack.ready.secretKey } };
    const before = await traces(stack);
    for (const [who, headers] of Object.entries({ ...await strangers(stack), ...more })) {
      await test.step(who, async () => {
        const response = await call(stack, endpoint, { headers });
        const told = await response.clone().text();
        for (const secret of [stack.ready.secretKey, stack.workerKey, "    at "]) {
          assert(!told.includes(secret));
        }
        assert.equal((await refusal(response)).status, 401);
      });
    }
    assert.deepEqual(await traces(stack), before);
  });
}

/** 405 with `allow` for every method but those the function knows. */
export function refusesOtherMethods(stack: TestStack, endpoint: Endpoint, known: readonly string[]): void {
  Deno.test(`${endpoint.name} knows ${known.join(", ")} only`, async () => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((m) => !known.includes(m))) {
      const response = await call(stack, endpoint, { method });
      assert.equal(response.headers.get("allow"), known.join(", "), method);
      assert.deepEqual(await refusal(response), { status: 405, code: "METHOD_NOT_ALLOWED" }, method);
    }
  });
}

/** A browser's question before the call, and the headers it wants on answers and refusals alike. */
export function answersPreflights(stack: TestStack, endpoint: Endpoint): void {
  const origin = "https://app.example.com";
  const wanted = ["authorization", "x-client-info", "apikey", "content-type", "idempotency-key"];
  Deno.test(`${described(endpoint)} answers a browser's preflight, and lets pages read its refusals`, async () => {
    const preflight = await call(stack, endpoint, {
      method: "OPTIONS",
      text: "",
      headers: {
        origin,
        "access-control-request-method": endpoint.method,
        "access-control-request-headers": wanted.join(", "),
      },
    });
    await preflight.body?.cancel();
    assert(preflight.ok);
    const list = (name: string) =>
      (preflight.headers.get(name) ?? "").toLowerCase().split(",").map((item) => item.trim());
    const allowed = list("access-control-allow-headers");
    for (const header of wanted) assert(allowed.includes(header), `${header} is allowed`);
    assert(list("access-control-allow-methods").includes(endpoint.method.toLowerCase()));
    const refused = await call(stack, endpoint, { headers: { origin } });
    for (const { headers } of [preflight, refused]) {
      assert(["*", origin].includes(headers.get("access-control-allow-origin") ?? ""));
    }
    assert.match(refused.headers.get("access-control-expose-headers") ?? "", /x-request-id.*retry-after/);
    assert.equal((await refusal(refused)).status, 401);
  });
}

/**
 * 4xx for what is not JSON, not an object, too large, of unknown fields, and for the `wrong` bodies; never a 500, and
 * nothing changes. A wrong body names the field it is wrong in: the message has to start with it.
 */
export function refusesOtherBodies(
  stack: TestStack,
  user: Pick<LocalUser, "client">,
  endpoint: Endpoint,
  wrong: Readonly<Record<string, { readonly body: unknown; readonly field: string }>>,
): void {
  Deno.test(`${described(endpoint)} refuses bodies that are not what they should be, and changes nothing`, async (test) => {
    const headers = await headersOf(stack, user.client);
    const before = await traces(stack);
    const refused = async (options: Call) =>
      await refusal(await call(stack, endpoint, { ...options, headers: { ...headers, ...options.headers } }));
    const malformed: Record<string, BodyInit> = {
      "no body": "",
      "half a body": '{"to": "+1',
      "a form": "to=%2B14155550101",
      "bytes that are not UTF-8": new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    };
    for (const [what, text] of Object.entries(malformed)) {
      await test.step(
        what,
        async () => assert.deepEqual(await refused({ text }), { status: 400, code: "INVALID_JSON" }),
      );
    }
    for (const text of ["null", "7", '"text"', "[]", '{"__proto__": {"a": 1}}', '{"nobody_knows_this": 1}']) {
      await test.step(
        text,
        async () => assert.deepEqual(await refused({ text }), { status: 400, code: "INVALID_REQUEST" }),
      );
    }
    await test.step("an unknown field beside known ones", async () => {
      const text = JSON.stringify({ ...endpoint.body, nobody_knows_this: 1 });
      assert.deepEqual(await refused({ text }), { status: 400, code: "INVALID_REQUEST" });
    });
    await test.step("another content type", async () => {
      const answer = await refused({ headers: { "content-type": "text/plain" } });
      assert.deepEqual(answer, { status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    });
    await test.step("a body that is too large", async () => {
      const text = JSON.stringify({ ...endpoint.body, padding: "x".repeat(2_000_000) });
      assert.deepEqual(await refused({ text }), { status: 413, code: "BODY_TOO_LARGE" });
    });
    for (const [what, { body, field }] of Object.entries(wrong)) {
      await test.step(what, async () => {
        const response = await call(stack, endpoint, { headers, text: JSON.stringify(body) });
        const { message } = await response.clone().json();
        assert.deepEqual(await refusal(response), { status: 400, code: "INVALID_REQUEST" }, message);
        assert(message.startsWith(field), message);
      });
    }
    assert.deepEqual(await traces(stack), before);
  });
}

/** What a call that is refused must leave as it was: every row, and the carrier's ledger. */
export async function traces(stack: TestStack): Promise<Record<string, number>> {
  return { ...await rowCounts(stack.sql), "texts at the carrier": stack.carrier.ledger.outbound().length };
}

function described(endpoint: Endpoint): string {
  return `${endpoint.method} ${endpoint.name}${endpoint.path ?? ""}`;
}
