import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Router } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { type Backend, BackendProvider } from "../lib/backend.ts";
import { LiveProvider } from "../lib/live/LiveProvider.tsx";
import { OutboxProvider } from "../lib/outbox/OutboxProvider.tsx";
import { createQueryClient } from "../lib/query.ts";
import { SessionGate, useSession } from "../lib/session.tsx";
import { LoadingState } from "../ui/States.tsx";
import { ToastProvider } from "../ui/Toast.tsx";
import { Shell } from "./Shell.tsx";

const SignIn = lazy(() => import("./SignIn.tsx"));

export function App({ backend }: { readonly backend: Backend }) {
  return (
    <BackendProvider value={backend}>
      <ToastProvider>
        <Suspense fallback={<LoadingState />}>
          <SessionGate pending={<LoadingState />} signedOut={<SignIn />}>
            <Signed />
          </SessionGate>
        </Suspense>
      </ToastProvider>
    </BackendProvider>
  );
}

/** The next user starts with nothing of the user before. */
function Signed() {
  const { user } = useSession();
  return <Workspace key={user.id} />;
}

function Workspace() {
  const [queryClient] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <LiveProvider>
        <OutboxProvider>
          <Router hook={useHashLocation}>
            <Shell />
          </Router>
        </OutboxProvider>
      </LiveProvider>
    </QueryClientProvider>
  );
}
