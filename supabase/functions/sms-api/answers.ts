import { z } from "zod";
import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { AppError, notFound } from "../_shared/sms/http/errors.ts";

// The old server's answers: `{ success, message, data }`, and `{ success: false, message, code }` with Twilio's number.

export function success(message: string | null, data: unknown): Response {
  return Response.json({ success: true, ...(message === null ? {} : { message }), data });
}

export interface FailureDetails {
  /** Twilio's error number. */
  readonly code?: number | undefined;
  /** Our own code. The old server had none; old clients ignore it. */
  readonly error?: string | undefined;
  readonly headers?: HeadersInit;
}

export function failure(status: number, message: string, details: FailureDetails = {}): Response {
  const { code, error, headers } = details;
  const body = {
    success: false,
    message,
    ...(code === undefined ? {} : { code }),
    ...(error === undefined ? {} : { error }),
  };
  return Response.json(body, { status, ...(headers ? { headers } : {}) });
}

const OurError = z.object({ code: z.string(), message: z.string() });

/** Twilio's errors that the old server answered with 400. It answered all others with 500. */
const TWILIO_BAD_INPUT = [21408, 21211, 21610];
/** Twilio's number for a refusal that we make before we ask Twilio. */
const TWILIO_NUMBERS: Readonly<Record<string, number>> = {
  RECIPIENT_OPTED_OUT: 21610,
  INVALID_RECIPIENT: 21211,
  COUNTRY_NOT_ALLOWED: 21408,
  BODY_TOO_LONG: 21617,
};
/** Refusals that keep their status, because a client can act on it. The old server answered the others with 400. */
const KEPT = [403, 404, 405, 410, 413, 415, 429];

/** Our error as the old server would have said it. Headers stay: the request id, CORS, `retry-after`. */
export async function inOldShape(response: Response, request: Request): Promise<Response> {
  if (response.status < 400) return response;
  const ours = OurError.safeParse(await response.json().catch(() => null));
  const { code, message } = ours.data ?? { code: "INTERNAL", message: "Something went wrong here." };
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  if (response.status === 401) {
    // The old server looked for a token first.
    return request.headers.get("authorization") === null
      ? failure(401, "Access token required", { error: code, headers })
      : failure(403, "Invalid or expired token", { error: code, headers });
  }
  const refused = /^TWILIO_(\d+)$/.exec(code)?.[1];
  const number = refused === undefined ? TWILIO_NUMBERS[code] : Number(refused);
  return failure(oldStatus(response.status, code, number), message, { code: number, error: code, headers });
}

function oldStatus(status: number, code: string, twilio: number | undefined): number {
  if (code.startsWith("TWILIO_")) {
    return twilio !== undefined && TWILIO_BAD_INPUT.includes(twilio) ? 400 : 500;
  }
  if (code === "CONNECT_ACCOUNT_FIRST" || status >= 500) return status;
  return KEPT.includes(status) ? status : 400;
}

export const healthy: Handler = () => Promise.resolve(Response.json({ status: "SMS webhook is running" }));

export const noSuchRoute: Handler = () => Promise.reject(notFound("NOT_FOUND", "There is no such route."));

/** The old route let anybody send without signing in, so it is not carried over. */
export const gone: Handler = () =>
  Promise.reject(
    new AppError(
      410,
      "GONE",
      "This test route is gone. Run `npx -y deno@2.9.6 task demo` to see everything work.",
    ),
  );
