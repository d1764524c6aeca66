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
  previous_until: null,
  api_key_sid: null,
  shared_keys: [],
  webhooks_refused: [],
};
const KEY_ID = `webhooks_sharedkey_${"0".repeat(26)}`;
const API_KEY = { sid: `SK${"0".repeat(32)}`, secret: "key secret".replace(" ", "-") };

interface World {
  verbs?: Verbs;
  deps?: Partial<ConnectDependencies>;
  /** What Twilio says is the primary token. */
  primaryToken?: string | null;
}

/** One request to the handler; what was answered, asked of the database and asked of Twilio. */
async function ask(
  method: string,
  path: string,
  body?: unknown,
  { verbs = {}, deps = {}, primaryToken = null }: World = {},
) {
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
    verify: () => {
      steps.push("twilio");
      return Promise.resolve({ primaryToken });
    },
    verifyApiKey: () => Promise.resolve(void steps.push("twilio key")),
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
  const [replaced] = client.of("sms_replace_credentials");
  assert.deepEqual(
    [replaced?.new_current, replaced?.new_previous],
    [replaced?.old_current, replaced?.old_previous],
  );
  assert.equal(client.of("sms_save_account")[0]?.encrypted_token, null);
});

Deno.test("a trunk that is not named is left, null takes it away", async () => {
  const trunk_sid = `TK${"0".repeat(32)}`;
  for (const [given, stored] of [[undefined, null], [null, ""], [trunk_sid, trunk_sid]]) {
    const { client } = await connect({ ...connection, trunk_sid: given });
    assert.equal(client.of("sms_save_account")[0]?.trunk_sid, stored);
  }
});

Deno.test("a secondary token at the first connect is refused in words, with nothing stored", async () => {
  const { status, body, client } = await connect(connection, { primaryToken: "the-primary-token" });
  assert.deepEqual([status, body], [422, { code: "TOKEN_IS_SECONDARY" }]);
  assert.deepEqual(client.of("sms_save_account"), []);
  // The stored token signs until the given one is promoted.
  const verbs = await mine({ current: "the-primary-token" });
  assert.equal((await connect(connection, { verbs, primaryToken: "the-primary-token" })).status, 200);
  const neither = await connect(connection, {
    verbs: await mine({ current: "gone" }),
    primaryToken: "the-primary-token",
  });
  assert.deepEqual([neither.status, neither.body], [422, { code: "TOKEN_IS_SECONDARY" }]);
});

Deno.test("an API key with a SharedKey connects an account without its token, and alone it does not", async () => {
  const { auth_token: _, ...account } = connection;
  const shared_keys = [{ key_id: KEY_ID, secret: "shared-secret" }];
  const { status, steps, client } = await connect({ ...account, api_key: API_KEY, shared_keys });
  assert.equal(status, 201);
  assert(steps.includes("twilio key") && !steps.includes("twilio"));
  const [saved] = client.of("sms_save_account");
  assert.equal(saved?.encrypted_token, null);
  assert.equal(await vault.open(String(saved?.api_key_secret), ACCOUNT, API_KEY.sid), API_KEY.secret);
  const [key] = saved?.shared_keys as { key_id: string; secret: string }[];
  assert.equal(key?.key_id, KEY_ID);
  assert.equal(await vault.open(String(key?.secret), ACCOUNT, KEY_ID), "shared-secret");
  const alone = await connect({ ...account, api_key: API_KEY });
  assert.deepEqual([alone.status, alone.body], [422, { code: "SIGNER_REQUIRED" }]);
  const nothing = await connect({ ...account, shared_keys });
  assert.deepEqual([nothing.status, nothing.body], [422, { code: "CREDENTIALS_REQUIRED" }]);
  for (const one of [alone, nothing]) assert.deepEqual(one.client.of("sms_save_account"), []);
});

Deno.test("the last thing that Twilio can be asked with is not taken away, and it is said what to give", async () => {
  const shared_keys = [{ key_id: KEY_ID, secret: "shared-secret" }];
  const keyStored = { api_key_sid: API_KEY.sid, api_key_secret: "sealed" };
  const owned = async (more: Record<string, unknown> = {}): Promise<Verbs> => {
    const account = { ...await accountWith({ current: TOKEN }), account_id: row.id, user_id: OWNER, ...more };
    return { sms_get_account: () => account };
  };
  const give = async (more: Record<string, unknown>, verbs: Promise<Verbs>) =>
    await connect({ account_sid: ACCOUNT, shared_keys, ...more }, { verbs: await verbs });
  const refused = [
    give({ auth_token: null }, owned()),
    give({ api_key: null }, owned({ current_token: null, ...keyStored })),
    give({ auth_token: null, api_key: null }, owned(keyStored)),
  ];
  for (const { status, body, client } of await Promise.all(refused)) {
    assert.deepEqual([status, body], [422, { code: "CREDENTIALS_REQUIRED" }]);
    assert.deepEqual(client.of("sms_save_account"), [], "nothing is changed");
  }
  const forgot = [
    give({ auth_token: null }, owned(keyStored)),
    give({ auth_token: null, api_key: API_KEY }, owned()),
    give({ api_key: null }, owned(keyStored)),
    give({ auth_token: TOKEN, api_key: null }, owned({ current_token: null, ...keyStored })),
  ];
  assert.deepEqual(
    (await Promise.all(forgot)).map((
      { status, client },
    ) => [status, client.of("sms_save_account")[0]?.forget]),
    [[200, "auth_token"], [200, "auth_token"], [200, "api_key"], [200, "api_key"]],
  );
});

Deno.test("a SharedKey is added to a connected account alone, without asking Twilio", async () => {
  const body = { account_sid: ACCOUNT, shared_keys: [{ key_id: KEY_ID, secret: "shared-secret" }] };
  const { status, steps } = await connect(body, { verbs: await mine({ current: TOKEN }) });
  assert.equal(status, 200);
  assert(!steps.includes("twilio"));
});

Deno.test("what is no SharedKey, API key or token is refused before anything is asked", async () => {
  const bad = [
    { shared_keys: [{ key_id: "webhooks_sharedkey_x", secret: "s" }] },
    { shared_keys: [{ key_id: KEY_ID.replace("sharedkey", "rule"), secret: "s" }] },
    { shared_keys: [{ key_id: KEY_ID, secret: "" }] },
    { shared_keys: [{ key_id: KEY_ID, secret: "with a space" }] },
    { shared_keys: [{ key_id: KEY_ID, secret: "s", algorithm: "MD5" }] },
    { shared_keys: KEY_ID },
    { api_key: { sid: ACCOUNT, secret: "s" } },
    { api_key: { sid: API_KEY.sid, secret: "" } },
    { api_key: API_KEY.sid },
  ];
  for (const more of bad) {
    const { status, body, steps } = await connect({ ...connection, ...more });
    assert.deepEqual([status, body, steps], [400, { code: "INVALID_REQUEST" }, []], JSON.stringify(more));
  }
});
