import { z } from "zod";
import { explainTwilioCode } from "../http/errors.ts";
import { type HttpFailure, httpFailureOf, refusesToken } from "./errors.ts";

/** Why Twilio did not accept a message, or may not have. */
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
 * The connection was never made, or not with Twilio, so Twilio cannot have read the request. A reset or a broken pipe is
 * not in this list: it may come after Twilio read the request.
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
/** Deno's TLS errors have no code. The handshake comes before the request. */
const TLS_MESSAGE = /invalid peer certificate|certificate verif|self.signed certificate/i;

/** HTTP 429, but trying again before tomorrow does not help. */
const DAILY_LIMIT = "63038";

/**
 * Sorts failures by one question: can Twilio have accepted the message? 4xx: no. 429 and no connection: no, and it may
 * later. 5xx, time-out, reset, an unreadable answer: perhaps.
 * Source: https://www.twilio.com/docs/usage/twilios-response
 */
export function classifySendError(error: unknown): SendFailure {
  const failure = httpFailureOf(error);
  if (failure !== null) return classifyAnswer(failure);
  if (wasNeverSent(error)) {
    return {
      outcome: "retry",
      errorCode: null,
      explanation: "Twilio could not be reached. Send the message again later.",
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
  // 408 says that the request was cut short. It may come from a proxy, and Twilio may have got all of it.
  if (status < 400 || status === 408 || status >= 500) return unknown(code);
  const errorCode = code ?? `HTTP_${status}`;
  const explanation = explainTwilioCode(code) ?? `Twilio refused the message (HTTP ${status}).`;
  return { outcome: status === 429 && code !== DAILY_LIMIT ? "retry" : "refused", errorCode, explanation };
}

const unknown = (code: string | null): SendFailure => ({
  outcome: "unknown",
  errorCode: code,
  explanation: "We do not know yet whether Twilio accepted the message; we are finding out.",
});

function wasNeverSent(error: unknown): boolean {
  const failure = SystemFailure.safeParse(error);
  if (!failure.success) return false;
  const { code, message, cause } = failure.data;
  return (code ? NEVER_SENT.has(code) : false) || TLS_MESSAGE.test(message) ||
    (cause !== undefined && wasNeverSent(cause));
}
