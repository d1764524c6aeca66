import { z } from "zod";
import { AppError, explainTwilioCode, unavailable } from "../http/errors.ts";

/** What Twilio answered when it did not do what was asked. */
export interface HttpFailure {
  readonly status: number;
  /** Twilio's error code; null where the answer has none, for instance a proxy's page. */
  readonly code: string | null;
}

const Thrown = z.object({ status: z.number(), code: z.union([z.number(), z.string()]).nullish() });

/** Twilio's client throws the answer's status and code. Null for anything else: there was no answer from Twilio. */
export function httpFailureOf(error: unknown): HttpFailure | null {
  const { data } = Thrown.safeParse(error);
  return data === undefined ? null : { status: data.status, code: data.code ? String(data.code) : null };
}

/** Whether Twilio refused the account's token, and not what was asked for. */
export function refusesToken({ status, code }: HttpFailure): boolean {
  return status === 401 || code === "20003";
}

export function isNotFoundAtTwilio(error: unknown): boolean {
  return httpFailureOf(error)?.status === 404;
}

/** We know no token of the account, so Twilio was not asked. */
export class NotConnected extends AppError {
  constructor() {
    super(
      422,
      "TWILIO_20003",
      "The Twilio account is not connected, or its token cannot be read. Connect it again.",
    );
  }
}

/**
 * What went wrong at Twilio, in words that a person can act on: 422 with Twilio's code when Twilio refused, 503
 * UNAVAILABLE when Twilio gave no verdict (no answer, 5xx, 429). An AppError stays what it is.
 * Source: https://www.twilio.com/docs/usage/twilios-response
 */
export function twilioProblem(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const failure = httpFailureOf(error);
  if (failure === null || !isVerdict(failure.status)) {
    return unavailable("Twilio did not answer. Try again in a minute.", error);
  }
  const code = failure.code ?? (failure.status === 401 ? "20003" : "");
  return /^\d+$/.test(code)
    ? new AppError(422, `TWILIO_${code}`, explainTwilioCode(code) ?? "", { cause: error })
    : new AppError(422, "TWILIO_REFUSED", `Twilio refused (HTTP ${failure.status}).`, { cause: error });
}

/** 429 and 408 say nothing about what was asked for. */
function isVerdict(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429 && status !== 408;
}
