import { strict as assert } from "node:assert";
import type { ChatRequest } from "../../local/model/mod.ts";
import { conversationWith, jobsOf, storedText } from "./rows.ts";
import { answer, hurry, phone, sentTo, settled, stackForFile, text, until, within } from "./support.ts";

// The longest reply delay there is: only what a test makes due is due.
const stack = await stackForFile({}, { reply_delay_ms: 15_000 });
const { sql, carrier, model } = stack;

/** What the contact said, as the model got to read it: neighbouring texts are one message. */
function readBy(request: ChatRequest | undefined): unknown[] {
  return (request?.messages ?? []).filter((message) => message.role === "user").flatMap((message) =>
    String(message.content).split("\n")
  );
}

function callsAbout(body: string): ChatRequest[] {
  return model.requests.filter((request) => readBy(request).includes(body));
}

Deno.test("the webhook has answered, and the text is stored, before any call to the model or to Twilio", async () => {
  const contact = phone();
  const hold = model.hold();
  const arrived = model.requests.length;
  const message = await text(stack, contact, "Held: are you open?");
  // The answer of the webhook is here.
  const row = await storedText(sql, message.sid);
  assert.deepEqual([row.body, row.status], ["Held: are you open?", "received"]);
  assert.equal(model.requests.length, arrived, "the model has not been asked");
  assert.deepEqual(sentTo(stack, contact), []);

  model.answerNext(answer("Yes, until six."));
  await hurry(stack, contact);
  await within("the model is asked", hold.arrived);
  assert.deepEqual(sentTo(stack, contact), [], "the model thinks, Twilio has not been called");
  hold.release();
  await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: contact }).length === 1);
});

Deno.test("a text that comes while the model thinks replaces the stale reply", async () => {
  const contact = phone();
  const hold = model.hold(1);
  model.answerNext(answer("A cleaning is $110."));
  await text(stack, contact, "What is a cleaning?");
  await hurry(stack, contact);
  await within("the model is asked", hold.arrived);
  await text(stack, contact, "Sorry, I meant a whitening.");
  hold.release();
  await until("the stale reply is dropped", async () => (await jobsOf(sql, contact))[0]?.drops === 1);
  assert.deepEqual(sentTo(stack, contact), []);

  model.answerNext(answer("A whitening is $250."));
  await hurry(stack, contact);
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), ["A whitening is $250."]);
  assert.deepEqual(callsAbout("What is a cleaning?").map(readBy), [
    ["What is a cleaning?"],
    ["What is a cleaning?", "Sorry, I meant a whitening."],
  ]);
});

Deno.test("ten concurrent deliveries of one MessageSid store one row and send one reply", async () => {
  for (let round = 0; round < 5; round++) {
    const contact = phone();
    const message = await text(stack, contact, `Round ${round}?`, { copies: 10 });
    assert.equal(message.webhooks.length, 10);
    await storedText(sql, message.sid);
    assert.equal((await conversationWith(sql, contact)).last_seq, "1");
    await hurry(stack, contact);
    await settled(stack, contact);
    assert.equal(carrier.ledger.outbound({ to: contact }).length, 1);
    // Twilio comes back with it after the answer.
    await carrier.text({ from: contact, to: stack.number, body: "Late", messageSid: message.sid, copies: 3 });
    assert.deepEqual(await jobsOf(sql, contact), []);
    assert.equal(carrier.ledger.outbound({ to: contact }).length, 1);
  }
});

Deno.test("texts of one contact that come all at once are each stored, in one order, and answered once", async () => {
  const contact = phone();
  const bodies = Array.from({ length: 12 }, (_, n) => `At once ${n}`);
  await Promise.all(bodies.map((body) => text(stack, contact, body)));
  const rows =
    await sql`select seq::int, body from public.sms_messages where from_number = ${contact} order by seq`;
  assert.deepEqual(rows.map((row) => row.seq), bodies.map((_, n) => n + 1));
  assert.deepEqual(rows.map((row) => row.body).sort(), [...bodies].sort());
  await hurry(stack, contact);
  await settled(stack, contact);
  assert.equal(carrier.ledger.outbound({ to: contact }).length, 1);
});
