import { strict as assert } from "node:assert";
import { refused, send } from "./sending.ts";
import { becomes, demoClient, phone, sentTo, stackForFile } from "./support.ts";

// Nothing works but what a test wakes, so that a text left behind is seen to be left.
const stack = await stackForFile({ worker: false });
const { sql, carrier } = stack;
const person = await demoClient(stack);

/** How many texts the database has for a contact. */
async function rowsTo(contact: string): Promise<number> {
  const [row] = await sql`select count(*)::int from public.sms_messages
    where to_number = ${contact} and direction = 'outbound'`;
  return row?.count;
}

Deno.test("a repeated request with the same key sends nothing, and answers the row as it is now", async () => {
  const [contact, key] = [phone(), crypto.randomUUID()];
  const request = { to: contact, body: "Hello" };
  const first = await send(person, request, key);
  assert.equal(first.status, 201);
  await becomes(stack, contact, "delivered");
  const spelled = { ...request, to: contact.replace("+1", "+1 ") };
  for (const same of [request, spelled]) {
    const again = await send(person, same, key);
    assert.deepEqual([again.status, again.body.message.id], [200, first.body.message.id]);
    assert.equal(again.body.message.status, "delivered");
  }
  assert.deepEqual([sentTo(stack, contact), await rowsTo(contact)], [["Hello"], 1]);
});

Deno.test("a text that Twilio refused is not tried again by repeating the request", async () => {
  const [contact, key] = [phone(), crypto.randomUUID()];
  carrier.refuse(contact, 21614);
  const request = { to: contact, body: "Hello" };
  assert.equal((await refused(person, request, key)).code, "TWILIO_21614");
  carrier.refuse(contact, null);
  const { status, body: { message } } = await send(person, request, key);
  assert.deepEqual([status, message.status, message.error_code], [200, "failed", "21614"]);
  assert.deepEqual(sentTo(stack, contact), []);
});

Deno.test("twenty requests with one key at one moment send one text", async () => {
  const [contact, key] = [phone(), crypto.randomUUID()];
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => send(person, { to: contact, body: "Hello" }, key)),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  for (const { status, body, headers } of answers) {
    if (status !== 409) assert([200, 201].includes(status), JSON.stringify(body));
    else assert.deepEqual([body.code, headers.get("retry-after")], ["IDEMPOTENCY_KEY_IN_USE", "1"]);
  }
  assert.deepEqual([sentTo(stack, contact), await rowsTo(contact)], [["Hello"], 1]);
});

Deno.test("a request that is repeated while the first one is at Twilio waits for nobody and sends nothing", async () => {
  const [contact, key] = [phone(), crypto.randomUUID()];
  const request = { to: contact, body: "Hello" };
  const held = carrier.hold({ call: "create", to: contact });
  const first = send(person, request, key);
  await held.reached();
  const second = await send(person, request, key);
  assert.deepEqual([second.status, second.body.message.status], [200, "pending"]);
  held.release();
  assert.equal((await first).status, 201);
  assert.deepEqual(sentTo(stack, contact), ["Hello"]);
});
