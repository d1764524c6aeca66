import { strict as assert } from "node:assert";
import { eventsOf, jobsOf, messageTo } from "./rows.ts";
import { addNumber, refused, sent } from "./sending.ts";
import { demoClient, phone, sentTo, stackForFile } from "./support.ts";
import { connectTenant } from "./tenants.ts";

// Twilio's magic numbers: https://www.twilio.com/docs/iam/test-credentials#test-sms-messages
const stack = await stackForFile();
const { sql, carrier } = stack;
const person = await demoClient(stack);

const recipients = [
  ["+15005550001", 21211, /not a valid phone number/],
  ["+15005550002", 21612, /cannot reach this recipient/],
  ["+15005550003", 21408, /Geo permissions/],
  ["+15005550004", 21610, /START/],
  ["+15005550009", 21614, /landline/],
] as const;

for (const [contact, code, words] of recipients) {
  Deno.test(`a text to ${contact} is refused with Twilio's ${code}, explained, and stays as failed`, async () => {
    const answer = await refused(person, { to: contact, body: "Hello" });
    const row = await messageTo(sql, contact);
    assert.deepEqual([answer.status, answer.code], [422, `TWILIO_${code}`]);
    assert.match(answer.message, words);
    assert.deepEqual(answer.details, { message_id: row.id, twilio_code: code });
    assert.deepEqual([row.status, row.error_code, row.error_message], [
      "failed",
      String(code),
      answer.message,
    ]);
    assert.deepEqual([row.message_sid, row.body], [null, "Hello"]);
    assert.deepEqual(await eventsOf(sql, row.id), ["create failed"]);
    assert.deepEqual([await jobsOf(sql, contact), sentTo(stack, contact)], [[], []], "not tried again");
  });
}

const senders = [
  ["+15005550001", 21212],
  ["+15005550007", 21606],
  ["+15005550008", 21611],
] as const;
const tenant = await connectTenant(stack);

for (const [from, code] of senders) {
  Deno.test(`a text from ${from} is refused with Twilio's ${code}, explained, and stays as failed`, async () => {
    await addNumber(stack, tenant, from);
    const contact = phone();
    const answer = await refused(tenant.client, { to: contact, from, body: "Hello" });
    const row = await messageTo(sql, contact);
    assert.deepEqual([answer.status, answer.code], [422, `TWILIO_${code}`]);
    assert(answer.message.length > 20 && !answer.message.includes(contact));
    assert.deepEqual(answer.details, { message_id: row.id, twilio_code: code });
    assert.deepEqual([row.status, row.error_code, row.from_number], ["failed", String(code), from]);
    assert.deepEqual(sentTo(stack, contact), []);
  });
}

Deno.test("after Twilio's 21610 the contact counts as opted out of that number, and Twilio is not asked again", async () => {
  const contact = phone();
  carrier.refuse(contact, 21610);
  assert.equal((await refused(person, { to: contact, body: "First" })).code, "TWILIO_21610");
  const calls = carrier.hold({ call: "create", to: contact });
  const again = await refused(person, { to: contact, body: "Second" });
  assert.deepEqual([again.status, again.code, again.details], [422, "RECIPIENT_OPTED_OUT", undefined]);
  calls.release();
  assert.deepEqual(calls.calls, []);
  assert.equal((await messageTo(sql, contact)).body, "First");
  // Only of that number: another one may.
  carrier.refuse(contact, null);
  assert.equal(
    (await sent(tenant.client, { to: contact, from: tenant.number, body: "Third" })).status,
    "queued",
  );
});

for (
  const [code, words] of [
    [21608, /trial account/i],
    [21617, /1,600/],
    [21635, /landline/],
    [63038, /daily limit/],
  ] as const
) {
  Deno.test(`Twilio's ${code} comes out explained`, async () => {
    const contact = phone();
    carrier.refuse(contact, code);
    const { status, code: said, message } = await refused(person, { to: contact, body: "Hello" });
    assert.deepEqual([status, said], [422, `TWILIO_${code}`]);
    assert.match(message, words);
  });
}

Deno.test("an account whose token Twilio does not take is not the text's fault: 202, and tried again", async () => {
  const other = await connectTenant(stack);
  carrier.rotateToken(other.accountSid);
  const contact = phone();
  const { data, response } = await other.client.functions.invoke("sms-send", {
    body: { to: contact, body: "Hello" },
  });
  assert.deepEqual([response?.status, data.message.status], [202, "pending"]);
  assert.equal((await jobsOf(sql, contact)).length, 1);
});
