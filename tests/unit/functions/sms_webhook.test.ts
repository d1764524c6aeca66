import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import { createTwilioAccounts } from "../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { receiveInbound } from "../../../supabase/functions/sms-webhook/handler.ts";
import {
  ACCOUNT,
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

const refusedWith = (status: number, code: string) => (error: unknown) =>
  error instanceof AppError && error.status === status && error.code === code;

Deno.test("a signed text is stored with one verb and answered with empty TwiML", async () => {
  const { post, client, context, storedArgs } = await webhook();
  const response = await post(inbound);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/xml/);
  assert.equal(await response.text(), "<Response/>");
  assert.equal(client.of("sms_receive_message").length, 1);
  assert.deepEqual(storedArgs(), {
    account_sid: ACCOUNT,
    message_sid: `SM${"0".repeat(32)}`,
    from_number: "+14155550101",
    to_number: "+15005550006",
    body: "Hello",
    media: [],
    num_segments: 1,
    opt_out_type: null,
  });
  assert.equal(context.notes.outcome, "stored");
});

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

Deno.test("a text for another account's number is refused", async () => {
  const { post, wakes } = await webhook(() => ({ outcome: "other_account", reply_due_in_ms: null }));
  await assert.rejects(post(inbound), refusedWith(403, "OTHER_ACCOUNT"));
  assert.equal(wakes(), 0);
});

Deno.test("a database that fails is a 503, so that Twilio tries again", async () => {
  const down = await webhook(() => {
    throw new Error("terminating connection");
  });
  await assert.rejects(down.post(inbound), refusedWith(503, "UNAVAILABLE"));
  const odd = await webhook(() => ({ outcome: "something new" }));
  await assert.rejects(odd.post(inbound), refusedWith(503, "UNAVAILABLE"));
});

Deno.test("NUL characters that Twilio signed are replaced, not refused", async () => {
  const { post, storedArgs } = await webhook();
  await post(withFields(inbound, { Body: "a\u0000b", From: "+1\u00004" }));
  assert.deepEqual([storedArgs().body, storedArgs().from_number], ["a\uFFFDb", "+1\uFFFD4"]);
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

Deno.test("what Twilio says of opting out is handed on", async () => {
  const raw = await readFile(new URL("../../fixtures/twilio/opt_out_stop.form", import.meta.url), "utf8");
  const { post, storedArgs } = await webhook();
  await post([...new URLSearchParams(raw)]);
  assert.equal(storedArgs().opt_out_type, "STOP");
});

Deno.test("what is not signed by the account is not stored", async () => {
  const { client, context } = await webhook();
  const handler = receiveInbound({
    functionName: "sms-webhook",
    publicUrls: settingsWith().publicUrls,
    accounts: createTwilioAccounts({ twilio: settingsWith().twilio, vault, log: context.log }),
    wake: () => Promise.resolve(),
  });
  const forged = signedRequest("sms-webhook", inbound, { token: "guess" });
  await assert.rejects(handler(forged, context), refusedWith(403, "SIGNATURE_MISMATCH"));
  assert.equal(client.of("sms_receive_message").length, 0);
});
