import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { type Stack, startStack } from "../../local/stack.ts";
import { testServer } from "../support/postgres.ts";

const HELLO = `
import { withSupabase } from "@supabase/server";
const started = crypto.randomUUID();
const user = withSupabase({ auth: "user" }, async (_request, ctx) =>
  Response.json({ id: ctx.userClaims?.id ?? null, email: (await ctx.supabase.auth.getUser()).data.user?.email ?? null }));
const worker = withSupabase({ auth: "secret:worker" }, () => Promise.resolve(Response.json({ worker: true })));
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/user")) return await user(request);
    if (pathname.endsWith("/worker")) return await worker(request);
    if (pathname.endsWith("/hang")) return await new Promise(() => {});
    if (pathname.endsWith("/exit")) Deno.exit(3);
    if (pathname.endsWith("/env")) return Response.json(Object.keys(Deno.env.toObject()).sort());
    console.log(JSON.stringify({ said: pathname }));
    return new Response(await request.text(), {
      status: 418,
      headers: { "x-started": started, "x-path": request.url.replace(/^https?:..[^/]*/, "") },
    });
  },
};`;

async function stackWith(functions: Record<string, string>): Promise<Stack> {
  const functionsRoot = await Deno.makeTempDir();
  for (const [name, source] of Object.entries(functions)) {
    await Deno.mkdir(join(functionsRoot, name));
    await Deno.writeTextFile(join(functionsRoot, name, "index.ts"), source);
  }
  const stack = await startStack({ server: testServer, worker: false, functionsRoot });
  const stop = async () => {
    await stack.stop();
    await Deno.remove(functionsRoot, { recursive: true });
  };
  return { ...stack, stop, [Symbol.asyncDispose]: stop };
}

Deno.test("a stack runs functions as the platform does", async (test) => {
  await using stack = await stackWith({ hello: HELLO, broken: "export default { fetch() {" });
  const call = (path: string, init: RequestInit = {}) => fetch(`${stack.ready.functionsUrl}/${path}`, init);

  await test.step("status, headers, body and path pass through, without /functions/v1", async () => {
    const response = await call("hello/deep/path?x=%2B1&x=2", { method: "POST", body: "grüße" });
    strictEqual(response.status, 418);
    strictEqual(response.headers.get("x-path"), "/hello/deep/path?x=%2B1&x=2");
    strictEqual(await response.text(), "grüße");
    deepStrictEqual(stack.functions.logs("hello").map((line) => line.text), ['{"said":"/hello/deep/path"}']);
  });

  await test.step("it finds the platform's settings in its environment and nothing of ours", async () => {
    const names: string[] = await (await call("hello/env")).json();
    ok(
      names.includes("SUPABASE_JWKS") && names.includes("TWILIO_AUTH_TOKEN") &&
        names.includes("SMS_OPENAI_BASE_URL"),
    );
    ok(!names.includes("TEST_POSTGRES_URL") && !names.includes("SHELL") && !names.includes("PWD_SECRET"));
  });

  await test.step("withSupabase accepts a user's token and takes it back to the database", async () => {
    const user = await stack.createUser("carl@example.com", "a long password");
    const { data, error } = await user.client.functions.invoke("hello/user", { body: {} });
    strictEqual(error, null);
    deepStrictEqual(data, { id: user.id, email: "carl@example.com" });
    strictEqual((await call("hello/user")).status, 401);
  });

  await test.step("the worker's key opens the worker, the default key does not", async () => {
    strictEqual((await call("hello/worker", { headers: { apikey: stack.workerKey } })).status, 200);
    strictEqual((await call("hello/worker", { headers: { apikey: stack.ready.secretKey } })).status, 401);
  });

  await test.step("a function that dies under a request is a 502, and runs again for the next", async () => {
    const first = await call("hello/x");
    const response = await call("hello/exit");
    strictEqual(response.status, 502);
    strictEqual((await response.json()).code, "WORKER_ERROR");
    const second = await call("hello/x");
    strictEqual(second.status, 418);
    ok(first.headers.get("x-started") !== second.headers.get("x-started"));
    await Promise.all([first.text(), second.text()]);
  });

  await test.step("kill() ends it in the middle of a request", async () => {
    const hanging = call("hello/hang");
    while (await stack.functions.pid("hello") === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stack.functions.kill("hello");
    strictEqual((await hanging).status, 502);
    await Promise.all(Array.from({ length: 20 }, async () => {
      const response = await call("hello/x");
      strictEqual(response.status, 418);
      await response.text();
    }));
  });

  await test.step("a function that does not start is a 503 and says why in its log", async () => {
    const response = await call("broken");
    strictEqual(response.status, 503);
    strictEqual((await response.json()).code, "BOOT_ERROR");
    match(stack.functions.logs("broken").map((line) => line.text).join("\n"), /index\.ts/);
  });

  await test.step("a body without end is refused", async () => {
    const response = await call("hello/x", { method: "POST", body: new Uint8Array(11 * 1024 * 1024) });
    strictEqual(response.status, 413);
    await response.text();
  });
});
