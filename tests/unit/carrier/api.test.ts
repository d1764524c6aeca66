import assert from "node:assert/strict";
import { clientOf, contact, errorOf, number, withCarrier } from "./support.ts";

const rfc2822 = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000$/;

Deno.test("a create answers 201 with Twilio's whole message, queued and unpriced", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const response = await fetch(`${carrier.url}/2010-04-01/Accounts/${carrier.accountSid}/Messages.json`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${carrier.accountSid}:${carrier.authToken}`)}` },
      body: new URLSearchParams({ To: contact, From: number, Body: "We open at nine." }),
    });
    const body = await response.json();
    assert.equal(response.status, 201);
    assert.match(body.sid, /^SM[0-9a-f]{32}$/);
    assert.match(body.date_created, rfc2822);
    assert.match(body.date_updated, rfc2822);
    const path = `/2010-04-01/Accounts/${carrier.accountSid}/Messages/${body.sid}`;
    assert.deepEqual({ ...body, date_created: "", date_updated: "" }, {
      account_sid: carrier.accountSid,
      api_version: "2010-04-01",
      body: "We open at nine.",
      date_created: "",
      date_sent: null,
      date_updated: "",
      direction: "outbound-api",
      error_code: null,
      error_message: null,
      from: number,
      messaging_service_sid: null,
      num_media: "0",
      num_segments: "1",
      price: null,
      price_unit: "USD",
      sid: body.sid,
      status: "queued",
      subresource_uris: { media: `${path}/Media.json` },
      to: contact,
      uri: `${path}.json`,
    });
  });
});

Deno.test("Twilio's own client creates, fetches and lists messages of the carrier", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const client = clientOf(carrier);
    const created = await client.messages.create({ to: contact, from: number, body: "x".repeat(161) });
    assert.equal(created.numSegments, "2");
    await carrier.ledger.waitFor((ledger) => ledger.get(created.sid)?.status === "delivered");
    const fetched = await client.messages(created.sid).fetch();
    assert.equal(fetched.status, "delivered");
    assert.equal(fetched.price, "-0.01660");
    assert.ok(fetched.dateSent instanceof Date);
    const listed = await client.messages.list({ to: contact, from: number });
    assert.deepEqual(listed.map(({ sid }) => sid), [created.sid]);
    assert.equal(carrier.ledger.outbound({ to: contact }).length, 1);
  });
});

Deno.test("the list is newest first, pages without gaps while messages arrive, and filters by day only", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const client = clientOf(carrier);
    for (const body of ["1", "2", "3", "4", "5"]) {
      await client.messages.create({ to: contact, from: number, body });
    }
    const first = await client.messages.page({ pageSize: 2 });
    await client.messages.create({ to: contact, from: number, body: "6" });
    const second = await first.nextPage();
    const third = await second?.nextPage();
    const bodies = [first, second, third].flatMap((page) => page?.instances.map(({ body }) => body) ?? []);
    assert.deepEqual(bodies, ["5", "4", "3", "2", "1"]);
    await carrier.ledger.waitFor((ledger) => ledger.outbound().every(({ status }) => status === "delivered"));
    const later = new Date(Date.now() + 2 * 24 * 3600_000);
    assert.equal((await client.messages.list({ dateSentAfter: later })).length, 0);
    assert.equal((await client.messages.list({ dateSentBefore: later })).length, 6);
    assert.equal((await client.messages.list({ dateSent: new Date() })).length, 6);
  });
});

Deno.test("a message that was not sent yet is in the list without and not with a date filter", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const client = clientOf(carrier);
    await client.messages.create({ to: contact, from: number, body: "still queued" });
    assert.equal((await client.messages.list()).length, 1);
    assert.equal((await client.messages.list({ dateSent: new Date() })).length, 0);
  }, { faults: { autoDeliver: false } });
});

Deno.test("a queued message can be canceled, a delivered one only redacted and deleted", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const client = clientOf(carrier);
    const queued = await client.messages.create({ to: contact, from: number, body: "cancel me" });
    assert.equal((await errorOf(client.messages(queued.sid).remove())).code, 20009);
    assert.equal((await client.messages(queued.sid).update({ status: "canceled" })).status, "canceled");

    const done = await client.messages.create({ to: contact, from: number, body: "private" });
    await carrier.advance(done.sid, "delivered");
    const late = await errorOf(client.messages(done.sid).update({ status: "canceled" }));
    assert.deepEqual([late.code, late.status], [30409, 409]);
    assert.equal((await client.messages(done.sid).update({ body: "" })).body, "");
    assert.equal(await client.messages(done.sid).remove(), true);
    assert.equal((await errorOf(client.messages(done.sid).fetch())).code, 20404);
  }, { faults: { autoDeliver: false } });
});

Deno.test("a messaging service's message starts as accepted, without sender or segments, then is queued", async () => {
  await withCarrier(async (carrier) => {
    const { sid } = carrier.addMessagingService(carrier.accountSid);
    carrier.addNumber(carrier.accountSid, { number, messagingServiceSid: sid });
    const client = clientOf(carrier);
    const created = await client.messages.create({ to: contact, messagingServiceSid: sid, body: "Hello" });
    assert.deepEqual([created.status, created.from, created.numSegments], ["accepted", null, "0"]);
    await carrier.ledger.waitFor((ledger) => ledger.get(created.sid)?.status === "delivered");
    const message = carrier.ledger.get(created.sid);
    assert.deepEqual(message?.history.map(({ status }) => status), [
      "accepted",
      "queued",
      "sending",
      "sent",
      "delivered",
    ]);
    assert.deepEqual([message?.from, message?.numSegments], [number, 1]);
  });
});

Deno.test("numbers are listed, filtered, fetched and configured", async () => {
  await withCarrier(async (carrier) => {
    const added = carrier.addNumber(carrier.accountSid, { number, smsApplicationSid: "AP1" });
    carrier.addNumber(carrier.accountSid, { number: "+14155550199" });
    const client = clientOf(carrier);
    assert.equal((await client.incomingPhoneNumbers.list()).length, 2);
    const [found] = await client.incomingPhoneNumbers.list({ phoneNumber: number });
    assert.equal(found?.sid, added.sid);
    const smsUrl = "https://example.com/functions/v1/sms-webhook#rc=3&rp=5xx,ct,rt";
    const update = { smsUrl, smsMethod: "POST", smsApplicationSid: "" } as const;
    const changed = await client.incomingPhoneNumbers(added.sid).update(update);
    assert.deepEqual([changed.smsUrl, changed.smsMethod, changed.smsApplicationSid], [smsUrl, "POST", ""]);
    assert.equal((await client.incomingPhoneNumbers(added.sid).fetch()).smsUrl, smsUrl);
  });
});

Deno.test("a number is attached to a trunk, listed there and detached", async () => {
  await withCarrier(async (carrier) => {
    const { sid } = carrier.addNumber(carrier.accountSid, { number });
    const trunkSid = carrier.addTrunk(carrier.accountSid);
    const trunk = clientOf(carrier).trunking.v1.trunks(trunkSid);
    assert.equal((await trunk.phoneNumbers.create({ phoneNumberSid: sid })).trunkSid, trunkSid);
    assert.deepEqual((await trunk.phoneNumbers.list()).map(({ phoneNumber }) => phoneNumber), [number]);
    await trunk.phoneNumbers(sid).remove();
    assert.deepEqual(await trunk.phoneNumbers.list(), []);
  });
});

Deno.test("attachments of a text are listed, and their file comes by a redirect", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const { message } = await carrier.text({
      from: contact,
      to: number,
      media: [{ contentType: "text/vcard", content: "BEGIN:VCARD" }],
    });
    const client = clientOf(carrier);
    const [item] = await client.messages(message.sid).media.list();
    assert.equal(item?.contentType, "text/vcard");
    const url =
      `${carrier.url}/2010-04-01/Accounts/${carrier.accountSid}/Messages/${message.sid}/Media/${item?.sid}`;
    const anonymous = await fetch(url);
    assert.equal(anonymous.status, 401);
    await anonymous.body?.cancel();
    const authorization = `Basic ${btoa(`${carrier.accountSid}:${carrier.authToken}`)}`;
    assert.equal(await (await fetch(url, { headers: { authorization } })).text(), "BEGIN:VCARD");
  });
});

Deno.test("wrong credentials and another account's resources are 401 with code 20003", async () => {
  await withCarrier(async (carrier) => {
    const other = carrier.addAccount();
    carrier.addNumber(other.accountSid, { number });
    const wrong = clientOf(carrier, { accountSid: carrier.accountSid, authToken: "0".repeat(32) });
    const refused = await errorOf(wrong.messages.list());
    assert.deepEqual([refused.code, refused.status], [20003, 401]);
    const foreign = clientOf(carrier).api.v2010.accounts(other.accountSid);
    assert.equal((await errorOf(foreign.messages.list())).code, 20003);
    assert.equal((await errorOf(foreign.fetch())).code, 20003);
    assert.equal((await clientOf(carrier).api.v2010.accounts(carrier.accountSid).fetch()).status, "active");
    assert.deepEqual(carrier.ledger.list(), []);
  });
});

Deno.test("a secondary token is valid beside the primary one until it is promoted", async () => {
  await withCarrier(async (carrier) => {
    const { accountSid, authToken: primary } = carrier;
    const secondary = carrier.createSecondaryToken(accountSid);
    await clientOf(carrier, { accountSid, authToken: secondary }).messages.list();
    await clientOf(carrier, { accountSid, authToken: primary }).messages.list();
    assert.equal(carrier.rotateToken(accountSid), secondary);
    assert.equal(carrier.authToken, secondary);
    const late = await errorOf(clientOf(carrier, { accountSid, authToken: primary }).messages.list());
    assert.equal(late.code, 20003);
  });
});
