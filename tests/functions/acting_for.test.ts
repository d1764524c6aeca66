/** A backend with the secret key acts for one tenant in every function: as that tenant, and for nobody else. */
import { strict as assert } from "node:assert";
import { call, type Endpoint, headersOf } from "./callers.ts";
import { refusal } from "./forms.ts";
import { buyNumber } from "./numbers.ts";
import { conversationWith } from "./rows.ts";
import { anonymous, answer, phone, stackForFile } from "./support.ts";
import { connectTenant } from "./tenants.ts";

const stack = await stackForFile({ worker: false });
const { sql, model } = stack;
const [owner, other] = [await connectTenant(stack), await connectTenant(stack)];
const contact = phone();
await stack.carrier.text({ from: contact, to: owner.number, body: "Are you open on Sunday?" });
const { id: conversationId } = await conversationWith(sql, contact);
const [number] = await sql`select id from public.sms_numbers where user_id = ${owner.id}`;
const assistant = { name: "Ada", prompt: "You answer for a bakery." };
const messages = [{ role: "contact", body: "Hello" }];

type Named = Endpoint & { readonly refused?: readonly [number, string] };

const get = (name: string, path = ""): Named => ({ name, method: "GET", path });
/** Everything that a tenant may ask, and what another tenant hears of it; without a refusal: something else. */
const endpoints: readonly Named[] = [
  get("sms-conversation"),
  { ...get("sms-conversation", `/${conversationId}`), refused: [404, "CONVERSATION_NOT_FOUND"] },
  {
    ...get("sms-conversation", `/${conversationId}`),
    method: "PATCH",
    body: { read_through: 1 },
    refused: [404, "CONVERSATION_NOT_FOUND"],
  },
  get("sms-stats"),
  { ...get("sms-stats", `?phone_number_id=${number?.id}`), refused: [404, "NUMBER_NOT_FOUND"] },
  get("sms-numbers"),
  get("sms-numbers", "?verify=1"),
  get("sms-numbers", "/unassigned"),
  { ...get("sms-numbers", `/${number?.id}`), refused: [404, "NUMBER_NOT_FOUND"] },
  get("sms-accounts"),
  { ...get("sms-accounts", `/${owner.accountSid}`), refused: [404, "ACCOUNT_NOT_FOUND"] },
  { name: "sms-preview", method: "POST", body: { assistant, messages } },
];

const secret = { apikey: stack.ready.secretKey };

/** The same request for a tenant: in the query, or in the body of a POST. */
function actingFor({ method, path = "", body, ...rest }: Endpoint, user_id: string): Endpoint {
  if (method === "POST") return { ...rest, method, path, body: { ...body, user_id } };
  const query = `${path.includes("?") ? "&" : "?"}user_id=${user_id}`;
  return { ...rest, method, path: path + query, ...(body ? { body } : {}) };
}

const asked = async (endpoint: Endpoint, headers: Record<string, string>) => {
  if (endpoint.name === "sms-preview") model.answerNext(answer("Yes."));
  return await call(stack, endpoint, { headers });
};

Deno.test("with the secret key every function answers as it answers the tenant", async (test) => {
  for (const endpoint of endpoints) {
    await test.step(`${endpoint.method} ${endpoint.name}${endpoint.path ?? ""}`, async () => {
      const byUser = await asked(endpoint, await headersOf(stack, owner.client));
      const byBackend = await asked(actingFor(endpoint, owner.id.toUpperCase()), secret);
      assert.equal(byBackend.status, 200);
      assert.deepEqual(withoutTimes(await byBackend.json()), withoutTimes(await byUser.json()));
    });
  }
});

Deno.test("with the secret key nothing of one tenant is seen or changed for another", async (test) => {
  for (const endpoint of endpoints) {
    await test.step(`${endpoint.method} ${endpoint.name}${endpoint.path ?? ""}`, async () => {
      const response = await asked(actingFor(endpoint, other.id), secret);
      const told = await response.clone().text();
      for (const theirs of [owner.id, owner.number, owner.accountSid, contact]) {
        assert(!told.includes(theirs), told);
      }
      if (endpoint.refused === undefined) assert.equal(response.status, 200, told);
      else {
        const [status, code] = endpoint.refused;
        assert.deepEqual(await refusal(response), { status, code });
      }
    });
  }
});

Deno.test("a user who is unknown, unnamed or somebody else is refused by every function", async (test) => {
  const headers = await headersOf(stack, other.client);
  for (const endpoint of endpoints) {
    await test.step(`${endpoint.method} ${endpoint.name}${endpoint.path ?? ""}`, async () => {
      const nobody = await asked(actingFor(endpoint, crypto.randomUUID()), secret);
      assert.deepEqual(await refusal(nobody), { status: 404, code: "USER_NOT_FOUND" });
      for (const [request, as] of [[endpoint, secret], [actingFor(endpoint, owner.id), headers]] as const) {
        const response = await call(stack, request, { headers: as });
        assert.match((await response.clone().json()).message, /^user_id: /);
        assert.deepEqual(await refusal(response), { status: 400, code: "INVALID_REQUEST" });
      }
    });
  }
});

Deno.test("a client without a session is told to sign in, by every function", async () => {
  const client = anonymous(stack);
  for (const endpoint of [...endpoints, { name: "sms-send", method: "POST", body: {} } as const]) {
    const { response } = await client.functions.invoke(endpoint.name + (endpoint.path ?? ""), {
      method: endpoint.method,
      ...(endpoint.body ? { body: endpoint.body } : {}),
    });
    assert.deepEqual(await response?.json(), { code: "MISSING_CREDENTIALS", message: "Sign in first." });
    assert.equal(response?.status, 401);
  }
});

Deno.test("with the secret key a tenant's account is connected, its number assigned, and both taken away", async () => {
  const tenant = await connectTenant(stack);
  const account = stack.carrier.addAccount();
  const own = buyNumber(stack, account.accountSid);
  const as = async (endpoint: Endpoint) => {
    const response = await asked(actingFor(endpoint, tenant.id), secret);
    return { status: response.status, body: await response.json() };
  };
  const connected = await as({
    name: "sms-accounts",
    method: "POST",
    body: { account_sid: account.accountSid, auth_token: account.authToken },
  });
  assert.equal(connected.status, 201, JSON.stringify(connected.body));
  const numbers = { name: "sms-numbers", method: "POST", body: { number: own.number } } as const;
  const unanswered = await as(numbers);
  assert.deepEqual([unanswered.status, unanswered.body.message], [
    400,
    "assistant_id: name the assistant that answers",
  ]);
  const assigned = await as({ ...numbers, body: { ...numbers.body, assistant_id: tenant.assistantId } });
  assert.equal(assigned.status, 201, JSON.stringify(assigned.body));
  const { user_id, account_sid, webhook_status } = assigned.body.number;
  assert.deepEqual([user_id, account_sid, webhook_status], [tenant.id, account.accountSid, "configured"]);
  assert.equal(
    (await as({ name: "sms-numbers", method: "DELETE", path: `/${assigned.body.number.id}` })).status,
    200,
  );
  const remove = { name: "sms-accounts", method: "DELETE", path: `/${account.accountSid}` } as const;
  assert.equal((await as(remove)).status, 200);
  // Somebody else's is not there.
  const theirs = await as({ ...remove, path: `/${owner.accountSid}` });
  assert.deepEqual([theirs.status, theirs.body.code], [404, "ACCOUNT_NOT_FOUND"]);
});

/** Two answers to one question may differ in times, and in how often a number was checked. */
function withoutTimes(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value).replaceAll(/"20\d\d-[^"]+"/g, '"<time>"').replaceAll(
      /"webhook_version":\d+/g,
      '"webhook_version":0',
    ),
  );
}
