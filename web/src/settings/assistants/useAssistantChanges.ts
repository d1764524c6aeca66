import { useMutation, useQueryClient } from "@tanstack/react-query";
import { SmsError } from "../../../../client/mod.ts";
import { useBackend } from "../../lib/backend.ts";
import { smsOf } from "../../lib/api.ts";
import { keys } from "../../lib/keys.ts";
import type { Assistant } from "../../lib/tenant.ts";
import { type Draft, problemOfRefusal, type Problems, rowOf } from "./draft.ts";

export const NEW = "new";

/** What was not saved, and in which fields that must be fixed. */
export class FieldError extends Error {
  override readonly name = "FieldError";
  constructor(readonly problems: Problems) {
    super("Fix the marked fields first.");
  }
}

/** @param id of the assistant; NEW for one that is made by saving it */
export function useSaveAssistant(id: string) {
  const { client } = useBackend();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (draft: Draft): Promise<Assistant> => {
      const row = rowOf(draft);
      const { assistants } = smsOf(client);
      try {
        return await (id === NEW ? assistants.create(row) : assistants.update(id, row));
      } catch (error) {
        const problems = error instanceof SmsError ? problemOfRefusal(error) : null;
        throw problems ? new FieldError(problems) : error;
      }
    },
    onSuccess: (saved) => {
      queries.setQueryData<Assistant[]>(
        keys.assistants,
        (all = []) => [...all.filter(({ id }) => id !== saved.id), saved].sort(byName),
      );
    },
  });
}

const byName = (a: Assistant, b: Assistant): number => a.name.localeCompare(b.name);

export function useDeleteAssistant() {
  const { client } = useBackend();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => smsOf(client).assistants.remove(id),
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: keys.assistants }),
        queries.invalidateQueries({ queryKey: keys.numbers }),
      ]);
    },
  });
}
