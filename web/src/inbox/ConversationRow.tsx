import { Ban, Bot, CircleUserRound, Hand } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";
import { fullTime, shortTime } from "../lib/time.ts";
import { Badge } from "../ui/Badge.tsx";
import { VisuallyHidden } from "../ui/VisuallyHidden.tsx";
import type { Conversation } from "./api.ts";
import styles from "./ConversationRow.module.css";
import { answerer, contactName, intentWords } from "./words.ts";

interface Props {
  readonly conversation: Conversation;
  readonly isOpen: boolean;
  /** Whether the tabulator stops here; arrows reach the others. */
  readonly isStop: boolean;
}

export const ConversationRow = memo(function ConversationRow({ conversation, isOpen, isStop }: Props) {
  const { id, unread, last_message_at, last_message_preview } = conversation;
  return (
    <Link
      href={`/${id}`}
      className={styles.row}
      aria-current={isOpen ? "true" : undefined}
      tabIndex={isStop ? 0 : -1}
      data-unread={unread > 0}
    >
      <span className={styles.top}>
        <span className={styles.name}>
          <bdi>{contactName(conversation)}</bdi>
        </span>
        <time className={styles.time} dateTime={last_message_at} title={fullTime(last_message_at)}>
          {shortTime(last_message_at)}
        </time>
      </span>
      <span className={styles.middle}>
        <span className={styles.preview} dir="auto">{last_message_preview || "No text"}</span>
        {unread > 0 && (
          <span className={styles.unread}>
            {unread > 99 ? "99+" : unread}
            <VisuallyHidden>unread</VisuallyHidden>
          </span>
        )}
      </span>
      <Marks conversation={conversation} />
    </Link>
  );
});

/** What is worth knowing before it is opened; at most three, the most pressing first. */
function Marks({ conversation }: { readonly conversation: Conversation }) {
  const { contact, waiting_for_person, status, intent } = conversation;
  return (
    <span className={styles.marks}>
      {contact.opted_out_at !== null && <Badge tone="danger" icon={<Ban size={12} />}>Opted out</Badge>}
      {waiting_for_person && <Badge tone="warning" icon={<Hand size={12} />}>Needs a person</Badge>}
      {status === "ended"
        ? <Badge>Ended</Badge>
        : contact.opted_out_at !== null
        ? null
        : answerer(conversation) === "assistant"
        ? <Badge icon={<Bot size={12} />}>Assistant</Badge>
        : <Badge tone="accent" icon={<CircleUserRound size={12} />}>Person</Badge>}
      {intent !== null && <Badge>{intentWords(intent)}</Badge>}
    </span>
  );
}
