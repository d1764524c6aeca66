/** RCS, WhatsApp and reactions, from the contact's phone to the carrier's ledger. */
import { strict as assert } from "node:assert";
import { conversationWith } from "./rows.ts";
import { answer, hurry, phone, sentTo, settled, stackForFile, text } from "./support.ts";

const stack = await stackForFile();
const { sql, carrier, model, number } = stack;
const rcsSender = carrier.addRcsSender(number, "demo_dental");

async function write(from: string, to: string, body: string) {
  const received = await carrier.text({ from, to, body });
  assert(received.ok, "the webhook takes the text");
}

for (const [channel, sender] of [["whatsapp", `whatsapp:${number}`], ["rcs", rcsSender]] as const) {
  Deno.test(`a question by ${channel} is answered by ${channel}, and STOP there stops SMS too`, async () => {
    const contact = phone();
    model.answerNext(answer("By telephone."));
    await text(stack, contact, "First by SMS");
    await settled(stack, contact);
    model.answerNext(answer("By the other channel."));
    await write(`${channel}:${contact}`, sender, "And now by this");
    await settled(stack, contact);
    assert.deepEqual(sentTo(stack, contact), ["By telephone."]);
    const [sent, ...more] = carrier.ledger.outbound({ to: `${channel}:${contact}` });
    assert.deepEqual([sent?.body, sent?.from, more.length], ["By the other channel.", sender, 0]);
    await carrier.ledger.waitFor(() => sent?.status === "delivered");
    const rows = await sql`select k.number from public.sms_contacts k where k.number like ${`%${contact}`}`;
    assert.deepEqual(rows.map((row) => row.number), [contact], "one contact");

    await write(`${channel}:${contact}`, sender, "STOP");
    const refused =
      await sql`select public.sms_create_message_for(${stack.userId}, ${contact}, 'Hi') ->> 'outcome' as outcome`;
    assert.equal(refused[0]?.outcome, "RECIPIENT_OPTED_OUT");
    assert.deepEqual(sentTo(stack, contact), ["By telephone."]);
  });
}

Deno.test("a reaction reaches the conversation, and nobody answers it", async () => {
  const contact = phone();
  model.answerNext(answer("We open at nine."));
  await text(stack, contact, "Open?");
  await settled(stack, contact);
  const asked = model.requests.length;
  await text(stack, contact, "Liked “We open at nine.”");
  await text(stack, contact, 'Le encantó "We open at nine."');
  await hurry(stack, contact);
  await settled(stack, contact);
  assert.equal(model.requests.length, asked, "the model is not asked");
  assert.deepEqual(sentTo(stack, contact), ["We open at nine."]);
  const { id } = await conversationWith(sql, contact);
  const kinds = await sql`select kind from public.sms_messages where conversation_id = ${id} order by seq`;
  assert.deepEqual(kinds.map((row) => row.kind), ["text", "reply", "reaction", "reaction"]);
});
