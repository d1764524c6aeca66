import assert from "node:assert/strict";
import { validateRequest } from "twilio/webhooks";
import { clientOf, contact, errorOf, number, twiml, withApplication, withCarrier } from "./support.ts";

const SETTINGS = "x-twilio-webhooks-signature-settings";

Deno.test("a webhook that a Rule matches is signed with its SharedKey, and says so", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, { number, smsUrl: `${application.url}/sms#rc=3&rp=all` });
    const key = carrier.addSharedKey(carrier.accountSid);
    const rule = carrier.addWebhookRule(carrier.accountSid, { sharedKeyId: key.id });
    await carrier.text({ from: contact, to: number, body: "Hello" });
    carrier.deleteWebhookRule(carrier.accountSid, rule.id);
    await carrier.text({ from: contact, to: number, body: "Hello again" });
    const [byKey, byToken] = application.received;
    assert(byKey && byToken);
    assert.equal(byKey.headers[SETTINGS], `key=${key.id},algorithm=HMAC_SHA256`);
    assert.equal(byToken.headers[SETTINGS], undefined);
    const url = `${application.url}/sms`;
    const fits = ({ headers, form }: typeof byKey, secret: string, algorithm: string) =>
      validateRequest(secret, headers["x-twilio-signature"] ?? "", url, Object.fromEntries(form), algorithm);
    assert(fits(byKey, key.secret, "HMAC_SHA256"));
    assert(!fits(byKey, carrier.authToken, "HMAC_SHA1"));
    assert(fits(byToken, carrier.authToken, "HMAC_SHA1"));
  });
});

Deno.test("a Rule's Setting takes the place of the URL's connection overrides", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, { number, smsUrl: `${application.url}/sms#rc=3&rp=5xx` });
    application.answer = () => twiml("<Response/>", 503);
    assert.equal((await carrier.text({ from: contact, to: number })).attempts.length, 4);
    const { id } = carrier.addWebhookRule(carrier.accountSid);
    assert.equal((await carrier.text({ from: contact, to: number })).attempts.length, 1, "no retries");
    carrier.deleteWebhookRule(carrier.accountSid, id);
    carrier.addWebhookRule(carrier.accountSid, {
      connection: {
        connectTimeoutMs: 5_000,
        readTimeoutMs: 15_000,
        totalTimeoutMs: 60_000,
        retryPolicy: { retryCount: 1, retryOn: ["HTTP_5XX"] },
      },
    });
    assert.equal((await carrier.text({ from: contact, to: number })).attempts.length, 2);
  });
});

Deno.test("an exact Rule comes before a prefix, and that before the default", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, { number, smsUrl: `${application.url}/sms#rc=1` });
    const keys = [1, 2, 3].map(() => carrier.addSharedKey(carrier.accountSid).id);
    const [byDefault = "", byPrefix = "", exact = ""] = keys;
    const signer = async () => {
      await carrier.text({ from: contact, to: number });
      return /key=(\w+)/.exec(application.received.at(-1)?.headers[SETTINGS] ?? "")?.[1];
    };
    carrier.addWebhookRule(carrier.accountSid, { sharedKeyId: byDefault });
    assert.equal(await signer(), byDefault);
    const prefix = `${application.url}/`;
    carrier.addWebhookRule(carrier.accountSid, {
      matchType: "PREFIX_MATCH",
      pattern: prefix,
      sharedKeyId: byPrefix,
    });
    assert.equal(await signer(), byPrefix);
    const pattern = `${application.url}/sms`;
    carrier.addWebhookRule(carrier.accountSid, { matchType: "EXACT_MATCH", pattern, sharedKeyId: exact });
    assert.equal(await signer(), exact);
  });
});

Deno.test("Twilio's client lists Rules and reads a Setting", async () => {
  await withCarrier(async (carrier) => {
    const key = carrier.addSharedKey(carrier.accountSid);
    carrier.addWebhookRule(carrier.accountSid, { sharedKeyId: key.id });
    const client = clientOf(carrier);
    const [rule] = await client.webhooks.v1.rules.list({ pageSize: 100 });
    const setting = await client.webhooks.v1.settings(rule?.settings?.[0]?.settingId ?? "").fetch();
    assert.deepEqual([setting.signature.sharedKeyId, setting.signature.algorithm], [key.id, "HMAC_SHA256"]);
  });
});

Deno.test("an API key makes the calls it has permission for, and none looks at the account", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const restricted = carrier.addApiKey(carrier.accountSid, ["numbers"]);
    const client = clientOf(carrier, carrier, restricted);
    assert.equal((await client.incomingPhoneNumbers.list()).length, 1);
    assert.equal((await errorOf(client.messages.list())).code, 70051);
    assert.equal(
      (await errorOf(client.messages.create({ to: contact, from: number, body: "x" }))).code,
      70051,
    );
    const standard = clientOf(carrier, carrier, carrier.addApiKey(carrier.accountSid));
    await standard.messages.list();
    assert.equal((await errorOf(standard.api.v2010.accounts(carrier.accountSid).fetch())).code, 70051);
  });
});
