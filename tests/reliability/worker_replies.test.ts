import { strict as assert } from "node:assert";
import { phone, text } from "../functions/support.ts";
import { PLACES } from "./fail_points.ts";
import { recoversFromEach, type Recovery, sentOnce, stackToKill } from "./kills.ts";

const stack = await stackToKill();
const { sql } = stack;

/** A contact asks, and is answered once. */
const answered: Recovery = {
  async begin() {
    const contact = phone();
    await text(stack, contact, "Are you open on Sunday?");
    return () => sentOnce(stack, contact);
  },
};

/** The same; and the figures are those of the texts. */
const counted: Recovery = {
  async begin() {
    const recovered = await answered.begin();
    return async () => {
      await recovered();
      const [row] = await sql`select (select sum(messages)::int from public.sms_stats)
        + coalesce((select sum(messages)::int from sms_private.stat_deltas), 0) as counted,
        (select count(*)::int from public.sms_messages) as stored`;
      assert.equal(row?.counted, row?.stored);
    };
  },
};

recoversFromEach(stack, PLACES["sms-worker"].replies, {
  "rpc sms_claim_replies": answered,
  "rpc sms_recall_models": answered,
  "model complete": answered,
  "rpc sms_record_models": answered,
  "rpc sms_finish_replies": answered,
  "rpc sms_fold_stats": counted,
});
