/** A text that somebody sent and no server has answered for yet. */
export interface Outgoing {
  /** The Idempotency-Key: repeated as often as it takes, it is sent once. */
  readonly key: string;
  readonly conversationId: string;
  readonly body: string;
  /** When it was written, or last given a new key. */
  readonly at: string;
  /** The newest text of the conversation then: what is stored of this one comes after it. */
  readonly afterSeq: number;
  /** Why it was not taken; then it waits for a person. */
  readonly refused?: string;
}

/** What somebody writes. */
export type Written = Pick<Outgoing, "conversationId" | "body" | "afterSeq">;

/** The server forgets a key 24 hours after it was used (`sms_private.answer_of_key()`); an hour is left for the way there. */
const KEY_LASTS_MS = 23 * 3_600_000;

/** Said of a text whose key the server may have forgotten: asked again by itself, it would perhaps be sent twice. */
export const KEY_FORGOTTEN =
  "Written more than a day ago. It may have been sent. Check the conversation before you try again.";

export function outgoing({ conversationId, body, afterSeq }: Written): Outgoing {
  return { conversationId, body, afterSeq, key: crypto.randomUUID(), at: new Date().toISOString() };
}

export function isKeyForgotten({ at }: Outgoing, now = Date.now()): boolean {
  return now - Date.parse(at) > KEY_LASTS_MS;
}

/** What an entry of the storage holds; null where that is none of ours. */
export function parseOutgoing(text: string | null): Outgoing | null {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isOutgoing(value) ? value : null;
  } catch {
    return null;
  }
}

function isOutgoing(value: unknown): value is Outgoing {
  if (typeof value !== "object" || value === null) return false;
  const { key, conversationId, body, at, afterSeq } = value as Record<string, unknown>;
  return [key, conversationId, body, at].every((text) => typeof text === "string") &&
    typeof afterSeq === "number";
}
