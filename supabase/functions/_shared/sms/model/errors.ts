import OpenAI from "openai";
import { ContentFilterFinishReasonError, LengthFinishReasonError } from "openai/error";
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
  if (error instanceof LengthFinishReasonError) {
    return modelFailure("MODEL_CUT_OFF", "The model's answer was cut off at its length limit");
  }
  if (error instanceof ContentFilterFinishReasonError) {
    return modelFailure("MODEL_FILTERED", "The provider's content filter stopped the answer");
  }
  if (error instanceof OpenAI.APIConnectionError) {
    return modelFailure("MODEL_UNREACHABLE", "The model could not be reached");
  }
  if (error instanceof OpenAI.APIError) return classifyStatus(error);
  // Everything else is an answer in the wrong shape: not JSON, other fields, no choice.
  return modelFailure("MODEL_GARBAGE", "The model's answer could not be read");
}

function classifyStatus(error: InstanceType<typeof OpenAI.APIError>): ReplyFailure {
  const status = Number(error.status ?? 0);
  const code = typeof error.code === "string" && /^[a-z0-9_]{1,64}$/.test(error.code)
    ? ` (${error.code})`
    : "";
  switch (status) {
    case 400:
    case 422:
      return modelFailure("MODEL_BAD_REQUEST", `The provider did not accept the request${code}`);
    case 401:
      return modelFailure("MODEL_UNAUTHORIZED", "The provider did not accept OPENAI_API_KEY");
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

/**
 * Parameters that some models refuse: strict schemas (servers with the older API only) and a temperature (reasoning models
 * answer 400). An answer without them is better than none.
 */
export type Extra = "strict schema" | "temperature";

/** Which extra a request was refused for, or null when it was for something else. */
export function refusedExtra(error: unknown): Extra | null {
  if (!(error instanceof OpenAI.APIError) || !(error.status === 400 || error.status === 422)) return null;
  const complaint = `${error.param ?? ""} ${error.message}`;
  if (/response_format|json_schema|structured output/i.test(complaint)) return "strict schema";
  return /temperature/i.test(complaint) ? "temperature" : null;
}

/** The SDK's own time limit ends with the headers. Ours covers the body too, and appears as an abort. */
export function isTimeout(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && !(error instanceof ModelError);
}
