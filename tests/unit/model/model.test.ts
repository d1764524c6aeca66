/** What the product's tests rely on in the model look-alike, through OpenAI's own client. */
import assert from "node:assert/strict";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { type Fault, type Model, startModel } from "../../../local/model/mod.ts";
import { SmsReply } from "../../../supabase/functions/_shared/sms/model/shapes.ts";

type Said = OpenAI.ChatCompletionMessageParam;

function ask(model: Model, said: string | Said[] = "Hello", more: { timeout?: number } = {}) {
  const client = new OpenAI({
    apiKey: "sk-demo",
    baseURL: `${model.url}/v1`,
    maxRetries: 0,
    timeout: 20_000,
  });
  return client.chat.completions.parse({
    model: "gpt-6-luna",
    messages: typeof said === "string" ? [{ role: "user", content: said }] : said,
    response_format: zodResponseFormat(SmsReply, "reply"),
  }, more);
}

const answer = (reply: string): SmsReply => ({
  reply,
  intent: "other",
  end_conversation: false,
  opt_out: false,
  handoff: false,
});

const wordsOf = async (asked: ReturnType<typeof ask>) => (await asked).choices[0]?.message.content ?? "";

const PROMPT =
  `You answer texts for Bright Smile Dental. We are open from 8 am to 5 pm; we are closed on Sunday.
A check-up costs $80. Never give medical advice.`;

const brain: [says: string, answered: Partial<SmsReply>][] = [
  ["hello", { reply: "Hello! How can I help you?", intent: "other" }],
  ["Are you open on Sunday?", { reply: "We are closed on Sunday.", intent: "question" }],
  ["What does a check-up cost?", { reply: "A check-up costs $80." }],
  ["Which medical advice do you give?", {
    reply: "I do not know that, but I will pass your question on to the team.",
  }],
  ["Can I come in on Tuesday at 10?", {
    reply: "Tuesday at 10: I have noted it, and we will confirm.",
    intent: "appointment",
  }],
  ["Thanks, bye!", { end_conversation: true, intent: "goodbye" }],
  ["please stop texting me", { opt_out: true }],
  ["I want to talk to a person", { handoff: true }],
  ["The service was terrible", { intent: "complaint" }],
];
Deno.test("the demo model answers from the prompt, in the product's shape", async (t) => {
  await using model = await startModel();
  for (const [says, expected] of brain) {
    await t.step(says, async () => {
      const completion = await ask(model, [
        { role: "system", content: `${PROMPT}\n\n---\n- Shorter is better.` },
        { role: "user", content: says },
      ]);
      const parsed = completion.choices[0]?.message.parsed;
      assert.ok(parsed);
      assert.deepEqual({ ...parsed, ...expected }, parsed);
    });
  }
  assert.equal(model.requests.length, brain.length);
});

const errors: [Fault, number, string | null][] = [
  ["400", 400, null],
  ["401", 401, "invalid_api_key"],
  ["429", 429, "rate_limit_exceeded"],
  ["500", 500, null],
  ["503", 503, "server_is_overloaded"],
];
for (const [fault, status, code] of errors) {
  Deno.test(`the model look-alike fails once with ${fault} as OpenAI does, then answers`, async () => {
    await using model = await startModel();
    model.failNext(1, fault);
    await assert.rejects(ask(model), (error) => {
      assert.ok(error instanceof OpenAI.APIError);
      assert.deepEqual([error.status, error.code], [status, code]);
      assert.equal(error.headers?.get("retry-after") ?? null, fault === "429" ? "1" : null);
      return true;
    });
    await ask(model);
  });
}

const broken: Partial<Record<Fault, RegExp>> = {
  "time-out": /timed out/,
  "drop": /Connection error/,
  "garbage": /JSON/,
  "wrong-shape": /invalid/i,
  "empty": /JSON/,
  "cut-off": /length limit/,
};
for (const [fault, said] of Object.entries(broken)) {
  Deno.test(`the model look-alike can answer with ${fault}`, async () => {
    await using model = await startModel();
    model.failAll(fault as Fault);
    await assert.rejects(ask(model, "Hello", { timeout: fault === "time-out" ? 100 : 20_000 }), said);
    model.failAll(null);
    await ask(model);
  });
}

Deno.test("the model look-alike can refuse, and put NUL characters into a reply", async () => {
  await using model = await startModel();
  model.failNext(1, "refusal");
  assert.match((await ask(model)).choices[0]?.message.refusal ?? "", /can't assist/);
  model.failNext(1, "nul");
  assert.ok(JSON.parse(await wordsOf(ask(model))).reply.includes("\u0000"));
});

Deno.test("the model look-alike refuses what OpenAI would refuse", async () => {
  await using model = await startModel();
  const post = async (body: unknown, key = "sk-demo") => {
    const response = await fetch(`${model.url}/v1/chat/completions`, {
      method: "POST",
      headers: key ? { authorization: `Bearer ${key}` } : {},
      body: JSON.stringify(body),
    });
    return [response.status, (await response.json()).error?.param];
  };
  const valid = { model: "gpt-6-luna", messages: [{ role: "user", content: "hi" }] };
  assert.deepEqual(await post(valid, ""), [401, null]);
  const refused: [Record<string, unknown>, string | null][] = [
    [{ temprature: 1 }, null],
    [{ temperature: 0.3 }, "temperature"],
    [{ messages: [{ role: "boss" }] }, "messages.0.role"],
    [{ safety_identifier: "x".repeat(129) }, "safety_identifier"],
  ];
  for (const [more, param] of refused) assert.deepEqual(await post({ ...valid, ...more }), [400, param]);
  assert.equal(model.requests.length, 0);
});

Deno.test("held calls wait until they are released, the first of them or all", async () => {
  await using model = await startModel();
  const [one, all] = [model.hold(1), model.hold()];
  const first = ask(model, "first");
  assert.equal((await one.arrived).messages.at(-1)?.content, "first");
  const second = ask(model, "second");
  await all.arrived;
  assert.deepEqual([one.waiting, all.waiting], [1, 1]);
  one.release();
  await first;
  assert.equal(all.waiting, 1);
  all.release();
  await second;
  await ask(model, "third");
});

Deno.test("answers are told one by one, or for all calls until a reset", async () => {
  await using model = await startModel();
  model.answerAll(answer("Usual"));
  model.answerNext(answer("Told"));
  model.answerNext(({ messages }: { messages: Said[] }) => answer(`You said ${messages.at(-1)?.content}`));
  const replies = [];
  for (let i = 0; i < 3; i++) replies.push(JSON.parse(await wordsOf(ask(model, "hi"))).reply);
  assert.deepEqual(replies, ["Told", "You said hi", "Usual"]);
  model.reset();
  assert.equal(model.requests.length, 0);
  assert.match(await wordsOf(ask(model, "hi")), /How can I help/);
});

Deno.test("hooks run before and after an answer; one that throws fails the call", async () => {
  await using model = await startModel();
  const order: string[] = [];
  model.hooks.beforeAnswer = () => void order.push("before");
  model.hooks.afterAnswer = () => void order.push("after");
  await ask(model);
  assert.deepEqual(order, ["before", "after"]);
  model.hooks.beforeAnswer = () => {
    throw new Error("killed here");
  };
  await assert.rejects(ask(model), { status: 500, type: "look_alike_error" });
});

Deno.test("stop() ends calls that are held or slow", async () => {
  const model = await startModel();
  model.slowDown(600_000);
  const slow = ask(model).catch((error) => error);
  await until(() => model.requests.length === 1);
  const hold = model.hold();
  const held = ask(model).catch((error) => error);
  await hold.arrived;
  await model.stop();
  await Promise.all([slow, held]);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
