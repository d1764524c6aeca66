import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { FailPoints } from "../../local/fail_points.ts";
import { Functions } from "../../local/functions.ts";
import { startGateway } from "../../local/gateway/mod.ts";
import { deriveKeys, type ProjectKeys } from "../../local/keys.ts";
import { createTestDatabase, type TestDatabase } from "../../local/database.ts";
import { freePort } from "../../local/ports.ts";
import { testServer } from "../support/postgres.ts";

const SCRATCH = `
  create table public.notes (
    id int primary key, user_id uuid not null default auth.uid(), number text, amount numeric, size int, extra jsonb
  );
  alter table public.notes enable row level security;
  create policy own on public.notes to authenticated using ((select auth.uid()) = user_id);
  grant select, insert on public.notes to authenticated;
  grant all on public.notes to service_role;
  create table public.secrets (id int);
  create function public.echo(payload jsonb) returns jsonb language sql as 'select payload';
  create function public.kind_of(payload jsonb) returns text language sql as 'select jsonb_typeof(payload)';
  create function public.echo_number(number text) returns text stable language sql as 'select number';
  create function public.fail(sqlstate_code text) returns void language plpgsql as $$
    begin raise exception 'as asked' using errcode = sqlstate_code, detail = 'the detail', hint = 'the hint'; end $$;
`;

interface World extends AsyncDisposable {
  url: string;
  keys: ProjectKeys;
  database: TestDatabase;
  failPoints: FailPoints;
  service: SupabaseClient;
}

async function world(): Promise<World> {
  const database = await createTestDatabase(testServer, []);
  await database.sql.unsafe(SCRATCH);
  const keys = await deriveKeys(crypto.randomUUID());
  const functions = new Functions({ root: "/nonexistent", env: {} });
  const failPoints = new FailPoints((name) => functions.kill(name));
  const errors: unknown[] = [];
  const gateway = await startGateway({
    port: freePort(),
    databaseUrl: database.url,
    keys,
    functions,
    failPoints,
    onError: (error) => errors.push(error),
  });
  return {
    url: gateway.url,
    keys,
    database,
    failPoints,
    service: client(gateway.url, keys.secret.default),
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await database.drop();
      deepStrictEqual(errors, []);
    },
  };
}

function client(url: string, key: string): SupabaseClient {
  return createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false } });
}

Deno.test("the gateway speaks to supabase-js as a hosted project does", async (test) => {
  await using stack = await world();
  const ann = client(stack.url, stack.keys.publishable.default);
  const bob = client(stack.url, stack.keys.publishable.default);

  await test.step("a sign-up answers a token that SUPABASE_JWKS verifies", async () => {
    const { data, error } = await ann.auth.signUp({ email: "ann@example.com", password: "correct horse" });
    strictEqual(error, null);
    const claims = await ann.auth.getClaims(data.session?.access_token);
    strictEqual(claims.data?.claims.sub, data.user?.id);
    strictEqual(claims.data?.header.kid, stack.keys.signingKey.kid);
    strictEqual(claims.data?.header.alg, "ES256");
  });

  await test.step("sign-in, refresh and getUser work with it", async () => {
    await bob.auth.signUp({ email: "bob@example.com", password: "battery staple" });
    await bob.auth.signOut();
    const { data } = await bob.auth.signInWithPassword({
      email: "bob@example.com",
      password: "battery staple",
    });
    strictEqual((await bob.auth.getUser()).data.user?.id, data.user?.id);
    const refreshed = await bob.auth.refreshSession();
    strictEqual(refreshed.error, null);
    strictEqual((await bob.auth.getClaims()).data?.claims.email, "bob@example.com");
    const wrong = await client(stack.url, stack.keys.publishable.default).auth
      .signInWithPassword({ email: "bob@example.com", password: "wrong" });
    strictEqual(wrong.error?.status, 400);
  });

  await test.step("auth.admin.createUser() works with the secret key, and with no other", async () => {
    const cid = { email: "cid@example.com", password: "paper clip", email_confirm: true };
    const { data, error } = await stack.service.auth.admin.createUser({
      ...cid,
      user_metadata: { name: "Cid" },
    });
    strictEqual(error, null);
    deepStrictEqual([data.user?.email, data.user?.user_metadata.name], ["cid@example.com", "Cid"]);
    ok(!("access_token" in (data.user ?? {})), "the session is the user's own affair");
    const signedIn = await client(stack.url, stack.keys.publishable.default).auth.signInWithPassword(cid);
    strictEqual(signedIn.data.user?.id, data.user?.id);

    const again = await stack.service.auth.admin.createUser(cid);
    deepStrictEqual([again.error?.status, again.error?.code], [422, "email_exists"]);
    const unknown = await stack.service.auth.admin.createUser({ ...cid, role: "owner" });
    strictEqual(unknown.error?.status, 400);
    match(unknown.error?.message ?? "", /takes email, password/);
    const listed = await stack.service.auth.admin.listUsers();
    strictEqual(listed.error?.status, 501);

    const users = () => stack.database.sql`select from auth.users`;
    const before = (await users()).length;
    for (const key of [stack.keys.publishable.default, stack.keys.secret.worker, "sb_secret_wrong"]) {
      const refused = await client(stack.url, key).auth.admin.createUser({ email: `${key}@example.com` });
      strictEqual(refused.error?.status, 401, key);
    }
    const asBob = await bob.auth.admin.createUser({ email: "bobs@example.com" });
    strictEqual(asBob.error?.status, 401);
    strictEqual((await users()).length, before, "nobody was made");
  });

  await test.step("each user sees their own rows, nobody else's", async () => {
    strictEqual(
      (await ann.from("notes").insert({ id: 1, number: "+15551234567", extra: { a: [1, "2"] } })).error,
      null,
    );
    strictEqual((await ann.from("notes").select()).data?.length, 1);
    strictEqual((await bob.from("notes").select()).data?.length, 0);
    const anonymous = await client(stack.url, stack.keys.publishable.default).from("notes").select();
    strictEqual(anonymous.status, 401);
    strictEqual(anonymous.error?.code, "42501");
  });

  await test.step("a table without grants stays closed, although another has row security", async () => {
    strictEqual((await ann.from("secrets").select()).error?.code, "42501");
    strictEqual((await ann.from("secrets").select()).status, 403);
    strictEqual((await stack.service.from("secrets").select()).error?.code, "42501");
  });

  await test.step("both secret keys are the service role; a wrong key and a wrong token are nobody", async () => {
    strictEqual((await stack.service.from("notes").select()).data?.length, 1);
    strictEqual((await client(stack.url, stack.keys.secret.worker).from("notes").select()).data?.length, 1);
    strictEqual((await client(stack.url, "sb_secret_wrong").from("notes").select()).status, 401);
    const headers = { apikey: stack.keys.publishable.default };
    for (
      const token of [
        "nonsense",
        "e30.e30.e30",
        "eyJhbGciOiJIUzI1NiJ9.e30.e30",
        "eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
      ]
    ) {
      const response = await fetch(`${stack.url}/rest/v1/notes`, {
        headers: { ...headers, authorization: `Bearer ${token}` },
      });
      await response.body?.cancel();
      strictEqual(response.status, 401, token);
    }
  });

  await test.step("an E.164 number is found by every filter", async () => {
    const number = "+15551234567";
    const notes = () => stack.service.from("notes").select("id");
    const found = async (query: PromiseLike<{ data: unknown[] | null; error: unknown }>) => {
      const { data, error } = await query;
      strictEqual(error, null);
      return data?.length;
    };
    strictEqual(await found(notes().eq("number", number)), 1, "eq");
    strictEqual(await found(notes().neq("number", number)), 0, "neq");
    strictEqual(await found(notes().not("number", "eq", number)), 0, "not.eq");
    strictEqual(await found(notes().in("number", [number, "+15550000000"])), 1, "in");
    strictEqual(await found(notes().or(`number.eq.${number},id.eq.7`)), 1, "or");
    strictEqual(await found(notes().or(`number.in.(${number},+1555),id.eq.7`)), 1, "or in");
    strictEqual(await found(notes().like("number", "+1555%")), 1, "like");
    strictEqual(await found(notes().match({ number, id: 1 })), 1, "match");
    strictEqual(await found(notes().eq("id", 1)), 1, "a real number");
    strictEqual(await found(notes().gte("id", 1).order("id").limit(1)), 1, "a limit");
    const spoken = await stack.service.rpc("echo_number", { number }, { get: true });
    strictEqual(spoken.data, number, "an argument of a GET rpc");
  });

  await test.step("jsonb arguments arrive as what they are", async () => {
    const payload = {
      text: 'a "quoted" \\ text',
      list: [1, "2", null, { deep: true }],
      emoji: "👍",
      empty: {},
    };
    deepStrictEqual((await stack.service.rpc("echo", { payload })).data, payload);
    for (
      const [value, kind] of [[{}, "object"], [[], "array"], [[{ a: 1 }], "array"], [7, "number"]] as const
    ) {
      strictEqual((await stack.service.rpc("kind_of", { payload: value })).data, kind);
    }
    deepStrictEqual((await stack.service.from("notes").select("extra").eq("id", 1).single()).data, {
      extra: { a: [1, "2"] },
    });
  });

  await test.step("what SQL raises comes back with its code, as from PostgREST", async () => {
    const expected: [string, number][] = [
      ["P0001", 400],
      ["P0002", 500],
      ["22023", 400],
      ["23514", 400],
      ["23505", 409],
      ["23P01", 400],
      ["40P01", 500],
      ["57014", 500],
      ["42501", 403],
      ["AB123", 400],
    ];
    for (const [code, status] of expected) {
      const { error, status: got } = await stack.service.rpc("fail", { sqlstate_code: code });
      strictEqual(error?.code, code);
      strictEqual(got, status, code);
      strictEqual(error?.message, "as asked");
      strictEqual(error?.details, "the detail", code);
      strictEqual(error?.hint, "the hint", code);
    }
    strictEqual((await stack.service.rpc("fail", { sqlstate_code: "PT418" })).status, 418);
    strictEqual((await stack.service.rpc("nothing")).error?.code, "PGRST202");
    strictEqual((await stack.service.from("nothing").select()).error?.code, "PGRST205");
  });

  await test.step("a fail point holds, refuses or drops an rpc before or after it acted", async () => {
    const held = Promise.withResolvers<void>();
    const point = stack.failPoints.arm({
      on: "rpc",
      name: "echo",
      moment: "before",
      action: { hold: held.promise },
    });
    const call = stack.service.rpc("echo", { payload: 1 }).then(({ data }) => data);
    await point.reached;
    held.resolve();
    strictEqual(await call, 1);

    stack.failPoints.arm({ on: "rpc", moment: "before", action: { status: 503 }, times: 1 });
    strictEqual((await stack.service.rpc("echo", { payload: 1 })).status, 503);
    strictEqual((await stack.service.rpc("echo", { payload: 1 })).status, 200);

    stack.failPoints.arm({ on: "rpc", moment: "after", action: "drop" });
    const dropped = await stack.service.rpc("echo", { payload: 1 });
    ok(dropped.error);
  });

  await test.step("an unknown function and an unknown path are 404 in JSON", async () => {
    const response = await fetch(`${stack.url}/functions/v1/nothing`, { method: "POST", body: "{}" });
    strictEqual(response.status, 404);
    deepStrictEqual(await response.json(), {
      code: "NOT_FOUND",
      message: "Requested function was not found",
    });
    const other = await fetch(`${stack.url}/storage/v1/x`);
    strictEqual(other.status, 404);
    match(await other.text(), /NOT_FOUND/);
  });
});
