import assert from "node:assert/strict";
import { createTwilioNumbers } from "../../../supabase/functions/sms-numbers/twilio_numbers.ts";
import { twilioProblem } from "../../../supabase/functions/_shared/sms/twilio/errors.ts";
import type { Carrier } from "../../../local/carrier/mod.ts";
import { withCarrier } from "../carrier/support.ts";

const number = "+14155550101";

function numbersAt(carrier: Carrier, timeoutMs = 5_000) {
  return createTwilioNumbers({ apiBaseUrl: carrier.url, timeoutMs });
}

const credentials = ({ accountSid, authToken }: Carrier) => ({ accountSid, authToken });

Deno.test("find() takes the whole number only, though Twilio's filter takes parts", async () => {
  await withCarrier(async (carrier) => {
    const as = credentials(carrier);
    const namesake = carrier.addNumber(carrier.accountSid, { number: `${number}7` });
    assert.equal(await numbersAt(carrier).find(as, number), null);
    const { sid } = carrier.addNumber(carrier.accountSid, { number, smsApplicationSid: "" });
    assert.deepEqual(await numbersAt(carrier).find(as, number), {
      sid,
      number,
      friendlyName: number,
      canText: true,
      smsUrl: null,
      smsMethod: "POST",
      smsApplicationSid: null,
      trunkSid: null,
    });
    assert.equal((await numbersAt(carrier).find(as, namesake.number))?.sid, namesake.sid);
  });
});

Deno.test("list() stops where it is told to", async () => {
  await withCarrier(async (carrier) => {
    for (let i = 0; i < 5; i += 1) carrier.addNumber(carrier.accountSid, { number: `${number}${i}` });
    assert.equal((await numbersAt(carrier).list(credentials(carrier), 3)).length, 3);
    assert.equal((await numbersAt(carrier).list(credentials(carrier), 100)).length, 5);
  });
});

Deno.test("listServices() reads all pages, and two lists at once do not wait for each other's answers", async () => {
  await withCarrier(async (carrier) => {
    for (let i = 0; i < 101; i += 1) carrier.addMessagingService(carrier.accountSid);
    const numbers = numbersAt(carrier);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("A list was never answered")), 10_000);
    const lists = await Promise.race([
      Promise.all([1, 2].map(() => numbers.listServices(credentials(carrier)))),
      late.promise,
    ]).finally(() => clearTimeout(timer));
    assert.deepEqual(lists.map((services) => services.length), [101, 101]);
    assert.deepEqual(
      { ...lists[0]?.[0], sid: "" },
      {
        sid: "",
        friendlyName: "A messaging service",
        usesNumbersWebhook: true,
        inboundUrl: null,
        inboundMethod: "POST",
      },
    );
  });
});

Deno.test("a Twilio that hangs is given up on in time", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const held = carrier.hold({ call: "numbers" });
    const problem = await numbersAt(carrier, 50).find(credentials(carrier), number).catch(twilioProblem);
    assert(problem instanceof Error);
    assert.equal(twilioProblem(problem).code, "UNAVAILABLE");
    held.release();
  });
});

Deno.test("signersOf() tells who signs a URL by the Rule that matches it first, and whether a 5xx is tried again", async () => {
  await withCarrier(async (carrier) => {
    const as = credentials(carrier);
    const url = "https://texts.example.com/functions/v1/sms-webhook";
    assert.deepEqual(await numbersAt(carrier).signersOf(as, url), []);
    const [first, second] = [carrier.addSharedKey(as.accountSid), carrier.addSharedKey(as.accountSid)];
    const byDefault = carrier.addWebhookRule(as.accountSid, { sharedKeyId: first.id });
    const summary = async () =>
      (await numbersAt(carrier).signersOf(as, url)).map(({ ruleId, sharedKeyId, retries }) => [
        ruleId,
        sharedKeyId,
        retries,
      ]);
    assert.deepEqual(await summary(), [[byDefault.id, first.id, false]]);
    const exact = carrier.addWebhookRule(as.accountSid, {
      matchType: "EXACT_MATCH",
      pattern: url,
      sharedKeyId: first.id,
      second: { sharedKeyId: second.id, percentage: 50 },
      connection: {
        connectTimeoutMs: 5_000,
        readTimeoutMs: 15_000,
        totalTimeoutMs: 60_000,
        retryPolicy: { retryCount: 3, retryOn: ["ALL"] },
      },
    });
    assert.deepEqual(await summary(), [[exact.id, first.id, true], [exact.id, second.id, true]]);
  });
});
