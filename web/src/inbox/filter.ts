/** What the list of conversations is narrowed to; the names are those of `sms-conversation`'s query. */
export interface ConversationFilter {
  readonly search?: string;
  readonly status?: "active" | "ended";
  readonly unread?: "true";
  readonly intent?: string;
  readonly answered_by?: "assistant" | "person";
}
