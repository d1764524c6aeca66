import assert from "node:assert/strict";
import { clientOf, contact, number, withCarrier } from "./support.ts";

const body = "Hello";
const page = (code: number) => `https://www.twilio.com/docs/errors/${code}`;

Deno.test("a trial account texts only verified numbers, with Twilio's line before each text, until it is upgraded", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const create = (to: string) => clientOf(carrier).messages.create({ to, from: number, body });
    carrier.setTrial(carrier.accountSid, [contact]);
    await assert.rejects(create("+14155550102"), { code: 21608 });
    assert.equal((await create(contact)).body, `Sent from your Twilio trial account - ${body}`);
    assert.equal((await clientOf(carrier).api.v2010.accounts(carrier.accountSid).fetch()).type, "Trial");
    const other = carrier.addAccount();
    carrier.addNumber(other.accountSid, { number: "+14155550103" });
    const theirs = await clientOf(carrier, other).messages.create({
      to: "+14155550102",
      from: "+14155550103",
      body,
    });
    assert.equal(theirs.body, body, "another account is not on trial");

    carrier.setTrial(carrier.accountSid, null);
    assert.equal((await create("+14155550102")).body, body);
    assert.equal((await clientOf(carrier).api.v2010.accounts(carrier.accountSid).fetch()).type, "Full");
  });
});

Deno.test("a message that lacks something, or has too much, is refused with the code of Twilio's page", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const url = `${carrier.url}/2010-04-01/Accounts/${carrier.accountSid}/Messages.json`;
    const headers = { authorization: `Basic ${btoa(`${carrier.accountSid}:${carrier.authToken}`)}` };
    const whole = { To: contact, From: number, Body: body };
    const media = Array.from({ length: 11 }, (_, index) => ["MediaUrl", `https://example.com/${index}.png`]);
    const cases: [number, string[][]][] = [
      [21604, Object.entries({ ...whole, To: "" })],
      [21603, Object.entries({ ...whole, From: "" })],
      [21602, Object.entries({ ...whole, Body: "" })],
      [21617, Object.entries({ ...whole, Body: "x".repeat(1601) })],
      [21617, Object.entries({ ...whole, Body: "👍".repeat(801) })],
      [21623, [...Object.entries(whole), ...media]],
      [21620, [...Object.entries(whole), ["MediaUrl", "no url"]]],
      [21609, Object.entries({ ...whole, StatusCallback: "https://under_score.example/x" })],
      [21211, Object.entries({ ...whole, To: "12345" })],
      [21606, Object.entries({ ...whole, From: "+14155550177" })],
      [21212, Object.entries({ ...whole, From: "nobody's number" })],
      [21266, Object.entries({ ...whole, To: number })],
      [21701, Object.entries({ ...whole, From: "", MessagingServiceSid: `MG${"0".repeat(32)}` })],
    ];
    for (const [code, form] of cases) {
      const response = await fetch(url, { method: "POST", headers, body: new URLSearchParams(form) });
      const error = await response.json();
      assert.deepEqual([error.code, error.status, error.more_info], [code, response.status, page(code)]);
      assert.equal(typeof error.message, "string");
    }
    const tenMedia = new URLSearchParams([
      ...Object.entries({ To: contact, From: number }),
      ...media.slice(1),
    ]);
    const accepted = await fetch(url, { method: "POST", headers, body: tenMedia });
    const mms = await accepted.json();
    assert.deepEqual([accepted.status, mms.num_media, mms.sid.slice(0, 2)], [201, "10", "MM"]);
    assert.equal(carrier.ledger.list().length, 1);
  });
});
