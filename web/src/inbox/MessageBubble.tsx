import { RotateCw } from "lucide-react";
import { lazy, memo, Suspense } from "react";
import { clockTime, fullTime } from "../lib/time.ts";
import { Button } from "../ui/Button.tsx";
import type { Conversation, Message } from "./api.ts";
import styles from "./MessageBubble.module.css";
import { DeliveryMark } from "./DeliveryMark.tsx";
import { useOutbox } from "./useOutbox.ts";
import { deliveryWords, senderWords } from "./words.ts";

/** Most texts have none. */
const Attachments = lazy(() => import("./Attachments.tsx"));
/** Hardly any text needs it. */
const Settle = lazy(() => import("./Settle.tsx"));

interface Props {
  readonly message: Message;
  readonly conversation: Conversation;
}

/** One text. What it says is put in as text, whatever it looks like. */
export const MessageBubble = memo(function MessageBubble({ message, conversation }: Props) {
  const { direction, sender, kind, body, created_at, media } = message;
  const delivery = direction === "outbound" ? deliveryWords(message) : null;
  const failed = delivery?.state === "failed" || delivery?.state === "canceled";
  return (
    <article className={styles.message} data-direction={direction} data-sender={sender} data-kind={kind}>
      <div className={styles.bubble}>
        {media.length > 0 && (
          <Suspense>
            <Attachments message={message} />
          </Suspense>
        )}
        {body !== "" && <p className={styles.body} dir="auto">{body}</p>}
      </div>
      <p className={styles.meta}>
        <span className={styles.sender} dir="auto">{senderWords(message, conversation)}</span>
        <time dateTime={created_at} title={fullTime(created_at)}>{clockTime(created_at)}</time>
        {delivery && <DeliveryMark {...delivery} />}
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
          {sender === "person" && body !== "" && <SendAgain message={message} conversation={conversation} />}
        </div>
      )}
    </article>
  );
});

/** A new text with the same words: the one that failed stays as it is. */
function SendAgain({ message, conversation }: Props) {
  const outbox = useOutbox();
  const again = () =>
    outbox.add({ conversationId: conversation.id, body: message.body, afterSeq: conversation.last_seq });
  return <Button size="sm" icon={<RotateCw size={14} />} onClick={again}>Send again</Button>;
}
