import { QueryClient } from "@tanstack/react-query";
import { SmsError } from "../../../client/mod.ts";

/** What the page remembers of the server, for one user: another one gets a cache of their own. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What changed is told by `lib/live`; a mount is no reason to ask again.
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && error instanceof SmsError && error.isPassing,
      },
    },
  });
}
