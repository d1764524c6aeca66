import { useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import { EmptyState } from "../ui/States.tsx";
import { MessagesSquare } from "lucide-react";
import { ConversationList } from "./ConversationList.tsx";
import type { ConversationFilter } from "./filter.ts";
import styles from "./Inbox.module.css";
import { Thread } from "./Thread.tsx";
import { useLiveInbox } from "./useInbox.ts";
import { useSentTexts } from "./useOutbox.ts";

/** The list, and beside it the conversation that is open; on a phone one of them. */
export default function Inbox() {
  const [location] = useLocation();
  const open = /^\/([^/]+)$/.exec(location)?.[1] ?? null;
  const [filter, setFilter] = useState<ConversationFilter>({});
  useLiveInbox(open);
  useSentTexts();
  return (
    <div className={styles.inbox} data-open={open !== null}>
      <div className={styles.list}>
        <ConversationList filter={filter} onFilter={setFilter} open={open} />
      </div>
      <div className={styles.thread}>
        <Switch>
          <Route path="/:id">{({ id }) => <Thread key={id} id={id} />}</Route>
          <Route>
            <EmptyState icon={<MessagesSquare size={28} />} title="No conversation is open">
              Choose one from the list to read and answer it.
            </EmptyState>
          </Route>
        </Switch>
      </div>
    </div>
  );
}
