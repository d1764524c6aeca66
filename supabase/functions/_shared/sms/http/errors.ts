import type { LogFields } from "../log.ts";
import { TWILIO_CODES } from "./twilio_codes.ts";

/** An error that the caller sees: `{ code, message, details? }` with an HTTP status. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly details?: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the request's log line a warning, with these fields. The caller does not see them. */
  readonly warning: LogFields | null;
  /** Whether it is about somebody whom nobody knows. Such refusals are counted and not logged one by one. */
  readonly isOfStranger: boolean;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options: {
      details?: Record<string, unknown>;
      headers?: Record<string, string>;
      cause?: unknown;
      warning?: LogFields;
      isOfStranger?: boolean;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    if (options.details) this.details = options.details;
    this.headers = options.headers ?? {};
    this.warning = options.warning ?? null;
    // Who has not signed in, or calls as nobody can.
    this.isOfStranger = options.isOfStranger ?? [401, 405].includes(status);
  }

  /** The same error, of a caller whom nobody knows. */
  ofStranger(): AppError {
    const { status, code, message, headers, warning, cause, details } = this;
    return new AppError(status, code, message, {
      ...(details ? { details } : {}),
      ...(warning ? { warning } : {}),
      ...(cause === undefined ? {} : { cause }),
      headers: { ...headers },
      isOfStranger: true,
    });
  }

  toJSON(): { code: string; message: string; details?: Record<string, unknown> } {
    return { code: this.code, message: this.message, ...(this.details ? { details: this.details } : {}) };
  }
}

export const badRequest = (code: string, message: string) => new AppError(400, code, message);

export const notFound = (code: string, message: string) => new AppError(404, code, message);

export const forbidden = (code: string, message: string) => new AppError(403, code, message);

export const methodNotAllowed = (allowed: readonly string[]) =>
  new AppError(405, "METHOD_NOT_ALLOWED", `Use ${allowed.join(" or ")}.`, {
    headers: { allow: allowed.join(", ") },
  });

export const tooLarge = (limit: number) =>
  new AppError(413, "BODY_TOO_LARGE", `The body is larger than ${limit} bytes.`);

export const unsupportedMediaType = (expected: string) =>
  new AppError(415, "UNSUPPORTED_MEDIA_TYPE", `Send the body as ${expected}.`);

/** The cause is logged and not answered: an unknown error may contain anything. */
export const internal = (requestId: string, cause?: unknown) =>
  new AppError(500, "INTERNAL", `Something went wrong here. Request id: ${requestId}.`, { cause });

/** 503, so that Twilio (`rp=5xx`) and clients try again. */
export const unavailable = (message: string, cause?: unknown) =>
  new AppError(503, "UNAVAILABLE", message, { headers: { "retry-after": "1" }, cause });

/** The log names the setting (as the cause), and whether it is missing or not valid. The caller does not see it. */
export const notConfigured = (cause: string) =>
  new AppError(
    503,
    "NOT_CONFIGURED",
    "A setting of this function is missing or not valid. The log names it.",
    { cause: new Error(cause) },
  );

/** @returns an explanation of a Twilio error code, or null when there is no code. */
export function explainTwilioCode(code: string | number | null): string | null {
  if (code === null || code === "" || code === 0 || code === "0") return null;
  const known = Object.hasOwn(TWILIO_CODES, code) ? TWILIO_CODES[code] : undefined;
  if (known !== undefined) return known;
  return /^\d{1,6}$/.test(String(code))
    ? `Twilio reported error ${code}: https://www.twilio.com/docs/api/errors/${code}`
    : "Twilio reported an error it did not name.";
}
