import { Check, CircleAlert, Clock, Image } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { clockTime } from "../lib/time.ts";
import { type PhoneText, PICTURE_URL } from "./api.ts";
import styles from "./PhoneBubble.module.css";
import { answerWords, textState } from "./words.ts";

const ICONS = { waiting: Clock, good: Check, bad: CircleAlert } as const;

/** A text on the phone. What happened to it opens below it. */
export const PhoneBubble = memo(
  function PhoneBubble({ text }: { readonly text: PhoneText }) {
    const { writer, body, pictures, at } = text;
    const { tone, label } = textState(text);
    const [open, setOpen] = useState(false);
    const details = useRef<HTMLDetailsElement>(null);
    useEffect(() => {
      if (open) details.current?.scrollIntoView({ block: "nearest" });
    }, [open]);
    const Icon = ICONS[tone];
    return (
      <article className={styles.text} data-writer={writer} data-tone={tone}>
        <div className={styles.bubble}>
          {pictures.map(({ sid, url }) =>
            url === null
              ? <img key={sid} className={styles.picture} src={PICTURE_URL} alt="A sunset, drawn" />
              : (
                <p key={sid} className={styles.link}>
                  <Image size={16} aria-hidden="true" /> {url}
                </p>
              )
          )}
          {body !== "" && <p className={styles.body} dir="auto">{body}</p>}
        </div>
        <details
          ref={details}
          className={styles.details}
          onToggle={(event) => setOpen(event.currentTarget.open)}
        >
          <summary>
            <Icon size={13} aria-hidden="true" />
            {label} · <time dateTime={at}>{clockTime(at)}</time>
          </summary>
          {open && <History text={text} />}
        </details>
      </article>
    );
  },
  // A state comes whole, each time: what is said about a text tells whether it is another one.
  (before, after) => JSON.stringify(before.text) === JSON.stringify(after.text),
);

const exact = new Intl.DateTimeFormat(undefined, {
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

/** Its statuses by the carrier's ledger, and the requests that the carrier made about them. */
function History({ text: { history, requests } }: { readonly text: PhoneText }) {
  return (
    <ol className={styles.history}>
      {history.map(({ status, at }) => (
        <li key={`${status} ${at}`}>
          <span>{status}</span>
          <time dateTime={at}>{exact.format(new Date(at))}</time>
        </li>
      ))}
      {requests.map(({ reported, attempt, answer }, n) => (
        <li key={n}>
          <span>webhook “{reported}”{attempt > 1 && `, call ${attempt}`}</span>
          <span>{answerWords(answer)}</span>
        </li>
      ))}
    </ol>
  );
}
