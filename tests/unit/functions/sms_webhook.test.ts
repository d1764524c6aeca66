import assert from "node:assert/strict";
import { createRefusedWebhooks } from "../../../supabase/functions/_shared/sms/twilio/refused_webhooks.ts";
import { createTwilioAccounts } from "../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { receiveInbound } from "../../../supabase/functions/sms-webhook/handler.ts";
import {
  accountWith,
  contextWith,
  type Entries,
  fakeClient,
  inbound,
  settingsWith,
  signedRequest,
  TOKEN,
  vault,
  withFields,
} from "../sms/support.ts";

const stored = {
  outcome: "stored",
  message_id: "m",
  conversation_id: "c",
  keyword: null,
  reply_due_in_ms: 3_000,
};

async function webhook(receive: (args: Record<string, unknown>) => unknown = () => stored) {
  const account = await accountWith({ current: TOKEN });
  const client = fakeClient({ sms_get_account: () => account, sms_receive_message: receive });
  const context = contextWith(client);
  let wakes = 0;
  const settings = settingsWith();
  const handler = receiveInbound({
    functionName: "sms-webhook",
    publicUrls: settings.publicUrls,
    accounts: createTwilioAccounts({ twilio: settings.twilio, vault, log: context.log }),
    refusedWebhooks: createRefusedWebhooks(),
    wake: () => {
      wakes += 1;
      return Promise.resolve();
    },
  });
  return {
    client,
    context,
    wakes: () => wakes,
    post: (entries: Entries) => handler(signedRequest("sms-webhook", entries), context),
    storedArgs: () => client.of("sms_receive_message")[0] ?? {},
  };
}

Deno.test("the worker is woken only when an answer is due", async () => {
  const due = await webhook();
  await due.post(inbound);
  assert.equal(due.wakes(), 1);
  for (const outcome of ["duplicate", "unowned", "stored"]) {
    const quiet = await webhook(() => ({ outcome, reply_due_in_ms: null }));
    assert.equal((await quiet.post(inbound)).status, 200);
    assert.equal(quiet.wakes(), 0);
  }
});

Deno.test("media are taken as named, and none of their fields can make a text fail", async () => {
  const media = (fields: Record<string, string>) => withFields(inbound, fields);
  const one = { MediaUrl0: "https://api.twilio.com/m/0", MediaContentType0: "image/png" };
  const cases: [Record<string, string>, unknown[]][] = [
    [{ NumMedia: "1", ...one }, [{ url: one.MediaUrl0, content_type: "image/png" }]],
    [{ NumMedia: "0", ...one }, []],
    [{ NumMedia: "many", ...one }, [{ url: one.MediaUrl0, content_type: "image/png" }]],
    [{ NumMedia: "3", MediaUrl1: "no url" }, [{ url: "no url", content_type: null }]],
    [{ NumMedia: "999999999" }, []],
    [{ NumMedia: "-1", NumSegments: "1e9" }, []],
  ];
  for (const [fields, expected] of cases) {
    const { post, storedArgs } = await webhook();
    assert.equal((await post(media(fields))).status, 200);
    assert.deepEqual(storedArgs().media, expected);
  }
});

Deno.test("a text without sender, body or segments is handed on as it came", async () => {
  const { post, storedArgs } = await webhook();
  await post(withFields(inbound, { From: null, Body: null, NumSegments: null }));
  assert.deepEqual([storedArgs().from_number, storedArgs().body, storedArgs().num_segments], ["", "", null]);
});
