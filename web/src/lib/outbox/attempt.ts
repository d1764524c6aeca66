import { type Message, SmsError } from "../../../../client/mod.ts";
import { smsOf } from "../api.ts";
import type { Client } from "../backend.ts";
import type { Outgoing } from "./outgoing.ts";

export type SentMessage = Message;

/** How one try to send a text ended. */
export type Attempt =
  /** Stored; without its row where only the thread has it. */
  | { readonly outcome: "stored"; readonly message: SentMessage | null }
  | { readonly outcome: "refused"; readonly reason: string }
  /** Nobody knows; the same key may be tried again, that much later at the earliest. */
  | { readonly outcome: "unanswered"; readonly retryAfterMs: number };

/** Longer than the function may take; a request that hangs must not hold what was written after it. */
const LONGEST_TRY_MS = 150_000;

/** A refusal that ends later than this is shown, rather than waited for. */
const LONGEST_WAIT_MS = 60_000;

export async function attempt(client: Client, { key, conversationId, body }: Outgoing): Promise<Attempt> {
  try {
    // Repeated by the outbox, which outlives the page.
    const options = { key, signal: AbortSignal.timeout(LONGEST_TRY_MS), attempts: 1 };
    const message: unknown = await smsOf(client).send(
      { conversationId, body, pausesAssistant: true },
      options,
    );
    // A gateway's page, or a body that ended early, is no answer, whatever its status.
    if (!isMessage(message)) return { outcome: "unanswered", retryAfterMs: 0 };
    return { outcome: "stored", message };
  } catch (error) {
    return judged(error);
  }
}

function judged(error: unknown): Attempt {
  // Whatever broke on the way: the server may have the text, and its key tells.
  if (!(error instanceof SmsError)) return { outcome: "unanswered", retryAfterMs: 0 };
  const { details } = error;
  const retryAfterMs = error.retryAfterMs ?? 0;
  // The carrier refused it: it is stored, as failed, and the thread says why.
  if (details.message_id) return { outcome: "stored", message: null };
  if (!error.isPassing || retryAfterMs > LONGEST_WAIT_MS) {
    return { outcome: "refused", reason: error.message };
  }
  return { outcome: "unanswered", retryAfterMs };
}

function isMessage(message: unknown): message is Message {
  return typeof message === "object" && message !== null && "id" in message && typeof message.id === "string";
}
