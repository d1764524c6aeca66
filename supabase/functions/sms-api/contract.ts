import { z } from "zod";

// The old routes' bodies and answers: camelCase, and lenient where the old server was.

/** The old front end sent this number when no number was chosen. */
const PLACEHOLDER = "+1234567890";

export const OldSendRequest = z.object({
  accountSid: z.string("name the Twilio account to send with").min(1, "name the Twilio account to send with")
    .describe("Your connected account. Its stored credentials are used."),
  authToken: z.string().nullish().describe("Ignored: neither used, stored nor logged."),
  to: z.string("name a recipient").min(1, "name a recipient").max(64, "longer than any phone number"),
  from: z.string().max(64, "longer than any phone number").nullish().describe(
    `Missing or "${PLACEHOLDER}": one of the account's numbers is chosen.`,
  ).transform((from) => from?.trim() === PLACEHOLDER ? null : from?.trim() || null),
  body: z.string("a message needs a text").describe("The text, at most 1,600 characters."),
  conversationId: z.string().nullish().describe("Ignored: the conversation is the one with the recipient."),
  userId: z.string().nullish().describe("Nobody but yourself."),
});

export const OldMessage = z.object({
  messageSid: z.string().nullable(),
  to: z.string(),
  from: z.string(),
  body: z.string(),
  direction: z.enum(["inbound", "outbound"]),
  status: z.string(),
  dateCreated: z.string(),
  dateSent: z.string().nullable(),
  dateUpdated: z.string(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  numSegments: z.string().nullable(),
  price: z.string().nullable(),
  priceUnit: z.string().nullable(),
});
export type OldMessage = z.infer<typeof OldMessage>;

export const OldSendResponse = z.object({
  success: z.literal(true),
  message: z.string(),
  data: OldMessage.pick({
    messageSid: true,
    status: true,
    to: true,
    from: true,
    body: true,
    dateCreated: true,
  }),
});

export const OldConversationResponse = z.object({ success: z.literal(true), data: z.array(OldMessage) });

const Moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()], "not a date such as 2026-11-23");

/** Old clients put the account into the query string. It is ignored, not refused. */
export const OldStatsQuery = z.object({
  startDate: Moment.optional().describe("From then on. Default: from the beginning."),
  endDate: Moment.optional().describe("Until then. Default: until now."),
});

const Count = z.number().int().nonnegative();
export const OldStatsResponse = z.object({
  success: z.literal(true),
  data: z.object({
    total: Count,
    inbound: Count,
    outbound: Count,
    sent: Count,
    delivered: Count,
    failed: Count,
  }),
});

export const OldNumbersResponse = z.object({ success: z.literal(true), data: z.array(z.string()) });

export const OldError = z.object({
  success: z.literal(false),
  message: z.string(),
  code: z.number().int().optional().describe("Twilio's error number, where there is one."),
  error: z.string().optional().describe("The code that the new functions answer."),
});
