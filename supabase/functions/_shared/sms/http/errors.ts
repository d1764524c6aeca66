/** An error that the caller sees: `{ code, message, details? }` with an HTTP status. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly details?: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options: { details?: Record<string, unknown>; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    if (options.details) this.details = options.details;
    this.headers = options.headers ?? {};
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

/** The log names the missing setting (as the cause); the caller does not see it. */
export const notConfigured = (missing: string) =>
  new AppError(503, "NOT_CONFIGURED", "A setting of this function is missing; the log names it.", {
    cause: new Error(missing),
  });

/**
 * Twilio's error codes in words a person can act on.
 * Source: https://www.twilio.com/docs/api/errors
 */
const TWILIO_CODES: Readonly<Record<string, string>> = {
  20003:
    "Twilio did not accept the account's credentials. Connect the account again with its current auth token.",
  20005: "The Twilio account is not active. Look at its state in the Twilio console.",
  20404: "Twilio no longer has this account or resource.",
  20429: "Twilio asked us to slow down. Send the message again later.",
  21211: "The recipient is not a valid phone number.",
  21402: "Twilio does not accept the webhook URL. It must be public: see SMS_PUBLIC_URL.",
  21408:
    "Sending to this country is not enabled. Enable it under Messaging > Geo permissions in the Twilio console.",
  21602: "A message needs a text or media.",
  21606: "The sender is not a number of this Twilio account that can send texts.",
  21608: "A trial account can only text numbers that were verified in the Twilio console.",
  21610: "The recipient has opted out of this sender. They can text START to opt in again.",
  21611: "The sender's queue at Twilio is full. Wait until it has drained, or use more senders.",
  21612: "Twilio cannot reach this recipient from this sender, for example a short code abroad.",
  21614: "The recipient's number cannot receive texts, for example a landline.",
  21617: "The message is longer than 1,600 characters.",
  21620: "A media URL is not valid. It has to be public and reachable by Twilio.",
  21623: "There are more than 10 media.",
  21635: "The recipient's number is a landline, which cannot receive texts.",
  30001: "The sender's queue at Twilio was full, so the message expired. Send more slowly.",
  30002: "The Twilio account was suspended after the message was accepted.",
  30003: "The recipient's phone is switched off or out of reach.",
  30004: "The recipient blocks messages, or cannot receive them.",
  30005: "The recipient's number does not exist or is not in service.",
  30006: "The recipient's number is a landline or its carrier is not reachable.",
  30007: "A carrier filtered the message as unwanted. Check its wording and the sender's registration.",
  30008: "The carrier did not deliver the message and did not say why.",
  30032: "The toll-free sender is not verified. Verify it in the Twilio console.",
  30034: "The sender is not registered for A2P 10DLC. Register its brand and campaign in the Twilio console.",
  30410: "The carrier took too long. The message may be tried again.",
  63038:
    "The account's daily limit of messages is used up. Try again tomorrow, or raise the limit at Twilio.",
};

/** @returns an explanation of a Twilio error code, or null when there is no code. */
export function explainTwilioCode(code: string | number | null): string | null {
  if (code === null || code === "" || code === 0 || code === "0") return null;
  const known = TWILIO_CODES[String(code)];
  if (known) return known;
  return /^\d{1,6}$/.test(String(code))
    ? `Twilio reported error ${code}: https://www.twilio.com/docs/api/errors/${code}`
    : "Twilio reported an error it did not name.";
}
