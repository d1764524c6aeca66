/** Webhooks that Twilio signs with SharedKeys, from the key's creation at the carrier to the text that is stored. */
import { strict as assert } from "node:assert";
import type { SharedKey } from "../../local/carrier/mod.ts";
import { signForm } from "../../local/carrier/mod.ts";
import { callAccounts, connect, stored } from "./accounts_support.ts";
import { post, refusal, textForm } from "./forms.ts";
import { assign, callNumbers, repair } from "./numbers.ts";
import { storedText } from "./rows.ts";
import { becomes, hurry, phone, sentTo, stackForFile, until, workerHealth } from "./support.ts";
import { connectTenant } from "./tenants.ts";

const stack = await stackForFile();
const { carrier, sql } = stack;

const given = ({ id, secret }: SharedKey) => [{ key_id: id, secret }];
const text = (to: string) => carrier.text({ from: phone(), to, body: "Are you open?" });

/** A tenant whose account has a default Rule that signs with a key which nobody has given here yet. */
async function tenantWithRule() {
  const tenant = await connectTenant(stack);
  const key = carrier.addSharedKey(tenant.accountSid);
  const rule = carrier.addWebhookRule(tenant.accountSid, { sharedKeyId: key.id });
  const give = (...keys: SharedKey[]) =>
    callAccounts(tenant.client, "POST", "", {
      account_sid: tenant.accountSid,
      shared_keys: keys.flatMap(given),
    });
  const account = async () =>
    (await callAccounts(tenant.client, "GET", `/${tenant.accountSid}`)).body.account;
  return { tenant, key, rule, give, account };
}

Deno.test("a text signed with a key that nobody gave is refused, shown everywhere, and taken once the key is given", async () => {
  const { tenant, key, give, account } = await tenantWithRule();
  const other = await connectTenant(stack);
  const refused = await text(tenant.number);
  assert.deepEqual(refused.attempts.map(({ status }) => status), [403]);
  assert.match(refused.attempts[0]?.body ?? "", new RegExp(`SHARED_KEY_UNKNOWN.*${key.id}`));
  assert.equal(
    (await sql`select from public.sms_messages where message_sid = ${refused.message.sid}`).length,
    0,
  );
  await until("the account says so", async () => (await account()).webhooks_refused.length === 1);
  const [told] = (await account()).webhooks_refused;
  assert.deepEqual([told.reason, told.key_id, told.refused], ["SHARED_KEY_UNKNOWN", key.id, 1]);
  const { body: { numbers } } = await callNumbers(tenant.client);
  assert.match(numbers[0].webhook_problem, new RegExp(`the SharedKey ${key.id}, which was not given here`));
  const { webhooks_refused } = await workerHealth(stack);
  assert.deepEqual(
    webhooks_refused.filter((one: { account_sid: string }) => one.account_sid === tenant.accountSid)
      .map((one: { key_id: string }) => one.key_id),
    [key.id],
  );
  // Another tenant sees nothing of it, and cannot give it.
  const { body: theirs } = await callAccounts(other.client, "GET");
  assert.deepEqual(theirs.accounts.map((one: { webhooks_refused: unknown[] }) => one.webhooks_refused), [[]]);
  const stranger = await callAccounts(other.client, "POST", "", {
    account_sid: tenant.accountSid,
    shared_keys: given(key),
  });
  assert.deepEqual([stranger.status, stranger.body.code], [422, "CREDENTIALS_REQUIRED"]);
  assert.equal((await text(tenant.number)).ok, false);

  const answered = await give(key);
  assert.equal(answered.status, 200);
  assert.deepEqual(answered.body.account.shared_keys.map((one: { key_id: string }) => one.key_id), [key.id]);
  assert(!JSON.stringify(answered.body).includes(key.secret));
  const taken = await text(tenant.number);
  assert(taken.ok);
  assert.equal((await storedText(sql, taken.message.sid)).user_id, tenant.id);
  assert.deepEqual((await account()).webhooks_refused, []);
  assert.equal((await callNumbers(tenant.client)).body.numbers[0].webhook_problem, null);
});

Deno.test("keys change without a refused webhook: the next is given first, then half of the traffic, then all", async () => {
  const { tenant, key, rule, give, account } = await tenantWithRule();
  await give(key);
  assert((await text(tenant.number)).ok);
  const next = carrier.addSharedKey(tenant.accountSid);
  assert.equal((await give(next)).status, 200);
  carrier.deleteWebhookRule(tenant.accountSid, rule.id);
  const split = carrier.addWebhookRule(tenant.accountSid, {
    sharedKeyId: key.id,
    second: { sharedKeyId: next.id, algorithm: "HMAC_SHA1", percentage: 50 },
  });
  for (let i = 0; i < 10; i++) assert((await text(tenant.number)).ok);
  carrier.deleteWebhookRule(tenant.accountSid, split.id);
  carrier.addWebhookRule(tenant.accountSid, { sharedKeyId: next.id });
  assert((await text(tenant.number)).ok);

  const removed = await callAccounts(
    tenant.client,
    "DELETE",
    `/${tenant.accountSid}/shared-keys/${key.id}`,
  );
  assert.equal(removed.status, 200);
  assert.deepEqual((await account()).shared_keys.map((one: { key_id: string }) => one.key_id), [next.id]);
  assert((await text(tenant.number)).ok);
  const again = await callAccounts(tenant.client, "DELETE", `/${tenant.accountSid}/shared-keys/${key.id}`);
  assert.deepEqual([again.status, again.body.code], [404, "SHARED_KEY_NOT_FOUND"]);
});

Deno.test("status callbacks are signed by the same keys, and a delivery is tracked to its end", async () => {
  const { tenant, key, give } = await tenantWithRule();
  await give(key);
  const contact = phone();
  const { data } = await tenant.client.rpc("sms_create_message", { to_number: contact, body: "Hello" });
  assert.equal(data.outcome, "created");
  await hurry(stack, contact);
  await becomes(stack, contact, "delivered");
  assert.deepEqual(sentTo(stack, contact), ["Hello"]);
});

Deno.test("one tenant's key opens no other tenant's webhook, and a forged one is refused whatever it names", async () => {
  const { tenant, key, give } = await tenantWithRule();
  const theirs = await tenantWithRule();
  await give(key);
  await theirs.give(theirs.key);
  const form = textForm(tenant);
  const url = `${stack.ready.functionsUrl}/sms-webhook`;
  const send = async (
    name: string,
    secret: string,
    algorithm: "HMAC_SHA1" | "HMAC_SHA256",
    says: string = algorithm,
  ) =>
    await refusal(
      await post(stack, {
        form,
        token: null,
        headers: {
          "x-twilio-signature": signForm(secret, url, form, { algorithm }),
          "x-twilio-webhooks-signature-settings": `key=${name},algorithm=${says}`,
        },
      }),
    );
  const before = (await sql`select count(*)::int from public.sms_messages`)[0]?.count;
  const { secret } = theirs.key;
  assert.deepEqual(await send(theirs.key.id, secret, "HMAC_SHA256"), {
    status: 403,
    code: "SHARED_KEY_UNKNOWN",
  });
  assert.deepEqual(await send(key.id, secret, "HMAC_SHA256"), { status: 403, code: "SIGNATURE_MISMATCH" });
  assert.deepEqual(await send(key.id, tenant.authToken, "HMAC_SHA1"), {
    status: 403,
    code: "SIGNATURE_MISMATCH",
  });
  assert.deepEqual(await send(key.id, key.secret, "HMAC_SHA1", "HMAC_SHA256"), {
    status: 403,
    code: "SIGNATURE_MISMATCH",
  });
  assert.deepEqual(await send(key.id, key.secret, "HMAC_SHA256", "HMAC_MD5"), {
    status: 403,
    code: "SIGNATURE_ALGORITHM_UNKNOWN",
  });
  assert.equal((await sql`select count(*)::int from public.sms_messages`)[0]?.count, before);
});

Deno.test("an account is connected with a Restricted API key and a SharedKey, and nobody hands over its token", async () => {
  const user = await stack.createUser();
  const { accountSid } = carrier.addAccount();
  const key = carrier.addSharedKey(accountSid);
  carrier.addWebhookRule(accountSid, { sharedKeyId: key.id });
  const restricted = carrier.addApiKey(accountSid, [
    "create",
    "fetch",
    "list",
    "media",
    "numbers",
    "configure",
    "services",
  ]);
  const body = (sid: string, secret: string, more: Record<string, unknown> = {}) => ({
    account_sid: accountSid,
    api_key: { sid, secret },
    ...more,
  });
  const ask = async (request: Record<string, unknown>) => {
    const { status, body } = await callAccounts(user.client, "POST", "", request);
    return [status, body.code];
  };
  const before = await stored(stack);
  assert.deepEqual(await ask(body(restricted.sid, restricted.secret)), [422, "SIGNER_REQUIRED"]);
  assert.deepEqual(await ask(body(restricted.sid, "wrong", { shared_keys: given(key) })), [
    422,
    "API_KEY_REFUSED",
  ]);
  const weak = carrier.addApiKey(accountSid, ["numbers"]);
  const weakly = await callAccounts(
    user.client,
    "POST",
    "",
    body(weak.sid, weak.secret, { shared_keys: given(key) }),
  );
  assert.deepEqual([weakly.status, weakly.body.code], [422, "API_KEY_LACKS_PERMISSION"]);
  assert.match(weakly.body.message, /messages/);
  assert.deepEqual(await stored(stack), before, "nothing is stored");

  assert.deepEqual(await ask(body(restricted.sid, restricted.secret, { shared_keys: given(key) })), [
    201,
    undefined,
  ]);
  const { number } = carrier.addNumber(accountSid, { number: phone() });
  const { data: assistant } = await user.client.from("sms_assistants")
    .insert({ user_id: user.id, name: "Bob", prompt: "Answer.", reply_delay_ms: 0 }).select("id").single();
  const assigned = await assign(user.client, { number, assistant_id: assistant?.id });
  assert.equal(assigned.status, 201, JSON.stringify(assigned.body));
  const contact = phone();
  assert((await carrier.text({ from: contact, to: number, body: "Are you open?" })).ok);
  await stack.carrier.ledger.waitFor((ledger) => ledger.outbound({ to: contact }).length === 1);
  const attributes = await callAccounts(user.client, "GET", `/${accountSid}`);
  assert.equal(attributes.body.account.api_key_sid, restricted.sid);
  assert(!JSON.stringify(attributes.body).includes(restricted.secret));
});

Deno.test("a repair says which key a Rule of the account wants, and is done once it is given", async () => {
  const { tenant, key, give } = await tenantWithRule();
  const { body: { numbers: [number] } } = await callNumbers(tenant.client);
  const failed = await repair(tenant.client, number.id);
  assert.deepEqual([failed.status, failed.body.code], [422, "SHARED_KEY_MISSING"]);
  assert.equal(failed.body.details.shared_key_id, key.id);
  await give(key);
  assert.equal((await repair(tenant.client, number.id)).body.number.webhook_status, "configured");
});

Deno.test("the secondary token at the first connect is refused in words, and nothing is stored", async () => {
  const user = await stack.createUser();
  const owned = carrier.addAccount();
  const secondary = carrier.createSecondaryToken(owned.accountSid);
  const before = await stored(stack);
  const { status, body } = await connect(user, { ...owned, authToken: secondary });
  assert.deepEqual([status, body.code], [422, "TOKEN_IS_SECONDARY"]);
  assert.match(body.message, /secondary.*primary/s);
  assert.deepEqual(await stored(stack), before);
  assert.equal((await connect(user, owned)).status, 201);
  assert.equal(
    (await connect(user, { ...owned, authToken: secondary })).status,
    200,
    "as the next one it is welcome",
  );
});

Deno.test("a token that was rotated and not given is counted, and its owner is told", async () => {
  const tenant = await connectTenant(stack);
  assert((await text(tenant.number)).ok);
  const next = carrier.rotateToken(tenant.accountSid);
  assert.equal((await text(tenant.number)).ok, false);
  const refused = async () =>
    (await callAccounts(tenant.client, "GET", `/${tenant.accountSid}`)).body.account.webhooks_refused;
  await until("it is counted", async () => (await refused()).length === 1);
  assert.match((await refused())[0].message, /another token/);
  assert.equal((await connect(tenant, { ...tenant, authToken: next })).status, 200);
  assert.deepEqual(await refused(), []);
  assert((await text(tenant.number)).ok);
});

Deno.test("a text whose signature covers the fragment of our URL is taken too", async () => {
  const tenant = await connectTenant(stack);
  carrier.faults.set({ signFragment: true });
  assert((await text(tenant.number)).ok);
  const slash = phone();
  carrier.addNumber(tenant.accountSid, { number: slash, smsUrl: `${stack.ready.functionsUrl}/sms-webhook/` });
  assert((await text(slash)).ok, "typed with a slash at its end");
  carrier.faults.reset();
  assert((await text(slash)).ok);
});
