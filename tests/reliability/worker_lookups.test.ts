import { demoClient, phone } from "../functions/support.ts";
import { PLACES } from "./fail_points.ts";
import { recoversFromEach, type Recovery, sentOnce, stackToKill, tick } from "./kills.ts";
import { unconfirmedText } from "./waiting.ts";

const stack = await stackToKill();
const person = await demoClient(stack);
// Inbound texts are listed now, and not again for five minutes: the lists that are read from here on are look-ups.
await tick(stack);

/** Twilio has delivered a text, and nobody here knows. */
const found: Recovery = {
  async begin() {
    const contact = phone();
    await unconfirmedText(stack, person, contact);
    return () => sentOnce(stack, contact);
  },
};

recoversFromEach(stack, PLACES["sms-worker"].lookups, {
  "rpc sms_claim_questions lookup": found,
  "carrier list": found,
  "rpc sms_record_questions lookup": found,
});
