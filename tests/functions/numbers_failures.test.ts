import { strict as assert } from "node:assert";
import {
  assign,
  assignedNumber,
  buyNumber,
  callNumbers,
  pointsAtUs,
  refused,
  repair,
  rowOf,
  setMainTrunk,
} from "./numbers.ts";
import { phone, stackForFile, until, within } from "./support.ts";
import { type ConnectedTenant, connectTenant, saveToken } from "./tenants.ts";

const stack = await stackForFile();
const { carrier, failPoints, sql } = stack;

const assignTo = (tenant: ConnectedTenant, number: string) =>
  assign(tenant.client, { number, assistant_id: tenant.assistantId });

for (const call of ["attach", "configure", "services"] as const) {
  Deno.test(`a Twilio that does not answer to ${call} leaves a row that says so, and repair finishes it`, async () => {
    const tenant = await connectTenant(stack);
    const trunk = carrier.addTrunk(tenant.accountSid);
    await setMainTrunk(stack, tenant.accountSid, trunk);
    const bought = buyNumber(stack, tenant.accountSid);
    carrier.faults.set({ readFailNext: 1, readFailOnly: call });
    const answer = await assignTo(tenant, bought.number);
    const { status, code, message } = refused(answer);
    assert.deepEqual([status, code], [502, "WEBHOOK_NOT_CONFIGURED"]);
    const row = await rowOf(stack, bought.number);
    assert.deepEqual(answer.body.details, { phone_number_id: row.id });
    assert.deepEqual(
      [row.webhook_status, row.webhook_error, row.sms_url, row.configured_at],
      ["failed", message, null, null],
    );
    assert.match(message, /Repair the number/);

    const repaired = await repair(tenant.client, row.id);
    assert.equal(repaired.status, 200, JSON.stringify(repaired.body));
    assert.deepEqual(
      [
        repaired.body.number.webhook_status,
        repaired.body.number.webhook_error,
        repaired.body.number.trunk_sid,
      ],
      ["configured", null, trunk],
    );
    assert(pointsAtUs(stack, bought));
  });
}

Deno.test("a database that fails while the end is recorded leaves the number pending", async () => {
  const tenant = await connectTenant(stack);
  const bought = buyNumber(stack, tenant.accountSid);
  failPoints.arm({ on: "rpc", name: "sms_record_webhook", moment: "before", action: { status: 503 } });
  const { status } = await assignTo(tenant, bought.number);
  assert(status >= 500);
  const row = await rowOf(stack, bought.number);
  assert.deepEqual([row.webhook_status, row.configured_at], ["pending", null]);
  assert.equal((await repair(tenant.client, row.id)).body.number.webhook_status, "configured");
});

Deno.test("a Twilio that is down before anything is known is a 503, and nothing is stored", async () => {
  const tenant = await connectTenant(stack);
  const bought = buyNumber(stack, tenant.accountSid);
  await carrier.goDown();
  try {
    const { status, code } = refused(await assignTo(tenant, bought.number));
    assert.deepEqual([status, code], [503, "UNAVAILABLE"]);
    assert.deepEqual(refused(await callNumbers(tenant.client, "/unassigned")).code, "UNAVAILABLE");
  } finally {
    await carrier.comeBack();
  }
  assert.equal((await sql`select from public.sms_numbers where number = ${bought.number}`).length, 0);
});

Deno.test("a main trunk that is not there is named, and the number is not set up without it", async () => {
  const tenant = await connectTenant(stack);
  const stranger = await connectTenant(stack);
  const trunk = carrier.addTrunk(stranger.accountSid);
  await setMainTrunk(stack, tenant.accountSid, trunk);
  const bought = buyNumber(stack, tenant.accountSid);
  const { status, code, message } = refused(await assignTo(tenant, bought.number));
  assert.deepEqual([status, code], [422, "TRUNK_NOT_FOUND"]);
  assert(message.includes(trunk));
  const row = await rowOf(stack, bought.number);
  assert.deepEqual([row.webhook_status, row.webhook_error], ["failed", message]);
  await setMainTrunk(stack, tenant.accountSid, null);
  assert.equal((await repair(tenant.client, row.id)).body.number.webhook_status, "configured");
});

Deno.test("a token that Twilio does not take any more is explained; the rotated one is read afresh", async () => {
  const tenant = await connectTenant(stack);
  const { number } = await assignedNumber(stack, tenant);
  const next = carrier.rotateToken(tenant.accountSid);
  const answer = await repair(tenant.client, number.id);
  const { status, code, message } = refused(answer);
  assert.deepEqual([status, code], [422, "TWILIO_20003"]);
  assert.equal(answer.body.details.phone_number_id, number.id);
  assert.match(message, /Connect it again/);
  assert(!JSON.stringify(answer.body).includes(tenant.authToken));
  const row = await rowOf(stack, number.number);
  assert.deepEqual([row.webhook_status, row.webhook_error, row.sms_url], ["failed", message, number.sms_url]);

  await saveToken(stack, tenant, next);
  await until(
    "the new token is read",
    async () => (await repair(tenant.client, number.id)).status === 200,
  );
  assert.equal((await rowOf(stack, number.number)).webhook_status, "configured");
});

Deno.test("a number that was given back to Twilio cannot be repaired, and the row says so", async () => {
  const tenant = await connectTenant(stack);
  const { number } = await assignedNumber(stack, tenant);
  // The row names a number that the account does not have.
  await sql`update public.sms_numbers set number = ${phone()} where id = ${number.id}`;
  const { status, code, message } = refused(await repair(tenant.client, number.id));
  assert.deepEqual([status, code], [422, "NUMBER_NOT_AT_TWILIO"]);
  const [row] =
    await sql`select webhook_status, webhook_error from public.sms_numbers where id = ${number.id}`;
  assert.deepEqual({ ...row }, { webhook_status: "failed", webhook_error: message });
});

Deno.test("a slow attempt that fails does not speak over the one that came after it", async () => {
  const tenant = await connectTenant(stack);
  const { number } = await assignedNumber(stack, tenant);
  const held = Promise.withResolvers<void>();
  const point = failPoints.arm({
    on: "carrier",
    name: "services",
    moment: "before",
    action: { hold: held.promise },
  });
  const slow = repair(tenant.client, number.id);
  await within("the first repair asks for the services", point.reached);
  assert.equal((await repair(tenant.client, number.id)).status, 200);
  carrier.addMessagingService(tenant.accountSid, { useInboundWebhookOnNumber: false });
  carrier.faults.set({ readFailNext: 1, readFailOnly: "services" });
  held.resolve();
  assert.equal((await slow).status, 502);
  assert.equal((await rowOf(stack, number.number)).webhook_status, "configured");
});
