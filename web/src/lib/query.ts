import { QueryCache, QueryClient } from "@tanstack/react-query";
import { SmsError } from "../../../client/mod.ts";
import type { Client } from "./backend.ts";
import { renewSession } from "./renew.ts";

/** What the page remembers of the server, for one user: another one gets a cache of their own. */
export function createQueryClient(client?: Client): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof SmsError && error.status === 401 && client) {
          void renewSession(client);
        }
      },
    }),
    defaultOptions: {
      queries: {
        // What changed is told by `lib/live`; a mount is no reason to ask again.
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && error instanceof SmsError && error.isPassing,
      },
    },
  });
}
