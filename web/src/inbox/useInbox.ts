import { type QueryClient, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Client, useBackend } from "../lib/backend.ts";
import { keys } from "../lib/keys.ts";
import { useLive } from "../lib/live/LiveProvider.tsx";
import { listConversations, type ListPage, type Message, readConversation, type ThreadPage } from "./api.ts";
import type { ConversationFilter } from "./filter.ts";
import {
  type ListData,
  mergeList,
  mergeThread,
  type Patch,
  patchList,
  patchThread,
  putMessage,
  type ThreadData,
} from "./merge.ts";
import { changeLoaded, refresh } from "./refresh.ts";

/** Nothing goes stale by itself: what changed is told, and then only the first page is read again. */
const TOLD = { staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false } as const;

/** A page is asked for once: a scroll may be drawn before it shows that the page is under way, and a second call cancels the first. */
export const ONCE = { cancelRefetch: false } as const;

export function useConversations(filter: ConversationFilter) {
  const { client } = useBackend();
  return useInfiniteQuery({
    ...TOLD,
    queryKey: keys.conversations(filter),
    queryFn: ({ pageParam, signal }) => listConversations(client, filter, { cursor: pageParam, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** One conversation and its texts; its pages go back in time. */
export function useThread(id: string) {
  const { client } = useBackend();
  return useInfiniteQuery({
    ...TOLD,
    queryKey: keys.thread(id),
    queryFn: ({ pageParam, signal }) => readConversation(client, id, { cursor: pageParam, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** Keeps what is shown as it is on the server. */
export function useLiveInbox(open: string | null): void {
  const live = useLive();
  const queries = useQueryClient();
  const { client } = useBackend();
  // Before any of it is shown: while another page was open, nobody heard what changed.
  useState(() => forget(queries));
  useEffect(() => live.watch(open), [live, open]);
  useEffect(
    () =>
      live.subscribe((changed) => {
        refreshLists(queries, client);
        refreshThreads(queries, client, changed);
      }),
    [live, queries, client],
  );
}

/** What nobody looks at is read when it is opened again. */
function forget(queries: QueryClient): void {
  for (const queryKey of [keys.allConversations, keys.allThreads]) {
    queries.removeQueries({ queryKey, type: "inactive" });
  }
}

function refreshLists(queries: QueryClient, client: Client): void {
  queries.removeQueries({ queryKey: keys.allConversations, type: "inactive" });
  for (const query of queries.getQueryCache().findAll({ queryKey: keys.allConversations })) {
    const filter = query.queryKey[1] as ConversationFilter;
    void refresh<ListData, ListPage>(queries, query, {
      read: () => listConversations(client, filter, { cursor: null }),
      merge: mergeList,
    });
  }
}

function refreshThreads(queries: QueryClient, client: Client, changed: readonly string[] | null): void {
  for (const query of queries.getQueryCache().findAll({ queryKey: keys.allThreads })) {
    const id = String(query.queryKey[1]);
    if (changed !== null && !changed.includes(id)) continue;
    if (query.isActive()) refreshThread(queries, client, id);
    else queries.getQueryCache().remove(query);
  }
}

export function refreshThread(queries: QueryClient, client: Client, id: string): void {
  const query = queries.getQueryCache().find({ queryKey: keys.thread(id) });
  if (!query) return;
  void refresh<ThreadData, ThreadPage>(queries, query, {
    read: () => readConversation(client, id, { cursor: null }),
    merge: mergeThread,
  });
}

/** Puts a change where the conversation is shown, before or after the server has it. */
export function patchConversation(queries: QueryClient, patch: Patch): void {
  const cache = queries.getQueryCache();
  for (const query of cache.findAll({ queryKey: keys.allConversations })) {
    changeLoaded<ListData>(queries, query, (shown) => patchList(shown, patch));
  }
  for (const query of cache.findAll({ queryKey: keys.thread(patch.id) })) {
    changeLoaded<ThreadData>(queries, query, (shown) => patchThread(shown, patch));
  }
}

/** Puts a text into its thread as the server stored it. */
export function putStored(queries: QueryClient, conversationId: string, message: Message): void {
  for (const query of queries.getQueryCache().findAll({ queryKey: keys.thread(conversationId) })) {
    changeLoaded<ThreadData>(queries, query, (shown) => putMessage(shown, message));
  }
}
