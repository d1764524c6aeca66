/** Conversations that may have changed; null where nobody knows which. */
export type Change = readonly string[] | null;

/** Something that hears of changes: Realtime, or asking. */
export interface LiveSource {
  /** @returns what ends it */
  start(onChange: (change: Change) => void): () => void;
}
