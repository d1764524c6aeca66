import assert from "node:assert/strict";
import { clientOf, contact, errorOf, number, withCarrier } from "./support.ts";

Deno.test("an account fetches itself, with either of its tokens, and sees its status", async () => {
  await withCarrier(async (carrier) => {
    const authToken = carrier.createSecondaryToken(carrier.accountSid);
    for (const token of [carrier.authToken, authToken]) {
      const client = clientOf(carrier, { accountSid: carrier.accountSid, authToken: token });
      const account = await client.api.v2010.accounts(carrier.accountSid).fetch();
      assert.equal(account.sid, carrier.accountSid);
      assert.equal(account.status, "active");
    }
  });
});

Deno.test("a secondary token that was deleted is refused, the primary one is not", async () => {
  await withCarrier(async (carrier) => {
    const second = carrier.createSecondaryToken(carrier.accountSid);
    carrier.deleteSecondaryToken(carrier.accountSid);
    const fetchWith = (authToken: string) =>
      clientOf(carrier, { accountSid: carrier.accountSid, authToken }).api.v2010.accounts(carrier.accountSid)
        .fetch();
    assert.equal((await errorOf(fetchWith(second))).code, 20003);
    assert.equal((await fetchWith(carrier.authToken)).status, "active");
    assert.notEqual(carrier.createSecondaryToken(carrier.accountSid), second);
  });
});

Deno.test("a suspended account sees that it is, and everything else is refused with 20003 until it is active again", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const trunk = carrier.addTrunk(carrier.accountSid);
    const client = clientOf(carrier);
    carrier.setAccountStatus(carrier.accountSid, "suspended");
    assert.equal((await client.api.v2010.accounts(carrier.accountSid).fetch()).status, "suspended");
    const calls = [
      () => client.messages.create({ to: contact, from: number, body: "Hello" }),
      () => client.incomingPhoneNumbers.list(),
      () => client.trunking.v1.trunks(trunk).fetch(),
    ];
    for (const call of calls) {
      const { code, status } = await errorOf(call());
      assert.deepEqual({ code, status }, { code: 20003, status: 401 });
    }
    carrier.setAccountStatus(carrier.accountSid, "active");
    for (const call of calls) await call();
    assert.equal(carrier.ledger.outbound().length, 1);
  });
});

Deno.test("a trunk is fetched by its own account alone", async () => {
  await withCarrier(async (carrier) => {
    const sid = carrier.addTrunk(carrier.accountSid);
    const trunk = await clientOf(carrier).trunking.v1.trunks(sid).fetch();
    assert.deepEqual([trunk.sid, trunk.accountSid], [sid, carrier.accountSid]);
    const other = clientOf(carrier, carrier.addAccount());
    assert.equal((await errorOf(other.trunking.v1.trunks(sid).fetch())).code, 20404);
    assert.equal(
      (await errorOf(clientOf(carrier).trunking.v1.trunks(`TK${"0".repeat(32)}`).fetch())).code,
      20404,
    );
  });
});

Deno.test("every request to the API is told of, also one with wrong credentials", async () => {
  await withCarrier(async (carrier) => {
    const requests: string[] = [];
    carrier.on((event) => event.type === "request" && requests.push(`${event.method} ${event.path}`));
    const wrong = clientOf(carrier, { accountSid: carrier.accountSid, authToken: "wrong" });
    assert.equal((await errorOf(wrong.api.v2010.accounts(carrier.accountSid).fetch())).code, 20003);
    assert.deepEqual(requests, [`GET /2010-04-01/Accounts/${carrier.accountSid}.json`]);
  });
});
