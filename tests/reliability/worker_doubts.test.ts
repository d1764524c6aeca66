import { strict as assert } from "node:assert";
import { phone, text } from "../functions/support.ts";
import { PLACES } from "./fail_points.ts";
import { recoversFromEach, type Recovery, stackToKill } from "./kills.ts";

const stack = await stackToKill();
const { sql, carrier, model } = stack;
// Nobody answers, so the model is asked about nothing else.
await sql`update public.sms_numbers set assistant_id = null`;

/** A text may be an opt-out, the model says that it is one, and that is confirmed once. */
const decided: Recovery = {
  async begin() {
    const from = phone();
    await text(stack, from, "How do I make these messages stop?");
    const asked = model.requests.length;
    return async () => {
      const [contact] =
        await sql`select opt_out_source, opt_out_doubt from public.sms_contacts where number = ${from}`;
      assert.deepEqual([contact?.opt_out_source, contact?.opt_out_doubt], ["model", null]);
      assert.deepEqual([...await sql`select * from sms_private.doubts`], []);
      assert(model.requests.length - asked <= 2, "asked once more at most");
      assert.equal(carrier.ledger.outbound({ to: from }).length, 1, "one confirmation");
    };
  },
};

recoversFromEach(stack, PLACES["sms-worker"].doubts, {
  "rpc sms_claim_doubts": decided,
  "model complete": decided,
  "rpc sms_record_doubts": decided,
});
