import assert from "node:assert/strict";
import { clientOf, contact, errorOf, number, withCarrier } from "./support.ts";

const text = { to: contact, from: number, body: "Hello" };

Deno.test("429, 5xx and a reset before acceptance leave nothing in the ledger", async () => {
  await withCarrier(async (carrier) => {
    const client = clientOf(carrier);
    carrier.faults.set({ rateLimitNext: 1 });
    const limited = await errorOf(client.messages.create(text));
    assert.deepEqual([limited.code, limited.status], [20429, 429]);
    for (const failStatus of [500, 502, 503] as const) {
      carrier.faults.set({ failNext: 1, failStatus });
      assert.equal((await errorOf(client.messages.create(text))).status, failStatus);
    }
    carrier.faults.set({ resetNext: 1 });
    assert.equal((await errorOf(client.messages.create(text))).status, undefined);
    assert.deepEqual(carrier.ledger.list(), []);
    await client.messages.create(text);
    assert.equal(carrier.ledger.outbound().length, 1);
  });
});

Deno.test("a message is accepted although the answer is an error, a drop or a time-out", async () => {
  await withCarrier(async (carrier) => {
    const client = clientOf(carrier);
    carrier.faults.set({ failAfterNext: 1, failStatus: 504 });
    assert.equal((await errorOf(client.messages.create(text))).status, 504);
    carrier.faults.set({ dropNext: 1 });
    assert.equal((await errorOf(client.messages.create(text))).status, undefined);
    carrier.faults.set({ hangNext: 1 });
    const url = `${carrier.url}/2010-04-01/Accounts/${carrier.accountSid}/Messages.json`;
    const headers = { authorization: `Basic ${btoa(`${carrier.accountSid}:${carrier.authToken}`)}` };
    const given = new AbortController();
    const hung = fetch(url, {
      method: "POST",
      headers,
      body: new URLSearchParams({ To: contact, From: number, Body: "Hello" }),
      signal: given.signal,
    });
    await carrier.ledger.waitFor((ledger) => ledger.outbound().length === 3);
    given.abort();
    await assert.rejects(hung, { name: "AbortError" });
    assert.equal(carrier.ledger.outbound({ to: contact, from: number }).length, 3);
  });
});

Deno.test("a lagging list hides what a fetch shows, until it has caught up", async () => {
  await withCarrier(async (carrier) => {
    const client = clientOf(carrier);
    carrier.faults.set({ listLagMs: 3600_000 });
    const { sid } = await client.messages.create(text);
    assert.deepEqual(await client.messages.list(), []);
    assert.equal((await client.messages(sid).fetch()).sid, sid);
    carrier.faults.reset();
    assert.equal((await client.messages.list()).length, 1);
  });
});

Deno.test("a carrier that is down refuses connections, and comes back on its port with its ledger", async () => {
  await withCarrier(async (carrier) => {
    const { url } = carrier;
    const client = clientOf(carrier);
    await client.messages.create(text);
    await carrier.goDown();
    assert.match((await errorOf(client.messages.create(text))).message, /ECONNREFUSED/);
    await carrier.comeBack();
    assert.equal(carrier.url, url);
    assert.equal((await client.messages.list()).length, 1);
  });
});

Deno.test("a held create has not been accepted until it is released", async () => {
  await withCarrier(async (carrier) => {
    const held = carrier.hold({ call: "create", to: contact });
    const creating = clientOf(carrier).messages.create(text);
    await held.reached();
    assert.deepEqual(carrier.ledger.list(), []);
    assert.equal(held.calls[0]?.body, "Hello");
    await clientOf(carrier).messages.create({ ...text, to: "+14155550102" });
    held.release();
    assert.equal((await creating).status, "queued");
    await clientOf(carrier).messages.create(text);
    assert.equal(held.calls.length, 1);
  });
});

Deno.test("a create held after acceptance is in the ledger before its caller knows", async () => {
  await withCarrier(async (carrier) => {
    const held = carrier.hold({ call: "create", stage: "after" });
    const creating = clientOf(carrier).messages.create(text);
    await held.reached();
    const accepted = carrier.ledger.outbound();
    held.release();
    assert.deepEqual(accepted.map(({ sid }) => sid), [(await creating).sid]);
  });
});
