import assert from "node:assert/strict";
import OpenAI, { OpenAIError } from "openai";
import { type Fault, startModel } from "../../../local/model/mod.ts";
import { client, Reply, request } from "./client.ts";

type ErrorClass = new (...args: never[]) => Error;

Deno.test("the model look-alike fails with OpenAI's statuses and classes", async () => {
  await using model = await startModel();
  const cases: [Fault, number, ErrorClass, string | null][] = [
    ["400", 400, OpenAI.BadRequestError, null],
    ["401", 401, OpenAI.AuthenticationError, "invalid_api_key"],
    ["429", 429, OpenAI.RateLimitError, "rate_limit_exceeded"],
    ["500", 500, OpenAI.InternalServerError, null],
    ["503", 503, OpenAI.InternalServerError, "server_is_overloaded"],
  ];
  for (const [fault, status, type, code] of cases) {
    model.failNext(1, fault);
    await assert.rejects(client(model).chat.completions.parse(request("hi")), (error) => {
      assert.ok(error instanceof OpenAI.APIError && error instanceof type, fault);
      assert.equal(error.status, status);
      assert.equal(error.code, code);
      assert.match(error.requestID ?? "", /^req_/);
      return true;
    });
  }
});

Deno.test("the model look-alike says when to try again", async () => {
  await using model = await startModel();
  model.failNext(1, "429");
  await assert.rejects(client(model).chat.completions.parse(request("hi")), (error) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.equal(error.headers?.get("retry-after"), "1");
    return true;
  });
});

Deno.test("the model look-alike can leave a call unanswered", async () => {
  await using model = await startModel();
  model.failNext(1, "time-out");
  const call = client(model).chat.completions.parse(request("hi"), { timeout: 100 });
  await assert.rejects(call, OpenAI.APIConnectionTimeoutError);
});

Deno.test("the model look-alike can drop the connection", async () => {
  await using model = await startModel();
  model.failNext(1, "drop");
  await assert.rejects(client(model).chat.completions.parse(request("hi")), OpenAI.APIConnectionError);
  await client(model).chat.completions.parse(request("hi"));
});

Deno.test("the model look-alike can answer with what is no JSON, or JSON of another shape", async () => {
  await using model = await startModel();
  for (const fault of ["garbage", "wrong-shape", "empty"] as const) {
    model.failNext(1, fault);
    const completion = await client(model).chat.completions.create({ ...request("hi"), stream: false });
    const content = completion.choices[0]?.message.content ?? "";
    assert.ok(!Reply.safeParse(tryJson(content)).success, fault);
  }
});

Deno.test("the model look-alike can refuse and be cut off", async () => {
  await using model = await startModel();
  model.failNext(1, "refusal");
  const refused = await client(model).chat.completions.parse(request("hi"));
  assert.equal(refused.choices[0]?.message.content, null);
  assert.match(refused.choices[0]?.message.refusal ?? "", /can't assist/);
  model.failNext(1, "cut-off");
  await assert.rejects(
    client(model).chat.completions.parse(request("hi")),
    (error) => error instanceof OpenAIError && /length limit/.test(error.message),
  );
});

Deno.test("the model look-alike can put NUL characters into a well-formed reply", async () => {
  await using model = await startModel();
  model.failNext(1, "nul");
  const completion = await client(model).chat.completions.create({ ...request("hi"), stream: false });
  const { reply } = Reply.parse(tryJson(completion.choices[0]?.message.content ?? ""));
  assert.ok(reply.includes("\u0000"));
});

Deno.test("the model look-alike fails as often as it was told, then answers", async () => {
  await using model = await startModel();
  model.failNext(2, "500");
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { status } = await client(model).chat.completions.parse(request("hi")).then(
      () => ({ status: 200 }),
      (error) => error,
    );
    statuses.push(status);
  }
  assert.deepEqual(statuses, [500, 500, 200]);
});

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
