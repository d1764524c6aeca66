import { z } from "zod";
import { AccountSid, Uuid } from "../../supabase/functions/_shared/contract.ts";
import {
  AccountResponse,
  AccountsResponse,
  ConnectAccountRequest,
  DisconnectAccountResponse,
} from "../../supabase/functions/_shared/contract_accounts.ts";
import {
  ConversationListQuery,
  ConversationListResponse,
  ConversationQuery,
  ConversationResponse,
  ConversationUpdateQuery,
  ConversationUpdateRequest,
  ConversationUpdateResponse,
} from "../../supabase/functions/_shared/contract_conversation.ts";
import {
  AssignNumberRequest,
  ListNumbersQuery,
  ListNumbersResponse,
  NumberQuery,
  NumberResponse,
  UnassignedNumbersResponse,
} from "../../supabase/functions/_shared/contract_numbers.ts";
import {
  BroadcastResponse,
  SendRequest,
  SendResponse,
} from "../../supabase/functions/_shared/contract_send.ts";
import { StatsQuery, StatsResponse } from "../../supabase/functions/_shared/contract_stats.ts";
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

const numberId = z.object({ id: Uuid.describe("The number's id here.") });
const CONFIGURING = {
  404: ["NUMBER_NOT_FOUND", "ASSISTANT_NOT_FOUND", "ACCOUNT_NOT_FOUND", "USER_NOT_FOUND"],
  409: ["NUMBER_TAKEN"],
  422: [
    "ACCOUNT_DISCONNECTED",
    "NUMBER_CANNOT_TEXT",
    "NUMBER_NOT_AT_TWILIO",
    "MESSAGING_SERVICE_IN_THE_WAY",
    "TRUNK_NOT_FOUND",
    "TWILIO_20003 and Twilio's other codes",
  ],
  429: ["RATE_LIMITED"],
  502: ["WEBHOOK_NOT_CONFIGURED"],
};

const numbers: Operation[] = [{
  method: "get",
  path: "/sms-numbers",
  summary: "Your numbers and how their webhooks are",
  callers: ["user", "secret"],
  parameters: { query: ListNumbersQuery },
  answers: { 200: { description: "The numbers.", schema: ListNumbersResponse } },
  refusals: { 404: ["USER_NOT_FOUND"], 429: ["RATE_LIMITED"] },
}, {
  method: "get",
  path: "/sms-numbers/{id}",
  summary: "One of your numbers and how its webhook is",
  callers: ["user", "secret"],
  parameters: { path: numberId, query: NumberQuery },
  answers: { 200: { description: "The number.", schema: NumberResponse } },
  refusals: { 404: ["NUMBER_NOT_FOUND"] },
}, {
  method: "get",
  path: "/sms-numbers/unassigned",
  summary: "Numbers of your Twilio accounts that have no assistant",
  callers: ["user", "secret"],
  parameters: { query: NumberQuery },
  answers: { 200: { description: "The numbers.", schema: UnassignedNumbersResponse } },
  refusals: {
    404: ["USER_NOT_FOUND"],
    422: ["TWILIO_20003 and Twilio's other codes"],
    429: ["RATE_LIMITED"],
  },
}, {
  method: "post",
  path: "/sms-numbers",
  summary: "Assign a number to an assistant; Twilio's side is set up",
  description: "With the secret key: give a number of the operator's default account to a user.",
  callers: ["user", "secret"],
  body: { schema: AssignNumberRequest },
  answers: {
    200: { description: "It was yours already.", schema: NumberResponse },
    201: { description: "Assigned.", schema: NumberResponse },
  },
  refusals: CONFIGURING,
}, {
  method: "post",
  path: "/sms-numbers/{id}/repair",
  summary: "Set up Twilio's side of a number again",
  callers: ["user", "secret"],
  parameters: { path: numberId },
  answers: { 200: { description: "As Twilio confirmed it.", schema: NumberResponse } },
  refusals: CONFIGURING,
}, {
  method: "delete",
  path: "/sms-numbers/{id}",
  summary: "Take the assistant off a number; its texts still arrive and wait for a person",
  callers: ["user", "secret"],
  parameters: { path: numberId, query: NumberQuery },
  answers: { 200: { description: "The number, unassigned.", schema: NumberResponse } },
  refusals: { 404: ["NUMBER_NOT_FOUND"] },
}];

const accountSid = z.object({ account_sid: AccountSid });

const accounts: Operation[] = [{
  method: "get",
  path: "/sms-accounts",
  summary: "Your Twilio accounts, without tokens",
  callers: ["user"],
  answers: { 200: { description: "The accounts.", schema: AccountsResponse } },
}, {
  method: "get",
  path: "/sms-accounts/{account_sid}",
  summary: "One of your Twilio accounts",
  callers: ["user"],
  parameters: { path: accountSid },
  answers: { 200: { description: "The account.", schema: AccountResponse } },
  refusals: { 404: ["ACCOUNT_NOT_FOUND"] },
}, {
  method: "post",
  path: "/sms-accounts",
  summary: "Connect a Twilio account, or store its next token",
  callers: ["user"],
  body: { schema: ConnectAccountRequest },
  answers: {
    200: { description: "It was yours already, and is up to date.", schema: AccountResponse },
    201: { description: "Connected.", schema: AccountResponse },
  },
  refusals: {
    404: ["USER_NOT_FOUND"],
    409: ["DEFAULT_ACCOUNT", "ACCOUNT_TAKEN", "CREDENTIALS_CHANGED"],
    422: ["ACCOUNT_NOT_ACTIVE", "TRUNK_NOT_FOUND", "TWILIO_20003 and Twilio's other codes"],
    429: ["RATE_LIMITED"],
  },
}, {
  method: "delete",
  path: "/sms-accounts/{account_sid}",
  summary: "Disconnect a Twilio account; its token is forgotten",
  callers: ["user"],
  parameters: { path: accountSid },
  answers: { 200: { description: "Disconnected.", schema: DisconnectAccountResponse } },
  refusals: { 404: ["ACCOUNT_NOT_FOUND"] },
}];

const FORM = "application/x-www-form-urlencoded";
const TwilioForm = z.looseObject({
  AccountSid,
  MessageSid: z.string().regex(/^[A-Z]{2}[0-9a-f]{32}$/),
}).describe("As Twilio posts it.");
const SIGNED = {
  400: ["NOT_A_TWILIO_FORM"],
  403: ["SIGNATURE_MISSING", "SIGNATURE_MISMATCH", "OTHER_ACCOUNT"],
  413: ["BODY_TOO_LARGE", "TOO_MANY_FIELDS"],
  415: ["UNSUPPORTED_MEDIA_TYPE"],
};

const pipeline: Operation[] = [{
  method: "post",
  path: "/sms-webhook",
  summary: "A text comes in",
  callers: ["twilio"],
  body: { schema: TwilioForm, contentType: FORM },
  answers: { 200: { description: "Empty TwiML.", contentType: "text/xml" } },
  refusals: SIGNED,
}, {
  method: "post",
  path: "/sms-status",
  summary: "Twilio tells how a message fares",
  callers: ["twilio"],
  parameters: { query: z.object({ message_id: Uuid.optional().describe("Our id of the message.") }) },
  body: { schema: TwilioForm, contentType: FORM },
  answers: { 200: { description: "Recorded." } },
  refusals: { ...SIGNED, 404: ["MESSAGE_NOT_FOUND"], 422: ["MESSAGE_MISMATCH"] },
}, {
  method: "post",
  path: "/sms-worker",
  summary: "Wake the worker",
  callers: ["worker"],
  answers: {
    202: { description: "It works on after the answer.", schema: z.object({ accepted: z.literal(true) }) },
  },
}, {
  method: "get",
  path: "/sms-worker",
  summary: "How the queue is",
  callers: ["worker"],
  answers: {
    200: { description: "Figures; docs/operations.md.", schema: z.record(z.string(), z.unknown()) },
  },
}];

/** Every call of the HTTP API but the old routes, which old clients know (docs/design.md, section 7). */
export const operations: Operation[] = [
  ...sending,
  ...conversations,
  ...statistics,
  ...numbers,
  ...accounts,
  ...pipeline,
];
