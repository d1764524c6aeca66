import { useQuery } from "@tanstack/react-query";
import type { Models } from "../../../../client/mod.ts";
import { smsOf } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";

/** The models that the operator allows, and those that go away. */
export function useModels(): Models | undefined {
  const { client } = useBackend();
  return useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => smsOf(client).preview.models({ signal }),
    staleTime: Infinity,
  }).data;
}
