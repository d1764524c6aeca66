import type { InfiniteData } from "@tanstack/react-query";
import type { Conversation, ListPage, Message, ThreadPage } from "./api.ts";

// How a page that was read anew goes into what is shown. Reading all pages again would cost a request for each.

export type ListData = InfiniteData<ListPage, string | null>;
export type ThreadData = InfiniteData<ThreadPage, string | null>;

const placeOf = (conversation: Conversation) => Date.parse(conversation.last_message_at);

/** The list's order, newest first. */
const newerFirst = (a: Conversation, b: Conversation) =>
  placeOf(b) - placeOf(a) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

/**
 * The list with its first page as it is now. Where the two have nothing in common, more happened than a page holds: the
 * list begins anew. What no longer fits the filter stays until it is opened anew, so that nothing vanishes while it is read.
 */
export function mergeList(shown: ListData | undefined, head: ListPage): ListData {
  const fresh = { pages: [head], pageParams: [null] };
  if (!shown?.pages[0]) return fresh;
  const ids = new Set(head.conversations.map(({ id }) => id));
  const joined = shown.pages.some((page) => page.conversations.some(({ id }) => ids.has(id)));
  if (head.next_cursor === null || !joined) return fresh;
  const [first, ...rest] = shown.pages.map((page) => {
    const others = page.conversations.filter(({ id }) => !ids.has(id));
    return others.length === page.conversations.length ? page : { ...page, conversations: others };
  });
  if (!first) return fresh;
  const merged = [...head.conversations, ...first.conversations].sort(newerFirst);
  return { ...shown, pages: [{ ...first, conversations: merged }, ...rest] };
}

/** The thread with its newest page as it is now; begun anew where too many texts came to be one thread. */
export function mergeThread(shown: ThreadData | undefined, head: ThreadPage): ThreadData {
  const fresh = { pages: [head], pageParams: [null] };
  const [first, ...rest] = shown?.pages ?? [];
  if (!shown || !first) return fresh;
  const ids = new Set(head.messages.map(({ id }) => id));
  const others = first.messages.filter(({ id }) => !ids.has(id));
  const joined = others.length < first.messages.length || head.next_cursor === null;
  if (!joined) return fresh;
  const messages = [...head.messages, ...others].sort((a, b) => (b.seq ?? 0) - (a.seq ?? 0));
  return { ...shown, pages: [{ ...first, conversation: head.conversation, messages }, ...rest] };
}

/** The thread with a text as the server stored it. */
export function putMessage(shown: ThreadData, message: Message): ThreadData {
  const [first, ...rest] = shown.pages;
  if (!first) return shown;
  const last_seq = Math.max(first.conversation.last_seq, message.seq ?? 0);
  const messages = [message, ...first.messages.filter(({ id }) => id !== message.id)]
    .sort((a, b) => (b.seq ?? 0) - (a.seq ?? 0));
  return {
    ...shown,
    pages: [{ ...first, conversation: { ...first.conversation, last_seq }, messages }, ...rest],
  };
}

/** What changed of one conversation. */
export type Patch = Partial<Conversation> & { readonly id: string };

export function patchList(shown: ListData, patch: Patch): ListData {
  const pages = shown.pages.map((page) => {
    if (!page.conversations.some(({ id }) => id === patch.id)) return page;
    const conversations = page.conversations.map((one) => one.id === patch.id ? { ...one, ...patch } : one);
    return { ...page, conversations };
  });
  return { ...shown, pages };
}

export function patchThread(shown: ThreadData, patch: Patch): ThreadData {
  const [first, ...rest] = shown.pages;
  if (!first) return shown;
  return { ...shown, pages: [{ ...first, conversation: { ...first.conversation, ...patch } }, ...rest] };
}
