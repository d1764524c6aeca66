import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ListedNumber, NumberToAssign } from "../../../../client/mod.ts";
import { smsOf } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";
import { keys } from "../../lib/keys.ts";

export type NumberChange =
  | { readonly kind: "repair" | "unassign"; readonly id: string }
  | { readonly kind: "assign"; readonly request: NumberToAssign };

/** Sets numbers up at Twilio, which takes some seconds, and shows what is true afterwards, also when it failed. */
export function useNumberChange() {
  const { client } = useBackend();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: NumberChange) => {
      switch (change.kind) {
        case "assign":
          return smsOf(client).numbers.assign(change.request);
        case "repair":
          return smsOf(client).numbers.repair(change.id);
        case "unassign":
          return smsOf(client).numbers.unassign(change.id);
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
    mutationFn: () => smsOf(client).numbers.list({ verify: true }),
    onSuccess: (numbers) => queries.setQueryData<readonly ListedNumber[]>(keys.numbers, numbers),
  });
}

export const UNASSIGNED = ["unassigned numbers"] as const;
