import { strict as assert } from "node:assert";
import { phone } from "../functions/support.ts";
import { connectTenant } from "../functions/tenants.ts";
import { PLACES } from "./fail_points.ts";
import { recoversFromEach, type Recovery, stackToKill } from "./kills.ts";

const stack = await stackToKill();
const { sql, carrier } = stack;
const tenant = await connectTenant(stack);

/** A contact of a tenant with an account of its own comes back. */
const proved: Recovery = {
  async begin() {
    const from = phone();
    for (const body of ["STOP", "START"]) {
      assert((await carrier.text({ from, to: tenant.number, body })).ok);
    }
    const optedOut = async () =>
      (await sql`select opted_out_at from public.sms_contacts where number = ${from}`)[0]?.opted_out_at;
    assert.notEqual(await optedOut(), null, "not before Twilio was asked");
    return async () => {
      assert.equal(await optedOut(), null);
      assert.deepEqual([...await sql`select * from sms_private.questions where kind = 'proof'`], []);
      assert.equal(
        (await sql`select from public.sms_consent_events e join public.sms_contacts k on k.id = e.contact_id
          where k.number = ${from} and e.change = 'opt_in'`).length,
        1,
      );
    };
  },
};

recoversFromEach(stack, PLACES["sms-worker"].proofs, {
  "rpc sms_claim_questions proof": proved,
  "carrier fetch": proved,
  "rpc sms_record_questions proof": proved,
});
