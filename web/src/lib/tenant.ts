import { useQuery } from "@tanstack/react-query";
import type { PhoneNumber } from "../../../supabase/functions/_shared/sms/contract/numbers.ts";
import type { Tables } from "../../../supabase/functions/_shared/sms/database/types.ts";
import { invoke } from "./api.ts";
import { useBackend } from "./backend.ts";
import { dataError } from "./errors.ts";
import { keys } from "./keys.ts";

// What a tenant has set up, which more than one page asks for.

export type Assistant = Tables<"sms_assistants">;
export type { PhoneNumber };

export function useNumbers() {
  const { client } = useBackend();
  return useQuery({
    queryKey: keys.numbers,
    queryFn: async ({ signal }) =>
      (await invoke<{ numbers: PhoneNumber[] }>(client, "sms-numbers", { signal })).numbers,
  });
}

/** By name. */
export function useAssistants() {
  const { client } = useBackend();
  return useQuery({
    queryKey: keys.assistants,
    queryFn: async ({ signal }): Promise<Assistant[]> => {
      const { data, error } = await client.from("sms_assistants").select("*").order("name").order("id")
        .abortSignal(signal);
      if (error) throw dataError(error);
      return data;
    },
  });
}
