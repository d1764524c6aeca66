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
  /** The code of why it was not taken; then it waits for a person. */
  readonly refused?: string;
  /** It waits until its writer is signed in again. */
  readonly signedOut?: true;
}

/** What somebody writes. With a key of its own it is what that key stands for, once. */
export type Written = Pick<Outgoing, "conversationId" | "body" | "afterSeq"> & {
  readonly key?: string;
};

/** The server forgets a key 24 hours after it was used (`sms_private.answer_of_key()`); an hour is left for the way there. */
const KEY_LASTS_MS = 23 * 3_600_000;

/** The code of a text whose key the server may have forgotten: asked again by itself, it would perhaps be sent twice. */
export const KEY_FORGOTTEN = "KEY_FORGOTTEN";

export function outgoing(
  { conversationId, body, afterSeq, key = crypto.randomUUID() }: Written,
): Outgoing {
  return { conversationId, body, afterSeq, key, at: new Date().toISOString() };
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
  const { key, conversationId, body, at, afterSeq } = value as Record<
    string,
    unknown
  >;
  return [key, conversationId, body, at].every((text) => typeof text === "string") &&
    typeof afterSeq === "number";
}
