import assert from "node:assert/strict";
import { validateRequest } from "twilio/webhooks";
import type { Carrier } from "../../../local/carrier/mod.ts";
import { type Application, clientOf, contact, number, twiml, withApplication } from "./support.ts";

async function send(carrier: Carrier, application: Application, to = contact): Promise<string> {
  const statusCallback = `${application.url}/sms-status?message_id=42&x=a%20b#rc=2&rp=5xx`;
  return (await clientOf(carrier).messages.create({ to, from: number, body: "Hi", statusCallback })).sid;
}

const statuses = (application: Application) =>
  application.received.map(({ form }) => form.get("MessageStatus"));

/** Counts callbacks that were answered, which is later than received. */
async function answered(carrier: Carrier, sid: string, count: number): Promise<void> {
  await carrier.ledger.waitFor((ledger) => (ledger.get(sid)?.webhooks.length ?? 0) >= count);
}

Deno.test("a callback has the documented fields and a signature over its URL without the fragment", async () => {
  await withApplication(async (carrier, application) => {
    await answered(carrier, await send(carrier, application), 2);
    const [sent, delivered] = application.received;
    assert.ok(sent !== undefined && delivered !== undefined);
    assert.equal(sent.path, "/sms-status?message_id=42&x=a%20b");
    assert.equal(sent.headers["content-type"], "application/x-www-form-urlencoded; charset=UTF-8");
    const names = [
      "AccountSid",
      "ApiVersion",
      "From",
      "MessageSid",
      "MessageStatus",
      "SmsSid",
      "SmsStatus",
      "To",
    ];
    assert.deepEqual([...sent.form.keys()].sort(), names);
    assert.deepEqual([...delivered.form.keys()].sort(), [...names, "RawDlrDoneDate"].sort());
    assert.match(delivered.form.get("RawDlrDoneDate") ?? "", /^\d{10}$/);
    for (const { headers, path, form } of [sent, delivered]) {
      const signature = headers["x-twilio-signature"] ?? "";
      const url = application.url + path;
      assert.ok(validateRequest(carrier.authToken, signature, url, Object.fromEntries(form)));
      assert.ok(!validateRequest("another token", signature, url, Object.fromEntries(form)));
    }
  });
});

Deno.test("a failed callback is tried again only as its fragment says", async () => {
  await withApplication(async (carrier, application) => {
    application.answer = () => twiml("", 503);
    const sid = await send(carrier, application);
    const attempts = await carrier.advance(sid, "delivered");
    assert.deepEqual(attempts.map(({ status }) => status), [503, 503, 503]);
    application.answer = () => twiml("", 404);
    assert.equal((await carrier.advance(sid, "read")).length, 1);
  }, { faults: { autoDeliver: false } });
});

Deno.test("callbacks are lost, doubled, reversed and shuffled on request, the shuffle by its seed", async () => {
  await withApplication(async (carrier, application) => {
    carrier.faults.set({ loseCallbacks: 1 });
    await answered(carrier, await send(carrier, application), 1);
    assert.deepEqual(statuses(application).splice(0), ["delivered"]);

    application.received.length = 0;
    carrier.faults.set({ callbackCopies: 2 });
    await answered(carrier, await send(carrier, application), 4);
    assert.deepEqual(statuses(application), ["sent", "sent", "delivered", "delivered"]);

    application.received.length = 0;
    carrier.faults.reset();
    carrier.faults.set({ callbackOrder: "reversed" });
    await answered(carrier, await send(carrier, application), 2);
    assert.deepEqual(statuses(application), ["delivered", "sent"]);

    application.received.length = 0;
    carrier.faults.set({ callbackOrder: "shuffled" });
    await answered(carrier, await send(carrier, application), 2);
    assert.deepEqual(statuses(application).sort(), ["delivered", "sent"]);
  });
});

Deno.test("a callback can come before the create is answered", async () => {
  await withApplication(async (carrier, application) => {
    carrier.faults.set({ callbackBeforeAnswer: true });
    let answeredCreate = false;
    const order: string[] = [];
    application.answer = () => {
      order.push(answeredCreate ? "after" : "before");
      return twiml("");
    };
    const sid = await send(carrier, application);
    answeredCreate = true;
    await answered(carrier, sid, 2);
    assert.equal(order[0], "before");
  });
});
