import assert from "node:assert/strict";
import {
  endpoint,
  type EndpointOptions,
  type Handler,
} from "../../../supabase/functions/_shared/sms/http/endpoint.ts";
import { DatabaseError } from "../../../supabase/functions/_shared/sms/database/rpc.ts";
import { AppError, notConfigured } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import {
  createChallenge,
  provesThisProject,
} from "../../../supabase/functions/_shared/sms/http/project_proof.ts";
import { createLogger } from "../../../supabase/functions/_shared/sms/log.ts";
import { settingsWith } from "../sms/support.ts";

function serve(
  handler: Handler,
  options: Partial<EndpointOptions> = {},
  env: Record<string, string | undefined> = {},
) {
  const lines: string[] = [];
  const fetch = endpoint(
    { name: "sms-test", methods: ["POST"], callers: "browsers", auth: "none", ...options },
    () => handler,
    {
      settings: () => settingsWith(env),
      log: () => createLogger({ level: "debug", write: (line) => lines.push(line) }),
    },
  );
  return { fetch, lines: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

const post = (headers: Record<string, string> = {}) =>
  new Request("http://x.test/sms-test", { method: "POST", headers });
const ok: Handler = () => Promise.resolve(Response.json({ ok: true }));

Deno.test("endpoint() gives every answer a request id, and one log line", async () => {
  const { fetch, lines } = serve((_request, context) => {
    context.note({ outcome: "stored", to: "+14155550101" });
    return Promise.resolve(new Response("fine"));
  });
  const response = await fetch(post());
  const requestId = response.headers.get("x-request-id");
  assert.match(requestId ?? "", /^[0-9a-f-]{36}$/);
  const [line, ...others] = lines();
  assert.equal(others.length, 0);
  assert.deepEqual([line?.function, line?.request_id, line?.status, line?.outcome, line?.to], [
    "sms-test",
    requestId,
    200,
    "stored",
    "+1******0101",
  ]);
  assert.equal(typeof line?.duration_ms, "number");
});

Deno.test("endpoint() proves on refusals too whose project it is, where it is asked in the right form", async () => {
  const { fetch } = serve(ok);
  const challenge = createChallenge();
  const ask = (text: string) =>
    fetch(new Request("http://x.test/sms-test", { headers: { "x-supabase-sms-challenge": text } }));
  const answer = await ask(challenge);
  assert.equal(answer.status, 405);
  const proof = answer.headers.get("x-supabase-sms-proof") ?? "";
  assert(await provesThisProject(proof, challenge, Object.values(settingsWith({}).supabase.secretKeys)));
  assert(!await provesThisProject(proof, challenge, ["sb_secret_theirs"]));
  for (const wrong of ["sign this", challenge.slice(2)]) {
    assert.equal((await ask(wrong)).headers.get("x-supabase-sms-proof"), null);
  }
  assert.equal((await fetch(post())).headers.get("x-supabase-sms-proof"), null);
});

Deno.test("endpoint() without its settings proves nothing, and its log line says which is missing", async () => {
  const { fetch, lines } = serve(ok, {}, { SUPABASE_URL: "no address" });
  const answer = await fetch(
    new Request("http://x.test/sms-test", { headers: { "x-supabase-sms-challenge": createChallenge() } }),
  );
  assert.deepEqual([answer.status, answer.headers.get("x-supabase-sms-proof")], [405, null]);
  assert.match(JSON.stringify(lines()), /SUPABASE_URL/);
});

Deno.test("endpoint() takes the caller's request id if it is one, and never a telephone number", async () => {
  const { fetch } = serve(ok);
  const given = "3f2a9c1e-0000-4000-8000-000000000001";
  assert.equal((await fetch(post({ "x-request-id": given }))).headers.get("x-request-id"), given);
  for (const id of ["+14155550101", "14155550101", "a b c d e f g h i j", "x".repeat(65)]) {
    assert.notEqual((await fetch(post({ "x-request-id": id }))).headers.get("x-request-id"), id);
  }
});

Deno.test("endpoint() answers an AppError with its status, code and headers", async () => {
  const { fetch } = serve(() =>
    Promise.reject(new AppError(409, "BUSY", "Wait.", { headers: { "retry-after": "3" } }))
  );
  const response = await fetch(post());
  assert.deepEqual([response.status, response.headers.get("retry-after"), await response.json()], [
    409,
    "3",
    { code: "BUSY", message: "Wait." },
  ]);
});

Deno.test("endpoint() answers an unknown error with 500 and says nothing of it but the request id", async () => {
  const { fetch, lines } = serve(() => Promise.reject(new Error("password is hunter2, for +14155550101")));
  const response = await fetch(post());
  const body = await response.text();
  assert.equal(response.status, 500);
  assert.equal(JSON.parse(body).code, "INTERNAL");
  assert.ok(body.includes(response.headers.get("x-request-id") ?? "?") && !body.includes("hunter2"));
  assert.deepEqual([lines().length, lines()[0]?.level], [1, "error"]);
  assert.ok(!JSON.stringify(lines()).includes("4155550101"));
});

Deno.test("endpoint() answers 503 for a database that may be there again in a moment, and 500 for our mistakes", async () => {
  const expected: [string, number][] = [
    ["UNREACHABLE", 503],
    ["57P01", 503],
    ["40P01", 503],
    ["42501", 500],
    [
      "UNEXPECTED_RESULT",
      500,
    ],
  ];
  for (const [code, status] of expected) {
    const { fetch } = serve(() =>
      Promise.reject(new DatabaseError("some_verb", code, "no, for +14155550101"))
    );
    const response = await fetch(post());
    assert.equal(response.status, status, code);
    assert.ok(!(await response.text()).includes("some_verb"));
  }
});

Deno.test("endpoint() answers 503 for a missing setting, which only the log names", async () => {
  const { fetch, lines } = serve(ok, {}, { SUPABASE_URL: undefined });
  const response = await fetch(post());
  assert.equal(response.status, 503);
  assert.equal((await response.json()).code, "NOT_CONFIGURED");
  assert.match(String(lines()[0]?.error), /SUPABASE_URL is not set/);
  assert.equal(notConfigured("X").message.includes("X"), false);
});

Deno.test("endpoint() tells a caller nothing of keys that are not set up", async () => {
  const { fetch } = serve(ok, { auth: () => "secret:missing" });
  const response = await fetch(post({ apikey: "sb_secret_x" }));
  assert.equal(response.status, 500);
  assert.deepEqual(await response.json(), {
    code: "NO_KEYS_CONFIGURED",
    message: "The function's keys are not set up.",
  });
});

/** Nothing listens there. */
const AWAY = "postgresql://postgres:secret@127.0.0.1:1/postgres";
const callVerb: Handler = async (_request, { supabaseAdmin }) => {
  const { error } = await supabaseAdmin.rpc("sms_worker_health", {});
  return Response.json({ code: error?.code ?? null });
};

Deno.test("endpoint() makes the API's client only when a direct call finds no Postgres", async () => {
  const asked: string[] = [];
  await using api = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    asked.push(`${new URL(request.url).pathname} ${request.headers.get("apikey")}`);
    return Response.json({ code: "PGRST000", message: "down" }, { status: 400 });
  });
  const env = { SUPABASE_URL: `http://127.0.0.1:${api.addr.port}`, SUPABASE_DB_URL: AWAY };
  const quiet = serve(ok, {}, env);
  assert.equal((await quiet.fetch(post())).status, 200);
  assert.deepEqual(asked, [], "a request that calls no verb asks nobody");
  const { fetch, lines } = serve(callVerb, {}, env);
  assert.deepEqual(await (await fetch(post())).json(), { code: "PGRST000" });
  assert.equal(asked.length, 1);
  assert.match(asked[0] ?? "", /^\/rest\/v1\/rpc\/sms_worker_health .+/);
  assert(lines().some(({ outcome }) => outcome === "NO_DIRECT_CONNECTION"));
});

Deno.test("endpoint() tells a caller nothing of keys that the API's client lacks", async () => {
  const { fetch } = serve(callVerb, {}, {
    SUPABASE_DB_URL: AWAY,
    SUPABASE_SECRET_KEYS: "{}",
  });
  const response = await fetch(post());
  const { message } = await response.json();
  assert.deepEqual([response.status, message], [500, "The function's keys are not set up."]);
});

Deno.test("endpoint() names its request also on an answer whose headers cannot be changed", async () => {
  const moved: Handler = () => Promise.resolve(Response.redirect("https://example.com/"));
  const { fetch } = serve(moved, {}, { SUPABASE_DB_URL: AWAY });
  const response = await fetch(post());
  assert.equal(response.status, 302);
  assert.match(response.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
});

Deno.test("endpoint() logs refused strangers once in a while, and everybody else each time", async () => {
  const errors: Record<string, () => AppError> = {
    known: () => new AppError(403, "OTHER_ACCOUNT", "Another account's."),
    stranger: () => new AppError(403, "SIGNATURE_MISMATCH", "It does not match.").ofStranger(),
    unchecked: () => new AppError(503, "UNAVAILABLE", "Try again.").ofStranger(),
    broken: () => new AppError(503, "UNAVAILABLE", "Try again."),
  };
  const { fetch, lines } = serve((request) => {
    throw errors[request.headers.get("who") ?? ""]?.() ?? new Error("nobody");
  });
  for (let time = 0; time < 20; time++) {
    for (const who of Object.keys(errors)) {
      const { status } = await fetch(post({ who }));
      assert.equal(status, errors[who]?.().status);
    }
  }
  const of = (outcome: string, level: string) =>
    lines().filter((line) => line.outcome === outcome && line.level === level).length;
  assert.deepEqual(
    [
      of("OTHER_ACCOUNT", "info"),
      of("SIGNATURE_MISMATCH", "info"),
      of("UNAVAILABLE", "info"),
      of("UNAVAILABLE", "error"),
    ],
    [20, 1, 1, 20],
  );
  assert.equal(lines().find((line) => line.outcome === "SIGNATURE_MISMATCH")?.refused, 1);
});
