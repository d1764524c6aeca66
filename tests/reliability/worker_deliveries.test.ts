import { strict as assert } from "node:assert";
import { phone } from "../functions/support.ts";
import { connectTenant } from "../functions/tenants.ts";
import { PLACES } from "./fail_points.ts";
import { recoversFromEach, type Recovery, sentOnce, stackToKill } from "./kills.ts";

const stack = await stackToKill();
const { carrier } = stack;
const tenant = await connectTenant(stack);

/** A contact is answered by a tenant whose account's token has to be read. */
const delivered: Recovery = {
  async begin() {
    const contact = phone();
    assert((await carrier.text({ from: contact, to: tenant.number, body: "Are you open?" })).ok);
    return () => sentOnce(stack, contact);
  },
};

/**
 * Nobody knows whether Twilio has it, and no callback tells. The first tick after the lease says so, the next one finds
 * out in Twilio's list, or sends it once more after three looks into an empty one.
 */
const unknown: Recovery = {
  begin() {
    carrier.faults.set({ loseCallbacks: Number.MAX_SAFE_INTEGER });
    return delivered.begin();
  },
  ticks: { before: 2, after: 2 },
};

recoversFromEach(stack, PLACES["sms-worker"].deliveries, {
  "rpc sms_claim_deliveries": { ...delivered, ticks: { after: 2 } },
  "rpc sms_get_account": unknown,
  "rpc sms_check_deliveries": unknown,
  "carrier create": unknown,
  "rpc sms_record_deliveries": delivered,
});
