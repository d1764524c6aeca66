import { Ban, SendHorizontal } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { IconButton } from "../ui/Button.tsx";
import { TextArea } from "../ui/Field.tsx";
import { isComposing } from "../ui/keys.ts";
import type { Conversation } from "./api.ts";
import styles from "./Composer.module.css";
import type { SegmentCount } from "./segments.ts";
import { useOutbox } from "./useOutbox.ts";
import { answerer } from "./words.ts";

/** What Twilio takes: https://www.twilio.com/docs/api/errors/21617 */
const LONGEST = 1_600;

export function Composer({ conversation }: { readonly conversation: Conversation }) {
  if (conversation.contact.opted_out_at !== null) {
    return (
      <p className={styles.closed}>
        <Ban size={18} aria-hidden="true" />
        They opted out, so nothing can be sent to them. Only their text START opts them in again.
      </p>
    );
  }
  return <Form conversation={conversation} />;
}

function Form({ conversation }: { readonly conversation: Conversation }) {
  const outbox = useOutbox();
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft(conversation.id);
  const tooLong = text.length > LONGEST;
  const canSend = text.trim() !== "" && !tooLong;

  function send(event?: FormEvent) {
    event?.preventDefault();
    if (!canSend) return;
    outbox.add({ conversationId: conversation.id, body: text.trim(), afterSeq: conversation.last_seq });
    setText("");
    // From the button back to where the next one is written; it is disabled now, and a phone would fold its keyboard.
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    // Enter also ends a character that is being composed, and a phone's keyboard has no other way to a new line.
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    if (matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    send();
  }

  return (
    <form className={styles.form} onSubmit={send} aria-label="Answer">
      <div className={styles.row}>
        <TextArea
          ref={input}
          className={styles.text}
          aria-label="Message"
          aria-describedby="composer-count"
          aria-invalid={tooLong || undefined}
          placeholder="Write a message"
          rows={1}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <IconButton type="submit" label="Send" variant="primary" disabled={!canSend}>
          <SendHorizontal size={18} />
        </IconButton>
      </div>
      <Count text={text} tooLong={tooLong} conversation={conversation} />
    </form>
  );
}

interface CountProps {
  readonly text: string;
  readonly tooLong: boolean;
  readonly conversation: Conversation;
}

function Count({ text, tooLong, conversation }: CountProps) {
  const count = useSegments(useDeferredValue(text));
  const note = answerer(conversation) === "assistant" && conversation.status === "active"
    ? "Your answer pauses the assistant for a while."
    : "";
  return (
    <p className={styles.count} id="composer-count" data-too-long={tooLong}>
      {text === ""
        ? note
        : tooLong
        ? `${text.length - LONGEST} characters too long: ${LONGEST} at most.`
        : `${text.length} ${text.length === 1 ? "character" : "characters"}${
          count ? ` · ${countWords(count)}` : ""
        }`}
    </p>
  );
}

const countWords = ({ segments, encoding }: SegmentCount) =>
  `${segments} ${segments === 1 ? "segment" : "segments"} · ${encoding}`;

/** The counter comes after the composer: it weighs as much as the rest of the page's own code. */
function useSegments(text: string): SegmentCount | null {
  const [counter, setCounter] = useState<typeof import("./segments.ts") | null>(null);
  useEffect(() => void import("./segments.ts").then(setCounter), []);
  return counter && text !== "" && text.length <= LONGEST ? counter.segmentsOf(text) : null;
}

/** What is being written, kept while other conversations are looked at. */
const drafts = new Map<string, string>();

function useDraft(conversationId: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => drafts.get(conversationId) ?? "");
  return [text, (next) => {
    drafts.set(conversationId, next);
    setText(next);
  }];
}
