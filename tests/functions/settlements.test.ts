import { strict as assert } from "node:assert";
import { eventsOf, messageTo } from "./rows.ts";
import { becomes, demoClient, phone, send, stackForFile, until } from "./support.ts";

// Twilio is asked about every text a moment after it took it, and then again and again.
const stack = await stackForFile({ functionEnv: { SMS_LEASE_SECONDS: "2" }, tickMs: 300 });
const { sql, carrier } = stack;
await sql`update sms_private.settings set value = (
  select jsonb_agg(0.1) from generate_series(1, 200)) where name = 'settle_gaps_seconds'`;
const person = await demoClient(stack);
Deno.test.beforeEach(() => carrier.faults.reset());

const open = async (id: string) =>
  (await sql`select from sms_private.questions where message_id = ${id}`).length;

Deno.test("price and segments arrive after the text did, and then Twilio is asked no more", async () => {
  const contact = phone();
  const id = await send(stack, person, contact, "x".repeat(200));
  await until(
    "it is settled",
    async () => await open(id) === 0 && (await messageTo(sql, contact)).price !== null,
  );
  const row = await messageTo(sql, contact);
  const [sent] = carrier.ledger.outbound({ to: contact });
  assert.deepEqual([row.price, row.price_unit, row.num_segments], [sent?.price, "USD", 2]);
});

Deno.test("a text whose callbacks were all lost gets its end from Twilio", async () => {
  const contact = phone();
  carrier.faults.set({ loseCallbacks: Number.MAX_SAFE_INTEGER });
  carrier.deliverAs(contact, { status: "undelivered", errorCode: 30005 });
  const id = await send(stack, person, contact);
  await becomes(stack, contact, "undelivered");
  const row = await messageTo(sql, contact);
  assert.equal(row.error_code, "30005");
  assert.match(row.error_message, /./);
  const events = await eventsOf(sql, id);
  assert.equal(events.at(-1), "lookup undelivered");
});

Deno.test("a Twilio that does not answer is asked again, and nothing is made up meanwhile", async () => {
  const contact = phone();
  carrier.faults.set({ readFailNext: Number.MAX_SAFE_INTEGER, loseCallbacks: Number.MAX_SAFE_INTEGER });
  const id = await send(stack, person, contact);
  await until("asking failed", async () => {
    const [row] = await sql`select last_error from sms_private.questions where message_id = ${id}`;
    return typeof row?.last_error === "string";
  });
  assert.equal((await messageTo(sql, contact)).status, "queued");
  carrier.faults.set({ readFailNext: 0 });
  await becomes(stack, contact, "delivered");
});
