import { lazy, Suspense, useEffect } from "react";
import { useBackend } from "../lib/backend.ts";
import { useOutbox, useOutgoing } from "../lib/outbox/OutboxProvider.tsx";
import { LoadingState } from "../ui/States.tsx";

const UnsentTexts = lazy(() => import("./UnsentTexts.tsx"));

/** A place to go to: whoever has something unsaved is asked before, as on the way to any other. */
export function SignOut() {
  const outbox = useOutbox();
  const unsent = useOutgoing();
  if (unsent.length === 0) return <SigningOut />;
  return (
    <Suspense fallback={null}>
      <UnsentTexts count={unsent.length} onDiscard={() => outbox.discardAll()} />
    </Suspense>
  );
}

function SigningOut() {
  const { client } = useBackend();
  useEffect(() => {
    // Whoever signs in next does not begin here. The router is not told: there is nothing to show any more.
    history.replaceState(null, "", "#/");
    // Here only: other devices stay signed in.
    void client.auth.signOut({ scope: "local" });
  }, [client]);
  return <LoadingState label="Signing out …" />;
}
