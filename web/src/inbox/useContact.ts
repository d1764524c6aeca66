import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { useBackend } from "../lib/backend.ts";
import { messageOf } from "../lib/errors.ts";
import { keys } from "../lib/keys.ts";
import { useOutbox } from "../lib/outbox/OutboxProvider.tsx";
import { useToast } from "../ui/Toast.tsx";
import { type Conversation, eraseContact, exportContact } from "./api.ts";

/** What a contact may ask for: a copy of all that is stored about them, and that it is erased. */
export function useContact({ id, contact }: Conversation) {
  const { client } = useBackend();
  const queries = useQueryClient();
  const toast = useToast();
  const outbox = useOutbox();
  const [, go] = useLocation();
  const onError = (error: unknown) =>
    toast({ tone: "danger", title: "Nothing was changed", description: messageOf(error) });
  const save = useMutation({
    mutationFn: () => exportContact(client, contact.id),
    onSuccess: (all) => download(`contact ${contact.number}.json`, all),
    onError,
  });
  const erase = useMutation({
    mutationFn: () => eraseContact(client, contact.id),
    onSuccess: async () => {
      outbox.discardThread(id);
      go("/");
      queries.removeQueries({ queryKey: keys.allThreads });
      await queries.invalidateQueries({ queryKey: keys.allConversations });
      toast({ title: "The contact is erased" });
    },
    onError,
  });
  return { save, erase };
}

function download(name: string, content: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
