import { useQuery } from "@tanstack/react-query";
import type { ModelsResponse } from "../../../../supabase/functions/_shared/sms/contract/preview.ts";
import { invoke } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";

/** The models that the operator allows, and those that go away. */
export function useModels(): ModelsResponse | undefined {
  const { client } = useBackend();
  return useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => invoke<ModelsResponse>(client, "sms-preview", { signal }),
    staleTime: Infinity,
  }).data;
}
