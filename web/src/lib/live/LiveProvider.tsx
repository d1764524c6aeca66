import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { useBackend } from "../backend.ts";
import { useSession } from "../session.tsx";
import { polling } from "./polling.ts";
import { realtime } from "./realtime.ts";
import type { Change } from "./source.ts";

interface Live {
  /** @returns what ends it */
  subscribe(listener: (change: Change) => void): () => void;
  /** The conversation that is open; null for none. */
  watch(conversationId: string | null): void;
}

const LiveContext = createContext<Live | null>(null);

/** Beside Realtime: what was not announced, or not heard, is found in the end. */
const BESIDE_REALTIME_MS = 60_000;
/** Events come in showers: a text, its reply, each of their statuses. */
const GATHER_MS = 80;

/** Listens for changes, for all pages of the signed-in user. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const { client, config } = useBackend();
  const userId = useSession().user.id;
  const live = useMemo(() => {
    const listeners = new Set<(change: Change) => void>();
    let open: string | null = null;
    let heard = false;
    const gathered = gather((change) => {
      for (const listener of listeners) listener(change);
    });
    const sources = [
      polling({
        client,
        page: document,
        watched: () => open,
        interval: () => heard ? BESIDE_REALTIME_MS : config.pollMs,
      }),
      ...config.realtime ? [realtime({ client, userId, onHeard: (now) => void (heard = now) })] : [],
    ];
    return {
      start: () => {
        const ends = sources.map((source) => source.start(gathered));
        return () => ends.forEach((end) => end());
      },
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

/** One change for all that come within a moment. */
function gather(tell: (change: Change) => void): (change: Change) => void {
  let waiting: Set<string> | "everything" | undefined;
  return (change) => {
    if (waiting === undefined) {
      setTimeout(() => {
        const told = waiting === "everything" || waiting === undefined ? null : [...waiting];
        waiting = undefined;
        tell(told);
      }, GATHER_MS);
      waiting = new Set();
    }
    if (change === null) waiting = "everything";
    else if (waiting !== "everything") { for (const id of change) waiting.add(id); }
  };
}
