import { strict as assert } from "node:assert";
import { storedText } from "../functions/rows.ts";
import { phone, sentTo } from "../functions/support.ts";
import { connectTenant } from "../functions/tenants.ts";
import { PLACES } from "./fail_points.ts";
import { stackToKill } from "./kills.ts";
import { type Answered, invoke } from "../functions/invoke.ts";
import { type Repeated, repeatsRecover } from "./repeats.ts";

// What only reads, or sets what it is told to: whoever asks again gets the same answer as ever.
const stack = await stackToKill();
const { sql, carrier } = stack;
// A Twilio account of their own, whose token has to be read for an attachment.
const tenant = await connectTenant(stack);
const contact = phone();
const received = await carrier.text({
  from: contact,
  to: tenant.number,
  body: "See this",
  media: [{ contentType: "application/pdf", content: "%PDF-1.7" }],
});
const { id: messageId, conversation_id: conversationId } = await storedText(sql, received.message.sid);

type Holds = (body: Answered["body"]) => void;

const read = (path: string, holds: Holds) => (): Repeated => ({
  ask: () => invoke(tenant.client, path, { method: "GET" }),
  holds({ status, body }) {
    assert.equal(status, 200);
    holds(body);
  },
});

const attachment = (): Repeated => {
  const path = `sms-conversation/${conversationId}/media/${messageId}/0`;
  return read(path, (body) => assert.equal(body.size, "%PDF-1.7".length))();
};

const change = (): Repeated => ({
  ask: () =>
    invoke(tenant.client, `sms-conversation/${conversationId}`, {
      method: "PATCH",
      body: { ai_enabled: false, read_through: 1 },
    }),
  holds({ status, body }) {
    assert.equal(status, 200);
    assert.deepEqual([body.conversation.ai_enabled, body.conversation.unread], [false, 0]);
  },
});

const tryOut = (): Repeated => ({
  ask: () =>
    invoke(tenant.client, "sms-preview", {
      method: "POST",
      body: {
        assistant: { name: "Ada", prompt: "Answer.", max_segments: 1 },
        messages: [{ role: "contact", body: "Hello?" }],
      },
    }),
  holds({ status, body }) {
    assert.equal(status, 200);
    assert.equal(typeof body.reply, "string");
  },
});

/** The old route for sending; a key makes it safe to repeat here as well. */
const oldSend = (): Repeated => {
  const to = phone();
  const body = { accountSid: tenant.accountSid, authToken: "unused", to, from: tenant.number, body: "Hello" };
  const headers = { "idempotency-key": crypto.randomUUID() };
  return {
    ask: () => invoke(tenant.client, "sms-api/api/v1/sms/send", { method: "POST", body, headers }),
    holds({ status }) {
      assert.equal(status, 200);
      assert.deepEqual(sentTo(stack, to), ["Hello"]);
    },
  };
};

repeatsRecover(stack, { name: "sms-conversation", places: PLACES["sms-conversation"].reading }, {
  "rpc sms_search_conversations": read(
    "sms-conversation",
    (body) => assert.equal(body.conversations.length, 1),
  ),
  "rpc sms_get_conversation": read(
    `sms-conversation/${conversationId}`,
    (body) => assert.equal(body.messages.length, 1),
  ),
  "rpc sms_get_attachment": attachment,
  "rpc sms_take_turn": attachment,
  "rpc sms_get_account": attachment,
  "carrier media": attachment,
});
repeatsRecover(stack, { name: "sms-conversation", places: PLACES["sms-conversation"].changing }, {
  "rpc sms_update_conversation": change,
});
repeatsRecover(stack, { name: "sms-stats", places: PLACES["sms-stats"].reading }, {
  "rpc sms_summarize_messages": read("sms-stats", (body) => assert.equal(typeof body.totals, "object")),
});
repeatsRecover(stack, { name: "sms-preview", places: PLACES["sms-preview"].trying }, {
  "rpc sms_take_preview_turn": tryOut,
  "rpc sms_recall_models": tryOut,
  "rpc sms_record_models": tryOut,
  "model complete": tryOut,
});
repeatsRecover(stack, { name: "sms-api", places: PLACES["sms-api"].reading }, {
  "rpc sms_list_messages_with": read(
    `sms-api/api/v1/sms/conversation/conv_${contact}`,
    (body) => assert.equal(body.data.length, 1),
  ),
  "rpc sms_list_message_numbers": read(
    "sms-api/api/v1/sms/numbers",
    (body) => assert(body.data.includes(tenant.number)),
  ),
  "rpc sms_count_messages": read("sms-api/api/v1/sms/stats", (body) => assert(body.data.inbound >= 1)),
});
repeatsRecover(stack, { name: "sms-api", places: PLACES["sms-api"].sending }, {
  "rpc sms_choose_sender": oldSend,
});
