import assert from "node:assert/strict";
import { type Carrier, startCarrier } from "../../../local/carrier/mod.ts";
import { servicesOf } from "../../../supabase/functions/sms-numbers/look_at.ts";
import { registrationOf } from "../../../supabase/functions/sms-numbers/registration.ts";
import { createTwilioNumbers } from "../../../supabase/functions/sms-numbers/twilio_numbers.ts";
import type { TwilioCredentials } from "../../../supabase/functions/_shared/sms/twilio/as_account.ts";

const LONG_CODE = "+14155550100";

/** What is said of a number of the default account, as the real client asks the look-alike. */
async function saidOf(
  carrier: Carrier,
  number: string,
  { country = "US", as }: { country?: string | null; as?: TwilioCredentials } = {},
) {
  const twilio = createTwilioNumbers({ apiBaseUrl: carrier.url, timeoutMs: 5_000 });
  const token = { accountSid: carrier.accountSid, authToken: carrier.authToken };
  const found = await twilio.find(token, number);
  assert(found);
  return await registrationOf({ twilio }, as ?? token, {
    country,
    number: found,
    services: servicesOf({ twilio }),
  });
}

async function withCarrier(work: (carrier: Carrier) => Promise<void>): Promise<void> {
  const carrier = await startCarrier();
  try {
    await work(carrier);
  } finally {
    await carrier.stop();
  }
}

Deno.test("a US long code is registered by the campaign of the Messaging Service that has it, and by no other", async () => {
  await withCarrier(async (carrier) => {
    const { accountSid } = carrier;
    carrier.addNumber(accountSid, { number: LONG_CODE });
    carrier.addMessagingService(accountSid, {
      campaignStatus: "VERIFIED",
      friendlyName: "Of another number",
    });
    const missing = await saidOf(carrier, LONG_CODE);
    assert.deepEqual([missing?.of, missing?.state], ["10dlc", "missing"]);
    assert.match(missing?.message ?? "", /It is in no Messaging Service.*30034/);

    const service = carrier.addMessagingService(accountSid, { friendlyName: "Bistro" });
    carrier.configureNumber(LONG_CODE, { messagingServiceSid: service.sid });
    const states: [typeof service.campaignStatus, string, RegExp | null][] = [
      [null, "missing", /"Bistro" has no A2P 10DLC campaign/],
      ["PENDING", "in_review", /"Bistro" is PENDING/],
      ["IN_PROGRESS", "in_review", /is IN_PROGRESS: until it is VERIFIED/],
      ["FAILED", "refused", /is FAILED/],
      ["SUSPENDED", "refused", /is SUSPENDED/],
      ["VERIFIED", "registered", null],
    ];
    for (const [campaignStatus, state, words] of states) {
      Object.assign(service, { campaignStatus });
      const found = await saidOf(carrier, LONG_CODE);
      assert.equal(found?.state, state);
      if (words === null) assert.equal(found?.message, null);
      else assert.match(found?.message ?? "", words);
    }
  });
});

Deno.test("a number of another country, and Twilio's own test numbers, need no registration", async () => {
  await withCarrier(async (carrier) => {
    for (
      const [number, country] of [["+4915112345678", "DE"], ["+16135550100", "CA"], [
        "+15005550006",
        "US",
      ]] as const
    ) {
      carrier.addNumber(carrier.accountSid, { number });
      assert.equal(await saidOf(carrier, number, { country }), null, number);
    }
    carrier.addNumber(carrier.accountSid, { number: LONG_CODE });
    assert.equal(
      await saidOf(carrier, LONG_CODE, { country: null }),
      null,
      "a database that does not say where it is",
    );
  });
});

Deno.test("a toll-free number has a verification of its own", async () => {
  await withCarrier(async (carrier) => {
    const number = "+18885550100";
    carrier.addNumber(carrier.accountSid, { number: "+18005550100", tollFreeStatus: "TWILIO_APPROVED" });
    carrier.addNumber(carrier.accountSid, { number });
    const states = [
      [null, "missing", /never verified.*30032/],
      ["PENDING_REVIEW", "in_review", /is PENDING_REVIEW/],
      ["IN_REVIEW", "in_review", /is IN_REVIEW/],
      ["TWILIO_REJECTED", "refused", /is TWILIO_REJECTED/],
      ["TWILIO_APPROVED", "registered", null],
    ] as const;
    for (const [tollFreeStatus, state, words] of states) {
      carrier.configureNumber(number, { tollFreeStatus });
      const found = await saidOf(carrier, number);
      assert.deepEqual([found?.of, found?.state], ["toll-free", state]);
      if (words === null) assert.equal(found?.message, null);
      else assert.match(found?.message ?? "", words);
    }
  });
});

Deno.test("an API key that may not read registrations is no reason to doubt a number", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number: LONG_CODE });
    const { sid, secret } = carrier.addApiKey(carrier.accountSid, ["create", "numbers"]);
    const as = { accountSid: carrier.accountSid, authToken: secret, apiKeySid: sid };
    assert.equal(await saidOf(carrier, LONG_CODE, { as }), null);
    const wrong = { accountSid: carrier.accountSid, authToken: "wrong" };
    await assert.rejects(saidOf(carrier, LONG_CODE, { as: wrong }));
  });
});

Deno.test("isTrial() tells a trial account from an upgraded one, and asks nothing of an API key", async () => {
  await withCarrier(async (carrier) => {
    const twilio = createTwilioNumbers({ apiBaseUrl: carrier.url, timeoutMs: 5_000 });
    const as = { accountSid: carrier.accountSid, authToken: carrier.authToken };
    assert.equal(await twilio.isTrial(as), false);
    carrier.setTrial(carrier.accountSid, []);
    assert.equal(await twilio.isTrial(as), true);
    const { sid, secret } = carrier.addApiKey(carrier.accountSid);
    assert.equal(await twilio.isTrial({ ...as, authToken: secret, apiKeySid: sid }), null);
    await assert.rejects(twilio.isTrial({ ...as, authToken: "wrong" }));
  });
});
