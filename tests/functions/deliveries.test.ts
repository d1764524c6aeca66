import { strict as assert } from "node:assert";
import {
  demoClient,
  eventsOf,
  field,
  hurry,
  jobsOf,
  messageTo,
  phone,
  sentTo,
  settled,
  stackForFile,
  until,
  wake,
} from "./support.ts";

// A short lease, so that a call that is never answered times out after two seconds.
const stack = await stackForFile({ functionEnv: { LEASE_SECONDS: "5" } });
const { sql, carrier, failPoints } = stack;
const person = await demoClient(stack);

/** A person's text, on its way: the one row that all of this is about. */
async function send(contact: string, body = "We close at six today."): Promise<string> {
  const { data, error } = await person.rpc("create_message", { to_number: contact, body });
  assert.equal(error, null);
  assert.equal(data.outcome, "created");
  await wake(stack);
  return data.message.id;
}

async function becomes(contact: string, status: string): Promise<void> {
  await until(`the text is ${status}`, async () => (await messageTo(sql, contact)).status === status);
}

/** Until Twilio has said all it will say about the texts to a contact. */
async function reported(contact: string, callbacks: number): Promise<void> {
  await carrier.ledger.waitFor((ledger) => {
    const taken = ledger.outbound({ to: contact }).flatMap((message) => message.webhooks)
      .filter((attempt) => attempt.status === 200 && attempt.url.includes("sms-status"));
    return taken.length >= callbacks;
  });
}

interface Order {
  what: string;
  faults: Parameters<typeof carrier.faults.set>[0];
  callbacks: string[];
  status?: string;
}

const orders: Order[] = [
  { what: "in order", faults: {}, callbacks: ["sent", "delivered"] },
  { what: "reversed", faults: { callbackOrder: "reversed" }, callbacks: ["delivered", "sent"] },
  { what: "shuffled", faults: { callbackOrder: "shuffled" }, callbacks: ["delivered", "sent"] },
  {
    what: "twice each, at once",
    faults: { callbackCopies: 2 },
    callbacks: ["delivered", "delivered", "sent", "sent"],
  },
  {
    what: "twice each and reversed",
    faults: { callbackCopies: 2, callbackOrder: "reversed" },
    callbacks: ["delivered", "delivered", "sent", "sent"],
  },
  {
    what: "before the create call is answered",
    faults: { callbackBeforeAnswer: true },
    callbacks: ["sent", "delivered"],
  },
  { what: "without the first, which was lost", faults: { loseCallbacks: 1 }, callbacks: ["delivered"] },
];

for (const { what, faults, callbacks } of orders) {
  Deno.test(`status callbacks ${what} end in delivered, all of them kept`, async () => {
    const contact = phone();
    carrier.faults.set(faults);
    const id = await send(contact);
    await reported(contact, callbacks.length);
    await settled(stack, contact);
    await until(
      "the create's answer is stored",
      async () => (await eventsOf(sql, id)).includes("create queued"),
    );
    carrier.faults.reset();
    const row = await messageTo(sql, contact);
    const [sent, ...others] = carrier.ledger.outbound({ to: contact });
    assert.equal(others.length, 0);
    assert.deepEqual([row.status, row.message_sid], ["delivered", sent?.sid]);
    const expected = ["create queued", ...callbacks.map((status) => `callback ${status}`)];
    assert.deepEqual((await eventsOf(sql, id)).sort(), expected.sort());
  });
}

Deno.test("a lost last callback leaves the text at what is known: sent", async () => {
  const contact = phone();
  carrier.faults.set({ autoDeliver: false });
  const id = await send(contact);
  await becomes(contact, "queued");
  const [sent] = carrier.ledger.outbound({ to: contact });
  assert(sent);
  await carrier.advance(sent.sid, "sent");
  carrier.faults.set({ loseCallbacks: 1 });
  await carrier.advance(sent.sid, "delivered");
  carrier.faults.reset();
  assert.equal((await messageTo(sql, contact)).status, "sent");
  assert.deepEqual(await eventsOf(sql, id), ["create queued", "callback sent"]);
});

Deno.test("an undelivered text says why, in words a person can act on", async () => {
  const contact = phone();
  carrier.deliverAs(contact, { status: "undelivered", errorCode: 30003 });
  await send(contact);
  await becomes(contact, "undelivered");
  const row = await messageTo(sql, contact);
  assert.equal(row.error_code, "30003");
  assert.match(row.error_message, /switched off or out of reach/);
});

for (const [code, words] of [[21408, /Geo permissions/], [21614, /landline/], [21610, /START/]] as const) {
  Deno.test(`a text that Twilio refuses with ${code} is failed with its explanation, and not tried again`, async () => {
    const contact = phone();
    carrier.refuse(contact, code);
    const id = await send(contact);
    await settled(stack, contact);
    const row = await messageTo(sql, contact);
    assert.deepEqual([row.status, row.error_code, row.message_sid], ["failed", String(code), null]);
    assert.match(row.error_message, words);
    assert.deepEqual(await eventsOf(sql, id), ["create failed"]);
    assert.deepEqual(sentTo(stack, contact), []);
  });
}

Deno.test("429 is not a failure: the text is sent later, once", async () => {
  const contact = phone();
  carrier.faults.set({ rateLimitNext: 2, onlyTo: contact });
  await send(contact);
  for (const attempts of [1, 2]) {
    await until(`attempt ${attempts} is over`, async () => {
      const [job] = await jobsOf(sql, contact);
      return job?.attempts === attempts && !job.in_flight;
    });
    assert.deepEqual([(await messageTo(sql, contact)).status, sentTo(stack, contact)], ["pending", []]);
    await hurry(stack, contact);
  }
  await becomes(contact, "delivered");
  assert.equal(sentTo(stack, contact).length, 1);
});

Deno.test("a refused connection is not a failure: the text is sent once Twilio is back", async () => {
  const contact = phone();
  await carrier.goDown();
  await send(contact);
  await until("the first attempt is over", async () => {
    const [job] = await jobsOf(sql, contact);
    return (job?.attempts ?? 0) >= 1 && !job?.in_flight;
  });
  assert.equal((await messageTo(sql, contact)).status, "pending");
  await carrier.comeBack();
  await hurry(stack, contact);
  await becomes(contact, "delivered");
  assert.equal(sentTo(stack, contact).length, 1);
});

Deno.test("texts to one contact go out in the order they were written, the next when the first is at Twilio", async () => {
  const contact = phone();
  const held = carrier.hold({ call: "create", to: contact });
  const bodies = ["First", "Second", "Third"];
  for (const body of bodies) await send(contact, body);
  await held.reached();
  assert.equal((await jobsOf(sql, contact)).filter((job) => job.in_flight).length, 1);
  held.release();
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), bodies);
});

// What Twilio accepted, and we do not know of.

const unknown = [
  { what: "is answered with a 500", faults: { failAfterNext: 1, failStatus: 500 } },
  { what: "is answered with a 502", faults: { failAfterNext: 1, failStatus: 502 } },
  { what: "is answered by a closed connection", faults: { dropNext: 1 } },
  { what: "is never answered", faults: { hangNext: 1 } },
] as const;

for (const { what, faults } of unknown) {
  Deno.test(`a create that Twilio accepts and that ${what} is unconfirmed, then tied by the callback`, async () => {
    const contact = phone();
    carrier.faults.set({ ...faults, onlyTo: contact, autoDeliver: false });
    const id = await send(contact);
    await becomes(contact, "unconfirmed");
    const before = await messageTo(sql, contact);
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
  const id = await send(contact);
  await point.reached;
  const [sent] = carrier.ledger.outbound({ to: contact });
  assert(sent);
  await until("the worker is gone", async () => await stack.functions.pid("sms-worker") === null);
  // Another worker comes, after the lease too.
  await hurry(stack, contact);
  await sql`update private.jobs set lease_expires_at = clock_timestamp() where message_id = ${id}`;
  await hurry(stack, contact);
  await becomes(contact, "unconfirmed");
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
  const id = await send(contact);
  await point.reached;
  await until("the worker is gone", async () => await stack.functions.pid("sms-worker") === null);
  await sql`update private.jobs set lease_expires_at = clock_timestamp() where message_id = ${id}`;
  await hurry(stack, contact);
  await becomes(contact, "unconfirmed");
  assert.deepEqual(sentTo(stack, contact), [], "not known to be at Twilio, and not sent blindly");
});
