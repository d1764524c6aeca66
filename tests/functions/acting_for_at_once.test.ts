/** A backend's calls for two tenants at once, on connections that they share: each hears of its own, and of nothing else. */
import { strict as assert } from "node:assert";
import { call, type Endpoint } from "./callers.ts";
import { conversationWith } from "./rows.ts";
import { phone, stackForFile, type TestStack } from "./support.ts";
import { type ConnectedTenant, connectTenant } from "./tenants.ts";

interface Known extends ConnectedTenant {
  contact: string;
  conversationId: string;
}

async function known(stack: TestStack): Promise<Known> {
  const [tenant, contact] = [await connectTenant(stack), phone()];
  await stack.carrier.text({ from: contact, to: tenant.number, body: `Hello, this is ${contact}` });
  return { ...tenant, contact, conversationId: (await conversationWith(stack.sql, contact)).id };
}

for (const database of ["direct", "api"] as const) {
  const stack = await stackForFile({ worker: false, database });
  const tenants = [await known(stack), await known(stack)] as const;
  const secret = { apikey: stack.ready.secretKey };
  const traces = ({ id, number, accountSid, contact, conversationId }: Known) => [
    id,
    number,
    accountSid,
    contact,
    conversationId,
  ];

  Deno.test(`200 calls for two tenants at once are answered as the same calls alone (${database})`, async () => {
    const asked = (tenant: Known, other: Known): readonly Endpoint[] =>
      [
        ["sms-conversation", "?"],
        ["sms-conversation", `/${tenant.conversationId}?`],
        ["sms-conversation", `/${other.conversationId}?`],
        ["sms-numbers", "?"],
        ["sms-accounts", "?"],
        ["sms-accounts", `/${other.accountSid}?`],
        ["sms-stats", "?"],
      ].map(([name = "", path]) => ({ name, method: "GET", path: `${path}user_id=${tenant.id}` }));
    const [one, two] = tenants;
    const endpoints = [...asked(one, two), ...asked(two, one)];
    const nobody: Endpoint = { name: "sms-numbers", method: "GET", path: `?user_id=${crypto.randomUUID()}` };
    const heard = async (endpoint: Endpoint) => {
      const response = await call(stack, endpoint, { headers: secret });
      return { status: response.status, text: (await response.text()).replaceAll(/"20\d\d-[^"]+"/g, "time") };
    };
    const alone = new Map<Endpoint, Awaited<ReturnType<typeof heard>>>();
    for (const endpoint of [...endpoints, nobody]) alone.set(endpoint, await heard(endpoint));
    assert.equal(alone.get(nobody)?.status, 404);
    const calls = Array.from(
      { length: 200 },
      (_, i) => i % 20 === 0 ? nobody : endpoints[i % endpoints.length] ?? nobody,
    );
    const answers = await Promise.all(calls.map(heard));
    for (const [i, endpoint] of calls.entries()) {
      const answer = answers[i];
      assert.deepEqual(answer, alone.get(endpoint), `${endpoint.name}${endpoint.path}`);
      const theirs = endpoint.path?.includes(one.id) ? two : one;
      for (const trace of traces(theirs)) assert(!answer?.text.includes(trace), endpoint.path);
    }
  });

  Deno.test(`200 verbs for two tenants at once, some of them refused, mix nothing up (${database})`, async () => {
    const { createClient } = await import("@supabase/supabase-js");
    const backend = createClient(stack.ready.apiUrl, stack.ready.secretKey, {
      auth: { persistSession: false },
    });
    const answers = await Promise.all(Array.from({ length: 200 }, async (_, i) => {
      const [tenant, other] = i % 2 === 0 ? tenants : [tenants[1], tenants[0]];
      const [verb, args] = ([
        ["sms_list_numbers", {}],
        ["sms_get_conversation", { conversation_id: tenant.conversationId }],
        ["sms_get_conversation", { conversation_id: other.conversationId }],
        // Raises inside: what was set for the call must not stay.
        ["sms_get_conversation", { conversation_id: "no id" }],
        ["sms_list_accounts", {}],
      ] as const)[i % 5] ?? ["sms_list_numbers", {}];
      const { data, error } = await backend.rpc("sms_call_for", {
        owner_id: tenant.id,
        verb,
        arguments: args,
      });
      return { verb, args, tenant, other, error, told: JSON.stringify(data) };
    }));
    for (const { verb, args, tenant, other, error, told } of answers) {
      if ("conversation_id" in args && args.conversation_id === "no id") {
        assert.match(told, /"INVALID_ARGUMENT"/);
        continue;
      }
      assert.equal(error, null, verb);
      const refused = "conversation_id" in args && args.conversation_id === other.conversationId;
      if (refused) assert.match(told, /CONVERSATION_NOT_FOUND/);
      else assert(traces(tenant).some((trace) => told.includes(trace)), told);
      for (const trace of traces(other)) assert(!told.includes(trace), told);
    }
    const { data } = await backend.rpc("sms_list_numbers");
    assert(!JSON.stringify(data).includes(tenants[0].number), "without a tenant, the secret key is nobody");
  });
}
