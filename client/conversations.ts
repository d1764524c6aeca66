import type { Calls } from "./call.ts";
import type {
  Conversation,
  ConversationChanges,
  ConversationPage,
  ConversationRow,
  Message,
  Thread,
} from "./types.ts";

export interface ConversationFilter {
  readonly status?: Conversation["status"];
  readonly unread?: boolean;
  readonly intent?: string;
  /** `person`: where the assistant is switched off or paused. */
  readonly answeredBy?: "assistant" | "person";
  /** A part of the contact's number or name, or of the last text. */
  readonly search?: string;
}

export interface Place {
  /** `next_cursor` of the page before. */
  readonly cursor?: string | null;
  /** 1 to 100. Default: 50. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface ListOptions extends ConversationFilter {
  /** How many at most, in all. Default: every one. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

const LARGEST_PAGE = 100;

export const conversations = (calls: Calls) => {
  const page = (
    filter: ConversationFilter & Place = {},
  ): Promise<ConversationPage> => {
    const {
      status,
      unread,
      intent,
      answeredBy,
      search,
      cursor,
      limit,
      signal,
    } = filter;
    const query = {
      status,
      unread,
      intent,
      answered_by: answeredBy,
      search,
      cursor: cursor ?? undefined,
      limit,
    };
    return calls.function("sms-conversation", { query, signal });
  };
  const read = (
    segment: string,
    place: Place & { readonly from?: string | undefined } = {},
  ): Promise<Thread> => {
    const { cursor, limit, signal, from } = place;
    const query = { cursor: cursor ?? undefined, limit, from };
    return calls.function(`sms-conversation/${encodeURIComponent(segment)}`, {
      query,
      signal,
    });
  };
  const update = async (
    id: string,
    changes: ConversationChanges,
  ): Promise<Conversation> => {
    const path = `sms-conversation/${encodeURIComponent(id)}`;
    return (await calls.function<{ conversation: Conversation }>(path, {
      method: "PATCH",
      body: changes,
    }))
      .conversation;
  };
  return {
    /** Newest first; pages are read as they are needed. */
    async *list(
      { limit = Infinity, ...filter }: ListOptions = {},
    ): AsyncGenerator<Conversation, void, void> {
      let left = limit;
      if (left <= 0) return;
      let cursor: string | null = null;
      do {
        const found: ConversationPage = await page({
          ...filter,
          cursor,
          limit: Math.min(left, LARGEST_PAGE),
        });
        for (const conversation of found.conversations) {
          if (left-- <= 0) return;
          yield conversation;
        }
        cursor = found.next_cursor;
      } while (cursor !== null && left > 0);
    },
    page,
    /** With a page of its messages, newest first. @throws SmsError CONVERSATION_NOT_FOUND */
    get: (id: string, place?: Place): Promise<Thread> => read(id, place),
    /** The newest one with a number, in any spelling; on one of the tenant's numbers, where it is named. */
    withNumber: (
      number: string,
      place?: Place & { readonly from?: string },
    ): Promise<Thread> => read(`phone-${number}`, place),
    /** A person answers from now on, until handed back. */
    takeOver: async (id: string): Promise<ConversationRow> =>
      (await calls.verb("sms_take_over", { conversation_id: id })).conversation,
    /** The assistant answers again, from the next text on. */
    handBack: async (id: string): Promise<ConversationRow> =>
      (await calls.verb("sms_hand_back", { conversation_id: id })).conversation,
    end: (id: string): Promise<Conversation> => update(id, { status: "ended" }),
    /** @throws SmsError ANOTHER_IS_ACTIVE */
    reopen: (id: string): Promise<Conversation> => update(id, { status: "active" }),
    /** @param through the `seq` up to which everything is read */
    markRead: (id: string, through: number): Promise<Conversation> => update(id, { read_through: through }),
    /** The assistant's switch. */
    assistant: (id: string, enabled: boolean): Promise<Conversation> => update(id, { ai_enabled: enabled }),
    update,
    /** A file that a contact sent; one that you sent is at its own URL (MEDIA_IS_PUBLIC, `details.url`). */
    attachment: (
      message: Pick<Message, "id" | "conversation_id">,
      n: number,
      signal?: AbortSignal,
    ): Promise<Blob> =>
      calls.function(
        `sms-conversation/${encodeURIComponent(String(message.conversation_id))}/media/${
          encodeURIComponent(message.id)
        }/${n}`,
        // As plain bytes: supabase-js would read an image as text otherwise.
        { headers: { Accept: "application/octet-stream" }, signal },
      ),
  };
};
