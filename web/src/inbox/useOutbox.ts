import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { useBackend } from "../lib/backend.ts";
import { keys } from "../lib/keys.ts";
import { Outbox } from "../lib/outbox.ts";
import { useSession } from "../lib/session.tsx";
import { putMessage, type ThreadData } from "./merge.ts";
import { refreshThread } from "./useInbox.ts";

export const OutboxContext = createContext<Outbox | null>(null);

/** The signed-in user's outbox, at work as long as the inbox is shown. */
export function useOwnOutbox(): Outbox {
  const { client } = useBackend();
  const queries = useQueryClient();
  const userId = useSession().user.id;
  const outbox = useMemo(() =>
    new Outbox({
      client,
      userId,
      onSent: ({ conversationId }, message) => {
        if (!message) return void refreshThread(queries, client, conversationId);
        queries.setQueryData<ThreadData>(keys.thread(conversationId), (shown) =>
          shown && putMessage(shown, message));
      },
    }), [client, queries, userId]);
  useEffect(() => outbox.start(), [outbox]);
  return outbox;
}

export function useOutbox(): Outbox {
  const outbox = useContext(OutboxContext);
  if (!outbox) throw new Error("No OutboxContext around this component");
  return outbox;
}

/** What is on its way in any conversation. */
export function useOutgoing() {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox.subscribe, () => outbox.items);
}
