import assert from "node:assert/strict";
import { clientOf, contact, errorOf, number, withApplication, withCarrier } from "./support.ts";

Deno.test("messaging services are listed over as many pages as they need, each account's own", async () => {
  await withCarrier(async (carrier) => {
    const other = carrier.addAccount();
    carrier.addMessagingService(other.accountSid);
    const sids = Array.from({ length: 5 }, () => carrier.addMessagingService(carrier.accountSid).sid);
    const calls: string[] = [];
    carrier.onCall((call, stage) => void (stage === "before" && calls.push(call.kind)));
    const listed = await clientOf(carrier).messaging.v1.services.list({ pageSize: 2 });
    assert.deepEqual(listed.map(({ sid }) => sid), sids);
    assert.deepEqual(calls, ["services", "services", "services"]);
  });
});

Deno.test("a messaging service says where its texts go", async () => {
  await withCarrier(async (carrier) => {
    const { sid } = carrier.addMessagingService(carrier.accountSid, {
      friendlyName: "Marketing",
      useInboundWebhookOnNumber: false,
      inboundRequestUrl: "https://elsewhere.example.com/sms",
    });
    const services = clientOf(carrier).messaging.v1.services;
    const service = await services(sid).fetch();
    assert.deepEqual([service.friendlyName, service.useInboundWebhookOnNumber], ["Marketing", false]);
    assert.deepEqual([service.inboundMethod, service.inboundRequestUrl], [
      "POST",
      "https://elsewhere.example.com/sms",
    ]);
    const { sid: silent } = carrier.addMessagingService(carrier.accountSid);
    assert.equal((await services(silent).fetch()).inboundRequestUrl, null);
  });
});

Deno.test("a number is in a messaging service or is not found there, and its own resource names none", async () => {
  await withCarrier(async (carrier) => {
    const service = carrier.addMessagingService(carrier.accountSid);
    const other = carrier.addMessagingService(carrier.accountSid);
    const { sid } = carrier.addNumber(carrier.accountSid, { number, messagingServiceSid: service.sid });
    const client = clientOf(carrier);
    const member = await client.messaging.v1.services(service.sid).phoneNumbers(sid).fetch();
    assert.deepEqual([member.phoneNumber, member.serviceSid], [number, service.sid]);
    assert.deepEqual(member.capabilities, ["Voice", "SMS", "MMS"]);
    assert.equal((await client.messaging.v1.services(service.sid).phoneNumbers.list()).length, 1);
    const missing = await errorOf(client.messaging.v1.services(other.sid).phoneNumbers(sid).fetch());
    assert.deepEqual([missing.code, missing.status], [20404, 404]);
    assert(!JSON.stringify(await client.incomingPhoneNumbers(sid).fetch()).includes(service.sid));
  });
});

Deno.test("another account's messaging service is not found, and none can be changed", async () => {
  await withCarrier(async (carrier) => {
    const other = carrier.addAccount();
    const { sid } = carrier.addMessagingService(other.accountSid);
    const mine = clientOf(carrier).messaging.v1.services;
    assert.equal((await errorOf(mine(sid).fetch())).code, 20404);
    assert.equal((await errorOf(mine(sid).phoneNumbers.list())).code, 20404);
    const { sid: numberSid } = carrier.addNumber(other.accountSid, { number });
    const theirs = clientOf(carrier, other).messaging.v1.services(sid);
    const added = await errorOf(theirs.phoneNumbers.create({ phoneNumberSid: numberSid }));
    assert.deepEqual([added.code, added.status], [20004, 405]);
  });
});

Deno.test("a service that does not defer takes the texts of its numbers to its own webhook, or drops them", async () => {
  await withApplication(async (carrier, application) => {
    const { sid } = carrier.addMessagingService(carrier.accountSid, {
      useInboundWebhookOnNumber: false,
      inboundRequestUrl: `${application.url}/service`,
      inboundMethod: "GET",
    });
    carrier.addNumber(carrier.accountSid, {
      number,
      smsUrl: `${application.url}/number`,
      messagingServiceSid: sid,
    });
    assert((await carrier.text({ from: contact, to: number, body: "Hello" })).ok);
    const [request, ...others] = application.received;
    assert.equal(others.length, 0);
    assert.match(`${request?.method} ${request?.path}`, /^GET \/service\?/);
  });
});

Deno.test("a number says what it can do, and takes no webhook URL that is none", async () => {
  await withCarrier(async (carrier) => {
    const capabilities = { voice: true, sms: false, mms: false };
    const { sid } = carrier.addNumber(carrier.accountSid, { number, capabilities });
    const numbers = clientOf(carrier).incomingPhoneNumbers;
    const { sms, mms, voice } = (await numbers(sid).fetch()).capabilities;
    assert.deepEqual({ sms, mms, voice }, capabilities);
    const refused = await errorOf(numbers(sid).update({ smsUrl: "texts.example.com/sms" }));
    assert.deepEqual([refused.code, refused.status], [21402, 400]);
  });
});

Deno.test("a number is not attached twice to the same trunk, and moves to another", async () => {
  await withCarrier(async (carrier) => {
    const { sid } = carrier.addNumber(carrier.accountSid, { number });
    const [main, other] = [carrier.addTrunk(carrier.accountSid), carrier.addTrunk(carrier.accountSid)];
    const trunks = clientOf(carrier).trunking.v1.trunks;
    await trunks(main).phoneNumbers.create({ phoneNumberSid: sid });
    const again = await errorOf(trunks(main).phoneNumbers.create({ phoneNumberSid: sid }));
    assert.deepEqual([again.code, again.status], [20001, 400]);
    await trunks(other).phoneNumbers.create({ phoneNumberSid: sid });
    assert.equal((await clientOf(carrier).incomingPhoneNumbers(sid).fetch()).trunkSid, other);
    assert.deepEqual(await trunks(main).phoneNumbers.list(), []);
  });
});

Deno.test("calls other than creates can be watched, held and failed one kind at a time", async () => {
  await withCarrier(async (carrier) => {
    const { sid } = carrier.addNumber(carrier.accountSid, { number });
    const seen: string[] = [];
    const stop = carrier.onCall((call, stage) => void seen.push(`${stage} ${call.kind}`));
    const { incomingPhoneNumbers } = clientOf(carrier);
    carrier.faults.set({ readFailNext: 1, readFailOnly: "configure" });
    await incomingPhoneNumbers.list();
    assert.equal((await errorOf(incomingPhoneNumbers(sid).update({ smsUrl: "" }))).status, 503);
    await incomingPhoneNumbers(sid).update({ smsUrl: "" });
    stop();
    await incomingPhoneNumbers.list();
    assert.deepEqual(seen, ["before numbers", "after numbers", "before configure", "after configure"]);
  });
});
