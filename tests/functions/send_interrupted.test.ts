import { strict as assert } from "node:assert";
import { messageTo } from "./rows.ts";
import { refused, send, withoutWorker } from "./sending.ts";
import { becomes, demoClient, hurry, phone, sentTo, stackForFile, wake, within } from "./support.ts";

// What comes between the steps of sms-send. Wakes go nowhere: the next claim after withoutWorker() is its own.
const stack = await stackForFile({ worker: false });
const { sql, carrier, failPoints } = stack;
const person = await demoClient(stack);
Deno.test.beforeEach(async () => {
  failPoints.clear();
  await withoutWorker(stack);
});

Deno.test("a contact who opts out between storing and claiming is not texted, and the answer says why", async () => {
  const contact = phone();
  const held = Promise.withResolvers<void>();
  const point = failPoints.arm({
    on: "rpc",
    name: "sms_claim_deliveries",
    moment: "before",
    action: { hold: held.promise },
  });
  const answer = refused(person, { to: contact, body: "Hello" });
  await point.reached;
  // In the row alone: by the keyword the text would be canceled before the claim.
  await sql`update public.sms_contacts set opted_out_at = now(), opt_out_source = 'keyword' where number = ${contact}`;
  held.resolve();
  const { status, code, details } = await answer;
  const row = await messageTo(sql, contact);
  assert.deepEqual([status, code, details], [422, "RECIPIENT_OPTED_OUT", { message_id: row.id }]);
  assert.deepEqual([row.status, row.error_code, sentTo(stack, contact)], [
    "canceled",
    "RECIPIENT_OPTED_OUT",
    [],
  ]);
});

Deno.test("a text that a worker claimed first is waited for, and sent once", async () => {
  const contact = phone();
  const claim = Promise.withResolvers<void>();
  const point = failPoints.arm({
    on: "rpc",
    name: "sms_claim_deliveries",
    moment: "before",
    action: { hold: claim.promise },
  });
  const answer = send(person, { to: contact, body: "Hello" });
  await within("sms-send wants to claim", point.reached);
  const held = carrier.hold({ call: "create", to: contact });
  await wake(stack);
  await within("the worker is at Twilio", held.reached());
  const looked = failPoints.arm({
    on: "rpc",
    name: "sms_get_delivery",
    moment: "after",
    action: { hold: Promise.resolve() },
  });
  claim.resolve();
  await within("sms-send looks how it stands", looked.reached);
  held.release();
  const { status, body: { message } } = await answer;
  assert.equal(status, 201);
  assert.match(message.message_sid, /^SM/);
  assert.deepEqual(sentTo(stack, contact), ["Hello"]);
});

const troubles: Record<string, { name: string; moment: "before" | "after"; texts: number }> = {
  "the claim does not reach the database": { name: "sms_claim_deliveries", moment: "before", texts: 1 },
  "the claim's answer does not come back": { name: "sms_claim_deliveries", moment: "after", texts: 0 },
  "the last look fails": { name: "sms_get_delivery", moment: "before", texts: 1 },
};

for (const [what, { name, moment, texts }] of Object.entries(troubles)) {
  Deno.test(`once a text is stored it is a 202 when ${what}, not an error to be repeated`, async () => {
    const contact = phone();
    failPoints.arm({ on: "rpc", name, moment, action: "drop" });
    const { status, body: { message } } = await send(person, { to: contact, body: "Hello" });
    assert.deepEqual([status, message.id], [202, (await messageTo(sql, contact)).id]);
    await hurry(stack, contact);
    if (texts > 0) await becomes(stack, contact, "delivered");
    assert.equal(sentTo(stack, contact).length, texts);
  });
}

Deno.test("a result that the database does not take at once is recorded the second time", async () => {
  const contact = phone();
  failPoints.arm({ on: "rpc", name: "sms_record_deliveries", moment: "before", action: "drop" });
  const { status, body: { message } } = await send(person, { to: contact, body: "Hello" });
  assert.deepEqual([status, message.to_number], [201, contact]);
  assert.equal(sentTo(stack, contact).length, 1);
});
