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
