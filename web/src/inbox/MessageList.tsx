import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useEffect, useRef } from "react";
import { dayName } from "../lib/time.ts";
import { Button } from "../ui/Button.tsx";
import { Spinner } from "../ui/Spinner.tsx";
import { VisuallyHidden } from "../ui/VisuallyHidden.tsx";
import type { Conversation, Message } from "./api.ts";
import { MessageBubble } from "./MessageBubble.tsx";
import styles from "./MessageList.module.css";
import { OutgoingBubble } from "./OutgoingBubble.tsx";
import type { Row } from "./rows.ts";
import { ONCE, type useThread } from "./useInbox.ts";
import { useEnd } from "./useEnd.ts";
import { contactName, deliveryWords, senderWords } from "./words.ts";

/** Rows from the top at which the page before is asked for. */
const NEAR_TOP = 15;

interface Props {
  readonly conversation: Conversation;
  readonly rows: readonly Row[];
  readonly newest: Message | undefined;
  readonly thread: ReturnType<typeof useThread>;
}

/** The texts, newest below. Older ones come in above without moving what is read. */
export function MessageList({ conversation, rows, newest, thread }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    paddingStart: 16,
    paddingEnd: 16,
    anchorTo: "end",
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const total = virtual.getTotalSize();
  // Few texts stand below, where the next one comes.
  const height = virtual.scrollRect?.height ?? 0;
  const end = useEnd(scroller, total);
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = thread;
  useEffect(() => {
    if (end.reached && first <= NEAR_TOP && hasNextPage && !isFetching && !isFetchNextPageError) {
      void fetchNextPage(ONCE);
    }
  }, [end.reached, first, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  return (
    <div className={styles.frame}>
      <div
        className={styles.scroller}
        ref={scroller}
        role="region"
        aria-label={`Messages with ${contactName(conversation)}`}
        // Reachable, so that arrows scroll it.
        tabIndex={0}
      >
        <ol className={styles.rows} style={{ height: total, marginTop: Math.max(0, height - total) }}>
          {items.map(({ key, index, start }) => {
            const row = rows[index];
            return row && (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className={styles.row}
                style={{ transform: `translateY(${start}px)` }}
              >
                <RowContent row={row} conversation={conversation} />
              </li>
            );
          })}
        </ol>
        <div className={styles.top} role="status">
          {isFetchNextPageError
            ? (
              <Button size="sm" onClick={() => void fetchNextPage()}>
                Could not load earlier texts. Try again
              </Button>
            )
            : thread.isFetchingNextPage && <Spinner />}
        </div>
      </div>
      {end.reached && !virtual.isAtEnd(200) && (
        <Button
          size="sm"
          className={styles.down}
          icon={<ArrowDown size={16} />}
          onClick={end.go}
        >
          Newest
        </Button>
      )}
      <Announcer conversation={conversation} newest={newest} />
    </div>
  );
}

function RowContent({ row, conversation }: { readonly row: Row; readonly conversation: Conversation }) {
  switch (row.kind) {
    case "day":
      return (
        <p className={styles.day}>
          <time dateTime={row.at}>{dayName(row.at)}</time>
        </p>
      );
    case "message":
      return <MessageBubble message={row.message} conversation={conversation} />;
    case "outgoing":
      return <OutgoingBubble outgoing={row.outgoing} />;
  }
}

/** Near enough for the scroll bar; what is drawn is measured. */
function estimate(row: Row | undefined): number {
  if (row?.kind === "day") return 44;
  const body = row?.kind === "message" ? row.message.body : row?.outgoing.body ?? "";
  const media = row?.kind === "message" && row.message.media.length > 0 ? 220 : 0;
  return 62 + 21 * Math.ceil(body.length / 60) + media;
}

/** Reads new texts to those who do not see them come; not those that were there when it was opened. */
function Announcer({ conversation, newest }: Pick<Props, "conversation" | "newest">) {
  const shownAtFirst = useRef(newest?.seq ?? 0);
  const isNew = newest !== undefined && (newest.seq ?? 0) > shownAtFirst.current;
  const failed = isNew && deliveryWords(newest).state === "failed";
  return (
    <VisuallyHidden>
      <div role="log" aria-live="polite" aria-label="New messages">
        {isNew && newest.sender !== "person" && (
          <p key={newest.id}>{senderWords(newest, conversation)}: {newest.body}</p>
        )}
        {failed && <p key={`${newest.id} failed`}>Not delivered: {newest.body}</p>}
      </div>
    </VisuallyHidden>
  );
}
