import { useVirtualizer } from "@tanstack/react-virtual";
import { Inbox, SearchX } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { displayNumber } from "../lib/phone.ts";
import { useNumbers } from "../lib/tenant.ts";
import { Button } from "../ui/Button.tsx";
import { Spinner } from "../ui/Spinner.tsx";
import { EmptyState, ErrorState, LoadingState } from "../ui/States.tsx";
import type { Conversation } from "./api.ts";
import styles from "./ConversationList.module.css";
import { ConversationRow } from "./ConversationRow.tsx";
import type { ConversationFilter } from "./filter.ts";
import { FilterBar } from "./FilterBar.tsx";
import { ONCE, useConversations } from "./useInbox.ts";

const ROW_HEIGHT = 92;
/** Rows from the end at which the next page is asked for. */
const NEAR_END = 15;

interface Props {
  readonly filter: ConversationFilter;
  readonly onFilter: (filter: ConversationFilter) => void;
  readonly open: string | null;
}

export function ConversationList({ filter, onFilter, open }: Props) {
  const list = useConversations(filter);
  const rows = list.data?.pages.flatMap((page) => page.conversations) ?? [];
  const filtered = Object.keys(filter).length > 0;
  const [timesShownAll, setTimesShownAll] = useState(0);
  const showAll = () => {
    setTimesShownAll(timesShownAll + 1);
    onFilter({});
  };
  const section = useFocusAfterThread(open);
  return (
    <section className={styles.section} ref={section} tabIndex={-1} aria-label="Conversations">
      {/* Made anew when all is shown: what was typed would search again. The button that asked for it is gone. */}
      <FilterBar key={timesShownAll} autoFocus={timesShownAll > 0} filter={filter} onFilter={onFilter} />
      <RefusedTexts />
      {rows.length > 0
        ? <Rows key={JSON.stringify(filter)} rows={rows} open={open} list={list} />
        : list.isError
        ? <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        : list.isPending || list.hasNextPage
        ? <Looking list={list} />
        : filtered
        ? (
          <EmptyState
            icon={<SearchX size={28} />}
            title="Nothing fits"
            action={<Button onClick={showAll}>Show all conversations</Button>}
          >
            No conversation fits this search and these filters.
          </EmptyState>
        )
        : (
          <EmptyState icon={<Inbox size={28} />} title="No conversations yet">
            They appear here as soon as somebody texts one of your numbers.
          </EmptyState>
        )}
    </section>
  );
}

/** Says that Twilio's webhooks are refused, and where the page says what to do. */
function RefusedTexts() {
  const refused = (useNumbers().data ?? []).filter(({ webhook_problem }) => webhook_problem);
  if (refused.length === 0) return null;
  return (
    <p className={styles.refused} role="status">
      Texts to {refused.map(({ number }) => displayNumber(number)).join(", ")}{" "}
      are being refused: Twilio signs them with a key or token that is not known here.{" "}
      <Link href="~/settings">What to do</Link>
    </p>
  );
}

/** Back from a thread, which took the focus with it. */
function useFocusAfterThread(open: string | null) {
  const section = useRef<HTMLElement>(null);
  const before = useRef(open);
  useEffect(() => {
    if (before.current !== null && open === null && document.activeElement === document.body) {
      section.current?.focus();
    }
    before.current = open;
  }, [open]);
  return section;
}

type List = ReturnType<typeof useConversations>;

/** A filter that keeps little answers with empty pages that have a next one. */
function Looking({ list }: { readonly list: List }) {
  useEffect(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage(ONCE);
  }, [list]);
  return <LoadingState label={list.isPending ? "Loading conversations …" : "Still looking …"} />;
}

interface RowsProps {
  readonly rows: readonly Conversation[];
  readonly open: string | null;
  readonly list: List;
}

function Rows({ rows, open, list }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = list;
  useEffect(() => {
    if (last >= rows.length - NEAR_END && hasNextPage && !isFetching && !isFetchNextPageError) {
      void fetchNextPage(ONCE);
    }
  }, [last, rows.length, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);

  const focus = (index: number) => {
    virtual.scrollToIndex(index);
    // It may be drawn only after it was scrolled to.
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)?.focus({
        preventScroll: true,
      });
    });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const current = Number(
      (event.target as HTMLElement).closest<HTMLElement>("[data-index]")?.dataset.index ?? -1,
    );
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || to < 0 || to >= rows.length) return;
    event.preventDefault();
    focus(to);
  };
  // One stop for the tabulator: the open conversation, else the first that is drawn.
  const openIndex = rows.findIndex(({ id }) => id === open);
  const stop = items.some(({ index }) => index === openIndex) ? openIndex : items[0]?.index;
  return (
    <div className={styles.scroller} ref={scroller} onKeyDown={onKeyDown}>
      <ul className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ key, index, start }) => {
          const conversation = rows[index];
          return conversation && (
            <li
              key={key}
              className={styles.row}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={hasNextPage ? -1 : rows.length}
              style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}
            >
              <ConversationRow
                conversation={conversation}
                isOpen={conversation.id === open}
                isStop={index === stop}
              />
            </li>
          );
        })}
      </ul>
      <div className={styles.end} role="status">
        {isFetchNextPageError
          ? <Button size="sm" onClick={() => void fetchNextPage()}>Could not load more. Try again</Button>
          : list.isFetchingNextPage && <Spinner />}
      </div>
    </div>
  );
}
