import { strict as assert } from "node:assert";
import { field, statusOfPost, textForm } from "./forms.ts";
import { rowCounts, storedText } from "./rows.ts";
import { stackForFile, until } from "./support.ts";
import { type ConnectedTenant, connectTenant, saveToken } from "./tenants.ts";

const stack = await stackForFile({ worker: false });

async function textWith(tenant: ConnectedTenant, token: string): Promise<number> {
  const form = textForm(tenant);
  const status = await statusOfPost(stack, { form, token });
  if (status === 200) {
    assert.equal((await storedText(stack.sql, field(form, "MessageSid"))).user_id, tenant.id);
  }
  return status;
}

Deno.test("texts are taken before, during and after a rotation that is saved here first", async () => {
  const tenant = await connectTenant(stack);
  assert.equal(await textWith(tenant, tenant.authToken), 200, "before");
  const next = stack.carrier.createSecondaryToken(tenant.accountSid);
  await saveToken(stack, tenant, next);
  // Twilio signs with the old one until the new one is promoted.
  await stack.functions.kill("sms-webhook");
  assert.equal(await textWith(tenant, tenant.authToken), 200, "during");
  assert.equal(stack.carrier.rotateToken(tenant.accountSid), next);
  assert.equal(await textWith(tenant, next), 200, "after");
  assert.equal(await textWith(tenant, tenant.authToken), 200, "what Twilio signed before and delivers late");
});

Deno.test("the carrier's own texts pass while its account is rotated", async () => {
  const tenant = await connectTenant(stack);
  const text = () => stack.carrier.text({ from: "+14155550112", to: tenant.number, body: "Hello" });
  assert((await text()).ok);
  await saveToken(stack, tenant, stack.carrier.createSecondaryToken(tenant.accountSid));
  assert((await text()).ok);
  await stack.functions.kill("sms-webhook");
  assert((await text()).ok);
  stack.carrier.rotateToken(tenant.accountSid);
  assert((await text()).ok);
});

Deno.test("a token saved a moment after the last look is read afresh by the first text that it signed", async () => {
  const tenant = await connectTenant(stack);
  assert.equal(await textWith(tenant, tenant.authToken), 200, "the old token is in the cache now");
  const next = stack.carrier.rotateToken(tenant.accountSid);
  await saveToken(stack, tenant, next);
  assert.equal(await textWith(tenant, next), 200);
});

Deno.test("a token rotated at Twilio first is refused until it is saved, then read afresh", async () => {
  const tenant = await connectTenant(stack);
  assert.equal(await textWith(tenant, tenant.authToken), 200);
  const next = stack.carrier.rotateToken(tenant.accountSid);
  const before = await rowCounts(stack.sql);
  assert.equal(await textWith(tenant, next), 403);
  assert.deepEqual(await rowCounts(stack.sql), before);
  await saveToken(stack, tenant, next);
  await until("the new token is known", async () => await textWith(tenant, next) === 200, 10_000);
});

Deno.test("the token before the previous one is refused", async () => {
  const tenant = await connectTenant(stack);
  const second = stack.carrier.rotateToken(tenant.accountSid);
  await saveToken(stack, tenant, second);
  const third = stack.carrier.rotateToken(tenant.accountSid);
  await saveToken(stack, tenant, third);
  assert.equal(await textWith(tenant, third), 200);
  assert.equal(await textWith(tenant, second), 200);
  assert.equal(await textWith(tenant, tenant.authToken), 403);
  // Saving the same token again does not push the previous one out.
  await saveToken(stack, tenant, third);
  await stack.functions.kill("sms-webhook");
  assert.equal(await textWith(tenant, third), 200);
});
