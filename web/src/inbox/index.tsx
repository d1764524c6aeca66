import { lazy, Suspense, useEffect } from "react";
import { Route, Switch, useLocation } from "wouter";
import { EmptyState, LoadingState } from "../ui/States.tsx";
import { MessagesSquare } from "lucide-react";
import { ConversationList } from "./ConversationList.tsx";
import styles from "./Inbox.module.css";
import { useFilter } from "./useFilter.ts";
import { useLiveInbox } from "./useInbox.ts";
import { useSentTexts } from "./useOutbox.ts";

/** After the list, which is looked at first; it is there before somebody has chosen a conversation. */
const loadThread = () => import("./Thread.tsx");
const Thread = lazy(loadThread);
const NewText = lazy(() => import("./NewText.tsx"));

/** What the address says instead of a conversation's id. */
const NEW = "new";

/** The list, and beside it the conversation that is open; on a phone one of them. */
export default function Inbox() {
  const [location] = useLocation();
  const shown = /^\/([^/]+)$/.exec(location)?.[1] ?? null;
  const open = shown === NEW ? null : shown;
  const [filter, setFilter] = useFilter();
  useLiveInbox(open);
  useSentTexts();
  // Where it cannot be had now, it is asked for again when a conversation is opened.
  useEffect(() => void loadThread().catch(() => {}), []);
  return (
    <div className={styles.inbox} data-open={shown !== null}>
      <div className={styles.list}>
        <ConversationList filter={filter} onFilter={setFilter} open={open} />
      </div>
      <div className={styles.thread}>
        <Suspense fallback={<LoadingState />}>
          <Switch>
            <Route path={`/${NEW}`}>
              <NewText />
            </Route>
            <Route path="/:id">{({ id }) => <Thread key={id} id={id} />}</Route>
            <Route>
              <EmptyState
                icon={<MessagesSquare size={28} />}
                title="No conversation is open"
              >
                Choose one from the list to read and answer it.
              </EmptyState>
            </Route>
          </Switch>
        </Suspense>
      </div>
    </div>
  );
}
