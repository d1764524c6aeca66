import { useEffect, useMemo, useRef } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useBackend } from "../lib/backend.ts";
import { ErrorState, LoadingState } from "../ui/States.tsx";
import { type Conversation, type Message, updateConversation } from "./api.ts";
import { Composer } from "./Composer.tsx";
import { MessageList } from "./MessageList.tsx";
import { rowsOf } from "./rows.ts";
import styles from "./Thread.module.css";
import { ThreadHeader } from "./ThreadHeader.tsx";
import { patchConversation, useThread } from "./useInbox.ts";
import { useOutgoing } from "./useOutbox.ts";

/** One conversation. */
export function Thread({ id }: { readonly id: string }) {
  const thread = useThread(id);
  const all = useOutgoing();
  const outgoing = useMemo(() => all.filter(({ conversationId }) => conversationId === id), [all, id]);
  const pages = thread.data?.pages;
  const conversation = pages?.[0]?.conversation;
  const messages = useMemo(() => pages?.flatMap((page) => page.messages) ?? [], [pages]);
  const hasOlder = thread.hasNextPage;
  const rows = useMemo(() => rowsOf({ messages, outgoing, hasOlder }), [messages, outgoing, hasOlder]);
  useReadMark(conversation, messages[0]);
  if (!conversation) {
    return thread.isError
      ? <ErrorState error={thread.error} onRetry={() => void thread.refetch()} />
      : <LoadingState label="Loading the conversation …" />;
  }
  return (
    <section className={styles.thread} aria-label="Conversation">
      <ThreadHeader conversation={conversation} />
      <MessageList conversation={conversation} rows={rows} newest={messages[0]} thread={thread} />
      <Composer key={id} conversation={conversation} />
    </section>
  );
}

/** What is shown to somebody who looks is read. A person's own text counts as unread too, until it is marked. */
function useReadMark(conversation: Conversation | undefined, newest: Message | undefined): void {
  const { client } = useBackend();
  const queries = useQueryClient();
  const marked = useRef(0);
  const id = conversation?.id;
  const through = newest?.seq ?? 0;
  const isUnread = conversation !== undefined && conversation.read_seq < through;
  useEffect(() => {
    if (!id || !isUnread) return;
    const mark = () => {
      if (document.hidden || marked.current >= through) return;
      marked.current = through;
      updateConversation(client, id, { read_through: through }).then(
        ({ read_seq, unread }) => patchConversation(queries, { id, read_seq, unread }),
        // The next text, or the next time it is opened, marks it.
        () => void (marked.current = 0),
      );
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [client, queries, id, through, isUnread]);
}
