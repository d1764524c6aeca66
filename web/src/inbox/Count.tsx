import { useDeferredValue, useEffect, useState } from "react";
import styles from "./Composer.module.css";
import type { SegmentCount } from "./segments.ts";

/** What Twilio takes: https://www.twilio.com/docs/api/errors/21617 */
export const LONGEST = 1_600;

interface Props {
  readonly id: string;
  readonly text: string;
  /** What stands there before anything is written. */
  readonly note?: string;
}

/** How long a text is, and into how many parts it is cut: each is paid for. */
export function Count({ id, text, note = "" }: Props) {
  const count = useSegments(useDeferredValue(text));
  const tooLong = text.length > LONGEST;
  return (
    <p className={styles.count} id={id} data-too-long={tooLong}>
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
  const [counter, setCounter] = useState<typeof import("./segments.ts") | null>(
    null,
  );
  useEffect(() => void import("./segments.ts").then(setCounter, () => {}), []);
  return counter && text !== "" && text.length <= LONGEST ? counter.segmentsOf(text) : null;
}
