/** Quiet hours over HTTP: a text that waits says so everywhere, and a tenant's own hours. */
import { strict as assert } from "node:assert";
import { createSms, SmsError } from "../../client/mod.ts";
import { contactIn, putLawBack, zoneAt } from "../database/lawful.ts";
import { send } from "./sending.ts";
import { demoClient, phone, sentTo, stackForFile, until } from "./support.ts";
import { connectTenant, operator } from "./tenants.ts";

const stack = await stackForFile();
const { sql, carrier } = stack;
await putLawBack(sql);
const person = await demoClient(stack);
const sms = createSms(person);
const other = await connectTenant(stack);

async function hasBecome(id: string, status: string) {
  await until(status, async () => (await sms.messages.get(id)).status === status);
  return await sms.messages.get(id);
}

Deno.test("a promotional text at night is 202, waits, and says until when; one that serves leaves", async () => {
  const contact = phone();
  await contactIn(sql, stack, contact, { time_zone: zoneAt(2) });
  const { status, body } = await send(person, { to: contact, body: "Half price!", purpose: "promotional" });
  assert.equal(status, 202);
  const { message } = body as { message: Record<string, string> };
  assert.deepEqual([message.status, message.purpose, message.held_reason], [
    "pending",
    "promotional",
    "quiet_hours",
  ]);
  assert(Date.parse(message.held_until ?? "") > Date.now() + 3_600_000);
  assert.deepEqual(sentTo(stack, contact), []);
  const { messages } = await sms.conversations.withNumber(contact);
  assert.deepEqual([messages[0]?.held_reason, messages[0]?.held_until], ["quiet_hours", message.held_until]);
  assert.equal((await sms.messages.get(message.id ?? "")).held_reason, "quiet_hours");
  assert.equal((await send(person, { to: contact, body: "Your code is 4711." })).status, 201);
  assert.deepEqual(sentTo(stack, contact), ["Your code is 4711."]);
});

Deno.test("a purpose that is none is 400", async () => {
  const { status, body } = await send(person, { to: phone(), body: "Hello", purpose: "marketing" });
  assert.deepEqual([status, (body as { code: string }).code], [400, "INVALID_REQUEST"]);
});

Deno.test("a tenant saves hours of its own, reads the law beside them, and another has none", async () => {
  const saved = await sms.quietHours.save({ opens: "10:00", closes: "18:00", days: [1, 2, 3, 4, 5] });
  assert.deepEqual(saved.quiet_hours.days, [1, 2, 3, 4, 5]);
  assert.match(saved.law, /64\.1200/);
  assert(saved.places.some(({ place, source }) => place === "US-FL" && source.startsWith("http")));
  const asTenant = createSms(operator(stack), { userId: stack.userId });
  assert.equal((await asTenant.quietHours.get()).quiet_hours.opens, "10:00");
  assert.equal((await createSms(other.client).quietHours.get()).quiet_hours.opens, null);
  for (
    const [hours, code] of [[{ opens: "09:00", closes: "25:00" }, "INVALID_HOURS"], [
      { opens: "06:00", closes: "20:00" },
      "HOURS_WIDER_THAN_LAW",
    ]] as const
  ) {
    const error = await sms.quietHours.save(hours).then(() => null, (error) => error);
    assert(error instanceof SmsError);
    assert.deepEqual([error.code, error.status], [code, 400]);
  }
  await sms.quietHours.save({});
});

Deno.test("a text that Twilio puts off after it was queued is held by the carrier, then delivered", async () => {
  // Step by step, because callbacks overtake each other.
  carrier.faults.set({ autoDeliver: false });
  const contact = phone();
  const { status, body } = await send(person, { to: contact, body: "See you." });
  assert.equal(status, 201);
  const { message: { id } } = body as { message: { id: string } };
  const [atCarrier] = carrier.ledger.outbound({ to: contact });
  assert(atCarrier);
  await carrier.advance(atCarrier.sid, "scheduled");
  const held = await sms.messages.get(id);
  assert.deepEqual([held.status, held.held_reason, held.held_until], ["queued", "carrier", null]);
  await carrier.advance(atCarrier.sid, "delivered");
  carrier.faults.set({ autoDeliver: true });
  assert.equal((await sms.messages.get(id)).status, "delivered");
});

Deno.test("a text that was put off arrives all the same", async () => {
  carrier.faults.set({ quietHours: "reschedule" });
  const { body } = await send(person, { to: phone(), body: "See you." });
  const { message: { id } } = body as { message: { id: string } };
  await hasBecome(id, "delivered");
  const events = await sql`select status from public.sms_message_events where message_id = ${id}`;
  assert(events.some((event) => event.status === "scheduled"));
});

Deno.test("a text that Twilio could not put off has failed, and says to send it again", async () => {
  carrier.faults.set({ quietHours: "fail" });
  const { body } = await send(person, { to: phone(), body: "See you." });
  const { message: { id } } = body as { message: { id: string } };
  const failed = await hasBecome(id, "failed");
  carrier.faults.set({ quietHours: "off" });
  assert.equal(failed.error_code, "30047");
  assert.match(failed.error_message ?? "", /Send it again/);
});
