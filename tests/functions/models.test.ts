/** What models do that surprises, from the webhook to the carrier's ledger. */
import { strict as assert } from "node:assert";
import type { ChatRequest } from "../../local/model/mod.ts";
import { conversationWith, jobsOf, type Row } from "./rows.ts";
import {
  answer,
  demoClient,
  hurry,
  phone,
  sentTo,
  settled,
  stackForFile,
  text,
  until,
  wake,
  workerHealth,
} from "./support.ts";

// Only what a test makes due is due.
const stack = await stackForFile({ functionEnv: { SMS_OPENAI_MODELS: "gpt-4.1-mini" } }, {
  reply_delay_ms: 15_000,
  error_message: "Sorry, please call us.",
});
const { sql, carrier, model } = stack;
Deno.test.beforeEach(() => model.reset());

/** A text that the model is asked about, and its reply job, as often as it is tried. */
async function asked(body = "Are you open?"): Promise<string> {
  const contact = phone();
  await text(stack, contact, body);
  await hurry(stack, contact);
  return contact;
}

async function setAside(contact: string): Promise<Row> {
  await until("it is set aside", async () => (await jobsOf(sql, contact))[0]?.set_aside_at instanceof Date);
  const [job] = await jobsOf(sql, contact);
  assert(job);
  return job;
}

Deno.test("marks of Markdown never reach a telephone", async () => {
  model.answerNext(answer("**Open** until *five*: [our hours](https://ada.test/hours)."));
  const contact = await asked();
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), ["Open until five: our hours: https://ada.test/hours."]);
});

Deno.test("an answer of 'null' is a failed try, and the next one is sent", async () => {
  model.answerNext(answer("null"));
  const contact = await asked();
  await until(
    "the try has failed",
    async () => /^MODEL_EMPTY/.test((await jobsOf(sql, contact))[0]?.last_error),
  );
  assert.deepEqual(sentTo(stack, contact), []);
  model.answerNext(answer("Until five."));
  await hurry(stack, contact);
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), ["Until five."]);
});

for (const fault of ["error-200", "no-choices"] as const) {
  Deno.test(`a 200 with ${fault === "no-choices" ? "no choices" : "an error"} is tried again`, async () => {
    model.failNext(1, fault);
    const contact = await asked();
    await until(
      "the try has failed",
      async () => /^MODEL_NO_ANSWER/.test((await jobsOf(sql, contact))[0]?.last_error),
    );
    model.answerNext(answer("Until five."));
    await hurry(stack, contact);
    await settled(stack, contact);
    assert.deepEqual(sentTo(stack, contact), ["Until five."]);
  });
}

Deno.test("a filter that refuses the contact's words is asked once, and named as what it is", async () => {
  model.failAll("filtered");
  const contact = await asked("Something rude");
  assert.match((await setAside(contact)).last_error, /^MODEL_FILTERED: .*what the contact wrote/);
  assert.equal(model.requests.length, 1);
  await until("the contact is told", () => sentTo(stack, contact)[0] === "Sorry, please call us.");
  assert.equal((await conversationWith(sql, contact)).ai_paused_reason, "answer_failed");
});

Deno.test("an account without credit is asked once a text, and health says so", async () => {
  model.failAll("no-credit");
  const contact = await asked();
  assert.match((await setAside(contact)).last_error, /^MODEL_NO_CREDIT/);
  assert.equal(model.requests.length, 1);
  const { model_without_credit: said } = await workerHealth(stack);
  assert.equal(said.replies, 1);
  assert(Date.parse(said.last) <= Date.now());
});

Deno.test("contacts of one assistant share the cached beginning of its prompt", async () => {
  const prompt = "You answer for a bakery. ".repeat(400);
  const rows = await sql`select id, prompt from public.sms_assistants`;
  await sql`update public.sms_assistants set prompt = ${prompt}`;
  for (const name of ["Ada", "Bo", "Cy"]) {
    const contact = phone();
    await sql`insert into public.sms_contacts (user_id, number, name, time_zone)
      values (${stack.userId}, ${contact}, ${name}, ${name === "Bo" ? "Asia/Tokyo" : null})`;
    await text(stack, contact, `Hello from ${name}`);
    await hurry(stack, contact);
    await settled(stack, contact);
  }
  for (const row of rows) {
    await sql`update public.sms_assistants set prompt = ${row.prompt} where id = ${row.id}`;
  }
  const [first, ...others] = model.usages;
  assert.equal(first?.cached, 0);
  for (const { prompt: tokens, cached } of others) {
    assert(cached > 0.93 * tokens, `${cached} of ${tokens} tokens are read from the cache`);
  }
});

const imagesIn = (request: ChatRequest | undefined) =>
  (request?.messages ?? []).flatMap(({ content }) => Array.isArray(content) ? content : [])
    .flatMap((part) => part.type === "image_url" ? [part.image_url] : []);

const PNG = "\x89PNG not really";

async function textWithPhoto(): Promise<string> {
  const contact = phone();
  const media = [{ contentType: "image/png", content: PNG }, { contentType: "audio/amr", content: "#!AMR" }];
  await carrier.text({ from: contact, to: stack.number, body: "Is this the right one?", media });
  await hurry(stack, contact);
  await settled(stack, contact);
  return contact;
}

Deno.test("attachments are named by type, and a model that reads images gets those of this setting", async () => {
  await textWithPhoto();
  const words = "Is this the right one?\n[1 photo, 1 voice message]";
  assert.equal(model.requests.at(-1)?.messages.at(-1)?.content, words);
  assert.deepEqual(imagesIn(model.requests.at(-1)), []);

  await sql`update public.sms_assistants set reads_images = true`;
  await textWithPhoto();
  await sql`update public.sms_assistants set reads_images = false`;
  const [image] = imagesIn(model.requests.at(-1)) as { url: string }[];
  const [kind, encoded = ""] = image?.url.split(",") ?? [];
  assert.equal(kind, "data:image/png;base64");
  assert.equal(atob(encoded).length, new TextEncoder().encode(PNG).length);
  const [said] = (model.requests.at(-1)?.messages.at(-1)?.content ?? []) as { text: string }[];
  assert.equal(said?.text, words);
});

Deno.test("a model that is shut down soon is named by health and to those who choose a model", async () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  model.listed.push({ id: "gpt-6-luna", shutdown_date: day(200) }, {
    id: "gpt-4.1-mini",
    shutdown_date: day(20),
  });
  model.listed.push({ id: "unused", shutdown_date: day(1) });
  await sql`update sms_private.model_servers set list_after = now()`;
  await sql`update public.sms_assistants set model = 'gpt-4.1-mini'`;
  await stack.functions.kill("sms-worker");
  const contact = await asked();
  await settled(stack, contact);
  const { models_ending } = await workerHealth(stack);
  assert.deepEqual(models_ending.map((row: Row) => [row.model, row.shutdown_date]), [[
    "gpt-4.1-mini",
    day(20),
  ]]);

  const person = await demoClient(stack);
  const { data } = await person.functions.invoke("sms-preview", { method: "GET" });
  assert.deepEqual(data, {
    default_model: "gpt-6-luna",
    models: ["gpt-4.1-mini"],
    ending: [{ model: "gpt-4.1-mini", shutdown_date: day(20) }],
  });
  await sql`update public.sms_assistants set model = null`;
  await wake(stack);
});
