import assert from "node:assert/strict";
import { matchPath, routes } from "../../../../supabase/functions/_shared/sms/http/routes.ts";
import { contextWith, fakeClient } from "../support.ts";

const says = (words: string) => () => Promise.resolve(new Response(words));

const handler = routes("sms-numbers", {
  "/": { GET: says("list"), POST: says("assign") },
  "/unassigned": { GET: says("unassigned") },
  "/:id": { GET: (_request, _context, { id }) => Promise.resolve(new Response(`show ${id}`)) },
  "/:id/repair": { POST: says("repair") },
});

async function at(method: string, path: string): Promise<string> {
  const request = new Request(`http://x.test/functions/v1/sms-numbers${path}`, { method });
  return await (await handler(request, contextWith(fakeClient({})))).text();
}

Deno.test("routes() finds the handler by path and method, the first pattern that fits", async () => {
  assert.equal(await at("GET", ""), "list");
  assert.equal(await at("POST", "/"), "assign");
  assert.equal(await at("GET", "/unassigned"), "unassigned");
  assert.equal(await at("GET", "/a%20b"), "show a b");
  assert.equal(await at("POST", "/1/repair"), "repair");
});

Deno.test("routes() answers 404 for another path and 405 for another method", async () => {
  for (const path of ["/1/other", "/1/repair/2"]) {
    await assert.rejects(at("GET", path), { status: 404, code: "NOT_FOUND" });
  }
  await assert.rejects(at("DELETE", "/"), { status: 405, headers: { allow: "GET, POST" } });
  await assert.rejects(at("POST", "/unassigned"), { status: 405, headers: { allow: "GET" } });
  await assert.rejects(at("GET", "/%E0%A4%A"), { status: 400, code: "INVALID_PATH" });
});

Deno.test("matchPath() names the segments of a path that fits", () => {
  assert.deepEqual(matchPath("/:id/media/:n", ["1", "media", "2"]), { id: "1", n: "2" });
  assert.deepEqual(matchPath("/", []), {});
  assert.equal(matchPath("/:id", []), null);
  assert.equal(matchPath("/:id/media", ["1", "texts"]), null);
});
