import { strict as assert } from "node:assert";
import { eventsOf } from "./rows.ts";
import { refused, send } from "./sending.ts";
import { becomes, demoClient, hurry, phone, sentTo, settled, stackForFile, wake } from "./support.ts";
import { connectTenant } from "./tenants.ts";

// No tick comes within this file: whatever the worker does, it was woken for. A short lease: a call that is never
// answered times out after 2 s.
const stack = await stackForFile({ tickMs: 3_600_000, functionEnv: { SMS_LEASE_SECONDS: "5" } });
const { sql, carrier, failPoints } = stack;
const person = await demoClient(stack);
Deno.test.beforeEach(() => {
  failPoints.clear();
  carrier.faults.reset();
});

/** A text that is answered before its end is known. */
async function accepted(contact: string, body = "Hello") {
  const answer = await send(person, { to: contact, body });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return answer.body.message;
}

Deno.test("429 by Twilio is a 202, and the worker sends the text, once", async () => {
  const contact = phone();
  carrier.faults.set({ rateLimitNext: 1, onlyTo: contact });
  const message = await accepted(contact);
  assert.deepEqual([message.status, message.message_sid], ["pending", null]);
  await becomes(stack, contact, "delivered");
  assert.deepEqual(sentTo(stack, contact), ["Hello"]);
});

Deno.test("a refused connection is a 202, and the worker sends the text once Twilio is back", async () => {
  const contact = phone();
  await carrier.goDown();
  const message = await accepted(contact);
  assert.equal(message.status, "pending");
  await carrier.comeBack();
  await hurry(stack, contact);
  await becomes(stack, contact, "delivered");
  assert.deepEqual(sentTo(stack, contact), ["Hello"]);
});

Deno.test("texts one after the other from one number wait for their turn: each is a 201 with its SID", async () => {
  const tenant = await connectTenant(stack);
  await sql`update public.sms_numbers set segments_per_second = 1 where number = ${tenant.number}`;
  const contact = phone();
  const sids: unknown[] = [];
  for (const body of ["First", "Second", "Third"]) {
    const { status, body: { message } } = await send(tenant.client, { to: contact, body });
    assert.equal(status, 201);
    sids.push(message.message_sid);
  }
  assert(sids.every((sid) => typeof sid === "string" && sid.startsWith("SM")), sids.join());
  assert.deepEqual(sentTo(stack, contact), ["First", "Second", "Third"]);
});

Deno.test("a text beyond the sender's pace is a 202 at once, and leaves when there is room", async () => {
  const tenant = await connectTenant(stack);
  const pace = (next: string) =>
    sql`update sms_private.sender_pace p set next_at = clock_timestamp() + ${next}::interval
      from public.sms_numbers n where n.id = p.phone_number_id and n.number = ${tenant.number}`;
  await pace("1 hour");
  const contact = phone();
  const { status, body: { message } } = await send(tenant.client, { to: contact, body: "Hello" });
  assert.deepEqual([status, message.status, sentTo(stack, contact)], [202, "pending", []]);
  await pace("0");
  await wake(stack);
  await becomes(stack, contact, "delivered");
  assert.deepEqual(sentTo(stack, contact), ["Hello"]);
});

const unknown = {
  "is answered with a 500": { failAfterNext: 1, failStatus: 500 },
  "is answered by a closed connection": { dropNext: 1 },
  "is never answered": { hangNext: 1 },
} as const;

for (const [what, faults] of Object.entries(unknown)) {
  Deno.test(`a text that Twilio accepts and that ${what} is a 202, unconfirmed, and never sent again`, async () => {
    const contact = phone();
    carrier.faults.set({ ...faults, onlyTo: contact, autoDeliver: false });
    const message = await accepted(contact);
    assert.deepEqual([message.status, message.error_code, message.message_sid], [
      "unconfirmed",
      "OUTCOME_UNKNOWN",
      null,
    ]);
    for (let turn = 0; turn < 3; turn++) await hurry(stack, contact);
    const [atCarrier, ...more] = carrier.ledger.outbound({ to: contact });
    assert(atCarrier && more.length === 0, "once in the ledger");
    await carrier.advance(atCarrier.sid, "delivered");
    await settled(stack, contact);
    assert.deepEqual(await eventsOf(sql, message.id), ["worker unconfirmed", "callback delivered"]);
    assert.equal(sentTo(stack, contact).length, 1);
  });
}

Deno.test("a text after one of unknown outcome waits for it: 202, and sent when the first is known", async () => {
  const contact = phone();
  carrier.faults.set({ dropNext: 1, onlyTo: contact, autoDeliver: false });
  await accepted(contact, "First");
  assert.equal((await accepted(contact, "Second")).status, "pending");
  const [first] = carrier.ledger.outbound({ to: contact });
  assert(first);
  carrier.faults.reset();
  await carrier.advance(first.sid, "delivered");
  await hurry(stack, contact);
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), ["First", "Second"]);
});

for (const moment of ["before", "after"] as const) {
  Deno.test(`a database that breaks off ${moment} it stored the text is a 503, and repeating with the key is safe`, async () => {
    const [contact, key] = [phone(), crypto.randomUUID()];
    const request = { to: contact, body: "Hello" };
    failPoints.arm({ on: "rpc", name: "sms_create_message", moment, action: "drop" });
    const { status, code, message, headers } = await refused(person, request, key);
    assert.deepEqual([status, code, headers.get("retry-after")], [503, "UNAVAILABLE", "1"]);
    assert.match(message, /Idempotency-Key/);
    const again = await send(person, request, key);
    assert.equal(again.status, moment === "before" ? 201 : 200);
    await becomes(stack, contact, "delivered");
    assert.deepEqual(sentTo(stack, contact), ["Hello"]);
  });
}
