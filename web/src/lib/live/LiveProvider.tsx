import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { useBackend } from "../backend.ts";
import { useSession } from "../session.tsx";
import { changes } from "../../../../client/live/changes.ts";
import type { Change } from "../../../../client/mod.ts";

interface Live {
  /** @returns what ends it */
  subscribe(listener: (change: Change) => void): () => void;
  /** The conversation that is open; null for none. */
  watch(conversationId: string | null): void;
}

const LiveContext = createContext<Live | null>(null);

/** Listens for changes, for all pages of the signed-in user. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const { client, config } = useBackend();
  const userId = useSession().user.id;
  const live = useMemo(() => {
    const listeners = new Set<(change: Change) => void>();
    let open: string | null = null;
    const options = {
      client,
      listenAs: config.realtime ? userId : null,
      page: document,
      pollMs: config.pollMs,
      watched: () => open,
    };
    return {
      start: () =>
        changes(options, (change) => {
          for (const listener of listeners) listener(change);
        }),
      watch: (conversationId: string | null) => void (open = conversationId),
      subscribe: (listener: (change: Change) => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
  }, [client, config, userId]);
  useEffect(() => live.start(), [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("No LiveProvider around this component");
  return live;
}
