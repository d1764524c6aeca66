import { type Query, type QueryClient, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Client, useBackend } from "../lib/backend.ts";
import { keys } from "../lib/keys.ts";
import { useLive } from "../lib/live/LiveProvider.tsx";
import { listConversations, readConversation } from "./api.ts";
import type { ConversationFilter } from "./filter.ts";
import {
  type ListData,
  mergeList,
  mergeThread,
  type Patch,
  patchList,
  patchThread,
  type ThreadData,
} from "./merge.ts";

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
  useEffect(() => live.watch(open), [live, open]);
  useEffect(
    () =>
      live.subscribe((changed) => {
        void refreshLists(queries, client);
        void refreshThreads(queries, client, changed);
      }),
    [live, queries, client],
  );
}

/** What nobody looks at is forgotten, and read when it is opened again. */
async function refreshLists(queries: QueryClient, client: Client): Promise<void> {
  queries.removeQueries({ queryKey: keys.allConversations, type: "inactive" });
  for (const query of queries.getQueryCache().findAll({ queryKey: keys.allConversations, type: "active" })) {
    // A list that is being read is as new as can be.
    if (query.state.data === undefined) continue;
    const filter = query.queryKey[1] as ConversationFilter;
    const head = await listConversations(client, filter, { cursor: null }).catch(() => null);
    await nextPageOf(query);
    if (head) queries.setQueryData<ListData>(query.queryKey, (shown) => mergeList(shown, head));
  }
}

/** A page that is under way is put to those that were there when it was asked for: whatever is changed meanwhile is lost. */
async function nextPageOf(query: Query): Promise<void> {
  if (query.state.fetchStatus === "fetching") await query.promise?.catch(() => null);
}

async function refreshThreads(
  queries: QueryClient,
  client: Client,
  changed: readonly string[] | null,
): Promise<void> {
  for (const query of queries.getQueryCache().findAll({ queryKey: keys.allThreads })) {
    const id = String(query.queryKey[1]);
    if (changed !== null && !changed.includes(id)) continue;
    if (!query.isActive()) queries.removeQueries({ queryKey: query.queryKey, exact: true });
    else if (query.state.data !== undefined) await refreshThread(queries, client, id);
  }
}

export async function refreshThread(queries: QueryClient, client: Client, id: string): Promise<void> {
  const head = await readConversation(client, id, { cursor: null }).catch(() => null);
  const query = queries.getQueryCache().find({ queryKey: keys.thread(id) });
  if (query) await nextPageOf(query);
  if (head) queries.setQueryData<ThreadData>(keys.thread(id), (shown) => mergeThread(shown, head));
}

/** Puts a change where the conversation is shown, before or after the server has it. */
export function patchConversation(queries: QueryClient, patch: Patch): void {
  queries.setQueriesData<ListData>(
    { queryKey: keys.allConversations },
    (shown) => shown && patchList(shown, patch),
  );
  queries.setQueryData<ThreadData>(keys.thread(patch.id), (shown) => shown && patchThread(shown, patch));
}
