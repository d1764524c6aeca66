import { z } from "zod";
import { Message, Uuid } from "../../contract/common.ts";
import { Conversation, type ConversationUpdateRequest } from "../../contract/conversation.ts";
import { rpc, type RpcClient } from "../rpc.ts";

// The verbs that read and change conversations.

/** Where a page of the list ended. */
export const ListPlace = z.object({ at: z.string(), id: Uuid });
export type ListPlace = z.infer<typeof ListPlace>;

const FoundConversations = z.object({
  outcome: z.literal("found"),
  conversations: z.array(Conversation),
  next: ListPlace.nullable(),
});

const FoundConversation = z.object({
  outcome: z.literal("found"),
  conversation: Conversation,
  messages: z.array(Message),
  next_seq: z.number().int().nullable(),
});

const FoundMessages = z.object({ outcome: z.literal("found"), messages: z.array(Message) });

const UpdatedConversation = z.object({ outcome: z.literal("updated"), conversation: Conversation });

const FoundAttachment = z.object({
  outcome: z.literal("found"),
  account_sid: z.string(),
  direction: z.enum(["inbound", "outbound"]),
  url: z.string(),
  content_type: z.string().nullable(),
});
export type FoundAttachment = z.infer<typeof FoundAttachment>;

/** Names a conversation: by id, or the newest with a contact, on one of the caller's numbers if it is named. */
export interface ConversationReference {
  readonly conversation_id: string | null;
  readonly contact_number: string | null;
  readonly from_number: string | null;
}

/** @throws AppError SEARCH_TOO_LONG, INVALID_CURSOR, INVALID_PAGE_SIZE */
export const searchConversations = (
  client: RpcClient,
  wanted: {
    search: string | null;
    status: string | null;
    unread: boolean | null;
    intent: string | null;
    answered_by: string | null;
    page_size: number;
    before: ListPlace | null;
  },
): Promise<z.infer<typeof FoundConversations>> => {
  const { before, ...args } = wanted;
  return rpc(client, "sms_search_conversations", {
    args: { ...args, before_at: before?.at ?? null, before_id: before?.id ?? null },
    returns: FoundConversations,
  });
};

/** @throws AppError CONVERSATION_NOT_FOUND, INVALID_PAGE_SIZE */
export const getConversation = (
  client: RpcClient,
  reference: ConversationReference,
  page: { page_size: number; before_seq: number | null },
): Promise<z.infer<typeof FoundConversation>> =>
  rpc(client, "sms_get_conversation", { args: { ...reference, ...page }, returns: FoundConversation });

/** The newest messages from and to a number, in all conversations. */
export const listMessagesWith = (
  client: RpcClient,
  contact_number: string,
  page_size: number,
): Promise<z.infer<typeof FoundMessages>> =>
  rpc(client, "sms_list_messages_with", { args: { contact_number, page_size }, returns: FoundMessages });

/** @throws AppError CONVERSATION_NOT_FOUND, NOTHING_TO_CHANGE, ANOTHER_IS_ACTIVE */
export const updateConversation = (
  client: RpcClient,
  reference: ConversationReference,
  changes: ConversationUpdateRequest,
): Promise<z.infer<typeof UpdatedConversation>> =>
  rpc(client, "sms_update_conversation", {
    args: {
      ...reference,
      ai_enabled: changes.ai_enabled ?? null,
      status: changes.status ?? null,
      read_through: changes.read_through ?? null,
    },
    returns: UpdatedConversation,
  });

/** @throws AppError MEDIA_NOT_FOUND */
export const getAttachment = (
  client: RpcClient,
  reference: ConversationReference,
  attachment: { message_id: string; attachment: number },
): Promise<FoundAttachment> => {
  const { conversation_id, contact_number } = reference;
  return rpc(client, "sms_get_attachment", {
    args: { conversation_id, contact_number, ...attachment },
    returns: FoundAttachment,
  });
};
