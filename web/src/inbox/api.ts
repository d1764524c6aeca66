import type {
  Conversation,
  ConversationListResponse,
  ConversationResponse,
  ConversationUpdateRequest,
  ConversationUpdateResponse,
} from "../../../supabase/functions/_shared/sms/contract/conversation.ts";
import { invoke } from "../lib/api.ts";
import type { Client } from "../lib/backend.ts";
import { ApiError } from "../lib/errors.ts";
import type { ConversationFilter } from "./filter.ts";

export type { Conversation };
export type ListPage = ConversationListResponse;
export type ThreadPage = ConversationResponse;
export type Message = ThreadPage["messages"][number];

const PAGE_SIZE = 50;

export interface Place {
  readonly cursor: string | null;
  readonly signal?: AbortSignal;
}

export function listConversations(client: Client, filter: ConversationFilter, { cursor, signal }: Place) {
  return invoke<ListPage>(client, "sms-conversation", {
    query: { ...filter, limit: PAGE_SIZE, cursor: cursor ?? undefined },
    ...(signal ? { signal } : {}),
  });
}

export function readConversation(client: Client, id: string, { cursor, signal }: Place) {
  return invoke<ThreadPage>(client, `sms-conversation/${encodeURIComponent(id)}`, {
    query: { limit: PAGE_SIZE, cursor: cursor ?? undefined },
    ...(signal ? { signal } : {}),
  });
}

export async function updateConversation(client: Client, id: string, changes: ConversationUpdateRequest) {
  const { conversation } = await invoke<ConversationUpdateResponse>(
    client,
    `sms-conversation/${encodeURIComponent(id)}`,
    {
      method: "PATCH",
      body: changes,
    },
  );
  return conversation;
}

/** An attachment of an inbound text, as plain bytes: supabase-js would read an image as text otherwise. */
export function fetchAttachment(client: Client, message: { conversation: string; id: string }, n: number) {
  return invoke<Blob>(
    client,
    `sms-conversation/${encodeURIComponent(message.conversation)}/media/${
      encodeURIComponent(message.id)
    }/${n}`,
    {
      headers: { Accept: "application/octet-stream" },
    },
  );
}

/** A person answers from now on, until they hand back. */
export const takeOver = (client: Client, id: string) => change(client, "sms_take_over", id);

/** The assistant answers again, also where it was switched off. */
export async function handBack(client: Client, conversation: Conversation) {
  const changed = await change(client, "sms_hand_back", conversation.id);
  if (conversation.ai_enabled) return changed;
  return await updateConversation(client, conversation.id, { ai_enabled: true });
}

/** A person looked for a text of which nobody knows whether it left. */
export async function settleMessage(client: Client, message_id: string, was_sent: boolean): Promise<void> {
  const { data, error } = await client.rpc("sms_settle_message", { message_id, was_sent });
  if (error) throw new ApiError(0, error.code, "The server could not do that just now. Try again.");
  const { outcome } = data as unknown as { outcome: string };
  if (outcome === "OUTCOME_KNOWN" || outcome === "settled") return;
  throw new ApiError(
    409,
    outcome,
    outcome === "STILL_LOOKING"
      ? "Twilio is still asked about this text. Look again in a few minutes."
      : "This text no longer exists.",
  );
}

/** What of a conversation these verbs change; with whom it is, they leave out. */
type Changed = Partial<Conversation>;

async function change(
  client: Client,
  verb: "sms_take_over" | "sms_hand_back",
  conversation_id: string,
): Promise<Changed> {
  const { data, error } = await client.rpc(verb, { conversation_id });
  if (error) throw new ApiError(0, error.code, "The server could not do that just now. Try again.");
  const { outcome, conversation } = data as unknown as { outcome: string; conversation?: Changed };
  if (!conversation) throw new ApiError(404, outcome, "This conversation no longer exists.");
  return conversation;
}

/** All that is stored of a contact. */
export const exportContact = (client: Client, contact_id: string) =>
  aboutContact(client, "sms_export_contact", contact_id);

/** A contact with everything that was said, for good. */
export const eraseContact = (client: Client, contact_id: string) =>
  aboutContact(client, "sms_erase_contact", contact_id);

async function aboutContact(
  client: Client,
  verb: "sms_export_contact" | "sms_erase_contact",
  contact_id: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { data, error } = await client.rpc(verb, { contact_id });
  if (error) throw new ApiError(0, error.code, "The server could not do that just now. Try again.");
  const answer = data as unknown as { outcome: string };
  if (answer.outcome === "CONTACT_NOT_FOUND") {
    throw new ApiError(404, answer.outcome, "This contact no longer exists.");
  }
  return { ...answer };
}
