import assert from "node:assert/strict";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { startModel } from "../../../local/model/mod.ts";
import { client, messages, Reply, request } from "./client.ts";

Deno.test("the model look-alike answers a strict schema through the real client", async () => {
  await using model = await startModel();
  const completion = await client(model).chat.completions.parse({
    model: "gpt-6-luna",
    messages: messages("How much is a cleaning?"),
    response_format: zodResponseFormat(Reply, "reply"),
    store: false,
    safety_identifier: "u_1",
    prompt_cache_key: "a_1",
  });
  const [choice] = completion.choices;
  assert.equal(choice?.finish_reason, "stop");
  assert.equal(choice.message.refusal, null);
  assert.deepEqual(choice.message.parsed, {
    reply: "A check-up costs $60 and a cleaning costs $90.",
    intent: "question",
    end_conversation: false,
    opt_out: false,
    handoff: false,
  });
  assert.equal(completion.object, "chat.completion");
  assert.equal(completion.model, "gpt-6-luna");
  assert.equal(completion.system_fingerprint, "demo-look-alike");
  assert.ok((completion.usage?.total_tokens ?? 0) > 0);
});

Deno.test("the model look-alike keeps to whatever schema it is given", async () => {
  await using model = await startModel();
  const Other = z.object({
    reply: z.string().nullable(),
    intent: z.enum(["booking", "smalltalk", "none"]),
    details: z.object({ confidence: z.number(), tags: z.array(z.string()), kind: z.literal("v1") }),
    note: z.union([z.string(), z.null()]),
  });
  const completion = await client(model).chat.completions.parse({
    model: "gpt-6-luna",
    messages: messages("Can I come on Monday at 9?"),
    response_format: zodResponseFormat(Other, "other"),
  });
  assert.deepEqual(completion.choices[0]?.message.parsed, {
    reply: "Monday at 9 am: I have noted it, and we will confirm.",
    intent: "booking",
    details: { confidence: 0, tags: [], kind: "v1" },
    note: null,
  });
});

Deno.test("the model look-alike answers json_object with the fields of the instructions", async () => {
  await using model = await startModel({ strictSchemas: false });
  const completion = await client(model).chat.completions.create({
    model: "gpt-6-luna",
    messages: [
      { role: "system", content: `Answer in JSON: { "reply": string, "intent": "question" | "other", … }` },
      ...messages("where are you?"),
    ],
    response_format: { type: "json_object" },
  });
  const parsed = Reply.parse(JSON.parse(completion.choices[0]?.message.content ?? ""));
  assert.equal(parsed.reply, "Our address is 12 Main Street, Springfield.");
  assert.equal(parsed.intent, "question");
});

Deno.test("the model look-alike answers with plain text when no format is asked for", async () => {
  await using model = await startModel();
  const completion = await client(model).chat.completions.create({
    model: "any",
    messages: messages("hello"),
  });
  assert.match(completion.choices[0]?.message.content ?? "", /^Hello! This is Bright Smile Dental/);
});

Deno.test("the model look-alike lists its models and refuses others", async () => {
  await using model = await startModel({ models: ["gpt-6-luna"] });
  const list = await client(model).models.list();
  assert.deepEqual(list.data.map((entry) => entry.id), ["gpt-6-luna"]);
  await assert.rejects(client(model).chat.completions.parse({ ...request("hi"), model: "gpt-4o" }), {
    status: 404,
    code: "model_not_found",
  });
});

Deno.test("the model look-alike records the bodies it was sent", async () => {
  await using model = await startModel();
  await client(model).chat.completions.parse(request("hello"));
  assert.equal(model.requests.length, 1);
  assert.equal(model.requests[0]?.messages.at(-1)?.content, "hello");
  model.reset();
  assert.equal(model.requests.length, 0);
});
