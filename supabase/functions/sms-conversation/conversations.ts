import { z } from "zod";
import { Uuid } from "../_shared/sms/contract/common.ts";
import type {
  ConversationListQuery,
  ConversationListResponse,
  ConversationQuery,
  ConversationResponse,
  ConversationUpdateRequest,
  ConversationUpdateResponse,
} from "../_shared/sms/contract/conversation.ts";
import { CursorTime, decodeCursor, encodeCursor } from "./cursor.ts";
import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { toE164 } from "../_shared/sms/texts/phone.ts";
import { cleanText } from "../_shared/sms/texts/clean_text.ts";
import {
  type ConversationReference,
  getConversation,
  searchConversations,
  updateConversation,
} from "../_shared/sms/database/verbs/conversation.ts";

// Reading and changing conversations. The client carries the caller's own token, so the database decides whose
// conversations these are.

const PAGE_SIZE = 50;

const ListCursor = z.strictObject({ at: CursorTime, id: Uuid });
const MessageCursor = z.strictObject({ seq: z.number().int().nonnegative() });

/** @throws AppError SEARCH_TOO_LONG, INVALID_CURSOR */
export async function listConversations(
  client: RpcClient,
  query: Omit<ConversationListQuery, "user_id">,
): Promise<ConversationListResponse> {
  const { conversations, next } = await searchConversations(client, {
    search: query.search === undefined ? null : cleanText(query.search),
    status: query.status ?? null,
    unread: query.unread === undefined ? null : query.unread === "true",
    intent: query.intent ?? null,
    answered_by: query.answered_by ?? null,
    page_size: query.limit ?? PAGE_SIZE,
    before: query.cursor === undefined ? null : decodeCursor(query.cursor, ListCursor),
  });
  return { conversations, next_cursor: next && encodeCursor(next) };
}

/** @throws AppError CONVERSATION_NOT_FOUND, INVALID_CURSOR */
export async function readConversation(
  client: RpcClient,
  reference: ConversationReference,
  query: Pick<ConversationQuery, "limit" | "cursor">,
): Promise<ConversationResponse> {
  const { conversation, messages, next_seq } = await getConversation(client, reference, {
    page_size: query.limit ?? PAGE_SIZE,
    before_seq: query.cursor === undefined ? null : decodeCursor(query.cursor, MessageCursor).seq,
  });
  return {
    conversation,
    messages,
    next_cursor: next_seq === null ? null : encodeCursor({ seq: next_seq }),
  };
}

/** @throws AppError CONVERSATION_NOT_FOUND, NOTHING_TO_CHANGE, ANOTHER_IS_ACTIVE */
export async function changeConversation(
  client: RpcClient,
  reference: ConversationReference,
  changes: ConversationUpdateRequest,
): Promise<ConversationUpdateResponse> {
  const { conversation } = await updateConversation(client, reference, changes);
  return { conversation };
}

/**
 * The conversation that a path names: its id, or `phone-` or `conv_` with the contact's number in any spelling that
 * includes the country. Null for anything else.
 *
 * @param from the caller's number that the conversation is on, if the contact has conversations on several
 */
export function referenceOf(segment: string, from: string | undefined): ConversationReference | null {
  if (Uuid.safeParse(segment).success) {
    return { conversation_id: segment, contact_number: null, from_number: null };
  }
  const [, number] = /^(?:phone-|conv_)(.+)$/s.exec(segment) ?? [];
  if (number === undefined) return null;
  return {
    conversation_id: null,
    contact_number: numberIn(number),
    from_number: from === undefined ? null : numberIn(from),
  };
}

/**
 * A number out of a URL, where an unescaped plus has become a blank. Anything that is not a number stays as it is: a
 * contact may be a short code or a name.
 */
export function numberIn(text: string): string {
  const number = text.replace(/^(\p{Cf}*) (?=\d)/u, "$1+").trim();
  return toE164(number) ?? number;
}
