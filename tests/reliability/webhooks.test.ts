import { strict as assert } from "node:assert";
import { eventsOf, messageTo, storedText } from "../functions/rows.ts";
import { statusOfPost, textForm } from "../functions/forms.ts";
import { newSid, phone } from "../functions/support.ts";
import { connectTenant } from "../functions/tenants.ts";
import { PLACES } from "./fail_points.ts";
import { killAt, MOMENTS, nothingIsStuck, sentOnce, stackToKill, tick } from "./kills.ts";

// What Twilio calls. Nothing of ours recovers from these but the next attempt, which Twilio makes as the URL's fragment
// asks it to; the account is a tenant's, so that its token has to be read.
const stack = await stackToKill();
const { sql, carrier } = stack;
const tenant = await connectTenant(stack);

for (const place of PLACES["sms-webhook"].texts) {
  for (const moment of MOMENTS) {
    Deno.test(`sms-webhook killed ${moment} ${place}: Twilio's next attempt is taken, and the text answered once`, async () => {
      const contact = phone();
      const received = await killAt(
        stack,
        { name: "sms-webhook", place, moment },
        () => carrier.text({ from: contact, to: tenant.number, body: "Are you open?" }),
      );
      assert.deepEqual(received.attempts.map(({ status }) => status), [502, 200]);
      await storedText(sql, received.message.sid);
      await tick(stack);
      await sentOnce(stack, contact);
      await nothingIsStuck(stack);
    });
  }
}

for (const place of PLACES["sms-status"].statuses) {
  for (const moment of MOMENTS) {
    Deno.test(`sms-status killed ${moment} ${place}: Twilio's next attempt is recorded`, async () => {
      const contact = phone();
      carrier.faults.set({ autoDeliver: false });
      assert((await carrier.text({ from: contact, to: tenant.number, body: "Are you open?" })).ok);
      await tick(stack);
      const [sent] = carrier.ledger.outbound({ to: contact });
      assert(sent);
      const attempts = await killAt(
        stack,
        { name: "sms-status", place, moment },
        () => carrier.advance(sent.sid, "delivered"),
      );
      assert.deepEqual(attempts.map(({ status }) => status), [502, 200]);
      await sentOnce(stack, contact);
      // A report that was recorded and not answered is recorded again: it says the same.
      const events = await eventsOf(sql, (await messageTo(sql, contact)).id);
      assert.deepEqual(new Set(events), new Set(["create queued", "callback delivered"]));
    });
  }
}

type SignaturePlace = (typeof PLACES)["sms-webhook" | "sms-status"]["signatures"][number];
const form = (accountSid: string) => textForm({ accountSid, number: tenant.number });

/** What makes a fresh process come to the place. */
const PROVOKED: Record<SignaturePlace, (to: "sms-webhook" | "sms-status") => Promise<void>> = {
  "rpc sms_list_account_sids": async (to) => void await statusOfPost(stack, { to, form: form(newSid("AC")) }),
  "rpc sms_count_refused_webhooks": async (to) =>
    void await statusOfPost(stack, { to, form: form(tenant.accountSid), token: "wrong" }),
  "rpc sms_confirm_signer": async (to) => {
    await statusOfPost(stack, { to, form: form(tenant.accountSid), token: "wrong" });
    await statusOfPost(stack, { to, form: form(tenant.accountSid), token: tenant.authToken });
  },
};

for (const name of ["sms-webhook", "sms-status"] as const) {
  for (const place of PLACES[name].signatures) {
    for (const moment of MOMENTS) {
      Deno.test(`${name} killed ${moment} ${place}: nothing depends on it, and the next text is answered once`, async () => {
        await stack.functions.kill(name);
        await killAt(stack, { name, place, moment }, () => PROVOKED[place](name));
        const contact = phone();
        assert((await carrier.text({ from: contact, to: tenant.number, body: "Are you open?" })).ok);
        await tick(stack);
        await sentOnce(stack, contact);
      });
    }
  }
}
