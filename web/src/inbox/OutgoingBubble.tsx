import { RotateCw, Trash2 } from "lucide-react";
import type { Outgoing } from "../lib/outbox/outgoing.ts";
import { clockTime } from "../lib/time.ts";
import { Button } from "../ui/Button.tsx";
import { DeliveryMark } from "./DeliveryMark.tsx";
import styles from "./MessageBubble.module.css";
import { useOutbox, useRetry } from "./useOutbox.ts";

/** A text that no server has answered for yet. */
export function OutgoingBubble({ outgoing }: { readonly outgoing: Outgoing }) {
  const outbox = useOutbox();
  const retry = useRetry(outgoing);
  const { key, body, at, refused } = outgoing;
  return (
    <article className={styles.message} data-direction="outbound" data-sender="person">
      <div className={styles.bubble}>
        <p className={styles.body} dir="auto">{body}</p>
      </div>
      <p className={styles.meta}>
        <span className={styles.sender}>You</span>
        <time dateTime={at}>{clockTime(at)}</time>
        {refused === undefined
          ? <DeliveryMark state="waiting" label="Sending" />
          : <DeliveryMark state="failed" label="Not sent" />}
      </p>
      {refused !== undefined && (
        <div className={styles.failure} role="alert">
          <p>{refused}</p>
          <p className={styles.choices}>
            <Button size="sm" icon={<RotateCw size={14} />} onClick={retry}>
              Try again
            </Button>
            <Button size="sm" icon={<Trash2 size={14} />} onClick={() => outbox.discard(key)}>Discard</Button>
          </p>
        </div>
      )}
    </article>
  );
}
