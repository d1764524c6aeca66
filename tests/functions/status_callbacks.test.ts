import { strict as assert } from "node:assert";
import { eventsOf, messageTo } from "./rows.ts";
import { becomes, demoClient, phone, send, settled, stackForFile, until } from "./support.ts";

const stack = await stackForFile();
const { sql, carrier } = stack;
const person = await demoClient(stack);
Deno.test.beforeEach(() => carrier.faults.reset());

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
    const id = await send(stack, person, contact);
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
  const id = await send(stack, person, contact);
  await becomes(stack, contact, "queued");
  const [sent] = carrier.ledger.outbound({ to: contact });
  assert(sent);
  await carrier.advance(sent.sid, "sent");
  carrier.faults.set({ loseCallbacks: 1 });
  await carrier.advance(sent.sid, "delivered");
  carrier.faults.reset();
  assert.equal((await messageTo(sql, contact)).status, "sent");
  assert.deepEqual(await eventsOf(sql, id), ["create queued", "callback sent"]);
});
