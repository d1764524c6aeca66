import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AssignNumberRequest } from "../../../../supabase/functions/_shared/sms/contract/numbers.ts";
import { invoke } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";
import { keys } from "../../lib/keys.ts";
import type { PhoneNumber } from "../../lib/tenant.ts";
import type { ListedNumber } from "./words.ts";

type Answer = { readonly number: PhoneNumber };

export type NumberChange =
  | { readonly kind: "repair" | "unassign"; readonly id: string }
  | { readonly kind: "assign"; readonly request: AssignNumberRequest };

/** Sets numbers up at Twilio, which takes some seconds, and shows what is true afterwards, also when it failed. */
export function useNumberChange() {
  const { client } = useBackend();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: NumberChange) => {
      switch (change.kind) {
        case "assign":
          return invoke<Answer>(client, "sms-numbers", { method: "POST", body: { ...change.request } });
        case "repair":
          return invoke<Answer>(client, `sms-numbers/${change.id}/repair`, { method: "POST" });
        case "unassign":
          return invoke<Answer>(client, `sms-numbers/${change.id}`, { method: "DELETE" });
      }
    },
    // Half-way is a state too: the row says how far it came.
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: keys.numbers });
      queries.removeQueries({ queryKey: UNASSIGNED });
    },
  });
}

/** Asks Twilio about every number. */
export function useVerifyNumbers() {
  const { client } = useBackend();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => invoke<{ numbers: ListedNumber[] }>(client, "sms-numbers", { query: { verify: "1" } }),
    onSuccess: ({ numbers }) => queries.setQueryData<ListedNumber[]>(keys.numbers, numbers),
  });
}

export const UNASSIGNED = ["unassigned numbers"] as const;
