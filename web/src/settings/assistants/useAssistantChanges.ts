import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBackend } from "../../lib/backend.ts";
import { dataError } from "../../lib/errors.ts";
import { keys } from "../../lib/keys.ts";
import { useSession } from "../../lib/session.tsx";
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
  const { user } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (draft: Draft): Promise<Assistant> => {
      const row = rowOf(draft);
      const table = client.from("sms_assistants");
      const { data, error } =
        await (id === NEW ? table.insert({ ...row, user_id: user.id }) : table.update(row).eq("id", id))
          .select("*").single();
      if (!error) return data;
      const problems = problemOfRefusal(error);
      throw problems ? new FieldError(problems) : dataError(error);
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
    mutationFn: async (id: string) => {
      const { error } = await client.from("sms_assistants").delete().eq("id", id);
      if (error) throw dataError(error);
    },
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: keys.assistants }),
        queries.invalidateQueries({ queryKey: keys.numbers }),
      ]);
    },
  });
}
