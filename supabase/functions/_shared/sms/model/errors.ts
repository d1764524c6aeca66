import OpenAI from "openai";
import type { ReplyFailure } from "../database/verbs/replies.ts";

/** A model call that gave no reply, with what the job should do about it. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  constructor(readonly failure: ReplyFailure, options?: ErrorOptions) {
    super(`${failure.code}: ${failure.message}`, options);
  }

  static from(error: unknown): ModelError {
    return error instanceof ModelError ? error : new ModelError(classifyModelError(error), { cause: error });
  }
}

export function modelFailure(
  code: string,
  message: string,
  retryAfterMs: number | null = null,
): ReplyFailure {
  return { code, message, permanent: PERMANENT.has(code), retry_after_ms: retryAfterMs };
}

/** Repeating the call would fail in the same way. All other failures may pass, and the job counts its tries. */
const PERMANENT = new Set([
  "MODEL_REFUSED",
  "MODEL_CUT_OFF",
  "MODEL_FILTERED",
  "MODEL_NO_CREDIT",
  "MODEL_BAD_REQUEST",
  "MODEL_UNAUTHORIZED",
  "MODEL_FORBIDDEN",
  "MODEL_NOT_FOUND",
]);

/**
 * Errors by HTTP status: https://platform.openai.com/docs/guides/error-codes
 * Messages are our own: the provider's may quote the conversation, and they are stored.
 */
export function classifyModelError(error: unknown): ReplyFailure {
  if (error instanceof OpenAI.APIConnectionTimeoutError) {
    return modelFailure("MODEL_TIMEOUT", "The model did not answer in time");
  }
  if (error instanceof OpenAI.APIConnectionError) {
    return modelFailure("MODEL_UNREACHABLE", "The model could not be reached");
  }
  if (error instanceof OpenAI.APIError) return classifyStatus(error);
  // Everything else is an answer that is no JSON.
  return modelFailure("MODEL_GARBAGE", "The model's answer could not be read");
}

/** Azure's, OpenAI's own, and OpenAI's for reasoning models. They are about the contact's words, not about our request. */
const FILTERED = new Set(["content_filter", "content_policy_violation", "invalid_prompt"]);
/** The account cannot pay. Other than a rate limit, this does not pass by itself. Google has one code for both. */
const NO_CREDIT = new Set([
  "insufficient_quota",
  "insufficient_balance",
  "billing_hard_limit_reached",
  "billing_not_active",
  "credit_balance_too_low",
]);

function classifyStatus(error: InstanceType<typeof OpenAI.APIError>): ReplyFailure {
  const status = Number(error.status ?? 0);
  const reasons = [error.code, error.type].map((reason) => String(reason ?? "").toLowerCase());
  if (reasons.some((reason) => FILTERED.has(reason))) {
    return modelFailure("MODEL_FILTERED", "The provider's content filter refused what the contact wrote");
  }
  if (status === 402 || reasons.some((reason) => NO_CREDIT.has(reason))) {
    return modelFailure("MODEL_NO_CREDIT", "The account at the model's provider has no credit left");
  }
  // Groq's own check of the shape: the model's mistake, which may not come again.
  if (reasons.includes("json_validate_failed")) {
    return modelFailure("MODEL_GARBAGE", "The model's answer did not have the shape that was asked for");
  }
  const code = typeof error.code === "string" && /^[a-z0-9_]{1,64}$/.test(error.code)
    ? ` (${error.code})`
    : "";
  if (status === 401 || status === 400 && /api[ _]?key/i.test(error.message)) {
    // Google answers 400 to a wrong key.
    return modelFailure("MODEL_UNAUTHORIZED", "The provider did not accept OPENAI_API_KEY");
  }
  switch (status) {
    case 400:
    case 413:
    case 422:
      return modelFailure("MODEL_BAD_REQUEST", `The provider did not accept the request${code}`);
    case 403:
      return modelFailure("MODEL_FORBIDDEN", `The key may not use this model or from here${code}`);
    case 404:
      return modelFailure("MODEL_NOT_FOUND", `The provider does not know this model${code}`);
    case 429:
      return modelFailure(
        "MODEL_BUSY",
        `The provider limits the rate, or the quota is used up${code}`,
        retryAfter(error.headers),
      );
    default:
      return modelFailure(
        "MODEL_UNAVAILABLE",
        `The provider answered ${status}${code}`,
        retryAfter(error.headers),
      );
  }
}

const LONGEST_WAIT_MS = 10 * 60_000;

/** @returns milliseconds from `retry-after-ms` or `retry-after` (seconds or a date), or null */
function retryAfter(headers: Headers | undefined): number | null {
  const exact = Number(headers?.get("retry-after-ms") ?? NaN);
  const given = headers?.get("retry-after");
  const seconds = Number(given ?? NaN);
  const wait = exact >= 0 ? exact : seconds >= 0 ? seconds * 1_000 : Date.parse(given ?? "") - Date.now();
  return wait >= 0 ? Math.round(Math.min(wait, LONGEST_WAIT_MS)) : null;
}

/** The SDK's own time limit ends with the headers. Ours covers the body too, and appears as an abort. */
export function isTimeout(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && !(error instanceof ModelError);
}
