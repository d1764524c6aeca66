import assert from "node:assert/strict";
import { checkModel } from "../../../supabase/functions/sms-worker/model_check.ts";
import { settingsWith } from "../sms/support.ts";

const { openai } = settingsWith({ OPENAI_API_KEY: "sk-secret", SMS_OPENAI_MODEL: "gpt-x" });
const answering = (status: number, body: unknown = {}): typeof fetch => () =>
  Promise.resolve(Response.json(body, { status }));

const breaking = () =>
  new Response(
    new ReadableStream({ pull: (stream) => stream.error(new DOMException("late", "TimeoutError")) }),
  );

const CASES: [what: string, get: typeof fetch, outcome: string][] = [
  ["a server that lists the model", answering(200, { data: [{ id: "gpt-x" }] }), "ok"],
  ["a server without a list", answering(404, { error: "no such path" }), "ok"],
  ["a server with an empty list", answering(200, { data: [] }), "ok"],
  ["a server that lists others", answering(200, { data: [{ id: "gpt-y" }] }), "model_unknown"],
  ["a key that is refused", answering(401), "key_refused"],
  ["a server in trouble", answering(503), "no_answer"],
  ["a redirect", () => Promise.resolve(Response.redirect("https://elsewhere.example.com/", 302)), "ok"],
  ["a server that has a page there", () => Promise.resolve(new Response("<html>")), "ok"],
  ["an answer that does not come to its end", () => Promise.resolve(breaking()), "no_answer"],
  ["no server at all", () => Promise.reject(new TypeError("dns says 10.0.0.7")), "no_answer"],
];

for (const [what, get, outcome] of CASES) {
  Deno.test(`the model's check finds ${outcome} for ${what}, and tells no key`, async () => {
    const found = await checkModel(openai, get);
    assert.equal(found.outcome, outcome);
    assert.equal(found.message === null, outcome === "ok");
    for (const secret of ["sk-secret", "10.0.0.7"]) assert(!JSON.stringify(found).includes(secret));
  });
}

Deno.test("the model's check asks nobody without a key", async () => {
  const { outcome } = await checkModel({ ...openai, apiKey: null }, () => Promise.reject(new Error("asked")));
  assert.equal(outcome, "not_configured");
});
