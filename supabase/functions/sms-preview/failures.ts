import { AppError, notConfigured } from "../_shared/sms/http/errors.ts";
import type { ReplyFailure } from "../_shared/sms/database/verbs/replies.ts";

/** Failures that the person who tries the assistant can change. Others are the operator's, or pass. */
const OF_THE_TEXT: Readonly<Record<string, string>> = {
  MODEL_REFUSED: "The model refused to answer that. Contacts would get the error message.",
  MODEL_FILTERED:
    "The provider's content filter refused these words, or stopped the answer. Contacts would get the error message.",
  MODEL_CUT_OFF: "The model's answer was cut off at its length limit. Ask for shorter answers in the prompt.",
};

/** A model's failure as an HTTP error for the person who tries the assistant. The provider's own words stay in the log. */
export function failureError({ code, message, permanent, retry_after_ms }: ReplyFailure): AppError {
  const cause = new Error(`${code}: ${message}`);
  if (code === "MODEL_NOT_CONFIGURED") return notConfigured(message);
  const ofTheText = OF_THE_TEXT[code];
  if (ofTheText !== undefined) return new AppError(422, code, ofTheText, { cause });
  if (permanent) {
    return new AppError(502, code, "The model's provider refuses our requests. Ask the operator.", {
      cause,
    });
  }
  const wait = Math.max(1, Math.ceil((retry_after_ms ?? 1_000) / 1_000));
  return new AppError(503, code, "The model did not answer. Try again in a moment.", {
    headers: { "retry-after": String(wait) },
    cause,
  });
}
