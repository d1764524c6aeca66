import assert from "node:assert/strict";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import { manageAccounts } from "../../../supabase/functions/sms-accounts/handler.ts";
import type { ConnectDependencies } from "../../../supabase/functions/sms-accounts/connect.ts";
import {
  ACCOUNT,
  accountWith,
  contextWith,
  fakeClient,
  OTHER_ACCOUNT,
  TOKEN,
  vault,
  type Verbs,
} from "../sms/support.ts";

const OWNER = "00000000-0000-4000-8000-000000000001";
const row = {
  id: "00000000-0000-4000-8000-00000000000a",
  account_sid: ACCOUNT,
  label: null,
  trunk_sid: null,
  created_at: "2026-11-23T09:00:00+00:00",
  updated_at: "2026-11-23T09:00:00+00:00",
  disconnected_at: null,
};

interface World {
  verbs?: Verbs;
  deps?: Partial<ConnectDependencies>;
}

/** One request to the handler; what was answered, asked of the database and asked of Twilio. */
async function ask(method: string, path: string, body?: unknown, { verbs = {}, deps = {} }: World = {}) {
  const steps: string[] = [];
  const all: Verbs = {
    sms_get_account: () => null,
    sms_take_turn: () => ({ outcome: "taken" }),
    sms_save_account: () => ({ outcome: "saved", account: row }),
    ...verbs,
  };
  const client = fakeClient(Object.fromEntries(
    Object.entries(all).map(([verb, answer]) => [verb, (args: Record<string, unknown>) => {
      steps.push(verb);
      return answer(args);
    }]),
  ));
  const twilio = {
    verify: () => Promise.resolve(void steps.push("twilio")),
    accepts: () => Promise.resolve(true),
  };
  const handler = manageAccounts({
    functionName: "sms-accounts",
    twilio,
    vault,
    defaultAccountSid: OTHER_ACCOUNT,
    ...deps,
  });
  const context = { ...contextWith(client), caller: { kind: "user" as const, userId: OWNER } };
  const request = new Request(`http://functions.internal/sms-accounts${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const answer = await handler(request, context).then(
    async (response) => ({ status: response.status, body: await response.json() }),
    (error) => {
      if (!(error instanceof AppError)) throw error;
      return { status: error.status, body: { code: error.code } };
    },
  );
  return { ...answer, steps, client };
}

const connection = { account_sid: ACCOUNT, auth_token: TOKEN };
const connect = (body: unknown = connection, world?: World) => ask("POST", "", body, world);

/** The owner's account as it is stored, and a credential verb that finds it changed so many times. */
async function mine(tokens: { current: string; previous?: string }, changes = 0): Promise<Verbs> {
  const account = { ...await accountWith(tokens), account_id: row.id, user_id: OWNER };
  let left = changes;
  return {
    sms_get_account: () => account,
    sms_replace_credentials: () => ({ outcome: left-- > 0 ? "CREDENTIALS_CHANGED" : "replaced" }),
  };
}

Deno.test("a next token replaces the current one only if that is still what was read, else it is read again", async () => {
  const { status, client } = await connect(connection, { verbs: await mine({ current: "before" }, 2) });
  assert.equal(status, 200);
  assert.equal(client.of("sms_save_account")[0]?.encrypted_token, null);
  const replaced = client.of("sms_replace_credentials");
  assert.equal(replaced.length, 3);
  assert.equal(await vault.open(String(replaced[2]?.new_current), ACCOUNT), TOKEN);
  assert.equal(replaced[2]?.new_previous, replaced[2]?.old_current);
  const busy = await connect(connection, { verbs: await mine({ current: "before" }, 100) });
  assert.deepEqual([busy.status, busy.body], [409, { code: "CREDENTIALS_CHANGED" }]);
});

Deno.test("the same token again leaves the stored tokens alone", async () => {
  const { status, client } = await connect(connection, {
    verbs: await mine({ current: TOKEN, previous: "before" }),
  });
  assert.equal(status, 200);
  assert.deepEqual(client.of("sms_replace_credentials"), []);
  assert.equal(client.of("sms_save_account")[0]?.encrypted_token, null);
});

Deno.test("a trunk that is not named is left, null takes it away", async () => {
  const trunk_sid = `TK${"0".repeat(32)}`;
  for (const [given, stored] of [[undefined, null], [null, ""], [trunk_sid, trunk_sid]]) {
    const { client } = await connect({ ...connection, trunk_sid: given });
    assert.equal(client.of("sms_save_account")[0]?.trunk_sid, stored);
  }
});
