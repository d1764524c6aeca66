import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useBackend } from "../lib/backend.ts";
import { keys } from "../lib/keys.ts";
import { useOutbox } from "../lib/outbox/OutboxProvider.tsx";
import type { Outgoing } from "../lib/outbox/outgoing.ts";
import type { ThreadData } from "./merge.ts";
import { putStored, refreshThread } from "./useInbox.ts";

export { useOutbox, useOutgoing } from "../lib/outbox/OutboxProvider.tsx";

/** Puts into its thread what the outbox has sent; while another page is open, nobody looks at one. */
export function useSentTexts(): void {
  const outbox = useOutbox();
  const { client } = useBackend();
  const queries = useQueryClient();
  useEffect(() =>
    outbox.onSent(({ conversationId }, message) => {
      if (message) putStored(queries, conversationId, message);
      else refreshThread(queries, client, conversationId);
    }), [outbox, client, queries]);
}

/** Tries a text again, below what its thread shows by now. */
export function useRetry({ key, conversationId }: Outgoing): () => void {
  const outbox = useOutbox();
  const queries = useQueryClient();
  return () => {
    const thread = queries.getQueryData<ThreadData>(keys.thread(conversationId));
    outbox.retry(key, thread?.pages[0]?.conversation.last_seq ?? 0);
  };
}
