import assert from "node:assert/strict";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import type { TwilioMedia } from "../../../supabase/functions/_shared/sms/twilio/media.ts";
import { conversations } from "../../../supabase/functions/sms-conversation/handler.ts";
import { ACCOUNT, contextWith, fakeClient, type Verbs } from "../sms/support.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const nothing = { outcome: "found", conversations: [], next: null };
const noMedia: TwilioMedia = () => Promise.reject(new Error("nobody asked for media"));

async function answer(path: string, verbs: Verbs, more: { media?: TwilioMedia; init?: RequestInit } = {}) {
  const client = fakeClient(verbs);
  const handle = conversations({ functionName: "sms-conversation", media: more.media ?? noMedia });
  const request = new Request(`http://functions.test/sms-conversation${path}`, more.init);
  // The secret key only takes turns here: what is read, is read as the caller.
  const caller = { kind: "user", userId: ID } as const;
  const context = {
    ...contextWith(fakeClient({ sms_take_turn: () => ({ outcome: "taken" }) })),
    supabase: client,
    caller,
  };
  const response = await handle(request, context).catch((error) => {
    assert(error instanceof AppError, String(error));
    return Response.json(error, { status: error.status, headers: error.headers });
  });
  return { response, client };
}

Deno.test("sms-conversation asks with the caller's own rights, in the words of the verb", async () => {
  const { client } = await answer("?search=%20%2B1%20(415)%E2%80%8B&limit=7", {
    sms_search_conversations: () => nothing,
  });
  assert.deepEqual(client.calls, [{
    verb: "sms_search_conversations",
    // What nobody sees is not searched for.
    args: {
      search: "+1 (415)",
      status: null,
      unread: null,
      intent: null,
      answered_by: null,
      page_size: 7,
      before_at: null,
      before_id: null,
    },
  }]);
});

Deno.test("sms-conversation puts the filters of the list into the words of the verb", async () => {
  const { client } = await answer("?unread=true&intent=booking&answered_by=person&status=active", {
    sms_search_conversations: () => nothing,
  });
  const { unread, intent, answered_by, status } = client.calls[0]?.args ?? {};
  assert.deepEqual({ unread, intent, answered_by, status }, {
    unread: true,
    intent: "booking",
    answered_by: "person",
    status: "active",
  });
  assert.equal((await answer("?unread=yes", {})).response.status, 400);
  assert.equal((await answer("?answered_by=nobody", {})).response.status, 400);
});

Deno.test("sms-conversation trusts the type that Twilio told with the text before the storage's, and neither far", async () => {
  const served = async (stored: string | null, storage: string | null, accept = "*/*") => {
    const { response } = await answer(`/${ID}/media/${ID}/0`, {
      sms_get_attachment: () => ({
        outcome: "found",
        account_sid: ACCOUNT,
        direction: "inbound",
        url: "https://api.twilio.com/x",
        content_type: stored,
      }),
    }, {
      media: () => Promise.resolve({ body: new Blob(["x"]).stream(), contentType: storage }),
      init: { headers: { accept } },
    });
    await response.body?.cancel();
    return response.headers.get("content-type");
  };
  const bytes = "application/octet-stream";
  assert.equal(await served("image/jpeg", "text/html"), "image/jpeg");
  assert.equal(await served(null, "IMAGE/PNG; charset=x"), "image/png");
  assert.equal(await served(null, null), bytes);
  assert.equal(await served("image/jpeg", null, bytes), bytes);
  for (
    const type of [
      "image/svg+xml",
      "image/svg",
      "text/html",
      "application/xhtml+xml",
      "text/xml",
      "image/",
      "video",
    ]
  ) {
    assert.equal(await served(type, type), bytes, type);
  }
  for (
    const type of [
      "audio/amr",
      "video/3gpp",
      "application/pdf",
      "text/vcard",
      "text/x-vcard",
      "text/calendar",
    ]
  ) {
    assert.equal(await served(type, null), type, type);
  }
});
