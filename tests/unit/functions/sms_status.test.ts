import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRefusedWebhooks } from "../../../supabase/functions/_shared/sms/twilio/refused_webhooks.ts";
import { createTwilioAccounts } from "../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { reportStatus } from "../../../supabase/functions/sms-status/handler.ts";
import {
  ACCOUNT,
  accountWith,
  contextWith,
  type Entries,
  fakeClient,
  PUBLIC_URL,
  settingsWith,
  signedRequest,
  TOKEN,
  vault,
} from "../sms/support.ts";

const messageId = "018f0000-0000-7000-8000-000000000001";
const sid = `SM${"c".repeat(32)}`;
const delivered: Entries = [
  ["AccountSid", ACCOUNT],
  ["MessageSid", sid],
  ["MessageStatus", "delivered"],
  ["From", "+15005550006"],
  ["To", "+14155550101"],
];

async function status(outcome = "recorded") {
  const account = await accountWith({ current: TOKEN });
  const client = fakeClient({
    sms_get_account: () => account,
    sms_record_status: () => ({ outcome, status: "delivered" }),
  });
  const context = contextWith(client);
  const settings = settingsWith();
  const handler = reportStatus({
    functionName: "sms-status",
    publicUrls: settings.publicUrls,
    accounts: createTwilioAccounts({ twilio: settings.twilio, vault, log: context.log }),
    refusedWebhooks: createRefusedWebhooks(),
  });
  return {
    post: (entries: Entries, query = `?message_id=${messageId}`) =>
      handler(
        signedRequest("sms-status", entries, { url: `${PUBLIC_URL}/functions/v1/sms-status${query}` }),
        context,
      ),
    recorded: () => client.of("sms_record_status"),
  };
}

Deno.test("a failure is recorded with Twilio's code and words a person can act on", async () => {
  const raw = await readFile(
    new URL("../../fixtures/twilio/status_undelivered.form", import.meta.url),
    "utf8",
  );
  const { post, recorded } = await status();
  await post([...new URLSearchParams(raw)], "");
  const [report] = recorded();
  assert.deepEqual([report?.status, report?.error_code, report?.message_id], ["undelivered", "30003", null]);
  assert.match(String(report?.error_message), /switched off or out of reach/);
});

Deno.test("a message id in the callback URL that is none is left out", async () => {
  const { post, recorded } = await status();
  await post(delivered, "?message_id=1%20or%201=1");
  assert.equal(recorded()[0]?.message_id, null);
});

Deno.test("a status nobody knows yet is handed on", async () => {
  const raw = await readFile(new URL("../../fixtures/twilio/status_future.form", import.meta.url), "utf8");
  const { post, recorded } = await status();
  assert.equal((await post([...new URLSearchParams(raw)])).status, 200);
  assert.equal(recorded().length, 1);
});
