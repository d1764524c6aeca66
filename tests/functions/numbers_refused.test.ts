import { strict as assert } from "node:assert";
import {
  answersPreflights,
  call,
  type Endpoint,
  headersOf,
  refusesOtherBodies,
  refusesOtherMethods,
  refusesStrangers,
  traces,
} from "./callers.ts";
import { refusal } from "./forms.ts";
import {
  assign,
  buyNumber,
  callNumbers,
  countCalls,
  numbersAtCarrier,
  refused,
  repair,
  rowOf,
} from "./numbers.ts";
import { phone, stackForFile } from "./support.ts";
import { connectTenant } from "./tenants.ts";

const stack = await stackForFile({ worker: false });
const { sql } = stack;
const [tenant, owner] = [await connectTenant(stack), await connectTenant(stack)];
const own = buyNumber(stack, tenant.accountSid);
const theirs = buyNumber(stack, owner.accountSid);
const { id: theirId } = await rowOf(stack, owner.number);
// The turns have their row, so that a refusal after a turn changes no count.
await callNumbers(tenant.client, "/unassigned");

const post: Endpoint = {
  name: "sms-numbers",
  method: "POST",
  body: { number: own.number, assistant_id: tenant.assistantId },
  secretKey: "accepted",
};
const at = (method: Endpoint["method"], path: string): Endpoint => ({
  name: "sms-numbers",
  method,
  path,
  secretKey: "accepted",
});
const nobody = crypto.randomUUID();

const every: Endpoint[] = [
  post,
  at("GET", ""),
  at("GET", "?verify=1"),
  at("GET", "/unassigned"),
  at("GET", `/${theirId}`),
  at("DELETE", `/${theirId}`),
  at("POST", `/${theirId}/repair`),
];
const before = numbersAtCarrier(stack);
for (const endpoint of every) refusesStrangers(stack, endpoint);
refusesOtherMethods(stack, post, ["GET", "POST", "DELETE"]);
answersPreflights(stack, post);
answersPreflights(stack, at("DELETE", `/${theirId}`));
refusesOtherBodies(stack, tenant, post, {
  "a number that is none": { body: { ...post.body, number: "4155550101" }, field: "number" },
  "a number that is a number": { body: { ...post.body, number: 14155550101 }, field: "number" },
  "several numbers": { body: { ...post.body, number: [own.number] }, field: "number" },
  "no number": { body: { assistant_id: tenant.assistantId }, field: "number" },
  "an assistant that is no id": { body: { ...post.body, assistant_id: "Ada" }, field: "assistant_id" },
  "an assistant that is null": { body: { ...post.body, assistant_id: null }, field: "assistant_id" },
  "no assistant": { body: { number: own.number }, field: "assistant_id" },
  "another user": { body: { ...post.body, user_id: owner.id }, field: "user_id" },
  "a user that is no id": { body: { ...post.body, user_id: 7 }, field: "user_id" },
});
const unknown: Record<string, [code: string, more: Record<string, unknown>]> = {
  "a number at Twilio": ["NUMBER_NOT_FOUND", { number: theirs.number }],
  "a number that answers already": ["NUMBER_NOT_FOUND", { number: owner.number }],
  "a number that nobody has": ["NUMBER_NOT_FOUND", { number: phone() }],
  "an assistant": ["ASSISTANT_NOT_FOUND", { assistant_id: owner.assistantId }],
  "an assistant that nobody has": ["ASSISTANT_NOT_FOUND", { assistant_id: nobody }],
};
Deno.test("what another tenant has is as unknown as what nobody has, and stays as it is", async (test) => {
  const rows = await traces(stack);
  for (const [what, [expected, more]] of Object.entries(unknown)) {
    await test.step(what, async () => {
      const { status, code } = refused(await assign(tenant.client, { ...post.body, ...more }));
      assert.deepEqual([status, code], [404, expected]);
    });
  }
  assert.deepEqual(await traces(stack), rows);
});

Deno.test("none of what was refused changed a number at the carrier", () => {
  assert.deepEqual(numbersAtCarrier(stack), before);
});

Deno.test("what is no id and no path is 404, a method that a path does not know 405, an unknown query 400", async () => {
  const headers = await headersOf(stack, tenant.client);
  const answers: [Endpoint, { status: number; code: string }][] = [
    [at("GET", "/7"), { status: 404, code: "NUMBER_NOT_FOUND" }],
    [at("DELETE", "/%27%20or%201=1"), { status: 404, code: "NUMBER_NOT_FOUND" }],
    [at("POST", "/7/repair"), { status: 404, code: "NUMBER_NOT_FOUND" }],
    [at("POST", `/${nobody}/release`), { status: 404, code: "NOT_FOUND" }],
    [at("GET", `/${nobody}/repair/now`), { status: 404, code: "NOT_FOUND" }],
    [at("GET", "/%E0%A4%A"), { status: 400, code: "INVALID_PATH" }],
    [at("DELETE", ""), { status: 405, code: "METHOD_NOT_ALLOWED" }],
    [at("DELETE", "/unassigned"), { status: 405, code: "METHOD_NOT_ALLOWED" }],
    [at("POST", `/${nobody}`), { status: 405, code: "METHOD_NOT_ALLOWED" }],
    [at("GET", `/${nobody}/repair`), { status: 405, code: "METHOD_NOT_ALLOWED" }],
    [at("GET", "?verify=yes"), { status: 400, code: "INVALID_REQUEST" }],
    [at("GET", "?verify=1&verify=1"), { status: 400, code: "INVALID_REQUEST" }],
    [at("GET", `?user_id=${owner.id}`), { status: 400, code: "INVALID_REQUEST" }],
    [at("GET", `/unassigned?user_id=${owner.id}`), { status: 400, code: "INVALID_REQUEST" }],
    [at("GET", "/unassigned?page=1"), { status: 400, code: "INVALID_REQUEST" }],
    [at("DELETE", `/${nobody}?force=1`), { status: 400, code: "INVALID_REQUEST" }],
  ];
  for (const [endpoint, expected] of answers) {
    const answer = await refusal(await call(stack, endpoint, { headers }));
    assert.deepEqual(answer, expected, `${endpoint.method} ${endpoint.path}`);
  }
});

Deno.test("a user who is gone hears that there is no such user, and Twilio is not asked", async () => {
  const user = await stack.createUser();
  await sql`delete from auth.users where id = ${user.id}`;
  const asked = countCalls(stack, "numbers");
  for (const answer of [await callNumbers(user.client, "/unassigned"), await repair(user.client, theirId)]) {
    const { status, code } = refused(answer);
    assert.deepEqual([status, code], [404, "USER_NOT_FOUND"]);
  }
  assert.equal(asked.count, 0);
  asked.stop();
});

Deno.test("a tenant who has used up the turns waits before Twilio is asked; the list is free", async () => {
  const busy = await connectTenant(stack);
  const { id } = await rowOf(stack, busy.number);
  const asked = countCalls(stack, "numbers");
  await sql`insert into sms_private.turns (user_id, action, next_at)
    values (${busy.id}, 'numbers', clock_timestamp() + interval '1 hour')`;
  const limited = [
    () => assign(busy.client, { number: busy.number, assistant_id: busy.assistantId }),
    () => callNumbers(busy.client, "/unassigned"),
    () => callNumbers(busy.client, "?verify=1"),
    () => repair(busy.client, id),
  ];
  for (const action of limited) {
    const { status, code } = refused(await action());
    assert.deepEqual([status, code], [429, "RATE_LIMITED"]);
  }
  const response = await call(stack, at("GET", "/unassigned"), {
    headers: await headersOf(stack, busy.client),
  });
  assert(Number(response.headers.get("retry-after")) > 0);
  await response.body?.cancel();
  assert.equal(asked.count, 0, "before Twilio is asked");
  asked.stop();
  assert.equal((await callNumbers(busy.client)).status, 200);
});
