import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBackend } from "../lib/backend.ts";
import { messageOf } from "../lib/errors.ts";
import { useToast } from "../ui/Toast.tsx";
import { type Conversation, handBack, takeOver, updateConversation } from "./api.ts";
import type { Patch } from "./merge.ts";
import { patchConversation } from "./useInbox.ts";

export type Action = "take over" | "hand back" | "end" | "reopen";

/** What a person does with a conversation as a whole. */
export function useActions(conversation: Conversation) {
  const { client } = useBackend();
  const queries = useQueryClient();
  const toast = useToast();
  const { id } = conversation;
  return useMutation({
    mutationFn: async (action: Action): Promise<Patch> => {
      switch (action) {
        case "take over":
          return { ...await takeOver(client, id), id };
        case "hand back":
          return { ...await handBack(client, conversation), id };
        case "end":
          return await updateConversation(client, id, { status: "ended" });
        case "reopen":
          return await updateConversation(client, id, { status: "active" });
      }
    },
    onSuccess: (patch) => patchConversation(queries, patch),
    onError: (error) =>
      toast({ tone: "danger", title: "Nothing was changed", description: messageOf(error) }),
  });
}
