import assert from "node:assert/strict";
import { INTENTS } from "../../../supabase/functions/_shared/sms/model/shapes.ts";
import type { Conversation, Message } from "../../../web/src/inbox/api.ts";
import {
  answerer,
  answererWords,
  deliveryWords,
  fileName,
  intentOptions,
  senderWords,
} from "../../../web/src/inbox/words.ts";

const conversation = (more: Partial<Conversation>) =>
  ({
    status: "active",
    ai_enabled: true,
    ai_paused_until: null,
    ai_paused_reason: null,
    ...more,
  }) as Conversation;

Deno.test("the list can be narrowed to every intent that the assistant tells apart", () => {
  assert.deepEqual(intentOptions.map(({ value }) => value).sort(), [...INTENTS].sort());
});

Deno.test("a person answers where the assistant is off or paused, and no longer", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  const at = (more: Partial<Conversation>) => answerer(conversation(more), now);
  assert.equal(at({}), "assistant");
  assert.equal(at({ ai_enabled: false }), "person");
  assert.equal(at({ ai_paused_until: "infinity" }), "person");
  assert.equal(at({ ai_paused_until: "2026-11-23T12:00:01+00:00" }), "person");
  assert.equal(at({ ai_paused_until: "2026-11-23T11:59:59+00:00" }), "assistant");
  assert.match(answererWords(conversation({ ai_paused_reason: "no_assistant" })), /No assistant/);
  assert.match(answererWords(conversation({ status: "ended" })), /ended/);
});

Deno.test("every reason for silence that the database knows is said in words", async () => {
  const tables = new URL("../../../supabase/schemas/20_tables/", import.meta.url);
  const sql = await Deno.readTextFile(new URL("50_conversations.sql", tables));
  const reasons: string[] = /ai_paused_reason not in \(([^)]*)\)/.exec(sql)?.[1]?.match(/\w+/g) ?? [];
  assert(reasons.includes("recovered_late"));
  const silent = answererWords(conversation({}));
  for (const ai_paused_reason of reasons.filter((reason) => !["person", "taken_over"].includes(reason))) {
    assert.notEqual(answererWords(conversation({ ai_paused_reason })), silent, ai_paused_reason);
  }
});

Deno.test("every status of a text says how far it got, and a failure why", () => {
  const words = (status: string, more: Partial<Message> = {}) =>
    deliveryWords({ status, send_at: null, error_message: null, error_code: null, ...more } as Message);
  assert.equal(words("queued").state, "waiting");
  assert.equal(words("unconfirmed").label, "Not confirmed yet");
  assert.deepEqual(words("unconfirmed", { error_code: "OUTCOME_AMBIGUOUS", error_message: "Look." }), {
    state: "unknown",
    label: "Not known",
    explanation: "Look.",
  });
  assert.equal(words("sent").state, "sent");
  assert.equal(words("delivered").state, "delivered");
  assert.deepEqual(words("undelivered", { error_message: "It is off." }), {
    state: "failed",
    label: "Not delivered",
    explanation: "It is off.",
  });
  assert.equal(words("failed", { error_code: "30999" }).explanation, "Error 30999");
  assert.equal(words("canceled").state, "canceled");
});

Deno.test("a reaction is shown as one, and a text says what it came by where it is not SMS", () => {
  const ada = conversation({ contact: { name: "Ada", number: "+14155550101" } as Conversation["contact"] });
  const words = (more: Record<string, unknown>) =>
    senderWords({ sender: "contact", kind: "text", via: null, ...more } as unknown as Message, ada);
  assert.equal(words({}), "Ada");
  assert.equal(words({ kind: "reaction" }), "Ada reacted");
  assert.equal(words({ via: "whatsapp:+14155550102" }), "Ada, WhatsApp");
  assert.equal(words({ via: "rcs:my_brand", sender: "assistant" }), "Assistant, RCS");
});

Deno.test("a saved attachment has the ending of its type, where that is known", () => {
  const endings: Record<string, string> = {
    "audio/amr": ".amr",
    "audio/amr; codecs=samr": ".amr",
    "audio/3gpp": ".3gp",
    "video/quicktime": ".mov",
    "video/mp4": ".mp4",
    "image/jpeg": ".jpg",
    "application/pdf": ".pdf",
    "application/x-msdownload": "",
    "": "",
  };
  for (const [type, ending] of Object.entries(endings)) {
    assert.equal(fileName("Attachment 1", type), `Attachment 1${ending}`);
  }
});
