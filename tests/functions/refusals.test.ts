/** The table of refusals (tests/support/refusals.ts) over HTTP: status, code and details, and nothing changes. */
import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import { argsOf, type Arguments, makeWorld, named, type Refusal, REFUSALS } from "../support/refusals.ts";
import type { Tenant } from "../database/support.ts";
import { call, type Endpoint, headersOf, traces } from "./callers.ts";
import { phone, stackForFile } from "./support.ts";
import { connectTenant } from "./tenants.ts";

// No worker: rows that come by themselves would hide rows that must not come.
const stack = await stackForFile({ worker: false });
const { sql } = stack;

async function tenant(): Promise<Tenant & { client: SupabaseClient }> {
  const { id, ...connected } = await connectTenant(stack);
  const [row] = await sql`select id from public.sms_numbers where number = ${connected.number}`;
  return { ...connected, userId: id, numberId: row?.id };
}

async function user(): Promise<{ userId: string; client: SupabaseClient }> {
  const { id, client } = await stack.createUser();
  return { userId: id, client };
}

const callers = {
  me: await tenant(),
  several: await tenant(),
  left: await tenant(),
  limited: await tenant(),
  newcomer: await user(),
  gone: await user(),
};
await sql`delete from auth.users where id = ${callers.gone.userId}`;
const world = await makeWorld(sql, callers, { other: await tenant(), shared: stack.accountSid });

/** How a function is asked for what a verb is asked for. */
const REQUESTS: Partial<Record<Refusal["verb"], (args: Arguments) => Endpoint>> = {
  sms_create_message: ({ to_number, from_number, idempotency_key: _, ...more }) =>
    post("sms-send", { to: to_number, from: from_number, ...more }),
  sms_create_broadcast: ({ to_numbers, from_number, idempotency_key: _, ...more }) =>
    post("sms-send", { to: to_numbers, from: from_number, ...more }),
  sms_get_conversation: ({ page_size, ...which }) =>
    get("sms-conversation", conversationPath(which), { limit: page_size }),
  sms_update_conversation: ({ conversation_id, contact_number, ...body }) => ({
    ...get("sms-conversation", conversationPath({ conversation_id, contact_number })),
    method: "PATCH",
    body,
  }),
  sms_search_conversations: ({ page_size, ...query }) =>
    get("sms-conversation", "", { limit: page_size, ...query }),
  sms_get_attachment: ({ message_id, attachment }) =>
    get("sms-conversation", `/${world.conversation}/media/${message_id}/${attachment}`),
  sms_summarize_messages: ({ from_at, from_day, to_at, to_day, last_days, ...query }) =>
    get("sms-stats", "", { from: from_at ?? from_day, to: to_at ?? to_day, days: last_days, ...query }),
  sms_list_numbers: ({ phone_number_id }) => get("sms-numbers", `/${phone_number_id}`),
  sms_unassign_number: ({ phone_number_id }) => ({
    ...get("sms-numbers", `/${phone_number_id}`),
    method: "DELETE",
  }),
  sms_repair_number: ({ phone_number_id }) => post("sms-numbers", undefined, `/${phone_number_id}/repair`),
  sms_list_accounts: ({ account_sid }) => get("sms-accounts", `/${account_sid}`),
  sms_disconnect_account: ({ account_sid }) => ({
    ...get("sms-accounts", `/${account_sid}`),
    method: "DELETE",
  }),
};

const given = (all: Arguments) =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));

const post = (name: string, body?: Arguments, path = ""): Endpoint => ({
  name,
  method: "POST",
  path,
  ...(body ? { body: given(body) } : {}),
});

function get(name: string, path: string, query: Arguments = {}): Endpoint {
  const fields = Object.entries(given(query)).map(([field, value]) => [field, String(value)]);
  return {
    name,
    method: "GET",
    path: `${path}${fields.length > 0 ? `?${new URLSearchParams(fields)}` : ""}`,
  };
}

const conversationPath = ({ conversation_id, contact_number }: Arguments) =>
  `/${conversation_id ?? `phone-${contact_number}`}`;

Deno.test("each refusal has its status and code over HTTP, and changes nothing", async (t) => {
  // A turn is taken before a repair is refused. Later ones change no count.
  await sql`insert into sms_private.turns (user_id, action, next_at)
    values (${callers.me.userId}, 'numbers', clock_timestamp())`;
  const before = await traces(stack);
  const bodies = new Map<string, unknown>();
  for (const refusal of REFUSALS.filter(({ status }) => status !== null)) {
    const args = argsOf(refusal, world);
    await t.step(named(refusal), async () => {
      const request = REQUESTS[refusal.verb]?.(args);
      assert(request, `${refusal.verb} has a route`);
      const { client } = callers[refusal.by ?? "me"];
      const key = args.idempotency_key as string | undefined;
      const response = await call(stack, request, {
        headers: {
          ...await headersOf(stack, client),
          ...(key === undefined ? {} : { "idempotency-key": key }),
        },
      });
      const { request_id: _, details, ...body } = await response.json();
      const code = refusal.code ?? refusal.outcome;
      assert.deepEqual([response.status, body.code], [refusal.status, code]);
      assert.deepEqual(details, refusal.details);
      assert.equal(response.headers.has("retry-after"), code === "RATE_LIMITED");
      // What belongs to another tenant is answered word for word as what never was.
      if (code !== "INVALID_REQUEST") assert.deepEqual(body, bodies.get(code) ?? body);
      bodies.set(code, body);
    });
  }
  assert.deepEqual(await traces(stack), before);
});

Deno.test("after all of that the caller's own message is stored", async () => {
  const headers = await headersOf(stack, callers.me.client);
  const response = await call(stack, post("sms-send", { to: phone(), body: "Hello" }), { headers });
  assert.equal(response.status, 201, await response.text());
});
