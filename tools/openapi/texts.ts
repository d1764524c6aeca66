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
import type { Operation } from "./document.ts";

const CREATING = {
  400: [
    "INVALID_RECIPIENT",
    "BODY_REQUIRED",
    "BODY_OR_TEMPLATE",
    "BODY_TOO_LONG",
    "TOO_MANY_MEDIA",
    "INVALID_MEDIA_URL",
    "INVALID_SEND_AT",
    "INVALID_VARIABLES",
    "INVALID_IDEMPOTENCY_KEY",
    "FROM_REQUIRED",
    "TEMPLATE_VARIABLE_MISSING",
  ],
  404: [
    "CONVERSATION_NOT_FOUND",
    "TEMPLATE_NOT_FOUND",
    "USER_NOT_FOUND",
    // What the key made is deleted.
    "MESSAGE_NOT_FOUND",
    "BROADCAST_NOT_FOUND",
  ],
  409: ["IDEMPOTENCY_KEY_REUSED", "IDEMPOTENCY_KEY_IN_USE"],
  422: [
    "TWILIO_21211 and Twilio's other codes",
    "RECIPIENT_OPTED_OUT",
    "RECIPIENT_MISMATCH",
    "COUNTRY_NOT_ALLOWED",
    "NOT_YOUR_NUMBER",
    "NO_NUMBER",
    "ACCOUNT_DISCONNECTED",
    "CANCELED_BY_USER",
    "CARRIER_UNAVAILABLE",
    "HTTP_418 and the like, where Twilio gave no code",
  ],
  429: ["RATE_LIMITED"],
};

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
  refusals: CREATING,
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
  callers: ["user"],
  parameters: { query: ConversationListQuery },
  answers: { 200: { description: "A page.", schema: ConversationListResponse } },
  refusals: { 400: ["INVALID_CURSOR", "SEARCH_TOO_LONG"] },
}, {
  method: "get",
  path: "/sms-conversation/{id}",
  summary: "One conversation with its messages",
  callers: ["user"],
  parameters: { path: conversationId, query: ConversationQuery },
  answers: {
    200: {
      description: "The conversation and a page of its messages, newest first.",
      schema: ConversationResponse,
    },
  },
  refusals: { 400: ["INVALID_CURSOR", "INVALID_PATH"], 404: ["CONVERSATION_NOT_FOUND", "NOT_FOUND"] },
}, {
  method: "patch",
  path: "/sms-conversation/{id}",
  summary: "Switch the assistant, end or reopen, mark as read",
  callers: ["user"],
  parameters: { path: conversationId, query: ConversationUpdateQuery },
  body: { schema: ConversationUpdateRequest },
  answers: { 200: { description: "The conversation as it is now.", schema: ConversationUpdateResponse } },
  refusals: {
    400: ["NOTHING_TO_CHANGE", "INVALID_PATH"],
    404: ["CONVERSATION_NOT_FOUND", "NOT_FOUND"],
    409: ["ANOTHER_IS_ACTIVE"],
  },
}, {
  method: "get",
  path: "/sms-conversation/{id}/media/{message}/{n}",
  summary: "An attachment",
  callers: ["user"],
  parameters: {
    path: conversationId.extend({
      message: Uuid.describe("The message."),
      n: z.string().regex(/^\d$/).describe("Which of its attachments, from 0."),
    }),
    query: ConversationUpdateQuery,
  },
  answers: { 200: { description: "The file, of an inbound text.", contentType: "*/*" } },
  refusals: {
    400: ["INVALID_PATH"],
    404: ["MEDIA_NOT_FOUND", "NOT_FOUND"],
    // What you sent yourself is a public URL: `details.url`.
    409: ["MEDIA_IS_PUBLIC"],
    502: ["MEDIA_UNAVAILABLE", "MEDIA_TOO_LARGE"],
  },
}];

const statistics: Operation[] = [{
  method: "get",
  path: "/sms-stats",
  summary: "Totals and series of your texts",
  callers: ["user"],
  parameters: { query: StatsQuery },
  answers: { 200: { description: "Every bucket of the range, also empty ones.", schema: StatsResponse } },
  refusals: {
    400: ["INVALID_TIME_ZONE", "INVALID_RANGE", "RANGE_TOO_LARGE"],
    404: ["NUMBER_NOT_FOUND", "ASSISTANT_NOT_FOUND"],
  },
}];

const previews: Operation[] = [{
  method: "get",
  path: "/sms-preview",
  summary: "The models that an assistant may use",
  callers: ["user"],
  answers: { 200: { description: "The default, and those that may be named.", schema: ModelsResponse } },
}, {
  method: "post",
  path: "/sms-preview",
  summary: "What an assistant would answer; nothing is stored or sent",
  description: "20 a minute, and as many a day as automatic replies.",
  callers: ["user"],
  body: { schema: PreviewRequest },
  answers: { 200: { description: "As it would be sent.", schema: PreviewResponse } },
  refusals: {
    404: ["USER_NOT_FOUND"],
    422: ["MODEL_REFUSED", "MODEL_FILTERED", "MODEL_CUT_OFF"],
    429: ["RATE_LIMITED"],
    502: ["MODEL_BAD_REQUEST", "MODEL_UNAUTHORIZED", "MODEL_FORBIDDEN", "MODEL_NOT_FOUND"],
    503: ["MODEL_TIMEOUT", "MODEL_UNREACHABLE", "MODEL_BUSY", "MODEL_UNAVAILABLE", "MODEL_GARBAGE"],
  },
}];

/** Sending, reading, counting and trying texts. */
export const texts: readonly Operation[] = [...sending, ...conversations, ...statistics, ...previews];
