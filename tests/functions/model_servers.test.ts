/** Every server of tests/support/model_servers.ts answers a text, from the webhook to the carrier's ledger. */
import { strict as assert } from "node:assert";
import { MODEL_SERVERS } from "../support/model_servers.ts";
import { answer, hurry, phone, sentTo, settled, stackForFile, text } from "./support.ts";

const stack = await stackForFile(
  { functionEnv: { SMS_OPENAI_MODELS: MODEL_SERVERS.map(({ model }) => model).join() } },
  // The greeting stands before the contact's first words, which no chat template takes for the beginning.
  { first_message: "Welcome!", reply_after_first_message: true, reply_delay_ms: 15_000, temperature: 0.3 },
);
const { sql, model } = stack;

/** Two texts in a row, and their one answer. */
async function answered(words: string): Promise<string[]> {
  const contact = phone();
  model.answerAll(answer(words));
  await text(stack, contact, "Hi");
  await text(stack, contact, "Are you open?");
  await hurry(stack, contact);
  await settled(stack, contact);
  return sentTo(stack, contact);
}

for (const { name, model: called, strictness, learned } of MODEL_SERVERS) {
  Deno.test(`a text is answered through ${name}`, async () => {
    model.reset();
    model.behaveAs(strictness);
    await sql`update public.sms_assistants set model = ${called}`;
    assert.deepEqual(await answered("Until five."), ["Welcome!", "Until five."]);
    const [row] = await sql`select quirks from sms_private.models where model = ${called}`;
    assert.deepEqual((row?.quirks ?? []).sort(), learned);
  });
}

Deno.test("an isolate that starts anew has to learn none of it", async () => {
  await stack.functions.kill("sms-worker");
  for (const { name, model: called, strictness } of MODEL_SERVERS) {
    model.reset();
    model.behaveAs(strictness);
    await sql`update public.sms_assistants set model = ${called}`;
    assert.deepEqual(await answered("Until six."), ["Welcome!", "Until six."], name);
    // A server that does not say what it refuses is asked again as before, and then with the least.
    assert.equal(model.refused, strictness?.silent ? 2 : 0, name);
  }
});
