import { Ban } from "lucide-react";
import { useEffect, useRef } from "react";
import { displayNumber } from "../lib/phone.ts";
import { Badge } from "../ui/Badge.tsx";
import type { Simulated } from "./api.ts";
import { PhoneBubble } from "./PhoneBubble.tsx";
import { PhoneComposer } from "./PhoneComposer.tsx";
import styles from "./PhoneScreen.module.css";

export interface PhoneScreenProps {
  readonly state: Simulated;
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
  readonly onSend: (bodies: readonly string[], media?: readonly "picture"[]) => void;
}

/** The phone: its conversation with the number, and what it can send. */
export function PhoneScreen({ state, draft, onDraft, onSend }: PhoneScreenProps) {
  const { number, texts, optedOut, otherModelUrl } = state;
  return (
    <div className={styles.phone}>
      <header className={styles.bar}>
        <span className={styles.number}>{number === null ? "No number" : displayNumber(number)}</span>
        {optedOut && <Badge tone="warning" icon={<Ban size={12} />}>Opted out</Badge>}
      </header>
      <Texts state={state} />
      {texts.length === 0 && otherModelUrl && (
        <p className={styles.note}>A real model answers, at {otherModelUrl}: its calls may cost money.</p>
      )}
      <PhoneComposer draft={draft} onDraft={onDraft} onSend={onSend} disabled={number === null} />
    </div>
  );
}

function Texts({ state: { texts, underWay } }: { readonly state: Simulated }) {
  const list = useRef<HTMLDivElement>(null);
  const waiting = underWayWords(underWay);
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [texts.length, waiting]);
  return (
    <div
      ref={list}
      className={styles.texts}
      role="log"
      aria-label="Texts on the phone"
      aria-relevant="additions"
      tabIndex={0}
    >
      {texts.length === 0 && <p className={styles.empty}>Text the number: the assistant answers.</p>}
      {texts.map((text) => <PhoneBubble key={text.sid} text={text} />)}
      {waiting && <p className={styles.waiting}>{waiting}</p>}
    </div>
  );
}

/** What the phone cannot see yet. */
function underWayWords({ answer, texts }: Simulated["underWay"]): string | null {
  if (texts > 0) {
    return texts === 1 ? "A text waits for the carrier …" : `${texts} texts wait for the carrier …`;
  }
  return answer ? "The assistant is answering …" : null;
}
