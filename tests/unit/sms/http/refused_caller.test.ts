import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { endpoint, type EndpointOptions } from "../../../../supabase/functions/_shared/sms/http/endpoint.ts";
import { VERSION } from "../../../../supabase/functions/_shared/sms/version.ts";
import { capturedLog, environment, settingsWith } from "../support.ts";

const PUBLISHABLE = "sb_publishable_x";
const SECRET = "sb_secret_x";
const WORKER = "sb_secret_worker";
const KEYS = {
  SUPABASE_SECRET_KEYS: JSON.stringify({ default: SECRET, worker: WORKER }),
  SUPABASE_PUBLISHABLE_KEYS: environment.SUPABASE_PUBLISHABLE_KEYS,
};

/** As a project with the legacy secret signs a user's token, or its anon key. */
function legacy(role: string, header: Record<string, unknown> = {}): Promise<string> {
  const claims = { role, sub: crypto.randomUUID(), iss: "supabase", exp: 4e9 };
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT", ...header })
    .sign(new TextEncoder().encode("s".repeat(40)));
}

/** What a function answers whose handler nobody here may reach. */
async function asked(
  auth: EndpointOptions["auth"],
  headers: Record<string, string>,
): Promise<{ status: number; code: string; message: string; version: string | null }> {
  const serve = endpoint(
    { name: "sms-test", methods: ["GET"], callers: "browsers", auth },
    () => () => Promise.reject(new Error("the handler was reached")),
    { settings: () => settingsWith(KEYS), log: () => capturedLog().log },
  );
  const response = await serve(new Request("http://x.test/sms-test", { headers }));
  return {
    status: response.status,
    ...await response.json(),
    version: response.headers.get("x-supabase-sms"),
  };
}

// The library reads it from the process.
Deno.test.beforeAll(() => Deno.env.set("SUPABASE_JWKS", '{"keys":[]}'));
Deno.test.afterAll(() => Deno.env.delete("SUPABASE_JWKS"));

const OF_USERS = { "for users only": "user", "for users and secret keys": ["user", "secret"] } as const;

for (const [kind, auth] of Object.entries(OF_USERS)) {
  Deno.test(`a function ${kind} tells who has not signed in to sign in first`, async () => {
    const modes: EndpointOptions["auth"] = typeof auth === "string" ? auth : [...auth];
    const notSignedIn = [
      {},
      { apikey: PUBLISHABLE },
      { apikey: PUBLISHABLE, authorization: `Bearer ${PUBLISHABLE}` },
      { authorization: `Bearer ${PUBLISHABLE}` },
      { apikey: "sb_publishable_of_another_project" },
      { authorization: "Basic dTpw" },
    ];
    for (const headers of notSignedIn) {
      assert.deepEqual(await asked(modes, headers), {
        status: 401,
        code: "MISSING_CREDENTIALS",
        message: "Sign in first.",
        version: VERSION,
      });
    }
  });

  Deno.test(`a function ${kind} names the way out for tokens and keys of a legacy project`, async () => {
    const modes: EndpointOptions["auth"] = typeof auth === "string" ? auth : [...auth];
    const anon = await legacy("anon");
    const tokens = [await legacy("authenticated"), await legacy("authenticated", { kid: "abc" })];
    for (const token of tokens) {
      for (const apikey of [PUBLISHABLE, anon]) {
        const { status, code, message } = await asked(modes, { apikey, authorization: `Bearer ${token}` });
        assert.deepEqual([status, code], [401, "LEGACY_JWT"]);
        assert.match(
          message,
          /^This token is signed .* signing keys: https:\/\/supabase\.com\/docs\/guides\/auth\/signing-keys/,
        );
        assert(!message.includes(token));
      }
    }
    for (const key of [anon, await legacy("service_role")]) {
      for (const headers of [{ apikey: key }, { apikey: key, authorization: `Bearer ${key}` }]) {
        const { status, code, message } = await asked(modes, headers);
        assert.deepEqual([status, code], [401, "LEGACY_JWT"]);
        assert.match(message, /^This is a legacy API key .*migrating-to-new-api-keys/);
        assert(!message.includes(key));
      }
    }
  });
}

Deno.test("a legacy token is not the answer to a token that is wrong for another reason", async () => {
  const none = `${btoa('{"alg":"none"}')}.${btoa("{}")}.`;
  const strange = `${btoa('{"alg":"ES256","kid":"x"}')}.${btoa("{}")}.AAAA`;
  for (const token of [none, strange, "nonsense", "a.b.c"]) {
    const { code } = await asked("user", { apikey: PUBLISHABLE, authorization: `Bearer ${token}` });
    assert.equal(code, "INVALID_JWT");
  }
  const anon = await legacy("anon");
  const { code } = await asked("user", { apikey: anon, authorization: `Bearer ${strange}` });
  assert.equal(code, "INVALID_JWT", "the token decides, not the key beside it");
});

Deno.test("a secret key hears where it belongs: nowhere, in another header, or another one", async () => {
  const says = async (auth: EndpointOptions["auth"], headers: Record<string, string>) => {
    const { status, code, message } = await asked(auth, headers);
    assert.equal(status, 401);
    assert(!message.includes(SECRET) && !message.includes(WORKER));
    return `${code}: ${message}`;
  };
  assert.match(
    await says("user", { apikey: SECRET }),
    /^MISSING_CREDENTIALS: Sign in first: this function acts/,
  );
  const both: EndpointOptions["auth"] = ["user", "secret"];
  assert.match(
    await says(both, { authorization: `Bearer ${SECRET}` }),
    /^MISSING_CREDENTIALS: Send .*"default".* apikey/,
  );
  assert.match(await says(both, { apikey: WORKER }), /^INVALID_API_KEY: The header apikey .*"default"/);
  assert.match(
    await says("secret:worker", { apikey: SECRET }),
    /^INVALID_API_KEY: The header apikey .*"worker"/,
  );
  assert.match(
    await says("secret:worker", {}),
    /^MISSING_CREDENTIALS: Send .*"worker".* in the header apikey/,
  );
  assert.match(await says("secret", { apikey: PUBLISHABLE }), /^INVALID_API_KEY: .*"default"/);
});

Deno.test("every answer names the version: refusals, wrong methods and preflights too", async () => {
  const serve = endpoint(
    { name: "sms-test", methods: ["POST"], callers: "browsers", auth: "none" },
    () => () => Promise.resolve(new Response("fine")),
    { settings: () => settingsWith(), log: () => capturedLog().log },
  );
  for (const method of ["POST", "GET", "OPTIONS"]) {
    const response = await serve(new Request("http://x.test/sms-test", { method }));
    assert.equal(response.headers.get("x-supabase-sms"), VERSION, method);
  }
});
