import type { InfiniteData } from "@tanstack/react-query";
import type { Conversation, ListPage, Message, ThreadPage } from "./api.ts";

// How a page that was read anew goes into what is shown. Reading all pages again would cost a request for each.

export type ListData = InfiniteData<ListPage, string | null>;
export type ThreadData = InfiniteData<ThreadPage, string | null>;

const placeOf = (conversation: Conversation) => Date.parse(conversation.last_message_at);

/** The list's order, newest first. */
const newerFirst = (a: Conversation, b: Conversation) =>
  placeOf(b) - placeOf(a) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

type Row = { readonly id: string; readonly updated_at: string };

/** Of a row that was read twice the later state: an answer may be older than what came meanwhile by another way. */
const later = <T extends Row>(shown: T | undefined, read: T): T =>
  shown && Date.parse(shown.updated_at) > Date.parse(read.updated_at) ? shown : read;

/** What was read, each row as it is known best. */
function latest<T extends Row>(read: readonly T[], shown: readonly T[]): T[] {
  const byId = new Map(shown.map((row) => [row.id, row]));
  return read.map((row) => later(byId.get(row.id), row));
}

/** Whether one stands where it stood: then all that came above it is known. What moved to the top says nothing of that. */
function isJoined(before: readonly Conversation[], now: readonly Conversation[]): boolean {
  const places = new Map(before.map((one) => [one.id, placeOf(one)]));
  return now.some((one) => places.get(one.id) === placeOf(one));
}

/**
 * The list with its first page as it is now. Where the two are not joined, more happened than a page holds, and the list
 * begins anew. What no longer fits the filter stays until it is opened anew, so that nothing vanishes while it is read.
 */
export function mergeList(shown: ListData | undefined, head: ListPage): ListData {
  const before = shown?.pages.flatMap((page) => page.conversations) ?? [];
  const read = latest(head.conversations, before);
  const fresh = { pages: [{ ...head, conversations: read.sort(newerFirst) }], pageParams: [null] };
  if (!shown || head.next_cursor === null) return fresh;
  // A filter kept nothing of what a page looked through: nothing that fits it has changed.
  if (before.length > 0 && read.length === 0) return shown;
  if (!isJoined(before, head.conversations)) return fresh;
  const ids = new Set(read.map(({ id }) => id));
  const [first, ...rest] = shown.pages.map((page) => {
    const others = page.conversations.filter(({ id }) => !ids.has(id));
    return others.length === page.conversations.length ? page : { ...page, conversations: others };
  });
  if (!first) return fresh;
  const conversations = [...read, ...first.conversations].sort(newerFirst);
  return { ...shown, pages: [{ ...first, conversations }, ...rest] };
}

const newestFirst = (messages: Message[]) => messages.sort((a, b) => (b.seq ?? 0) - (a.seq ?? 0));

/** The thread with its newest page as it is now; begun anew where too many texts came to be one thread. */
export function mergeThread(shown: ThreadData | undefined, head: ThreadPage): ThreadData {
  const [first, ...rest] = shown?.pages ?? [];
  if (!shown || !first) return { pages: [head], pageParams: [null] };
  const conversation = later(first.conversation, head.conversation);
  const read = latest(head.messages, first.messages);
  const ids = new Set(read.map(({ id }) => id));
  const others = first.messages.filter(({ id }) => !ids.has(id));
  const joined = others.length < first.messages.length || head.next_cursor === null;
  if (!joined) return { pages: [{ ...head, conversation }], pageParams: [null] };
  const messages = newestFirst([...read, ...others]);
  return { ...shown, pages: [{ ...first, conversation, messages }, ...rest] };
}

/** The thread with a text as the server stored it. */
export function putMessage(shown: ThreadData, message: Message): ThreadData {
  const [first, ...rest] = shown.pages;
  if (!first) return shown;
  const last_seq = Math.max(first.conversation.last_seq, message.seq ?? 0);
  const others = first.messages.filter(({ id }) => id !== message.id);
  const messages = newestFirst([...latest([message], first.messages), ...others]);
  return {
    ...shown,
    pages: [{ ...first, conversation: { ...first.conversation, last_seq }, messages }, ...rest],
  };
}

/** What changed of one conversation. */
export type Patch = Partial<Conversation> & { readonly id: string };

const patched = (one: Conversation, patch: Patch): Conversation => later(one, { ...one, ...patch });

export function patchList(shown: ListData, patch: Patch): ListData {
  const pages = shown.pages.map((page) => {
    if (!page.conversations.some(({ id }) => id === patch.id)) return page;
    const conversations = page.conversations.map((one) => one.id === patch.id ? patched(one, patch) : one);
    return { ...page, conversations };
  });
  return { ...shown, pages };
}

export function patchThread(shown: ThreadData, patch: Patch): ThreadData {
  const [first, ...rest] = shown.pages;
  if (!first) return shown;
  return { ...shown, pages: [{ ...first, conversation: patched(first.conversation, patch) }, ...rest] };
}
