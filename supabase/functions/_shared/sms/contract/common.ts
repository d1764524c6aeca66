import { z } from "zod";

// Shapes that all contracts use. Requests are strict: an unknown field is refused.

/** Any version of a UUID, in the form that Postgres accepts: a malformed id must not become a 500. */
export const Uuid = z.guid("not an id");

/** Whom a request acts for. In the query of GET, PATCH and DELETE, in the body of POST. */
export const Owner = Uuid.optional().describe(
  "Whom the request acts for. Needed with a secret key. A signed-in user may leave it out, and can only name themselves.",
);

/** E.164, the only form in which numbers leave us. */
export const E164 = z.string().regex(/^\+[1-9][0-9]{6,14}$/, "not a phone number such as +14155550101");

export const AccountSid = z.string().regex(
  /^AC[0-9a-f]{32}$/,
  "not an AccountSid (AC and 32 hexadecimal digits)",
);

/** ISO 8601 with a zone, as Postgres and JSON write it. */
export const Timestamp = z.iso.datetime({ offset: true, error: "not a time such as 2026-11-23T09:00:00Z" });

/** What a text is for: the law asks more of a promotional one. */
export const PURPOSES = ["promotional", "transactional"] as const;
export type Purpose = typeof PURPOSES[number];

export const MessageStatus = z.enum([
  "received",
  "scheduled",
  "pending",
  "unconfirmed",
  "accepted",
  "queued",
  "sending",
  "sent",
  "partially_delivered",
  "canceled",
  "failed",
  "undelivered",
  "delivered",
  "read",
]);

/** A row of `sms_messages`. Columns that a later migration adds pass through. */
export const Message = z.looseObject({
  id: Uuid,
  message_sid: z.string().nullable(),
  account_sid: z.string(),
  conversation_id: Uuid.nullable(),
  user_id: Uuid.nullable(),
  seq: z.number().int().nullable(),
  direction: z.enum(["inbound", "outbound"]),
  kind: z.enum([
    "text",
    "keyword",
    "reaction",
    "reply",
    "greeting",
    "goodbye",
    "error",
    "opt_out_confirmation",
  ]),
  sender: z.enum(["contact", "assistant", "person", "system"]),
  to_number: z.string(),
  from_number: z.string(),
  body: z.string(),
  media: z.array(z.looseObject({ url: z.string(), content_type: z.string().nullish() })),
  intent: z.string().nullable(),
  status: MessageStatus,
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  num_segments: z.number().int().nullable(),
  price: z.number().nullable(),
  price_unit: z.string().nullable(),
  send_at: z.string().nullable(),
  not_after: z.string().nullish().describe("Not sent after this; null: as long as its kind may wait."),
  purpose: z.enum(PURPOSES).optional().describe("What the sender said it is for."),
  held_until: z.string().nullish().describe(
    "Until when it was held back last; null: it was never held. In the future: it waits.",
  ),
  held_reason: z.string().nullish().describe("Why it was held until then, such as quiet_hours."),
  via: z.string().nullish().describe(
    "Our sender where it is not the number itself: rcs:<name> or whatsapp:<number>; null: SMS or MMS.",
  ),
  date_created: z.string(),
  date_sent: z.string().nullable(),
  date_updated: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
}).meta({ id: "Message", description: "A row of sms_messages." });
export type Message = z.infer<typeof Message>;

/** The body of every error. */
export const ErrorBody = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]+$/),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
}).meta({ id: "Error", description: "What every refusal and failure answers." });

/** How long a model may think before it answers, from not at all. https://developers.openai.com/api/docs/guides/reasoning */
export const REASONING_EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh"] as const;
export type ReasoningEffort = typeof REASONING_EFFORTS[number];
export const VERBOSITIES = ["low", "medium", "high"] as const;
export type Verbosity = typeof VERBOSITIES[number];
