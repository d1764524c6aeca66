import { strict as assert } from "node:assert";
import { messageTo } from "./rows.ts";
import { refused, send } from "./sending.ts";
import { answer, becomes, demoClient, phone, sentTo, stackForFile, until } from "./support.ts";
import { connectTenant, operator } from "./tenants.ts";

const stack = await stackForFile({ tickMs: 300 });
const { sql, carrier, model } = stack;
const person = await demoClient(stack);
const admin = operator(stack);

async function switches(verb: "sms_switch_off" | "sms_switch_on", what: string): Promise<void> {
  const { data, error } = await admin.rpc(verb, { what });
  assert.equal(error, null);
  assert.equal(data.outcome, verb === "sms_switch_off" ? "switched_off" : "switched_on");
}

Deno.test("while sending is off a send is a 202 that waits, and leaves once it is on", async () => {
  const [contact, stopped] = [phone(), phone()];
  await switches("sms_switch_off", "sending");
  const { status, body } = await send(person, { to: contact, body: "Hello" });
  assert.deepEqual([status, body.message.status, body.message.message_sid], [202, "pending", null]);
  await carrier.text({ from: stopped, to: stack.number, body: "STOP" });
  assert.equal((await refused(person, { to: stopped, body: "Hello" })).code, "RECIPIENT_OPTED_OUT");
  assert.deepEqual(sentTo(stack, contact), []);
  const health = await fetch(`${stack.ready.functionsUrl}/sms-worker`, {
    headers: { apikey: stack.workerKey },
  });
  const { stopped: [stop] } = await health.json();
  assert.equal(stop.what, "sending");
  await switches("sms_switch_on", "sending");
  await becomes(stack, contact, "delivered");
  assert.deepEqual(sentTo(stack, contact), ["Hello"]);
});

Deno.test("while answering is off a text is stored, no model is asked, and a person may answer", async () => {
  const contact = phone();
  const asked = model.requests.length;
  await switches("sms_switch_off", "answering");
  const { ok } = await carrier.text({ from: contact, to: stack.number, body: "Are you open?" });
  assert(ok);
  const { status } = await send(person, { to: phone(), body: "Hello" });
  assert.equal(status, 201);
  assert.equal(model.requests.length, asked);
  model.answerNext(answer("Until six."));
  await switches("sms_switch_on", "answering");
  await until("it is answered", () => sentTo(stack, contact).length > 0);
  assert.deepEqual(sentTo(stack, contact), ["Until six."]);
});

Deno.test("a tenant may not switch, and another tenant's text is not theirs to settle", async () => {
  const tenant = await connectTenant(stack);
  for (const verb of ["sms_switch_off", "sms_switch_on", "sms_after_restore"] as const) {
    const { error } = await tenant.client.rpc(verb);
    assert.equal(error?.code, "42501", verb);
  }
  const contact = phone();
  await send(person, { to: contact, body: "Hello" });
  // Twilio has told all that it will.
  await becomes(stack, contact, "delivered");
  const { id } = await messageTo(sql, contact);
  await sql`update public.sms_messages set message_sid = null, status = 'unconfirmed',
    error_code = 'OUTCOME_AMBIGUOUS' where id = ${id}`;
  const settle = { message_id: id, was_sent: false };
  const foreign = await tenant.client.rpc("sms_settle_message", settle);
  assert.deepEqual(foreign.data, { outcome: "MESSAGE_NOT_FOUND" });
  const own = await person.rpc("sms_settle_message", settle);
  assert.equal(own.data.outcome, "settled");
  assert.equal((await messageTo(sql, contact)).error_code, "NOT_SENT");
});
