/** What one odd request teaches about a model that others use too: nothing. */
import assert from "node:assert/strict";
import type { ModelMemory } from "../../../../supabase/functions/_shared/sms/model/memory.ts";
import { createReplyModel } from "../../../../supabase/functions/_shared/sms/model/openai.ts";
import type { ModelRequest } from "../../../../supabase/functions/_shared/sms/model/shapes.ts";
import { COSTS, CpuBudget } from "../../../../supabase/functions/sms-worker/cpu_budget.ts";
import { meteredModel } from "../../../../supabase/functions/sms-worker/metered.ts";
import { settingsWith } from "../support.ts";

const request: ModelRequest = {
  model: null,
  temperature: 0.2,
  reasoningEffort: "none",
  verbosity: "low",
  maxSegments: 3,
  messages: [{ role: "system", content: "Be short." }, { role: "user", content: "Hi" }],
  safetyIdentifier: "hash",
  cacheKey: "assistant",
  timeoutMs: 20_000,
};
const saying = (content: string, images?: string[]): ModelRequest => ({
  ...request,
  messages: [{ role: "system", content: "Be short." }, {
    role: "user",
    content,
    ...(images ? { images } : {}),
  }],
});
const photo = (data: string) => saying("Look", [`data:image/png;base64,${data}`]);
const good = { reply: "Hello!", intent: "question", end_conversation: false, opt_out: false, handoff: false };

type Body = Record<string, unknown>;
const isLong = (body: Body) => JSON.stringify(body).includes("LONG");

/** A server that refuses what `refuses` has words for; what it was asked, and what others are told of it. */
function server(refuses: (body: Body, call: number) => string | null, { status = 400, now = Date.now } = {}) {
  const bodies: Body[] = [];
  const remembered: string[] = [];
  const memory: ModelMemory = {
    recall: () => Promise.resolve({ models: [], listing_due: false }),
    remember: (_model, quirks) => Promise.resolve(void remembered.push(...quirks)),
    list: () => Promise.resolve(),
  };
  const fetchWith: typeof fetch = (_input, init) => {
    const body: Body = JSON.parse(String(init?.body));
    bodies.push(body);
    const message = refuses(body, bodies.length);
    return Promise.resolve(
      message === null
        ? Response.json({
          choices: [{ finish_reason: "stop", message: { content: JSON.stringify(good) } }],
        })
        : message.startsWith("<")
        ? new Response(message, { status, headers: { "content-type": "text/html" } })
        : Response.json({ error: { message, type: "invalid_request_error" } }, { status }),
    );
  };
  const settings = settingsWith({ OPENAI_API_KEY: "sk-test", SMS_OPENAI_MODEL: "m" }).openai;
  const model = createReplyModel(settings, fetchWith, now);
  const reply = (asked: ModelRequest) => model.reply(asked, memory);
  return { bodies, remembered, reply, model, takesImages: () => model.takesImages?.(null) };
}
const OPTIONAL = [
  "store",
  "prompt_cache_key",
  "safety_identifier",
  "verbosity",
  "reasoning_effort",
  "temperature",
]
  .concat(["max_completion_tokens", "response_format"]);
const sentOf = (body: Body | undefined) => OPTIONAL.filter((name) => body !== undefined && name in body);

Deno.test("a refusal that names nothing and does not come again leaves nothing out", async () => {
  const { bodies, remembered, reply } = server((_body, call) =>
    call === 2 ? "We could not parse the JSON body of your request." : null
  );
  for (const asked of [request, request, request]) assert.deepEqual(await reply(asked), good);
  assert.deepEqual(bodies.map((body) => sentOf(body).length), [8, 8, 8, 8]);
  assert.deepEqual(remembered, []);
});

Deno.test("what is guessed from a refusal that names nothing holds an hour, in this process", async () => {
  let now = 0;
  let refuses = true;
  const { bodies, remembered, reply } = server((body) => refuses && "store" in body ? "no" : null, {
    now: () => now,
  });
  await reply(request);
  assert.deepEqual(bodies.map((body) => "store" in body), [true, true, false]);
  now += 59 * 60_000;
  await reply(request);
  assert.equal(sentOf(bodies.at(-1)).length, 0);
  refuses = false;
  now += 60_000;
  await reply(request);
  assert.equal(sentOf(bodies.at(-1)).length, 8);
  assert.equal(bodies.length, 5);
  assert.deepEqual(remembered, []);
});

const tooLong: Record<string, string> = {
  "which names the limit":
    "'max_tokens' or 'max_completion_tokens' is too large: 1450. This model's maximum context length is 4096 tokens and your request has 3900 input tokens (1450 > 4096 - 3900).",
  "which names no field":
    "This model's maximum context length is 4096 tokens. However, you requested 5350 tokens.",
};
for (const [how, message] of Object.entries(tooLong)) {
  Deno.test(`a conversation that is too long, ${how}, is answered and teaches nothing`, async () => {
    const { bodies, remembered, reply } = server((body) =>
      isLong(body) && ("max_completion_tokens" in body || "max_tokens" in body) ? message : null
    );
    assert.deepEqual(await reply(saying("LONG")), good);
    await reply(request);
    assert.deepEqual(bodies.map((body) => sentOf(body).length), [8, 7, 8]);
    assert.deepEqual(remembered, []);
  });
}

const ofOneImage = [
  "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg'].",
  "Image format 'webp' is not supported",
  "image exceeds 5 MB maximum",
  "Could not process image",
];
for (const message of ofOneImage) {
  Deno.test(`an image that is refused leaves the next ones in: ${message.slice(0, 40)}`, async () => {
    const { bodies, remembered, reply } = server((body) =>
      JSON.stringify(body).includes("BAD") ? message : null
    );
    assert.deepEqual(await reply(photo("BAD")), good);
    await reply(photo("GOOD"));
    assert.deepEqual(bodies.map((body) => JSON.stringify(body).includes("image_url")), [true, false, true]);
    assert.match(JSON.stringify(bodies[1]?.messages), /you see none of them/);
    assert.deepEqual(bodies.map((body) => sentOf(body).length), [8, 8, 8]);
    assert.deepEqual(remembered, []);
  });
}

const ofAllImages = [
  "Invalid content type. image_url is only supported by certain models.",
  "messages: content must be a string (m)",
  "At most 0 image(s) may be provided in one prompt.",
  '"m" does not support image input',
  "image input is not supported - hint: you may need to provide the mmproj",
  "m is not a multimodal model",
];
for (const message of ofAllImages) {
  Deno.test(`a model that takes no image is sent none again: ${message.slice(0, 40)}`, async () => {
    const { bodies, remembered, reply, takesImages } = server((body) =>
      JSON.stringify(body).includes("image_url") ? message : null
    );
    assert.equal(takesImages(), true);
    await reply(photo("A"));
    assert.equal(takesImages(), false);
    await reply(photo("B"));
    assert.deepEqual(bodies.map((body) => JSON.stringify(body).includes("image_url")), [true, false, false]);
    assert.deepEqual(remembered, ["images"]);
  });
}

Deno.test("a temperature that is out of range is left out for its call only", async () => {
  const { bodies, remembered, reply } = server(({ temperature }) =>
    Number(temperature) > 1 ? "temperature: Input should be less than or equal to 1" : null
  );
  await reply({ ...request, temperature: 1.8 });
  await reply(request);
  assert.deepEqual(bodies.map(({ temperature }) => temperature), [1.8, undefined, 0.2]);
  assert.deepEqual(remembered, []);
});

Deno.test("a refusal that quotes the request teaches nothing of what it quotes", async () => {
  const quoting =
    "[{'type': 'value_error', 'loc': ('body',), 'msg': 'Value error, odd', 'input': {'store': False, 'messages': [{'role': 'system', 'content': 'rules'}], 'response_format': {'type': 'json_schema'}}}]";
  const { bodies, remembered, reply } = server((body) => "verbosity" in body ? quoting : null);
  assert.deepEqual(await reply(request), good);
  assert.deepEqual(bodies.map((body) => sentOf(body).length), [8, 8, 0]);
  assert.match(JSON.stringify(bodies.at(-1)?.messages), /"role":"system"/);
  assert.deepEqual(remembered, []);
});

const quotes = [
  "unknown field in {'role': 'system', 'verbosity': 'low', 'store': False}: extra_forbidden for field verbosity",
  'bad request {"model":"m","store":false,"messages":[{"role":"system","content":"not supported"}]}, argument: verbosity',
];
for (const message of quotes) {
  Deno.test(`a role that is quoted is no refusal of it: ${message.slice(0, 30)}`, async () => {
    const { bodies, reply } = server((body) => "verbosity" in body ? message : null);
    await reply(request);
    assert.equal("store" in (bodies[1] ?? {}), true);
    assert.match(JSON.stringify(bodies.at(-1)?.messages), /"role":"system"/);
  });
}

const noSystem = [
  "Only user and assistant roles are supported!",
  "System role not supported",
  "Developer instruction is not enabled for models/gemma-3",
  "'messages[0].role' does not support 'system' with this model.",
];
for (const message of noSystem) {
  Deno.test(`a model without system messages is learned: ${message.slice(0, 40)}`, async () => {
    const { remembered, reply } = server((body) =>
      JSON.stringify(body).includes('"role":"system"') ? message : null
    );
    await reply(request);
    assert.deepEqual(remembered, ["system"]);
  });
}

Deno.test("of many replies at once one learns what is refused, the others wait for it, and each call is counted", async () => {
  const refused = [...OPTIONAL.filter((name) => name !== "response_format"), "max_tokens"];
  let waiting = 0;
  const { bodies, remembered, reply, model } = server((body) => {
    const field = refused.find((name) => name in body);
    waiting += field === undefined ? 0 : 1;
    return field === undefined ? null : `property '${field}' is unsupported`;
  });
  const cpu = new CpuBudget({ cpuTime: () => 0 });
  const metered = meteredModel(model, cpu);
  const answers = await Promise.all(Array.from({ length: 50 }, () => metered.reply(request)));
  assert.deepEqual(answers, Array(50).fill(good));
  assert.equal(waiting, 50 + refused.length - 1, "each is refused once, and the first learns the rest");
  assert.equal(bodies.length, 100 + refused.length - 1);
  assert.ok(cpu.used() >= bodies.length * COSTS.modelCall, `${cpu.used()} ms for ${bodies.length} calls`);
  await reply(request);
  assert.equal(bodies.length, 101 + refused.length - 1);
  assert.deepEqual(remembered, [], "these had no memory");
});

Deno.test("a reply that waits for one that learns gives up at its own time limit", async () => {
  const learns = Promise.withResolvers<void>();
  let slowCalls = 0;
  const settings = settingsWith({ OPENAI_API_KEY: "sk-test", SMS_OPENAI_MODEL: "m" }).openai;
  const model = createReplyModel(settings, (_input, init) => {
    if (String(init?.body).includes("SLOW") && ++slowCalls === 2) {
      learns.resolve();
      return new Promise((_resolve, reject) =>
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason))
      );
    }
    const error = { message: "property 'store' is unsupported" };
    return Promise.resolve(Response.json({ error }, { status: 400 }));
  });
  const ended: string[] = [];
  const reply = (name: string, asked: ModelRequest) =>
    model.reply(asked).catch((error) => ended.push(`${name}: ${String(error).match(/MODEL_[A-Z]+/)?.[0]}`));
  const slow = reply("slow", { ...saying("SLOW"), timeoutMs: 1_000 });
  await learns.promise;
  await Promise.all([slow, reply("quick", { ...request, timeoutMs: 20 })]);
  assert.deepEqual(ended, ["quick: MODEL_TIMEOUT", "slow: MODEL_TIMEOUT"]);
});

const hidden = [[400, "Upstream error: 400", 4], [
  413,
  "<html>413 Request Entity Too Large</html>",
  2,
]] as const;
for (const [status, message, calls] of hidden) {
  Deno.test(`photos that are refused without a name (${status}) are left out, and the words answered`, async () => {
    const { bodies, remembered, reply } = server(
      (body) => JSON.stringify(body).includes("image_url") ? message : null,
      { status },
    );
    assert.deepEqual(await reply(photo("A")), good);
    assert.equal(bodies.length, calls);
    await reply(request);
    assert.equal(sentOf(bodies.at(-1)).length, 8, "and nothing is learned of it");
    assert.deepEqual(remembered, []);
  });
}
