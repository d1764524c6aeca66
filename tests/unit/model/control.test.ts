import assert from "node:assert/strict";
import { get } from "node:http";
import { startModel } from "../../../local/model/mod.ts";
import { client, request } from "./client.ts";

const scripted = {
  reply: "As told.",
  intent: "other",
  end_conversation: false,
  opt_out: false,
  handoff: true,
};

Deno.test("hold() keeps calls waiting until they are released", async () => {
  await using model = await startModel();
  const hold = model.hold();
  let answered = false;
  const call = client(model).chat.completions.parse(request("hello")).finally(() => answered = true);
  const arrived = await hold.arrived;
  assert.equal(arrived.messages.at(-1)?.content, "hello");
  assert.equal(hold.waiting, 1);
  assert.equal(answered, false);
  hold.release();
  assert.ok((await call).choices[0]?.message.parsed);
  await client(model).chat.completions.parse(request("hello"));
});

Deno.test("hold(1) keeps only the next call waiting", async () => {
  await using model = await startModel();
  const hold = model.hold(1);
  const first = client(model).chat.completions.parse(request("first"));
  await hold.arrived;
  await client(model).chat.completions.parse(request("second"));
  hold.release();
  await first;
});

Deno.test("answerNext() scripts the next answer, also by function", async () => {
  await using model = await startModel();
  model.answerNext(scripted);
  model.answerNext((asked: { messages: { content?: unknown }[] }) => ({
    ...scripted,
    reply: `You said ${asked.messages.at(-1)?.content}.`,
  }));
  const first = await client(model).chat.completions.parse(request("hi"));
  assert.deepEqual(first.choices[0]?.message.parsed, scripted);
  const second = await client(model).chat.completions.create({ ...request("hi"), stream: false });
  assert.match(second.choices[0]?.message.content ?? "", /You said hi\./);
});

Deno.test("hooks run before and after the answer", async () => {
  await using model = await startModel();
  const order: string[] = [];
  const after = Promise.withResolvers<void>();
  model.hooks.beforeAnswer = async () => {
    await Promise.resolve();
    order.push("before");
  };
  model.hooks.afterAnswer = () => {
    order.push("after");
    after.resolve();
  };
  await client(model).chat.completions.parse(request("hi"));
  await after.promise;
  assert.deepEqual(order, ["before", "after"]);
});

Deno.test("a hook that throws is answered as the look-alike's own error", async () => {
  await using model = await startModel();
  model.hooks.beforeAnswer = () => {
    throw new Error("the test's mistake");
  };
  await assert.rejects(client(model).chat.completions.parse(request("hi")), {
    status: 500,
    type: "look_alike_error",
  });
});

Deno.test("the model look-alike is controlled from another process by HTTP", async () => {
  await using model = await startModel();
  await post(model.url, "fail", { kind: "500" });
  await assert.rejects(client(model).chat.completions.parse(request("hi")), { status: 500 });
  await post(model.url, "answer", { answer: scripted });
  await post(model.url, "hold", {});
  const call = client(model).chat.completions.parse(request("by HTTP"));
  const { request: held } = await (await fetch(`${model.url}/_control/arrived`)).json();
  assert.equal(held.messages.at(-1).content, "by HTTP");
  await post(model.url, "release", {});
  assert.deepEqual((await call).choices[0]?.message.parsed, scripted);
  const { requests } = await (await fetch(`${model.url}/_control/requests`)).json();
  assert.equal(requests.length, 2);
  await post(model.url, "reset", {});
  assert.equal(model.requests.length, 0);
});

Deno.test("the model look-alike refuses a control it does not have", async () => {
  await using model = await startModel();
  assert.equal((await fetch(`${model.url}/_control/explode`, { method: "POST" })).status, 404);
  assert.equal(
    (await fetch(`${model.url}/_control/fail`, { method: "POST", body: `{"kind":"?"}` })).status,
    400,
  );
});

Deno.test("stop() ends calls that are held or unanswered", async () => {
  const model = await startModel();
  const hold = model.hold();
  model.failNext(1, "time-out");
  const call = client(model).chat.completions.parse(request("hi")).catch((error) => error);
  await hold.arrived;
  await model.stop();
  assert.ok(await call instanceof Error);
});

async function post(url: string, name: string, body: unknown): Promise<void> {
  const response = await fetch(`${url}/_control/${name}`, { method: "POST", body: JSON.stringify(body) });
  assert.equal(response.status, 200, await response.text());
}

Deno.test("the controls answer no web page, and no name that was made to point here", async () => {
  await using model = await startModel();
  const asked = async (headers: Record<string, string>) => {
    const { status, text } = await raw(model.port, headers);
    return [status, text.includes("requests")];
  };
  const host = `127.0.0.1:${model.port}`;
  assert.deepEqual(await asked({ host }), [200, true]);
  assert.deepEqual(await asked({ host, origin: "https://elsewhere.example" }), [403, false]);
  assert.deepEqual(await asked({ host, "sec-fetch-site": "same-site" }), [403, false]);
  assert.deepEqual(await asked({ host: `elsewhere.example:${model.port}` }), [403, false]);
});

/** With headers that `fetch` would not let one set. */
function raw(port: number, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path: "/_control/requests", headers }, (response) => {
      let text = "";
      response.on("data", (part) => text += part);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    }).on("error", reject);
  });
}
