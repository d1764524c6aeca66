import assert from "node:assert/strict";
import OpenAI from "openai";
import { startModel } from "../../../local/model/mod.ts";
import { client, messages, request } from "./client.ts";

/** A request that the API refuses, as the caller's own types would not let it be written. */
async function post(url: string, body: unknown, key: string | null = "sk-demo"): Promise<[number, unknown]> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return [response.status, await response.json()];
}

Deno.test("the model look-alike refuses strict schemas like a server without them", async () => {
  await using model = await startModel({ strictSchemas: false });
  await assert.rejects(client(model).chat.completions.parse(request("hi")), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.match(error.message, /'response_format' of type 'json_schema' is not supported with this model/);
    assert.equal(error.type, "invalid_request_error");
    assert.equal(error.param, "response_format");
    return true;
  });
});

Deno.test("the model look-alike refuses json_object when no message says JSON", async () => {
  await using model = await startModel();
  const call = client(model).chat.completions.create({
    model: "gpt-6-luna",
    messages: messages("hi"),
    response_format: { type: "json_object" },
  });
  await assert.rejects(call, { status: 400, param: "messages" });
});

Deno.test("the model look-alike refuses a strict schema that leaves properties open", async () => {
  await using model = await startModel();
  const schema = { type: "object", properties: { reply: { type: "string" } }, required: ["reply"] };
  const call = client(model).chat.completions.create({
    model: "gpt-6-luna",
    messages: messages("hi"),
    response_format: { type: "json_schema", json_schema: { name: "reply", strict: true, schema } },
  });
  await assert.rejects(call, /'additionalProperties' is required to be supplied and to be false/);
});

Deno.test("the model look-alike refuses sampling settings that reasoning models do not take", async () => {
  await using model = await startModel();
  const { chat } = client(model);
  const plain = { model: "gpt-6-luna", messages: messages("hi") };
  await assert.rejects(chat.completions.create({ ...plain, temperature: 0.3 }), {
    status: 400,
    param: "temperature",
    code: "unsupported_value",
  });
  await assert.rejects(chat.completions.create({ ...plain, max_tokens: 100 }), {
    code: "unsupported_parameter",
  });
  await chat.completions.create({ ...plain, temperature: 1, max_completion_tokens: 100 });
  await chat.completions.create({ ...plain, temperature: 0.3, reasoning_effort: "none" });
  await chat.completions.create({ ...plain, model: "gpt-4.1-mini", temperature: 0.3, max_tokens: 100 });
});

Deno.test("the model look-alike refuses what is not a request in OpenAI's error shape", async () => {
  await using model = await startModel();
  const valid = { model: "gpt-6-luna", messages: [{ role: "user", content: "hi" }] };
  const cases: [unknown, string | null][] = [
    ["{", null],
    [{ messages: valid.messages }, null],
    [{ model: valid.model }, "messages"],
    [{ ...valid, messages: [{ role: "boss", content: "hi" }] }, "messages[0].role"],
    [{ ...valid, temprature: 1 }, null],
    [{ ...valid, response_format: { type: "xml" } }, "response_format.type"],
    [{ ...valid, safety_identifier: "x".repeat(129) }, "safety_identifier"],
  ];
  for (const [body, param] of cases) {
    const [status, answer] = await post(model.url, body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.ok(typeof answer === "object" && answer !== null && "error" in answer);
    const { error } = answer;
    assert.ok(typeof error === "object" && error !== null && "param" in error && "type" in error);
    assert.equal(error.type, "invalid_request_error");
    assert.equal(error.param, param, JSON.stringify(body));
  }
  assert.equal(model.requests.length, 0);
});

Deno.test("the model look-alike refuses a call without a key", async () => {
  await using model = await startModel();
  const [status, body] = await post(model.url, { model: "m", messages: [] }, null);
  assert.equal(status, 401);
  assert.match(JSON.stringify(body), /You didn't provide an API key/);
});

Deno.test("the model look-alike names a path it does not have", async () => {
  await using model = await startModel();
  await assert.rejects(client(model).responses.create({ model: "m", input: "hi" }), {
    status: 404,
    code: "unknown_url",
  });
});
