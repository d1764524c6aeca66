import type { ConversationFilter } from "../inbox/filter.ts";

/** The keys of everything in the query cache, in one place, so that what changes can be found again. */
export const keys = {
  conversations: (filter: ConversationFilter) => ["conversations", filter] as const,
  allConversations: ["conversations"] as const,
  allThreads: ["thread"] as const,
  thread: (conversationId: string) => ["thread", conversationId] as const,
  media: (messageId: string, n: number) => ["media", messageId, n] as const,
  assistants: ["assistants"] as const,
  numbers: ["numbers"] as const,
  accounts: ["accounts"] as const,
  events: ["events"] as const,
  stops: ["stops"] as const,
  stats: (query: object) => ["stats", query] as const,
};
