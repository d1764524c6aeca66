import { strict as assert } from "node:assert";
import { PhoneNumber } from "../../supabase/functions/_shared/sms/contract/numbers.ts";
import {
  assign,
  assignedNumber,
  buyNumber,
  callNumbers,
  countCalls,
  numbersAtCarrier,
  pointsAtUs,
  refused,
  rowOf,
  setMainTrunk,
} from "./numbers.ts";
import { messageTo } from "./rows.ts";
import { phone, sentTo, stackForFile, until } from "./support.ts";
import { connectTenant, webhookUrl } from "./tenants.ts";

const stack = await stackForFile();
const { carrier, sql } = stack;

Deno.test("a number of a tenant's own account is assigned, set up at Twilio, and a text to it is answered", async () => {
  const tenant = await connectTenant(stack);
  const bought = buyNumber(stack, tenant.accountSid, {
    smsUrl: "https://demo.twilio.com/welcome/sms/reply",
    smsMethod: "GET",
    smsApplicationSid: `AP${"a".repeat(32)}`,
  });
  const answer = await assign(tenant.client, { number: bought.number, assistant_id: tenant.assistantId });
  assert.equal(answer.status, 201);
  const number = PhoneNumber.parse(answer.body.number);
  assert.deepEqual(
    [number.user_id, number.account_sid, number.number, number.twilio_sid, number.assistant_id],
    [tenant.id, tenant.accountSid, bought.number, bought.sid, tenant.assistantId],
  );
  assert.deepEqual([number.webhook_status, number.webhook_error, number.sms_url], [
    "configured",
    null,
    webhookUrl(stack),
  ]);
  assert(number.configured_at !== null && number.webhook_checked_at !== null);
  assert(pointsAtUs(stack, bought), "the URL, the method, and no application in the way");

  const contact = phone();
  assert((await carrier.text({ from: contact, to: bought.number, body: "Are you open?" })).ok);
  await until("the contact is answered", () => sentTo(stack, contact).length === 1);
  const reply = await messageTo(sql, contact);
  assert.deepEqual([reply.user_id, reply.from_number, reply.account_sid], [
    tenant.id,
    bought.number,
    tenant.accountSid,
  ]);
});

Deno.test("assigning again changes the assistant, keeps the pace, and answers 200", async () => {
  const tenant = await connectTenant(stack);
  const { bought, number } = await assignedNumber(stack, tenant);
  await sql`update public.sms_numbers set segments_per_second = 25 where id = ${number.id}`;
  const { data: grace } = await tenant.client.from("sms_assistants")
    .insert({ user_id: tenant.id, name: "Grace", prompt: "Answer." }).select("id").single();
  const answer = await assign(tenant.client, { number: bought.number, assistant_id: grace?.id });
  assert.equal(answer.status, 200);
  const again = PhoneNumber.parse(answer.body.number);
  assert.deepEqual([again.id, again.assistant_id, again.segments_per_second, again.webhook_status], [
    number.id,
    grace?.id,
    25,
    "configured",
  ]);
});

Deno.test("a number is attached to the account's main trunk, once", async () => {
  const tenant = await connectTenant(stack);
  const trunk = carrier.addTrunk(tenant.accountSid);
  await setMainTrunk(stack, tenant.accountSid, trunk);
  const attached = countCalls(stack, "attach");
  const { bought, number } = await assignedNumber(stack, tenant);
  assert.equal(number.trunk_sid, trunk);
  assert.equal(carrier.numbers().find((one) => one.sid === bought.sid)?.trunkSid, trunk);
  const again = await assign(tenant.client, { number: bought.number, assistant_id: tenant.assistantId });
  assert.equal(again.status, 200);
  assert.equal(attached.count, 1);
  attached.stop();
});

Deno.test("without a main trunk a number stays on the trunk it is on", async () => {
  const tenant = await connectTenant(stack);
  const trunkSid = carrier.addTrunk(tenant.accountSid);
  const { bought, number } = await assignedNumber(stack, tenant, { trunkSid });
  assert.equal(number.trunk_sid, trunkSid);
  assert.equal(carrier.numbers().find((one) => one.sid === bought.sid)?.trunkSid, trunkSid);
});

Deno.test("assignments of one number at the same moment end in one row and one webhook", async () => {
  const tenant = await connectTenant(stack);
  await setMainTrunk(stack, tenant.accountSid, carrier.addTrunk(tenant.accountSid));
  const bought = buyNumber(stack, tenant.accountSid);
  const body = { number: bought.number, assistant_id: tenant.assistantId };
  // Both see a number on no trunk; Twilio attaches it for one of them.
  const held = carrier.hold({ call: "attach" });
  const answers = [assign(tenant.client, body), assign(tenant.client, body)];
  await held.reached(2);
  held.release();
  const statuses = (await Promise.all(answers)).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 201]);
  const row = await rowOf(stack, bought.number);
  assert.deepEqual([row.webhook_status, row.webhook_error], ["configured", null]);
  assert(pointsAtUs(stack, bought));
});

Deno.test("a number is found in whichever of the tenant's accounts has it", async () => {
  const tenant = await connectTenant(stack);
  const other = await connectTenant(stack);
  // The second tenant's account becomes the first one's second account.
  await sql`delete from public.sms_numbers where user_id = ${other.id}`;
  await sql`update public.sms_accounts set user_id = ${tenant.id} where user_id = ${other.id}`;
  const bought = buyNumber(stack, other.accountSid);
  const answer = await assign(tenant.client, { number: bought.number, assistant_id: tenant.assistantId });
  assert.deepEqual([answer.status, answer.body.number.account_sid], [201, other.accountSid]);
});

Deno.test("a number that takes calls only is refused and not stored", async () => {
  const tenant = await connectTenant(stack);
  const bought = buyNumber(stack, tenant.accountSid, {
    capabilities: { voice: true, sms: false, mms: false },
  });
  const before = numbersAtCarrier(stack);
  const { status, code } = refused(
    await assign(tenant.client, { number: bought.number, assistant_id: tenant.assistantId }),
  );
  assert.deepEqual([status, code], [422, "NUMBER_CANNOT_TEXT"]);
  assert.equal((await sql`select from public.sms_numbers where number = ${bought.number}`).length, 0);
  assert.deepEqual(numbersAtCarrier(stack), before);
});

for (
  const [what, settings] of Object.entries({
    "takes texts elsewhere": { inboundRequestUrl: "https://elsewhere.example.com/sms" },
    "drops texts": { inboundRequestUrl: "" },
    "asks our webhook with GET": { inboundRequestUrl: webhookUrl(stack), inboundMethod: "GET" as const },
  })
) {
  Deno.test(`a Messaging Service that ${what} is reported with the fix, and left as it is`, async () => {
    const tenant = await connectTenant(stack);
    const service = carrier.addMessagingService(tenant.accountSid, {
      friendlyName: "Marketing",
      useInboundWebhookOnNumber: false,
      ...settings,
    });
    const bought = buyNumber(stack, tenant.accountSid, { messagingServiceSid: service.sid });
    const answer = await assign(tenant.client, { number: bought.number, assistant_id: tenant.assistantId });
    const { status, code, message } = refused(answer);
    assert.deepEqual([status, code], [422, "MESSAGING_SERVICE_IN_THE_WAY"]);
    for (const named of ["Marketing", service.sid, "Defer to sender's webhook"]) {
      assert(message.includes(named), message);
    }
    const row = await rowOf(stack, bought.number);
    assert.deepEqual([row.webhook_status, row.webhook_error], ["failed", message]);
    assert.deepEqual(answer.body.details, { messaging_service_sid: service.sid, phone_number_id: row.id });
    assert.equal(bought.messagingServiceSid, service.sid);
    assert.equal(service.useInboundWebhookOnNumber, false);

    service.useInboundWebhookOnNumber = true;
    const repaired = await callNumbers(tenant.client, `/${row.id}/repair`, { method: "POST" });
    assert.deepEqual([repaired.status, repaired.body.number.webhook_status], [200, "configured"]);
  });
}

Deno.test("a Messaging Service that leaves texts to the number, or posts them to us, is not in the way", async () => {
  const tenant = await connectTenant(stack);
  carrier.addMessagingService(tenant.accountSid, { useInboundWebhookOnNumber: false });
  for (
    const settings of [
      { useInboundWebhookOnNumber: true, inboundRequestUrl: "https://elsewhere.example.com/sms" },
      { useInboundWebhookOnNumber: false, inboundRequestUrl: webhookUrl(stack) },
    ]
  ) {
    const { sid } = carrier.addMessagingService(tenant.accountSid, settings);
    const { bought } = await assignedNumber(stack, tenant, { messagingServiceSid: sid });
    const contact = phone();
    assert((await carrier.text({ from: contact, to: bought.number, body: "Hello" })).ok);
    await until("the contact is answered", () => sentTo(stack, contact).length === 1);
  }
});

Deno.test("DELETE takes the assistant off; texts still arrive and wait for a person", async () => {
  const tenant = await connectTenant(stack);
  const { bought, number } = await assignedNumber(stack, tenant);
  const answer = await callNumbers(tenant.client, `/${number.id}`, { method: "DELETE" });
  assert.deepEqual([answer.status, answer.body.number.assistant_id], [200, null]);
  assert(pointsAtUs(stack, bought), "Twilio's side is left as it is");
  const contact = phone();
  assert((await carrier.text({ from: contact, to: bought.number, body: "Is anybody there?" })).ok);
  const [stored] = await sql`select c.ai_paused_reason from public.sms_conversations c
    join public.sms_contacts k on k.id = c.contact_id where k.number = ${contact}`;
  assert.equal(stored?.ai_paused_reason, "no_assistant");
  const again = await assign(tenant.client, { number: bought.number, assistant_id: tenant.assistantId });
  assert.deepEqual([again.status, again.body.number.id], [200, number.id]);
});
