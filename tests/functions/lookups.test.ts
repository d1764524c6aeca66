import { strict as assert } from "node:assert";
import { eventsOf, jobsOf, messageTo } from "./rows.ts";
import { becomes, demoClient, phone, send, sentTo, settled, stackForFile, until, within } from "./support.ts";

// Callbacks are lost here: what Twilio accepted without our knowledge is found in its list, or not at all. A lease of two
// seconds and short settings take the place of minutes.
const stack = await stackForFile({ functionEnv: { SMS_LEASE_SECONDS: "2" }, tickMs: 300 });
const { sql, carrier } = stack;
await sql`update sms_private.settings set value = '0' where name = 'lookup_wait_seconds'`;
await sql`update sms_private.settings set value = '0.2' where name = 'lookup_spread_seconds'`;
const person = await demoClient(stack);
Deno.test.beforeEach(() => {
  carrier.faults.reset();
  carrier.faults.set({ loseCallbacks: Number.MAX_SAFE_INTEGER });
});

const inLedger = (contact: string) => carrier.ledger.outbound({ to: contact });
const health = async () => (await sql`select public.sms_worker_health() as answer`)[0]?.answer;

const accepted = [
  { what: "is never answered", faults: { hangNext: 1 } },
  { what: "is answered with a 503", faults: { failAfterNext: 1, failStatus: 503 } },
  { what: "is answered by a closed connection", faults: { dropNext: 1 } },
] as const;

for (const { what, faults } of accepted) {
  Deno.test(`a create that Twilio accepts and that ${what} is found in its list, and sent once`, async () => {
    const contact = phone();
    carrier.faults.set({ ...faults, onlyTo: contact });
    const id = await send(stack, person, contact);
    await settled(stack, contact);
    const [sent, ...others] = inLedger(contact);
    assert.equal(others.length, 0);
    const row = await messageTo(sql, contact);
    assert.deepEqual([row.message_sid, row.status, row.error_code], [sent?.sid, "delivered", null]);
    assert.deepEqual(await eventsOf(sql, id), ["worker unconfirmed", "lookup delivered"]);
  });
}

const refused = [
  { what: "is answered by a closed connection", faults: { resetNext: 1 } },
  { what: "is answered with a 502", faults: { failNext: 1, failStatus: 502 } },
] as const;

for (const { what, faults } of refused) {
  Deno.test(`a create that Twilio does not accept and that ${what} is sent once more, once`, async () => {
    const contact = phone();
    carrier.faults.set({ ...faults, onlyTo: contact });
    const id = await send(stack, person, contact);
    await settled(stack, contact);
    assert.equal(inLedger(contact).length, 1);
    assert.deepEqual(await eventsOf(sql, id), ["worker unconfirmed", "lookup unconfirmed", "create queued"]);
  });
}

Deno.test("a text that is not accepted twice is failed, and never sent a third time", async () => {
  const contact = phone();
  carrier.faults.set({ failNext: 2, onlyTo: contact });
  await send(stack, person, contact);
  await becomes(stack, contact, "failed");
  assert.equal((await messageTo(sql, contact)).error_code, "OUTCOME_UNKNOWN");
  await settled(stack, contact);
  await send(stack, person, contact, "Next");
  await until("the next one is accepted", () => sentTo(stack, contact).length > 0);
  assert.deepEqual(sentTo(stack, contact), ["Next"]);
});

Deno.test("a text that waits behind one of unknown outcome leaves after it, in order", async () => {
  const contact = phone();
  carrier.faults.set({ resetNext: 1, onlyTo: contact });
  await send(stack, person, contact, "First");
  await send(stack, person, contact, "Second");
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), ["First", "Second"]);
});

Deno.test("a text that Twilio lists by another spelling of its recipient is found, and sent once", async () => {
  const [limits] =
    await sql`insert into public.sms_limits (user_id, allowed_countries) values (${stack.userId}, null)
    on conflict (user_id) do update set allowed_countries = null returning user_id`;
  assert(limits);
  const digits = phone().slice(-10);
  for (const contact of [`+521${digits}`, `+52${digits.replace(/.$/, "0")}`]) {
    carrier.faults.set({ hangNext: 1, onlyTo: contact, listsTodaysSpelling: true });
    const id = await send(stack, person, contact);
    await settled(stack, contact);
    assert.equal(inLedger(contact).length, 1);
    assert.deepEqual(await eventsOf(sql, id), ["worker unconfirmed", "lookup delivered"]);
  }
});

Deno.test("the residual risk: a list that lags longer than all look-ups makes a double, and it is counted", async () => {
  const contact = phone();
  const { doubled } = await health();
  carrier.faults.set({ hangNext: 1, onlyTo: contact, listLagMs: 3_600_000, autoDeliver: false });
  const id = await send(stack, person, contact);
  await until("it is sent once more", () => inLedger(contact).length === 2);
  await settled(stack, contact);
  carrier.faults.set({ loseCallbacks: 0 });
  for (const { sid } of inLedger(contact)) await carrier.advance(sid, "delivered");
  assert.equal((await health()).doubled, doubled + 1);
  const [row] = await sql`select message_sid from public.sms_message_events
    where message_id = ${id} and flags @> '{doubled}'`;
  assert.equal(row?.message_sid, inLedger(contact)[0]?.sid);
});

Deno.test("a list that cannot be read is not an empty one: nothing is sent before it could be", async () => {
  const contact = phone();
  carrier.faults.set({ hangNext: 1, onlyTo: contact, readFailNext: Number.MAX_SAFE_INTEGER });
  const id = await send(stack, person, contact);
  await until("looking failed", async () => {
    const [job] = await jobsOf(sql, contact);
    return /^LOOKUP_FAILED: HTTP_503|^LOOKUP_FAILED: 20503/.test(job?.last_error ?? "");
  });
  assert.equal((await sql`select tries from sms_private.questions where message_id = ${id}`)[0]?.tries, 0);
  carrier.faults.set({ readFailNext: 0 });
  await settled(stack, contact);
  assert.equal(inLedger(contact).length, 1);
  assert.deepEqual(await eventsOf(sql, id), ["worker unconfirmed", "lookup delivered"]);
});

Deno.test("a callback that comes while the list is read settles the text; the look-up changes nothing", async () => {
  const contact = phone();
  carrier.faults.set({ hangNext: 1, onlyTo: contact, autoDeliver: false, loseCallbacks: 0 });
  const held = carrier.hold({ call: "list", stage: "after", to: contact });
  const id = await send(stack, person, contact);
  await within("the list is read", held.reached());
  const [sent] = inLedger(contact);
  assert(sent);
  const [attempt] = await carrier.advance(sent.sid, "delivered");
  assert.equal(attempt?.status, 200);
  held.release();
  await settled(stack, contact);
  assert.equal(inLedger(contact).length, 1);
  assert.deepEqual(await eventsOf(sql, id), ["worker unconfirmed", "callback delivered"]);
});

Deno.test("two texts that may be ours: none is adopted, nothing is sent again, and the pair goes on", async () => {
  const contact = phone();
  // Another system of the same account texts the same contact from the same number.
  const elsewhere = await fetch(`${carrier.url}/2010-04-01/Accounts/${stack.accountSid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${stack.accountSid}:${stack.authToken}`)}` },
    body: new URLSearchParams({ To: contact, From: stack.number, Body: "Ours" }),
  });
  assert.equal(elsewhere.status, 201);
  await elsewhere.body?.cancel();
  carrier.faults.set({ hangNext: 1, onlyTo: contact });
  await send(stack, person, contact, "Ours");
  await until("it is set aside", async () => (await jobsOf(sql, contact))[0]?.set_aside_at instanceof Date);
  const row = await messageTo(sql, contact);
  assert.deepEqual([row.status, row.error_code, row.message_sid], ["unconfirmed", "OUTCOME_AMBIGUOUS", null]);
  assert.equal((await health()).set_aside_reasons.OUTCOME_AMBIGUOUS, 1);
  await send(stack, person, contact, "Next");
  await until("the pair goes on", () => sentTo(stack, contact).includes("Next"));
  assert.deepEqual(sentTo(stack, contact), ["Ours", "Ours", "Next"]);
});
