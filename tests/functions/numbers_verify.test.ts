import { strict as assert } from "node:assert";
import type { NumberSettings } from "../../local/carrier/mod.ts";
import {
  ListNumbersResponse,
  UnassignedNumbersResponse,
} from "../../supabase/functions/_shared/sms/contract/numbers.ts";
import {
  asOperator,
  assign,
  assignedNumber,
  buyNumber,
  callNumbers,
  countCalls,
  numbersAtCarrier,
  pointsAtUs,
  repair,
  rowOf,
} from "./numbers.ts";
import { newSid, phone, stackForFile } from "./support.ts";
import { type ConnectedTenant, connectTenant, webhookUrl } from "./tenants.ts";

const stack = await stackForFile({ worker: false });
const { carrier, sql } = stack;

async function verify(tenant: ConnectedTenant) {
  const { status, body } = await callNumbers(tenant.client, "?verify=1");
  assert.equal(status, 200, JSON.stringify(body));
  return ListNumbersResponse.parse(body).numbers;
}

/** What verifying says of one number. */
async function checkOf(tenant: ConnectedTenant, number: string) {
  const found = (await verify(tenant)).find((one) => one.number === number);
  assert(found?.check);
  return found.check;
}

Deno.test("GET lists the tenant's own numbers with the state of their webhooks, and asks Twilio nothing", async () => {
  const [tenant, other] = [await connectTenant(stack), await connectTenant(stack)];
  const { number } = await assignedNumber(stack, tenant);
  await assignedNumber(stack, other);
  await carrier.goDown();
  try {
    const { status, body } = await callNumbers(tenant.client);
    assert.equal(status, 200);
    const { numbers } = ListNumbersResponse.parse(body);
    assert.deepEqual(
      numbers.map((one) => [one.number, one.webhook_status]),
      [[tenant.number, "pending"], [number.number, "configured"]].sort(),
    );
    assert(numbers.every((one) => one.check === undefined));
    const one = await callNumbers(tenant.client, `/${number.id.toUpperCase()}`);
    assert.deepEqual([one.status, one.body.number.number], [200, number.number]);
  } finally {
    await carrier.comeBack();
  }
});

Deno.test("verifying finds what somebody set up by hand, and records it", async () => {
  const tenant = await connectTenant(stack);
  assert.equal((await rowOf(stack, tenant.number)).webhook_status, "pending");
  assert.deepEqual(await checkOf(tenant, tenant.number), { outcome: "configured", drift: [], message: null });
  const row = await rowOf(stack, tenant.number);
  assert.deepEqual([row.webhook_status, row.sms_url], ["configured", webhookUrl(stack)]);
  assert.match(row.twilio_sid, /^PN/);
});

const elsewhere = "https://elsewhere.example.com/sms";
const application = newSid("AP");
const DRIFTS: Record<
  string,
  [NumberSettings, { field: string; is: string | null; should_be: string | null }]
> = {
  "its URL": [{ smsUrl: elsewhere }, { field: "sms_url", is: elsewhere, should_be: webhookUrl(stack) }],
  "its URL, to none": [{ smsUrl: "" }, { field: "sms_url", is: null, should_be: webhookUrl(stack) }],
  "its retries": [
    { smsUrl: webhookUrl(stack).replace(/#.*/, "") },
    { field: "sms_url", is: webhookUrl(stack).replace(/#.*/, ""), should_be: webhookUrl(stack) },
  ],
  "its method": [{ smsMethod: "GET" }, { field: "sms_method", is: "GET", should_be: "POST" }],
  "its application": [
    { smsApplicationSid: application },
    { field: "sms_application_sid", is: application, should_be: null },
  ],
};

for (const [what, [change, drift]] of Object.entries(DRIFTS)) {
  Deno.test(`a number that somebody changed at Twilio (${what}) is found, recorded, and repaired`, async () => {
    const tenant = await connectTenant(stack);
    const { bought, number } = await assignedNumber(stack, tenant);
    carrier.configureNumber(bought.number, change);
    const before = numbersAtCarrier(stack);
    const check = await checkOf(tenant, bought.number);
    assert.deepEqual([check.outcome, check.drift], ["drifted", [drift]]);
    assert.deepEqual(numbersAtCarrier(stack), before, "a look changes nothing");
    const row = await rowOf(stack, bought.number);
    assert.deepEqual([row.webhook_status, row.webhook_error], ["drifted", check.message]);
    assert.equal(row.sms_url, number.sms_url, "what Twilio confirmed last");
    assert.equal((await repair(tenant.client, number.id)).body.number.webhook_status, "configured");
    assert(pointsAtUs(stack, bought));
    assert.equal((await checkOf(tenant, bought.number)).outcome, "configured");
  });
}

Deno.test("a number that left the main trunk has drifted, and goes back", async () => {
  const tenant = await connectTenant(stack);
  const [main, other] = [carrier.addTrunk(tenant.accountSid), carrier.addTrunk(tenant.accountSid)];
  const { bought, number } = await assignedNumber(stack, tenant, { trunkSid: other });
  assert.equal(
    (await checkOf(tenant, bought.number)).outcome,
    "configured",
    "no main trunk: anywhere is right",
  );
  await sql`update public.sms_accounts set trunk_sid = ${main} where account_sid = ${tenant.accountSid}`;
  const { drift } = await checkOf(tenant, bought.number);
  assert.deepEqual(drift, [{ field: "trunk_sid", is: other, should_be: main }]);
  assert.equal((await repair(tenant.client, number.id)).body.number.trunk_sid, main);
});

Deno.test("a number that was put into a Messaging Service, or given back to Twilio, has drifted", async () => {
  const tenant = await connectTenant(stack);
  const { bought } = await assignedNumber(stack, tenant);
  const { sid } = carrier.addMessagingService(tenant.accountSid, {
    friendlyName: "Marketing",
    useInboundWebhookOnNumber: false,
  });
  carrier.configureNumber(bought.number, { messagingServiceSid: sid, smsUrl: elsewhere });
  const check = await checkOf(tenant, bought.number);
  assert.deepEqual(check.drift.map(({ field, is }) => [field, is]), [
    ["sms_url", elsewhere],
    ["messaging_service_sid", sid],
  ]);
  assert.match(check.message ?? "", /sms_url is .* Repair the number\. The Messaging Service "Marketing"/);

  const gone = phone();
  await sql`update public.sms_numbers set number = ${gone} where number = ${bought.number}`;
  const { drift } = await checkOf(tenant, gone);
  assert.deepEqual(drift, [{ field: "number", is: null, should_be: gone }]);
});

Deno.test("what Twilio does not answer for is unchecked, and its row stays as it is", async () => {
  const tenant = await connectTenant(stack);
  const { bought } = await assignedNumber(stack, tenant);
  const before = await rowOf(stack, bought.number);
  await carrier.goDown();
  try {
    const check = await checkOf(tenant, bought.number);
    assert.equal(check.outcome, "unchecked");
    assert.match(check.message ?? "", /Twilio did not answer/);
  } finally {
    await carrier.comeBack();
  }
  assert.deepEqual(await rowOf(stack, bought.number), before);
});

Deno.test("many numbers are verified a few at a time, and an account's services are asked for once", async () => {
  const tenant = await connectTenant(stack);
  for (let i = 0; i < 8; i += 1) await assignedNumber(stack, tenant);
  const services = countCalls(stack, "services");
  const held = carrier.hold({ call: "numbers" });
  const answer = verify(tenant);
  await held.reached(5);
  assert.equal(held.calls.length, 5);
  held.release();
  assert((await answer).every((one) => one.check?.outcome === "configured"));
  assert.equal(services.count, 1);
  services.stop();
});

Deno.test("unassigned numbers are those of the tenant's accounts that have no assistant, over all pages", async () => {
  const [tenant, other] = [await connectTenant(stack), await connectTenant(stack)];
  buyNumber(stack, other.accountSid);
  const { number } = await assignedNumber(stack, tenant);
  const calls = buyNumber(stack, tenant.accountSid, {
    friendlyName: "Front desk",
    capabilities: { voice: true, sms: false, mms: false },
  });
  const bought = Array.from({ length: 501 }, () => buyNumber(stack, tenant.accountSid));
  const list = async () => {
    const { status, body } = await callNumbers(tenant.client, "/unassigned");
    assert.equal(status, 200, JSON.stringify(body));
    return UnassignedNumbersResponse.parse(body);
  };
  const first = await list();
  assert.deepEqual(first.numbers.map((one) => one.number), [calls, ...bought].map((one) => one.number));
  assert.deepEqual([first.more, first.unavailable], [false, []]);
  assert.deepEqual(first.numbers[0], {
    account_sid: tenant.accountSid,
    number: calls.number,
    twilio_sid: calls.sid,
    friendly_name: "Front desk",
    can_text: false,
  });

  await callNumbers(tenant.client, `/${number.id}`, { method: "DELETE" });
  assert((await list()).numbers.some((one) => one.number === number.number), "unassigned again");
  for (let i = 0; i < 500; i += 1) buyNumber(stack, tenant.accountSid);
  const many = await list();
  assert.deepEqual([many.numbers.length, many.more], [999, true], "1,000 looked at, one of them assigned");
});

Deno.test("of two accounts the one that Twilio refuses is named, and the other's numbers are listed", async () => {
  const [tenant, other] = [await connectTenant(stack), await connectTenant(stack)];
  await sql`delete from public.sms_numbers where user_id = ${other.id}`;
  await sql`update public.sms_accounts set user_id = ${tenant.id} where user_id = ${other.id}`;
  const bought = buyNumber(stack, tenant.accountSid);
  carrier.rotateToken(other.accountSid);
  const { body } = await callNumbers(tenant.client, "/unassigned");
  const { numbers, unavailable } = UnassignedNumbersResponse.parse(body);
  assert.deepEqual(numbers.map((one) => one.number), [bought.number]);
  assert.deepEqual(unavailable.map(({ account_sid, code }) => [account_sid, code]), [
    [other.accountSid, "TWILIO_20003"],
  ]);
  const assigned = await assign(tenant.client, { number: bought.number, assistant_id: tenant.assistantId });
  assert.equal(assigned.status, 201, "the account that answers has it");
  const user = await stack.createUser();
  const none = await callNumbers(user.client, "/unassigned");
  assert.deepEqual([none.status, none.body], [200, { numbers: [], more: false, unavailable: [] }]);
});

Deno.test("the operator's look at a user's numbers is the same", async () => {
  const tenant = await connectTenant(stack);
  const { body } = await callNumbers(asOperator(stack), `?verify=1&user_id=${tenant.id}`);
  const { numbers } = ListNumbersResponse.parse(body);
  assert.deepEqual(numbers.map((one) => [one.number, one.check?.outcome]), [[tenant.number, "configured"]]);
});
