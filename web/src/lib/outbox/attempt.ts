import type { SendResponse } from "../../../../supabase/functions/_shared/sms/contract/send.ts";
import { invoke } from "../api.ts";
import type { Client } from "../backend.ts";
import { ApiError } from "../errors.ts";
import type { Outgoing } from "./outgoing.ts";

export type SentMessage = SendResponse["message"];

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
const LONGEST_WAIT_S = 60;

export async function attempt(client: Client, { key, conversationId, body }: Outgoing): Promise<Attempt> {
  try {
    const answer = await invoke<unknown>(client, "sms-send", {
      method: "POST",
      headers: { "Idempotency-Key": key },
      body: { conversation_id: conversationId, body, pauses_assistant: true },
      signal: AbortSignal.timeout(LONGEST_TRY_MS),
    });
    // A gateway's page, or a body that ended early, is no answer, whatever its status.
    if (!isSendResponse(answer)) return { outcome: "unanswered", retryAfterMs: 0 };
    return { outcome: "stored", message: answer.message };
  } catch (error) {
    return judged(error);
  }
}

function judged(error: unknown): Attempt {
  // Whatever broke on the way: the server may have the text, and its key tells.
  if (!(error instanceof ApiError)) return { outcome: "unanswered", retryAfterMs: 0 };
  const { details, retryAfter = 0 } = error.more;
  // The carrier refused it: it is stored, as failed, and the thread says why.
  if (details?.message_id) return { outcome: "stored", message: null };
  if (!error.isPassing || retryAfter > LONGEST_WAIT_S) return { outcome: "refused", reason: error.message };
  return { outcome: "unanswered", retryAfterMs: retryAfter * 1_000 };
}

function isSendResponse(answer: unknown): answer is SendResponse {
  return isRecord(answer) && isRecord(answer.message) && typeof answer.message.id === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
