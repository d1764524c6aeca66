import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { useBackend } from "../backend.ts";
import { useSession } from "../session.tsx";
import { Outbox } from "./outbox.ts";

const OutboxContext = createContext<Outbox | null>(null);

/** The signed-in user's outbox, at work whatever page is open. */
export function OutboxProvider({ children }: { readonly children: ReactNode }) {
  const { client } = useBackend();
  const userId = useSession().user.id;
  const outbox = useMemo(() => new Outbox({ client, userId }), [client, userId]);
  useEffect(() => outbox.start(), [outbox]);
  return <OutboxContext value={outbox}>{children}</OutboxContext>;
}

export function useOutbox(): Outbox {
  const outbox = useContext(OutboxContext);
  if (!outbox) throw new Error("No OutboxProvider around this component");
  return outbox;
}

/** What is on its way in any conversation. */
export function useOutgoing() {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox.subscribe, () => outbox.items);
}
