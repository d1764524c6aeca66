import { z } from "zod";
import { explainTwilioCode } from "../http/errors.ts";
import { type HttpFailure, httpFailureOf, refusesToken } from "./errors.ts";

/** Why a text was not accepted, or may not have been. */
export interface SendFailure {
  readonly outcome: "refused" | "retry" | "unknown" | "unauthorized";
  readonly errorCode: string | null;
  readonly explanation: string;
}

/** axios and node throw the system's code, some of them inside a cause. */
const SystemFailure = z.object({
  code: z.string().nullish(),
  message: z.string(),
  cause: z.unknown().optional(),
});

/**
 * The connection was never made, or not with Twilio: the request cannot have been read. A reset or a broken pipe is
 * not here: it may come after the request was read.
 */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);
/** What Deno's TLS says instead of a code; the handshake comes before the request. */
const TLS_MESSAGE = /invalid peer certificate|certificate verif|self.signed certificate/i;

/** HTTP 429, but no use trying again before tomorrow. */
const DAILY_LIMIT = "63038";

/**
 * Sorts what went wrong by the one question that matters: can Twilio have accepted the text?
 * 4xx: no. 429 and no connection: no, and later it may. 5xx, time-out, reset, an answer nobody can read: perhaps.
 * Source: https://www.twilio.com/docs/usage/twilios-response
 */
export function classifySendError(error: unknown): SendFailure {
  const failure = httpFailureOf(error);
  if (failure !== null) return classifyAnswer(failure);
  if (wasNeverSent(error)) {
    return {
      outcome: "retry",
      errorCode: null,
      explanation: "Twilio could not be reached; the message is tried again.",
    };
  }
  return unknown(null);
}

function classifyAnswer(failure: HttpFailure): SendFailure {
  const { status, code } = failure;
  if (refusesToken(failure)) {
    return {
      outcome: "unauthorized",
      errorCode: code ?? "20003",
      explanation: explainTwilioCode(code ?? "20003") ?? "",
    };
  }
  // 408: the request was cut short on its way, says whoever answered; Twilio may have seen all of it.
  if (status < 400 || status === 408 || status >= 500) return unknown(code);
  const errorCode = code ?? `HTTP_${status}`;
  const explanation = explainTwilioCode(code) ?? `Twilio refused the message (HTTP ${status}).`;
  return { outcome: status === 429 && code !== DAILY_LIMIT ? "retry" : "refused", errorCode, explanation };
}

const unknown = (code: string | null): SendFailure => ({
  outcome: "unknown",
  errorCode: code,
  explanation: "It is not known whether Twilio accepted the message; that is being found out.",
});

function wasNeverSent(error: unknown): boolean {
  const failure = SystemFailure.safeParse(error);
  if (!failure.success) return false;
  const { code, message, cause } = failure.data;
  return (code ? NEVER_SENT.has(code) : false) || TLS_MESSAGE.test(message) ||
    (cause !== undefined && wasNeverSent(cause));
}
