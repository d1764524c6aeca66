import assert from "node:assert/strict";
import type { Carrier } from "../../../local/carrier/mod.ts";
import { clientOf, contact, errorOf, number, withApplication, withCarrier } from "./support.ts";

async function control(carrier: Carrier, action: string, body?: unknown) {
  const [method = "GET", path = ""] = action.split(" ");
  const response = await fetch(`${carrier.url}/_control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

Deno.test("another process adds a number, texts it and reads the ledger", async () => {
  await withApplication(async (carrier, application) => {
    await control(carrier, "POST numbers", { number, smsUrl: application.url });
    const sent = await control(carrier, "POST texts", { from: contact, to: number, body: "Hi", copies: 2 });
    assert.deepEqual([sent.status, sent.body.ok, sent.body.attempts.length], [200, true, 2]);
    const ledger = await control(carrier, "GET ledger?direction=inbound");
    assert.deepEqual(ledger.body.map(({ body }: { body: string }) => body), ["Hi"]);
    assert.equal((await control(carrier, "GET state")).body.numbers[0].number, number);
  });
});

Deno.test("another process sets faults, outcomes and statuses", async () => {
  await withCarrier(async (carrier) => {
    const client = clientOf(carrier);
    const create = () => client.messages.create({ to: contact, from: number, body: "Hi" });
    await control(carrier, "PUT faults", { rateLimitNext: 1, autoDeliver: false });
    assert.equal((await errorOf(create())).code, 20429);
    await control(carrier, "POST outcomes", { to: contact, refuse: 21610 });
    assert.equal((await errorOf(create())).code, 21610);
    await control(carrier, "POST outcomes", { to: contact });
    const { sid } = await create();
    await control(carrier, "POST statuses", { sid, status: "undelivered", errorCode: 30003 });
    assert.equal((await client.messages(sid).fetch()).errorCode, 30003);
    assert.equal((await control(carrier, "DELETE faults")).body.autoDeliver, true);
  });
});

Deno.test("the controls refuse what they do not know and pages that are not on loopback", async () => {
  await withCarrier(async (carrier) => {
    assert.equal((await control(carrier, "PUT faults", { explode: true })).status, 400);
    assert.equal((await control(carrier, "POST nothing", {})).status, 400);
    assert.equal((await control(carrier, "POST texts", { from: contact, to: number })).status, 400);
    const foreign = await fetch(`${carrier.url}/_control/ledger`, {
      headers: { origin: "https://example.com" },
    });
    assert.equal(foreign.status, 403);
    await foreign.body?.cancel();
    const local = await fetch(`${carrier.url}/_control/ledger`, {
      headers: { origin: "http://localhost:5173" },
    });
    assert.equal(local.headers.get("access-control-allow-origin"), "http://localhost:5173");
    await local.body?.cancel();
  });
});
