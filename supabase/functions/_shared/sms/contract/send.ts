import { z } from "zod";
import { Message, Owner, PURPOSES, Timestamp, Uuid } from "./common.ts";

// What `sms-send` takes and answers.

/** Longer than any number in any spelling. The database refuses, or lists, a string that is not a number. */
const Recipient = z.string().max(64, "longer than any phone number");

const Recipients = z.array(Recipient).min(1, "name at least one recipient").max(
  1_000,
  "name at most 1,000 recipients",
);

export const SendRequest = z.strictObject({
  to: z.union([Recipient, Recipients], "not a phone number, or a list of 1 to 1,000 of them").optional()
    .describe(
      "The recipient in full, as +14155550101; or up to 1,000 of them, which makes it a broadcast. May be missing where conversation_id is given.",
    ),
  body: z.string().optional().describe("The text, at most 1,600 characters. It is never cut."),
  from: z.string().max(64, "longer than any phone number").optional().describe(
    "Which of your numbers sends. Default: the conversation's, else your only one.",
  ),
  // The database counts them and says what is wrong; this bound keeps a request small.
  media_urls: z.array(z.string()).max(100).optional().meta({
    description: "At most 10 public http or https URLs, which the carrier fetches.",
    override: { maxItems: 10 },
  }),
  template_id: Uuid.optional().describe("One of your templates, instead of a body."),
  variables: z.record(z.string(), z.union([z.string(), z.number()])).optional().describe(
    "Values for the template's variables.",
  ),
  send_at: Timestamp.optional().describe(
    "When to send it, at most a year ahead. A time in the past means now. Default: now.",
  ),
  not_after: Timestamp.optional().describe(
    "After this time it is not sent any more: it becomes canceled, with EXPIRED. Later than now and than send_at. Default: 4 hours from now; 12 hours after send_at; 72 hours after a broadcast's start. Time in which it waits for the number's pace, or its broadcast is paused, counts only where you name a time.",
  ),
  purpose: z.enum(PURPOSES, "promotional or transactional").optional().describe(
    "What the text is for: promotional (it asks the recipient to buy or to come) or transactional (an answer, a booking, a code). Default: the template's; else promotional for a broadcast, transactional for one recipient. It is kept as your statement.",
  ),
  conversation_id: Uuid.optional().describe("The conversation that is answered. Not for broadcasts."),
  name: z.string().max(200).optional().describe("What the broadcast is called. For broadcasts only."),
  pauses_assistant: z.boolean().optional().describe(
    "True for a person's answer: the assistant pauses in that conversation, and the text's sender is person. Default: false, a text of your app, whose sender is system. Not for broadcasts.",
  ),
  user_id: Owner,
}).check((context) => {
  const { to, conversation_id, name, pauses_assistant } = context.value;
  const wrong = (path: string, message: string) =>
    void context.issues.push({ code: "custom", path: [path], message, input: context.value });
  if (to === undefined && conversation_id === undefined) {
    wrong("to", "name a recipient, or a conversation_id");
  }
  if (Array.isArray(to) && conversation_id !== undefined) {
    wrong("conversation_id", "a broadcast is not part of one conversation");
  }
  if (Array.isArray(to) && pauses_assistant === true) {
    wrong("pauses_assistant", "a broadcast is nobody's answer: it pauses no assistant");
  }
  if (!Array.isArray(to) && name !== undefined) wrong("name", "only a broadcast (a list in to) has a name");
});
export type SendRequest = z.infer<typeof SendRequest>;

/** One recipient: 200 repeated, 201 accepted by the carrier, 202 on its way. */
export const SendResponse = z.object({ message: Message });
export type SendResponse = z.infer<typeof SendResponse>;

/** A row of `sms_broadcasts`. Columns that a later migration adds pass through. */
export const Broadcast = z.looseObject({
  id: Uuid,
  user_id: Uuid,
  name: z.string().nullable(),
  from_number: z.string(),
  purpose: z.enum(PURPOSES).optional().describe("What the sender said it is for."),
  created_at: z.string(),
}).meta({ id: "Broadcast", description: "A row of sms_broadcasts." });
export type Broadcast = z.infer<typeof Broadcast>;

/** A list of recipients: 202, or 200 when it is repeated. */
export const BroadcastResponse = z.object({
  broadcast: Broadcast,
  accepted: z.number().int().nonnegative().describe("How many recipients are going to be texted."),
  rejected: z.array(z.object({
    to: z.string().describe("The recipient as the request wrote it."),
    code: z.string().describe("Why not: an error code, such as RECIPIENT_OPTED_OUT."),
  })),
});
export type BroadcastResponse = z.infer<typeof BroadcastResponse>;
