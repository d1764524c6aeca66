import assert from "node:assert/strict";
import { clientOf, contact, errorOf, number, withApplication, withCarrier } from "./support.ts";

Deno.test("a message by RCS or WhatsApp reaches the number's webhook with its channel before the addresses", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, { number, smsUrl: `${application.url}/sms` });
    const sender = carrier.addRcsSender(number, "my_brand");
    assert.equal(sender, "rcs:my_brand");
    for (
      const [from, to] of [[`rcs:${contact}`, sender], [`whatsapp:${contact}`, `whatsapp:${number}`]] as const
    ) {
      assert.equal((await carrier.text({ from, to, body: "Hello" })).ok, true);
      const form = application.received.at(-1)?.form;
      assert.deepEqual([form?.get("From"), form?.get("To")], [from, to]);
    }
  });
});

Deno.test("STOP by RCS is one by SMS too; WhatsApp has no list", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const sender = carrier.addRcsSender(number, "my_brand");
    const client = clientOf(carrier);
    const send = (from: string, to: string) => client.messages.create({ from, to, body: "Hello" });
    await carrier.text({ from: `whatsapp:${contact}`, to: `whatsapp:${number}`, body: "STOP" });
    await send(number, contact);
    await carrier.text({ from: `rcs:${contact}`, to: sender, body: "STOP" });
    assert.equal((await errorOf(send(number, contact))).code, 21610);
    assert.equal((await errorOf(send(sender, `rcs:${contact}`))).code, 21610);
    await send(`whatsapp:${number}`, `whatsapp:${contact}`);
    await carrier.text({ from: contact, to: number, body: "START" });
    await send(sender, `rcs:${contact}`);
  });
});

Deno.test("From and To are of one channel, and the sender is the account's", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const client = clientOf(carrier);
    const code = async (from: string, to: string) =>
      (await errorOf(client.messages.create({ from, to, body: "Hello" }))).code;
    assert.equal(await code(number, `whatsapp:${contact}`), 21910);
    assert.equal(await code(`whatsapp:${number}`, contact), 21910);
    assert.equal(await code("rcs:nobody", `rcs:${contact}`), 63007);
    assert.equal(await code("whatsapp:+14155559999", `whatsapp:${contact}`), 63007);
  });
});
