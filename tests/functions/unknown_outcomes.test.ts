import { strict as assert } from "node:assert";
import { field } from "./forms.ts";
import { eventsOf, messageTo } from "./rows.ts";
import {
  becomes,
  demoClient,
  hurry,
  phone,
  send,
  sentTo,
  settled,
  stackForFile,
  until,
  within,
} from "./support.ts";

// What Twilio accepted, and we do not know of. A short lease: a call that is never answered times out after 2 s.
const stack = await stackForFile({ functionEnv: { SMS_LEASE_SECONDS: "5" } });
const { sql, carrier, failPoints } = stack;
const person = await demoClient(stack);
Deno.test.beforeEach(() => carrier.faults.reset());

const unknown = [
  { what: "is answered with a 500", faults: { failAfterNext: 1, failStatus: 500 } },
  { what: "is answered with a 502", faults: { failAfterNext: 1, failStatus: 502 } },
  { what: "is answered by a closed connection", faults: { dropNext: 1 } },
  { what: "is never answered", faults: { hangNext: 1 } },
] as const;

for (const { what, faults } of unknown) {
  Deno.test(`a create that Twilio accepts and that ${what} is unconfirmed, then tied by the callback`, async () => {
    // A connection that was used before: there, runtimes like to send a request once more by themselves.
    const earlier = phone();
    await send(stack, person, earlier);
    await becomes(stack, earlier, "delivered");
    const contact = phone();
    carrier.faults.set({ ...faults, onlyTo: contact, autoDeliver: false });
    const id = await send(stack, person, contact);
    await until("the attempt is over", async () => (await messageTo(sql, contact)).status !== "pending");
    assert.equal(sentTo(stack, contact).length, 1, "handed over once");
    const before = await messageTo(sql, contact);
    assert.equal(before.status, "unconfirmed");
    assert.deepEqual([before.message_sid, before.error_code], [null, "OUTCOME_UNKNOWN"]);
    const [sent] = carrier.ledger.outbound({ to: contact });
    assert(sent, "Twilio has it");
    await hurry(stack, contact);
    carrier.faults.reset();

    const [attempt] = await carrier.advance(sent.sid, "delivered");
    assert.equal(attempt?.status, 200);
    const row = await messageTo(sql, contact);
    assert.deepEqual([row.status, row.message_sid, row.error_code], ["delivered", sent.sid, null]);
    assert.deepEqual(await eventsOf(sql, id), ["worker unconfirmed", "callback delivered"]);
    await settled(stack, contact);
    assert.equal(carrier.ledger.outbound({ to: contact }).length, 1, "and never sent again");
  });
}

Deno.test("a worker killed after Twilio accepted sends nothing twice; the callback ties the text", async () => {
  const contact = phone();
  carrier.faults.set({ callbackDelayMs: 0, autoDeliver: false });
  const point = failPoints.arm({
    on: "carrier",
    name: "create",
    moment: "after",
    action: { kill: "sms-worker" },
  });
  const id = await send(stack, person, contact);
  await within("the call arrives", point.reached);
  const [sent] = carrier.ledger.outbound({ to: contact });
  assert(sent);
  await until("the worker is gone", async () => await stack.functions.pid("sms-worker") === null);
  // Another worker comes, after the lease too.
  await hurry(stack, contact);
  await sql`update sms_private.jobs set lease_expires_at = clock_timestamp() where message_id = ${id}`;
  await hurry(stack, contact);
  await becomes(stack, contact, "unconfirmed");
  carrier.faults.reset();
  await carrier.advance(sent.sid, "sent");
  await carrier.advance(sent.sid, "delivered");
  await settled(stack, contact);
  assert.equal((await messageTo(sql, contact)).status, "delivered");
  assert.equal(field(sent.form, "To"), contact);
  assert.deepEqual(await eventsOf(sql, id), ["worker unconfirmed", "callback sent", "callback delivered"]);
  assert.equal(carrier.ledger.outbound({ to: contact }).length, 1);
});

Deno.test("a worker killed before Twilio was called has sent nothing", async () => {
  const contact = phone();
  const point = failPoints.arm({
    on: "carrier",
    name: "create",
    moment: "before",
    action: { kill: "sms-worker" },
  });
  const id = await send(stack, person, contact);
  await within("the call arrives", point.reached);
  await until("the worker is gone", async () => await stack.functions.pid("sms-worker") === null);
  await sql`update sms_private.jobs set lease_expires_at = clock_timestamp() where message_id = ${id}`;
  await hurry(stack, contact);
  await becomes(stack, contact, "unconfirmed");
  assert.deepEqual(sentTo(stack, contact), [], "not known to be at Twilio, and not sent blindly");
});
