import { z } from "zod";
import { Message, Owner, Uuid } from "./common.ts";

// What `sms-conversation` takes and answers.

const PageSize = z.coerce.number("not a number").int().min(1).max(100)
  .describe("How many at most, 1 to 100. Default: 50.");

const Cursor = z.string().max(256).describe("next_cursor of the page before.");

const ConversationStatus = z.enum(["active", "ended"]);

/** `GET /` */
export const ConversationListQuery = z.strictObject({
  status: ConversationStatus.optional().describe("Only conversations of this status."),
  search: z.string().optional().describe(
    "A part of the contact's number (in any spelling) or name, or of the last message; at most 100 characters. " +
      "One or two characters are looked for at the beginnings of words.",
  ),
  unread: z.enum(["true", "false"]).optional().describe(
    "Only with messages after read_seq, or only without.",
  ),
  intent: z.string().max(200).optional().describe("Only with this intent."),
  answered_by: z.enum(["assistant", "person"]).optional().describe(
    "Only where the assistant answers, or only where it is switched off or paused.",
  ),
  limit: PageSize.optional(),
  cursor: Cursor.optional(),
  user_id: Owner,
});
export type ConversationListQuery = z.infer<typeof ConversationListQuery>;

/** `GET /:id` */
export const ConversationQuery = z.strictObject({
  from: z.string().max(64).optional().describe(
    "With phone-… and conv_…: which of your numbers the conversation is on. Default: the newest on any.",
  ),
  limit: PageSize.optional(),
  cursor: Cursor.optional(),
  user_id: Owner,
});
export type ConversationQuery = z.infer<typeof ConversationQuery>;

/** `PATCH /:id` */
export const ConversationUpdateQuery = ConversationQuery.pick({ from: true, user_id: true });

export const ConversationUpdateRequest = z.strictObject({
  ai_enabled: z.boolean().optional().describe(
    "The assistant's switch. Off also takes back what it has not sent yet; on means from the next text on.",
  ),
  status: ConversationStatus.optional().describe("ended ends the conversation; active reopens an ended one."),
  read_through: z.number().int().nonnegative().optional().describe(
    "The seq up to which everything is read; never back.",
  ),
});
export type ConversationUpdateRequest = z.infer<typeof ConversationUpdateRequest>;

/** A row of `sms_conversations`, with its contact and its number. Columns that a later migration adds pass through. */
export const Conversation = z.looseObject({
  id: Uuid,
  user_id: Uuid,
  phone_number_id: Uuid,
  contact_id: Uuid,
  assistant_id: Uuid.nullable(),
  status: ConversationStatus,
  end_reason: z.enum(["assistant", "person", "idle"]).nullable(),
  intent: z.string().nullable(),
  ai_enabled: z.boolean(),
  ai_paused_until: z.string().nullable().describe("A time, or infinity: until handed back."),
  ai_paused_reason: z.string().nullable().describe(
    "Why the contact's last message got no automatic reply; null also where only ai_enabled is off.",
  ),
  waiting_for_person: z.boolean().describe(
    "The contact asked for a person, or a text to the contact was too late and not sent.",
  ),
  greeting_pending: z.boolean(),
  last_seq: z.number().int(),
  read_seq: z.number().int(),
  last_message_at: z.string(),
  last_message_preview: z.string().nullable(),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  reopened_at: z.string().nullable(),
  updated_at: z.string(),
  via: z.string().nullish().describe("The sender of ours that the contact wrote to last, as in a message."),
  contact: z.object({
    id: Uuid,
    number: z.string().describe("E.164, or as Twilio names other senders."),
    name: z.string().nullable(),
    opted_out_at: z.string().nullable(),
  }),
  phone_number: z.object({ id: Uuid, number: z.string() }),
  unread: z.number().int().nonnegative().describe(
    "All messages after read_seq, those of the assistant and of people too. A text of an app makes nothing unread.",
  ),
}).meta({ id: "Conversation", description: "A row of sms_conversations, with its contact and its number." });
export type Conversation = z.infer<typeof Conversation>;

const NextCursor = z.string().nullable().describe(
  "For the next page; null at the end. A page that is short, or empty, is the last one only if this is null.",
);

export const ConversationListResponse = z.object({
  conversations: z.array(Conversation).describe("Newest first."),
  next_cursor: NextCursor,
});
export type ConversationListResponse = z.infer<typeof ConversationListResponse>;

export const ConversationResponse = z.object({
  conversation: Conversation,
  messages: z.array(Message).describe("Newest first."),
  next_cursor: NextCursor,
});
export type ConversationResponse = z.infer<typeof ConversationResponse>;

export const ConversationUpdateResponse = z.object({ conversation: Conversation });
export type ConversationUpdateResponse = z.infer<typeof ConversationUpdateResponse>;
