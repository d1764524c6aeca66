import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBackend } from "../lib/backend.ts";
import { messageOf } from "../lib/errors.ts";
import { Button } from "../ui/Button.tsx";
import { useToast } from "../ui/Toast.tsx";
import { type Message, settleMessage } from "./api.ts";
import { refreshThread } from "./useInbox.ts";

interface Props {
  readonly message: Message;
  readonly conversationId: string;
}

/** "I looked": what a person saw of a text of which nobody else could find out whether it left. */
export default function Settle({ message, conversationId }: Props) {
  const { client } = useBackend();
  const queries = useQueryClient();
  const toast = useToast();
  const settle = useMutation({
    mutationFn: (wasSent: boolean) => settleMessage(client, message.id, wasSent),
    onSuccess: () => refreshThread(queries, client, conversationId),
    onError: (error) =>
      toast({ tone: "danger", title: "Nothing was changed", description: messageOf(error) }),
  });
  return (
    <>
      <Button size="sm" disabled={settle.isPending} onClick={() => settle.mutate(true)}>
        I looked: it was sent
      </Button>
      <Button size="sm" disabled={settle.isPending} onClick={() => settle.mutate(false)}>
        I looked: it was not sent
      </Button>
    </>
  );
}
