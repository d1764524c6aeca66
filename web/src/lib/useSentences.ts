import { useEffect, useSyncExternalStore } from "react";
import { hasSentences, loadSentences, onSentences } from "./errors.ts";

/** Draws again when the sentences have come: for words that stay on the page. */
export function useSentences(): void {
  useSyncExternalStore(onSentences, hasSentences);
  useEffect(() => void loadSentences(), []);
}
