import assert from "node:assert/strict";
import { telephoneOf } from "../../../local/carrier/telephones.ts";
import { clientOf, number, withCarrier } from "./support.ts";

Deno.test("the ledger counts what reaches a telephone, in whichever spelling", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    const { messages } = clientOf(carrier);
    for (const to of ["+5215512345678", "+525512345678", "+525512345679"]) {
      await messages.create({ from: number, to, body: "Hi" });
    }
    assert.equal(carrier.ledger.reaching("+525512345678").length, 2);
    assert.equal(carrier.ledger.reaching("+5215512345678").length, 2);
    assert.equal(carrier.ledger.reaching("+525512345679").length, 1);
  });
});

Deno.test("Twilio's list of opt-outs has the spelling that sent STOP, and no other", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    await carrier.text({ from: "+5215512345678", to: number, body: "STOP" });
    assert.equal(carrier.isBlocked(number, "+5215512345678"), true);
    assert.equal(carrier.isBlocked(number, "+525512345678"), false);
    await clientOf(carrier).messages.create({ from: number, to: "+525512345678", body: "Hi" });
    assert.equal(carrier.ledger.reaching("+5215512345678").length, 1, "it went out");
  });
});

Deno.test("telephoneOf() leaves numbers that are somebody else's", () => {
  for (
    const alone of [
      "+14155550101",
      "+447700900123",
      "+551177654321",
      "+551133334444",
      "+22587654321".slice(0, 9),
    ]
  ) {
    assert.equal(telephoneOf(alone), alone);
  }
});
