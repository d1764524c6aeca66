import { strict as assert } from "node:assert";
import { messageTo } from "../functions/rows.ts";
import { demoClient, phone } from "../functions/support.ts";
import { PLACES } from "./fail_points.ts";
import { recoversFromEach, type Recovery, sentOnce, stackToKill } from "./kills.ts";
import { unsettledText } from "./waiting.ts";

const stack = await stackToKill();
const { sql, carrier } = stack;
const person = await demoClient(stack);

/** Twilio delivered a text and told nobody. */
const settled: Recovery = {
  async begin() {
    const contact = phone();
    await unsettledText(stack, person, contact);
    return async () => {
      await sentOnce(stack, contact);
      const [sent] = carrier.ledger.outbound({ to: contact });
      assert.equal((await messageTo(sql, contact)).price, sent?.price);
      assert.deepEqual([...await sql`select * from sms_private.questions where kind = 'settlement'`], []);
    };
  },
};

recoversFromEach(stack, PLACES["sms-worker"].settlements, {
  "rpc sms_claim_questions settlement": settled,
  "carrier fetch": settled,
  "rpc sms_record_questions settlement": settled,
});
