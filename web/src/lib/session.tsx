import type { Session } from "@supabase/supabase-js";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useBackend } from "./backend.ts";

const SessionContext = createContext<Session | null>(null);

interface Props {
  /** While it is not known whether somebody is signed in. */
  readonly pending: ReactNode;
  readonly signedOut: ReactNode;
  readonly children: ReactNode;
}

/** Shows its children to a signed-in user. Tokens are kept and renewed by supabase-js. */
export function SessionGate({ pending, signedOut, children }: Props) {
  const { client } = useBackend();
  const [session, setSession] = useState<Session | null | undefined>();
  useEffect(() => {
    // Its first event is INITIAL_SESSION.
    const { data } = client.auth.onAuthStateChange((_event, session) => setSession(session));
    return () => data.subscription.unsubscribe();
  }, [client]);
  if (session === undefined) return pending;
  if (session === null) return signedOut;
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Who is signed in; only below `SessionGate`. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("No SessionGate around this component");
  return session;
}
