import { RotateCw } from "lucide-react";
import { lazy, memo, Suspense } from "react";
import { clockTime, fullTime, shortTime } from "../lib/time.ts";
import { Button } from "../ui/Button.tsx";
import { againKey, canSendAgain } from "./again.ts";
import type { Conversation, Message } from "./api.ts";
import styles from "./MessageBubble.module.css";
import { DeliveryMark } from "./DeliveryMark.tsx";
import { useOutbox, useOutgoing } from "./useOutbox.ts";
import { deliveryWords, senderWords } from "./words.ts";

/** Most texts have none. */
const Attachments = lazy(() => import("./Attachments.tsx"));
/** Hardly any text needs it. */
const Settle = lazy(() => import("./Settle.tsx"));

interface Props {
  readonly message: Message;
  readonly conversation: Conversation;
}

interface BubbleProps extends Props {
  /** When it was sent again, and when the first try was of which this is the second. */
  readonly againAt?: string | undefined;
  readonly firstAt?: string | undefined;
}

/** One text. What it says is put in as text, whatever it looks like. */
export const MessageBubble = memo(function MessageBubble(props: BubbleProps) {
  const { message, conversation, againAt, firstAt } = props;
  const { direction, sender, kind, body, created_at, media } = message;
  const link = againAt || firstAt ? { ...againAt && { againAt }, ...firstAt && { firstAt } } : undefined;
  const delivery = direction === "outbound" ? deliveryWords(message) : null;
  const failed = delivery?.state === "failed" || delivery?.state === "canceled";
  return (
    <article
      className={styles.message}
      data-direction={direction}
      data-sender={sender}
      data-kind={kind}
    >
      <div className={styles.bubble}>
        {media.length > 0 && (
          <Suspense>
            <Attachments message={message} />
          </Suspense>
        )}
        {body !== "" && <p className={styles.body} dir="auto">{body}</p>}
      </div>
      <p className={styles.meta}>
        <span className={styles.sender} dir="auto">
          {senderWords(message, conversation)}
        </span>
        <time dateTime={created_at} title={fullTime(created_at)}>
          {clockTime(created_at)}
        </time>
        {delivery && <DeliveryMark {...delivery} />}
        {firstAt && <span>Second try of {shortTime(firstAt)}</span>}
      </p>
      {delivery?.state === "unknown" && (
        <div className={styles.failure}>
          {delivery.explanation && <p>{delivery.explanation}</p>}
          <Suspense>
            <Settle message={message} conversationId={conversation.id} />
          </Suspense>
        </div>
      )}
      {failed && (
        <div className={styles.failure}>
          {delivery.explanation && <p>{delivery.explanation}</p>}
          {againAt && <p>Sent again at {shortTime(againAt)}, below.</p>}
          {canSendAgain(message, link) && <SendAgain message={message} conversation={conversation} />}
        </div>
      )}
    </article>
  );
});

/** A new text with the same words, once: the one that failed stays as it is, and its key lets one through. */
function SendAgain({ message, conversation }: Props) {
  const outbox = useOutbox();
  const key = againKey(message.id);
  const underWay = useOutgoing().some((outgoing) => outgoing.key === key);
  if (underWay) return <p>It is being sent again, below.</p>;
  const again = () =>
    outbox.add({
      key,
      conversationId: conversation.id,
      body: message.body,
      afterSeq: conversation.last_seq,
    });
  return (
    <Button size="sm" icon={<RotateCw size={14} />} onClick={again}>
      Send again
    </Button>
  );
}
