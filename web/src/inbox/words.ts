import { displayNumber } from "../lib/phone.ts";
import { shortTime } from "../lib/time.ts";
import type { Conversation, Message } from "./api.ts";

// What the page says about conversations and texts.

/** What the assistant tells apart (`INTENTS` in _shared/sms/model/shapes.ts; a test holds the two together). */
const INTENT_WORDS = {
  appointment: "Appointment",
  question: "Question",
  complaint: "Complaint",
  feedback: "Feedback",
  support: "Support",
  sales: "Sales",
  goodbye: "Goodbye",
  other: "Other",
};

export const intentOptions = Object.entries(INTENT_WORDS).map(([value, label]) => ({ value, label }));

/** An intent in words; one that a later version brings, as it is. */
export function intentWords(intent: string): string {
  const known: Readonly<Record<string, string>> = INTENT_WORDS;
  return known[intent] ?? intent.replaceAll("_", " ");
}

export const contactName = ({ contact }: Conversation): string =>
  contact.name?.trim() || displayNumber(contact.number);

/** Who answers the next text: the same rule as the list's filter has (docs/decisions/0020). */
export function answerer(conversation: Conversation, now = Date.now()): "assistant" | "person" {
  const { ai_enabled, ai_paused_until } = conversation;
  if (!ai_enabled) return "person";
  if (ai_paused_until === null) return "assistant";
  return ai_paused_until === "infinity" || Date.parse(ai_paused_until) > now ? "person" : "assistant";
}

const WHY_SILENT: Readonly<Record<string, string>> = {
  no_assistant: "No assistant is assigned to this number.",
  assistant_inactive: "The number's assistant is switched off.",
  opted_out: "The contact has opted out.",
  sender_blocked: "The contact has opted out of this number.",
  not_repliable: "This sender cannot receive answers.",
  replies_per_hour: "The assistant paused: too many automatic answers within an hour.",
  replies_per_day: "The assistant paused: too many automatic answers within a day.",
  tenant_replies_per_day: "The assistant paused: your daily limit of automatic answers is used up.",
  unsent_calls_per_hour:
    "The assistant paused: within an hour it was asked too often here without an answer that could be sent.",
  tenant_unsent_calls_per_day:
    "The assistant paused: your daily limit of questions to it without an answer that could be sent is used up.",
  segments_per_day: "The assistant paused: today's limit of texts from this service's numbers is used up.",
  recovered_late: "The last message reached us too late for an automatic reply.",
  expired: "The assistant's answer would have come too late, so it was not sent. Answer yourself.",
  answer_failed: "The assistant could not answer the last text.",
  restored: "A backup was restored. Look whether the last text was answered, and answer it yourself.",
};

/** Who answers, and why the assistant does not where it should. */
export function answererWords(conversation: Conversation): string {
  const { ai_enabled, ai_paused_until, ai_paused_reason } = conversation;
  if (conversation.status === "ended") return "This conversation has ended.";
  const why = ai_paused_reason === null ? undefined : WHY_SILENT[ai_paused_reason];
  if (answerer(conversation) === "assistant") return why ?? "The assistant answers.";
  if (!ai_enabled) return "You answer. The assistant is switched off here.";
  if (why) return why;
  if (ai_paused_until === null || ai_paused_until === "infinity") return "You answer, until you hand back.";
  return `You answer. The assistant resumes at ${shortTime(ai_paused_until)}.`;
}

export interface DeliveryWords {
  readonly state: "waiting" | "unknown" | "sent" | "delivered" | "read" | "failed" | "canceled";
  readonly label: string;
  /** Why it did not arrive, or nobody knows, and what to do. */
  readonly explanation?: string;
}

/** How the delivery of an outbound text stands. */
export function deliveryWords({ status, send_at, error_message, error_code }: Message): DeliveryWords {
  const explained = error_message ?? (error_code ? `Error ${error_code}` : null);
  const explanation = explained === null ? {} : { explanation: explained };
  switch (status) {
    case "scheduled":
      return { state: "waiting", label: send_at ? `Scheduled for ${shortTime(send_at)}` : "Scheduled" };
    case "unconfirmed":
      if (error_code === "OUTCOME_AMBIGUOUS") return { state: "unknown", label: "Not known", ...explanation };
      return { state: "waiting", label: "Not confirmed yet" };
    case "sent":
    case "partially_delivered":
      return { state: "sent", label: "Sent" };
    case "delivered":
      return { state: "delivered", label: "Delivered" };
    case "read":
      return { state: "read", label: "Read" };
    case "failed":
    case "undelivered":
      return { state: "failed", label: "Not delivered", ...explanation };
    case "canceled":
      return { state: "canceled", label: "Not sent", ...explanation };
    default:
      return { state: "waiting", label: "Sending" };
  }
}

/** What a text came by, where it is not SMS. `via` is the sender of ours, such as "whatsapp:+14155550101". */
function channelWords({ via }: Message): string {
  if (typeof via !== "string") return "";
  return via.startsWith("whatsapp:") ? ", WhatsApp" : via.startsWith("rcs:") ? ", RCS" : "";
}

/** Who wrote a text, and by what. */
export function senderWords(message: Message, conversation: Conversation): string {
  return writerWords(message, conversation) + channelWords(message);
}

function writerWords({ sender, kind }: Message, conversation: Conversation): string {
  if (kind === "reaction") return `${contactName(conversation)} reacted`;
  if (sender === "contact") return contactName(conversation);
  if (kind === "opt_out_confirmation") return "Opt-out confirmation";
  if (kind === "help") return "Answer to HELP";
  if (sender === "assistant") return "Assistant";
  return sender === "person" ? "You" : "Automatic";
}

const ENDINGS: Readonly<Record<string, string>> = {
  "audio/3gpp": "3gp",
  "audio/3gpp2": "3g2",
  "audio/mp4": "m4a",
  "audio/mpeg": "mp3",
  "audio/x-m4a": "m4a",
  "image/jpeg": "jpg",
  "text/plain": "txt",
  "text/vcard": "vcf",
  "text/x-vcard": "vcf",
  "text/calendar": "ics",
  "video/3gpp": "3gp",
  "video/3gpp2": "3g2",
  "video/quicktime": "mov",
};

/** With the ending that a computer opens it by: "Attachment 1.amr". */
export function fileName(name: string, type: string): string {
  const plain = type.split(";")[0]?.trim() ?? "";
  const ending = ENDINGS[plain] ?? /^(?:image|audio|video)\/([a-z0-9]{2,4})$/.exec(plain)?.[1] ??
    (plain === "application/pdf" ? "pdf" : undefined);
  return ending === undefined ? name : `${name}.${ending}`;
}
