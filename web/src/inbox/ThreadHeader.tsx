import { ArrowLeft, Ban, Bot, CircleUserRound } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { displayNumber } from "../lib/phone.ts";
import { Badge } from "../ui/Badge.tsx";
import { Button } from "../ui/Button.tsx";
import type { Conversation } from "./api.ts";
import styles from "./ThreadHeader.module.css";
import { useActions } from "./useActions.ts";
import { answerer, answererWords, contactName, intentWords } from "./words.ts";

/** Its menu and dialog come after what is read first. */
const More = lazy(() => import("./More.tsx"));

/** With whom, who answers, and what can be done about it. */
export function ThreadHeader({ conversation }: { readonly conversation: Conversation }) {
  const { contact, phone_number, intent } = conversation;
  useRenderWhenResumed(conversation);
  const heading = useFocusThatIsLost<HTMLHeadingElement>();
  return (
    <header className={styles.header}>
      <Link href="/" className={styles.back} aria-label="Back to the list">
        <ArrowLeft size={20} />
      </Link>
      <div className={styles.who}>
        <h1 className={styles.name} ref={heading} tabIndex={-1}>
          <bdi>{contactName(conversation)}</bdi>
        </h1>
        <p className={styles.numbers}>
          {contact.name && <span className={styles.from}>{displayNumber(contact.number)}</span>}{" "}
          <span>to {displayNumber(phone_number.number)}</span>
        </p>
      </div>
      <div className={styles.actions}>
        <AnswererButton conversation={conversation} />
        <Suspense fallback={<span className={styles.menuToCome} />}>
          <More conversation={conversation} />
        </Suspense>
      </div>
      <p className={styles.state}>
        {contact.opted_out_at !== null && <Badge tone="danger" icon={<Ban size={12} />}>Opted out</Badge>}
        {conversation.waiting_for_person && <Badge tone="warning">Needs a person</Badge>}
        {intent !== null && <Badge>{intentWords(intent)}</Badge>}
        <span role="status">{answererWords(conversation)}</span>
      </p>
    </header>
  );
}

function AnswererButton({ conversation }: { readonly conversation: Conversation }) {
  const actions = useActions(conversation);
  if (conversation.status === "ended") return null;
  const assistant = answerer(conversation) === "assistant";
  return (
    <Button
      size="sm"
      busy={actions.isPending}
      icon={assistant ? <CircleUserRound size={16} /> : <Bot size={16} />}
      onClick={() => actions.mutate(assistant ? "take over" : "hand back")}
    >
      {assistant ? "Take over" : "Hand back"}
    </Button>
  );
}

/** Where the list makes way for the thread, what had the focus cannot be seen any more. */
function useFocusThatIsLost<T extends HTMLElement>() {
  const element = useRef<T>(null);
  useEffect(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused.getClientRects().length === 0) {
      element.current?.focus();
    }
  }, []);
  return element;
}

/** A pause that is over makes the assistant the one who answers, without anything having changed. */
function useRenderWhenResumed({ ai_paused_until }: Conversation): void {
  const [, render] = useState(0);
  useEffect(() => {
    const left = Date.parse(ai_paused_until ?? "") - Date.now();
    // Longer than timers can be: a page that is open for weeks is told otherwise.
    if (!(left > 0 && left < 2 ** 31)) return;
    const timer = setTimeout(() => render((times) => times + 1), left + 50);
    return () => clearTimeout(timer);
  }, [ai_paused_until]);
}
