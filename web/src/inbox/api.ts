import {
  type Conversation,
  type ConversationChanges,
  type ConversationPage,
  type ConversationRow,
  isRefusal,
  type Thread,
} from "../../../client/mod.ts";
import { smsOf } from "../lib/api.ts";
import type { Client } from "../lib/backend.ts";
import type { ConversationFilter } from "./filter.ts";

export type { Conversation };
export type ListPage = ConversationPage;
export type ThreadPage = Thread;
export type Message = ThreadPage["messages"][number];

const PAGE_SIZE = 50;

export interface Place {
  readonly cursor: string | null;
  readonly signal?: AbortSignal;
}

export function listConversations(client: Client, filter: ConversationFilter, place: Place) {
  const { unread, answered_by, ...same } = filter;
  return smsOf(client).conversations.page({
    ...same,
    ...(unread === undefined ? {} : { unread: true }),
    ...(answered_by === undefined ? {} : { answeredBy: answered_by }),
    limit: PAGE_SIZE,
    ...place,
  });
}

export const readConversation = (client: Client, id: string, place: Place) =>
  smsOf(client).conversations.get(id, { limit: PAGE_SIZE, ...place });

export const updateConversation = (client: Client, id: string, changes: ConversationChanges) =>
  smsOf(client).conversations.update(id, changes);

/** An attachment of an inbound text. */
export const fetchAttachment = (client: Client, message: { conversation: string; id: string }, n: number) =>
  smsOf(client).conversations.attachment({ id: message.id, conversation_id: message.conversation }, n);

/** A person answers from now on, until they hand back. */
export const takeOver = (client: Client, id: string): Promise<Changed> =>
  smsOf(client).conversations.takeOver(id);

/** The assistant answers again, also where it was switched off. */
export async function handBack(client: Client, conversation: Conversation): Promise<Changed> {
  const changed = await smsOf(client).conversations.handBack(conversation.id);
  if (conversation.ai_enabled) return changed;
  return await updateConversation(client, conversation.id, { ai_enabled: true });
}

/** A person looked for a text of which nobody knows whether it left. */
export async function settleMessage(client: Client, id: string, was_sent: boolean): Promise<void> {
  try {
    await smsOf(client).messages.settle(id, was_sent);
  } catch (error) {
    // Twilio told it meanwhile.
    if (!isRefusal(error, "OUTCOME_KNOWN")) throw error;
  }
}

/** All that is stored of a contact. */
export const exportContact = (client: Client, id: string) => smsOf(client).contacts.export(id);

/** A contact with everything that was said, for good. */
export const eraseContact = (client: Client, id: string) => smsOf(client).contacts.erase(id);

/** What of a conversation these verbs change; with whom it is, they leave out. */
type Changed = Partial<ConversationRow>;
