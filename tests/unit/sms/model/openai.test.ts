import assert from "node:assert/strict";
import { createReplyModel } from "../../../../supabase/functions/_shared/sms/model/openai.ts";
import type { ModelRequest } from "../../../../supabase/functions/_shared/sms/model/shapes.ts";
import { ModelError } from "../../../../supabase/functions/_shared/sms/model/errors.ts";
import { settingsWith } from "../support.ts";

const request: ModelRequest = {
  model: null,
  temperature: null,
  reasoningEffort: "none",
  verbosity: "low",
  maxSegments: 3,
  messages: [{ role: "user", content: "Hi" }],
  safetyIdentifier: "hash",
  cacheKey: "assistant",
  timeoutMs: 20_000,
};
const good = { reply: "Hello!", intent: "question", end_conversation: false, opt_out: false, handoff: false };

type Answer = (body: Record<string, unknown>, signal: AbortSignal) => Response | Promise<Response>;

/** The real client over a fetch that answers like this, one answer after the other (the last one stays). */
function modelAnswering(answers: Answer[], env: Record<string, string> = {}) {
  const bodies: Record<string, unknown>[] = [];
  const settings = settingsWith({
    OPENAI_API_KEY: "sk-test-key-123",
    SMS_OPENAI_BASE_URL: "http://model.test/v1",
    ...env,
  });
  const fetchWith: typeof fetch = async (_input, init) => {
    const body: Record<string, unknown> = JSON.parse(String(init?.body));
    bodies.push(body);
    const answer = answers[Math.min(bodies.length, answers.length) - 1];
    assert.ok(answer);
    return await answer(body, init?.signal ?? new AbortController().signal);
  };
  return { bodies, model: createReplyModel(settings.openai, fetchWith) };
}

const choice = (message: Record<string, unknown>, finish_reason = "stop"): Answer => () =>
  Response.json({
    id: "1",
    object: "chat.completion",
    choices: [{ index: 0, finish_reason, message: { role: "assistant", ...message } }],
  });
const says = (content: unknown) =>
  choice({ content: typeof content === "string" ? content : JSON.stringify(content) });
const failsWith =
  (status: number, headers: Record<string, string> = {}, error: Record<string, unknown> = {}): Answer => () =>
    Response.json({ error: { message: "no, +14155550101", ...error } }, { status, headers });
const noSchemas = failsWith(400, {}, {
  message: "'response_format' of type 'json_schema' is not supported",
  param: "response_format",
});

async function failureOf(answer: Answer, more: Partial<ModelRequest> = {}, calls = 1) {
  const { model, bodies } = modelAnswering([answer]);
  const error: unknown = await model.reply({ ...request, ...more }).then(() => undefined, (thrown) => thrown);
  assert.ok(error instanceof ModelError);
  assert.equal(bodies.length, calls, "no retries, but for what another form of the request may mend");
  assert.ok(!error.failure.message.includes("+1"), "the provider's words are not repeated");
  return error.failure;
}

Deno.test("reply() asks for a strict schema and says who, without saying who", async () => {
  const { model, bodies } = modelAnswering([says(good)]);
  assert.deepEqual(await model.reply(request), good);
  const [body] = bodies;
  assert.ok(body);
  assert.equal(body.model, "gpt-6-luna");
  assert.equal(body.store, false);
  assert.equal(body.safety_identifier, "hash");
  assert.equal(body.prompt_cache_key, "assistant");
  assert.ok(!("temperature" in body));
  assert.deepEqual([body.reasoning_effort, body.verbosity], ["none", "low"]);
  assert.equal(body.max_completion_tokens, 700 + 3 * 250);
  const format = JSON.stringify(body.response_format);
  assert.match(format, /"name":"sms_reply","strict":true/);
  assert.match(format, /"additionalProperties":false/);
});

Deno.test("reply() takes the assistant's model only if the operator allows it", async () => {
  const { model, bodies } = modelAnswering([says(good)], {
    SMS_OPENAI_MODELS: "small, large",
    SMS_OPENAI_MODEL: "small",
  });
  for (const wanted of ["large", "gigantic", null]) {
    await model.reply({ ...request, model: wanted, temperature: 0.2 });
  }
  assert.deepEqual(bodies.map((body) => body.model), ["large", "small", "small"]);
  assert.equal(bodies[0]?.temperature, 0.2);
});

Deno.test("reply() leaves the temperature out for models that refuse one, and remembers which they are", async () => {
  const noTemperature = failsWith(400, {}, {
    message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
    param: "temperature",
  });
  const { bodies, model } = modelAnswering([noTemperature, says(good)]);
  assert.equal((await model.reply({ ...request, temperature: 0.2 })).reply, "Hello!");
  await model.reply({ ...request, temperature: 0.2 });
  assert.deepEqual(bodies.map((body) => "temperature" in body), [true, false, false]);
});

Deno.test("reply() asks servers without strict schemas for JSON, and remembers which they are", async () => {
  const { model, bodies } = modelAnswering([
    noSchemas,
    says("```json\n" + JSON.stringify(good) + "\n```"),
    says(good),
  ]);
  assert.deepEqual(await model.reply(request), good);
  assert.deepEqual(await model.reply(request), good);
  const formats = bodies.map((body) => JSON.stringify(body.response_format).match(/json_\w+/)?.[0]);
  assert.deepEqual(formats, ["json_schema", "json_object", "json_object"]);
  assert.match(JSON.stringify(bodies[1]?.messages), /JSON schema/);
});

Deno.test("an intent that is not on the list is 'other' where nobody sees to the schema", async () => {
  const { model } = modelAnswering([says("Sure! Here you go"), says({ ...good, intent: "mischief" })]);
  assert.equal((await model.reply(request)).intent, "other");
});

const permanent: Record<string, [Answer, string, calls?: number]> = {
  "a bad request": [failsWith(400), "MODEL_BAD_REQUEST", 3],
  "a request that is too large": [failsWith(413), "MODEL_BAD_REQUEST"],
  "a conversation that is too long": [
    failsWith(400, {}, { code: "context_length_exceeded", message: "maximum context length is 4096 tokens" }),
    "MODEL_BAD_REQUEST",
    2,
  ],
  "what Azure's filter reads in the contact's words": [
    failsWith(400, {}, { code: "content_filter", param: "prompt" }),
    "MODEL_FILTERED",
  ],
  "what OpenAI's filter reads in them": [failsWith(400, {}, { code: "invalid_prompt" }), "MODEL_FILTERED"],
  "what a gateway's filter reads in them": [
    () => Response.json({ error: { code: "content_filter", message: "no" } }),
    "MODEL_FILTERED",
  ],
  "an account without credit": [failsWith(429, {}, { code: "insufficient_quota" }), "MODEL_NO_CREDIT"],
  "an account that has to pay": [failsWith(402), "MODEL_NO_CREDIT"],
  "a wrong key at Google": [failsWith(400, {}, { message: "API key not valid." }), "MODEL_UNAUTHORIZED"],
  "a wrong key": [failsWith(401), "MODEL_UNAUTHORIZED"],
  "a key without rights": [failsWith(403), "MODEL_FORBIDDEN"],
  "an unknown model": [failsWith(404), "MODEL_NOT_FOUND"],
  "a refusal": [choice({ content: null, refusal: "I can't help with that" }), "MODEL_REFUSED"],
  "an answer cut off": [choice({ content: '{"reply":"He' }, "length"), "MODEL_CUT_OFF"],
  "a filtered answer": [choice({ content: "" }, "content_filter"), "MODEL_FILTERED"],
};
for (const [what, [answer, code, calls]] of Object.entries(permanent)) {
  Deno.test(`${what} is permanent`, async () => {
    const failure = await failureOf(answer, {}, calls);
    assert.deepEqual([failure.code, failure.permanent], [code, true]);
  });
}

const passing: Record<string, [Answer, string, calls?: number]> = {
  "a rate limit": [failsWith(429), "MODEL_BUSY"],
  "a server error": [failsWith(500), "MODEL_UNAVAILABLE"],
  "a gateway's page": [() => new Response("<html>", { status: 502 }), "MODEL_UNAVAILABLE"],
  "no connection": [() => Promise.reject(new TypeError("connection refused")), "MODEL_UNREACHABLE"],
  "an answer that is not JSON": [says("Sure! Here you go"), "MODEL_GARBAGE", 2],
  "an answer of another shape": [says({ ...good, intent: "mischief" }), "MODEL_GARBAGE"],
  "an answer without flags": [says({ reply: "Hello" }), "MODEL_GARBAGE"],
  "an answer that failed the provider's own check": [
    failsWith(400, {}, { code: "json_validate_failed", message: "does not match json_schema" }),
    "MODEL_GARBAGE",
  ],
  "no choice": [() => Response.json({ choices: [] }), "MODEL_NO_ANSWER"],
  "an error with status 200": [
    () => Response.json({ error: { message: "busy, +14155550101", code: 502 } }),
    "MODEL_NO_ANSWER",
  ],
  "a web page": [
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    "MODEL_NO_ANSWER",
  ],
};
for (const [what, [answer, code, calls]] of Object.entries(passing)) {
  Deno.test(`${what} may be better next time`, async () => {
    const failure = await failureOf(answer, {}, calls);
    assert.deepEqual([failure.code, failure.permanent], [code, false]);
  });
}

Deno.test("a provider that says when to come back is heard", async () => {
  assert.equal((await failureOf(failsWith(429, { "retry-after": "7" }))).retry_after_ms, 7_000);
  assert.equal((await failureOf(failsWith(503, { "retry-after-ms": "250" }))).retry_after_ms, 250);
  assert.equal((await failureOf(failsWith(429, { "retry-after": "86400" }))).retry_after_ms, 600_000);
  assert.equal((await failureOf(failsWith(429, { "retry-after": "soon" }))).retry_after_ms, null);
});

Deno.test("the time-out covers a server that never answers and one that never finishes", async () => {
  const silent: Answer = (_body, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const dripping: Answer = (_body, signal) =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("{"));
          signal.addEventListener("abort", () => controller.error(signal.reason));
        },
      }),
      { headers: { "content-type": "application/json" } },
    );
  for (const answer of [silent, dripping]) {
    const failure = await failureOf(answer, { timeoutMs: 20 });
    assert.deepEqual([failure.code, failure.permanent], ["MODEL_TIMEOUT", false]);
  }
});

Deno.test("without a key nothing is asked, and the failure names the setting", async () => {
  const { model, bodies } = modelAnswering([says(good)], { OPENAI_API_KEY: "" });
  await assert.rejects(model.reply(request), /OPENAI_API_KEY is not set/);
  assert.equal(bodies.length, 0);
});

Deno.test("a refusal that comes with a failure teaches nothing", async () => {
  const { model, bodies } = modelAnswering([
    failsWith(400, {}, { message: "Unrecognized request argument supplied: store" }),
    failsWith(500),
    says(good),
  ]);
  await assert.rejects(model.reply(request), /MODEL_UNAVAILABLE/);
  await model.reply(request);
  assert.deepEqual(bodies.map((body) => "store" in body), [true, false, true]);
});

Deno.test("'store' as a word of a sentence is not taken for the field", async () => {
  const { model, bodies } = modelAnswering([
    failsWith(400, {}, {
      message: "We could not store it. Unrecognized request argument supplied: verbosity",
    }),
    says(good),
  ]);
  await model.reply(request);
  assert.deepEqual(bodies.map((body) => ["store" in body, "verbosity" in body]), [[true, true], [
    true,
    false,
  ]]);
});

Deno.test("the reasoning effort that is refused is replaced by the nearest one that is taken", async () => {
  const refuses = (...taken: string[]): Answer => (body, signal) =>
    taken.includes(String(body.reasoning_effort)) ? says(good)(body, signal) : failsWith(400, {}, {
      param: "reasoning_effort",
      message: `Unsupported value: 'reasoning_effort' does not support '${body.reasoning_effort}'.`,
      code: "unsupported_value",
    })(body, signal);
  const taken = async (wanted: ModelRequest["reasoningEffort"], ...efforts: string[]) => {
    const { model, bodies } = modelAnswering([refuses(...efforts, "undefined")]);
    await model.reply({ ...request, reasoningEffort: wanted });
    return bodies.at(-1)?.reasoning_effort;
  };
  assert.equal(await taken("none", "low", "high"), "low");
  assert.equal(await taken("high", "low", "xhigh"), "low", "less rather than more");
  assert.equal(await taken("medium", "high"), "high");
  assert.equal(await taken("low"), undefined);
});

Deno.test("a temperature beside a reasoning effort that is refused is sent again without one", async () => {
  const answer: Answer = (body, signal) =>
    body.reasoning_effort !== "none" && "temperature" in body
      ? failsWith(400, {}, { param: "temperature", message: "Unsupported parameter" })(body, signal)
      : says(good)(body, signal);
  const { model, bodies } = modelAnswering([answer]);
  await model.reply({ ...request, temperature: 0.2, reasoningEffort: "low" });
  await model.reply({ ...request, temperature: 0.2 });
  assert.deepEqual(bodies.map((body) => [body.reasoning_effort, body.temperature]), [
    ["low", 0.2],
    ["low", undefined],
    ["none", 0.2],
  ]);
});

Deno.test("an answer has more room the longer the model may think, and the longer replies may be", async () => {
  const { model, bodies } = modelAnswering([says(good)]);
  for (
    const [reasoningEffort, maxSegments] of [["none", 1], ["none", 10], ["low", 1], ["high", 1]] as const
  ) {
    await model.reply({ ...request, reasoningEffort, maxSegments });
  }
  assert.deepEqual(bodies.map((body) => body.max_completion_tokens), [950, 3_200, 4_950, 25_950]);
});

Deno.test("images go as data, and a model that refuses them gets the words alone", async () => {
  const withImages = {
    ...request,
    messages: [{ role: "user" as const, content: "Look\n[1 photo]", images: ["data:image/png;base64,AA=="] }],
  };
  const { model, bodies } = modelAnswering([
    failsWith(400, {}, { message: "image_url is only supported by certain models." }),
    says(good),
  ]);
  await model.reply(withImages);
  const said = (body: unknown) => JSON.stringify(body);
  assert.match(said(bodies[0]?.messages), /"image_url":\{"url":"data:image\/png;base64,AA=="/);
  assert.deepEqual(bodies[1]?.messages, [
    {
      role: "system",
      content: "The photos of this conversation could not be opened here after all: you see none of them.",
    },
    { role: "user", content: "Look\n[1 photo]" },
  ]);
});
