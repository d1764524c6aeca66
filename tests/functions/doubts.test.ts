import { strict as assert } from "node:assert";
import { conversationWith } from "./rows.ts";
import { demoClient, phone, sentTo, settled, stackForFile, text, until, wake } from "./support.ts";

const stack = await stackForFile();
const { sql, model } = stack;
const person = await demoClient(stack);
const DOUBTED = "How do I make these messages stop?";

Deno.test.beforeEach(() => model.reset());

async function contactOf(number: string) {
  const [row] = await sql`select * from public.sms_contacts where number = ${number}`;
  assert(row);
  return row;
}

/** A contact whose conversation a person has. */
async function takenOver(): Promise<string> {
  const from = phone();
  await text(stack, from, "Hello");
  await settled(stack, from);
  const { id } = await conversationWith(sql, from);
  const { error } = await person.rpc("sms_take_over", { conversation_id: id });
  assert.equal(error, null);
  model.reset();
  return from;
}

const questions = () => model.requests.filter(({ prompt_cache_key: key }) => key === "opt_out_decision");

Deno.test("with a person in the conversation the model is asked about a doubt, and yes opts out", async () => {
  const from = await takenOver();
  const before = sentTo(stack, from).length;
  model.decideAll({ answer: "yes" });
  await text(stack, from, DOUBTED);
  assert.equal((await contactOf(from)).opt_out_doubt, "asking");
  await wake(stack);
  await until("the contact is opted out", async () => (await contactOf(from)).opted_out_at !== null);
  await until("it is confirmed", () => sentTo(stack, from).length === before + 1);
  const [asked] = questions();
  assert.equal(questions().length, 1);
  assert(JSON.stringify(asked?.messages).includes(DOUBTED));
  assert(JSON.stringify(asked).length < 3_500, "a small question");
  assert.equal(asked?.max_completion_tokens, 100);
  const { data } = await person.rpc("sms_create_broadcast", { to_numbers: [from], body: "20 % off" });
  assert.deepEqual(data.rejected, [{ to: from, code: "RECIPIENT_OPTED_OUT" }]);
});

Deno.test("no leaves the contact as it was, and a person settles what the model cannot tell", async () => {
  const [fine, open] = [await takenOver(), await takenOver()];
  model.decideAll(({ messages }: { messages: unknown }) => ({
    answer: JSON.stringify(messages).includes("my texts") ? "no" : "unsure",
  }));
  await text(stack, fine, "Why did you stop answering my texts?");
  await text(stack, open, DOUBTED);
  await wake(stack);
  await until(
    "both are answered",
    async () =>
      (await contactOf(fine)).opt_out_doubt === null && (await contactOf(open)).opt_out_doubt === "person",
  );
  assert.equal((await contactOf(fine)).opted_out_at, null);
  const { data } = await person.rpc("sms_settle_opt_out", {
    contact_id: (await contactOf(open)).id,
    opted_out: false,
  });
  assert.equal(data.outcome, "settled");
  assert.equal((await contactOf(open)).opt_out_doubt, null);
});

Deno.test("a model that refuses to say leaves the doubt to a person, and one that is away is asked again", async () => {
  const [refused, away] = [await takenOver(), await takenOver()];
  model.failNext(1, "refusal");
  await text(stack, refused, DOUBTED);
  await wake(stack);
  await until("a person must decide", async () => (await contactOf(refused)).opt_out_doubt === "person");
  model.reset();
  model.failNext(1, "503");
  await text(stack, away, DOUBTED);
  await wake(stack);
  const doubt = async () =>
    (await sql`select last_error from sms_private.doubts d join public.sms_contacts k on k.id = d.contact_id
      where k.number = ${away}`)[0];
  await until("the failure is noted", async () => (await doubt())?.last_error !== null);
  assert.match((await doubt())?.last_error, /^MODEL_UNAVAILABLE/);
  await sql`update sms_private.doubts set due_at = now()`;
  await wake(stack);
  await until("it is asked again", async () => (await contactOf(away)).opted_out_at !== null);
});

Deno.test("where the assistant answers, one call reads the text and the doubt ends with it", async () => {
  const from = phone();
  await text(stack, from, "Why did you stop texting me the menu?");
  await wake(stack);
  await settled(stack, from);
  assert.equal(questions().length, 0);
  await sql`update sms_private.doubts set due_at = now()`;
  await wake(stack);
  await until("the doubt is over", async () => (await contactOf(from)).opt_out_doubt === null);
  assert.equal(questions().length, 0, "nobody asked twice");
});

Deno.test("words that are sure need no model at all", async () => {
  const from = phone();
  await text(stack, from, "Please take me off your texting list");
  await wake(stack);
  await settled(stack, from);
  assert.equal(model.requests.length, 0);
  assert.equal(sentTo(stack, from).length, 1, "the confirmation");
  assert.equal((await contactOf(from)).opt_out_source, "free_text");
});
