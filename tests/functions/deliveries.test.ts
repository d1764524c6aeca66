import { strict as assert } from "node:assert";
import { eventsOf, jobsOf, messageTo } from "./rows.ts";
import { becomes, demoClient, phone, send, sentTo, settled, stackForFile, within } from "./support.ts";

const stack = await stackForFile();
const { sql, carrier } = stack;
const person = await demoClient(stack);
Deno.test.beforeEach(() => carrier.faults.reset());

Deno.test("an undelivered text says why, in words a person can act on", async () => {
  const contact = phone();
  carrier.deliverAs(contact, { status: "undelivered", errorCode: 30003 });
  await send(stack, person, contact);
  await becomes(stack, contact, "undelivered");
  const row = await messageTo(sql, contact);
  assert.equal(row.error_code, "30003");
  assert.match(row.error_message, /switched off or out of reach/);
});

for (const [code, words] of [[21408, /Geo permissions/], [21614, /landline/], [21610, /START/]] as const) {
  Deno.test(`a text that Twilio refuses with ${code} is failed with its explanation, and not tried again`, async () => {
    const contact = phone();
    carrier.refuse(contact, code);
    const id = await send(stack, person, contact);
    await settled(stack, contact);
    const row = await messageTo(sql, contact);
    assert.deepEqual([row.status, row.error_code, row.message_sid], ["failed", String(code), null]);
    assert.match(row.error_message, words);
    assert.deepEqual(await eventsOf(sql, id), ["create failed"]);
    assert.deepEqual(sentTo(stack, contact), []);
  });
}

Deno.test("texts to one contact go out in the order they were written, the next when the first is at Twilio", async () => {
  const contact = phone();
  const held = carrier.hold({ call: "create", to: contact });
  const bodies = ["First", "Second", "Third"];
  for (const body of bodies) await send(stack, person, contact, body);
  await within("Twilio is called", held.reached());
  assert.equal((await jobsOf(sql, contact)).filter((job) => job.in_flight).length, 1);
  held.release();
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), bodies);
});
