import { z } from "zod";
import { Uuid } from "../../supabase/functions/_shared/sms/contract/common.ts";
import {
  ConversationListQuery,
  ConversationListResponse,
  ConversationQuery,
  ConversationResponse,
  ConversationUpdateQuery,
  ConversationUpdateRequest,
  ConversationUpdateResponse,
} from "../../supabase/functions/_shared/sms/contract/conversation.ts";
import {
  BroadcastResponse,
  SendRequest,
  SendResponse,
} from "../../supabase/functions/_shared/sms/contract/send.ts";
import {
  ModelsResponse,
  PreviewRequest,
  PreviewResponse,
} from "../../supabase/functions/_shared/sms/contract/preview.ts";
import { StatsQuery, StatsResponse } from "../../supabase/functions/_shared/sms/contract/stats.ts";
import { FUNCTION_ERRORS } from "../reference/function_errors.ts";
import type { Operation } from "./document.ts";

const sending: Operation[] = [{
  method: "post",
  path: "/sms-send",
  summary: "Send a text to one recipient, or to a list of them",
  description:
    "One recipient: delivered before answering, where that can be done now. A list, even of one, is a broadcast: stored, and sent at the number's pace.",
  callers: ["user", "secret"],
  parameters: {
    header: z.object({
      "Idempotency-Key": z.string().regex(/^[ -~]{1,255}$/).optional().describe(
        "The same key with the same request sends nothing again, for 24 hours.",
      ),
    }),
  },
  body: { schema: SendRequest },
  answers: {
    200: {
      description: "Repeated: what an earlier request with this key stored, as it is now.",
      schema: z.union([SendResponse, BroadcastResponse]),
    },
    201: { description: "The carrier took it.", schema: SendResponse },
    202: {
      description:
        "On its way: scheduled, waiting for the number's pace, to be tried again, or of unknown outcome. Or a broadcast.",
      schema: z.union([SendResponse, BroadcastResponse]),
    },
  },
  verbs: [
    "sms_create_message",
    "sms_create_message_for",
    "sms_create_broadcast",
    "sms_create_broadcast_for",
  ],
  errors: ["TWILIO_<code>", "HTTP_<status>", "CANCELED_BY_USER", "CARRIER_UNAVAILABLE"],
}];

const conversationId = z.object({
  id: z.string().describe(
    "A conversation's id; or phone-+14155550101 or conv_+14155550101: the newest conversation with that contact.",
  ),
});

const conversations: Operation[] = [{
  method: "get",
  path: "/sms-conversation",
  summary: "Your conversations, newest first",
  callers: ["user", "secret"],
  parameters: { query: ConversationListQuery },
  answers: { 200: { description: "A page.", schema: ConversationListResponse } },
  verbs: ["sms_search_conversations"],
}, {
  method: "get",
  path: "/sms-conversation/{id}",
  summary: "One conversation with its messages",
  callers: ["user", "secret"],
  parameters: { path: conversationId, query: ConversationQuery },
  answers: {
    200: {
      description: "The conversation and a page of its messages, newest first.",
      schema: ConversationResponse,
    },
  },
  verbs: ["sms_get_conversation"],
  errors: ["INVALID_CURSOR"],
}, {
  method: "patch",
  path: "/sms-conversation/{id}",
  summary: "Switch the assistant, end or reopen, mark as read",
  callers: ["user", "secret"],
  parameters: { path: conversationId, query: ConversationUpdateQuery },
  body: { schema: ConversationUpdateRequest },
  answers: { 200: { description: "The conversation as it is now.", schema: ConversationUpdateResponse } },
  verbs: ["sms_update_conversation"],
}, {
  method: "get",
  path: "/sms-conversation/{id}/media/{message}/{n}",
  summary: "An attachment",
  callers: ["user", "secret"],
  parameters: {
    path: conversationId.extend({
      message: Uuid.describe("The message."),
      n: z.string().regex(/^\d$/).describe("Which of its attachments, from 0."),
    }),
    query: ConversationUpdateQuery,
  },
  answers: { 200: { description: "The file, of an inbound text.", contentType: "*/*" } },
  verbs: ["sms_get_attachment", "sms_take_turn"],
  // An attachment that you sent is a public URL: `details.url`.
  errors: ["MEDIA_IS_PUBLIC", "MEDIA_UNAVAILABLE", "MEDIA_TOO_LARGE"],
}];

const statistics: Operation[] = [{
  method: "get",
  path: "/sms-stats",
  summary: "Totals and series of your texts",
  callers: ["user", "secret"],
  parameters: { query: StatsQuery },
  answers: { 200: { description: "Every bucket of the range, also empty ones.", schema: StatsResponse } },
  verbs: ["sms_summarize_messages"],
}];

const previews: Operation[] = [{
  method: "get",
  path: "/sms-preview",
  summary: "The models that an assistant may use",
  callers: ["user", "secret"],
  answers: {
    200: {
      description: "The default, those that may be named, and which of them go away.",
      schema: ModelsResponse,
    },
  },
}, {
  method: "post",
  path: "/sms-preview",
  summary: "What an assistant would answer; nothing is stored or sent",
  description: "20 a minute, and as many a day as automatic replies.",
  callers: ["user", "secret"],
  body: { schema: PreviewRequest },
  answers: { 200: { description: "As it would be sent.", schema: PreviewResponse } },
  verbs: ["sms_take_preview_turn"],
  errors: Object.values(FUNCTION_ERRORS["sms-preview"] ?? {}).flatMap((codes) => Object.keys(codes)),
}];

/** Sending, reading, counting and trying texts. */
export const texts: readonly Operation[] = [...sending, ...conversations, ...statistics, ...previews];
