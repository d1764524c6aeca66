import { lazy, Suspense, useEffect } from "react";
import { useBackend } from "../lib/backend.ts";
import { useOutbox, useOutgoing } from "../lib/outbox/OutboxProvider.tsx";
import { LoadingState } from "../ui/States.tsx";

const UnsentTexts = lazy(() => import("./UnsentTexts.tsx"));

/** A page of its own, so that a user with something unsaved is asked first, as on the way to any other page. */
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
    // The next user does not begin on this page. The router is not told, because nothing is shown any more.
    history.replaceState(null, "", "#/");
    // Here only: other devices stay signed in.
    void client.auth.signOut({ scope: "local" });
  }, [client]);
  return <LoadingState label="Signing out …" />;
}
