/**
 * Twilio's error answers: `{ code, message, more_info, status }`.
 * https://www.twilio.com/docs/usage/twilios-response and https://www.twilio.com/docs/api/errors
 *
 * Where a page does not give the HTTP status it is 400. Product code should decide by `code`: Twilio's pages do not
 * promise the status of 21611, for one.
 */

/** What the sentence of an error may name. */
export interface ErrorSubject {
  to?: string | undefined;
  from?: string | undefined;
  url?: string | undefined;
  path?: string | undefined;
}

interface ErrorKind {
  status: number;
  say: (subject: ErrorSubject) => string;
}

const kinds: Readonly<Record<number, ErrorKind>> = {
  20001: { status: 400, say: () => "Invalid parameter" },
  20003: { status: 401, say: () => "Authenticate" },
  20004: { status: 405, say: () => "Method not allowed" },
  20404: { status: 404, say: ({ path }) => `The requested resource ${path ?? ""} was not found` },
  20429: { status: 429, say: () => "Too Many Requests" },
  20500: { status: 500, say: () => "An internal server error has occurred" },
  20503: { status: 503, say: () => "Service is temporarily unavailable" },
  21910: {
    status: 400,
    say: () => "Invalid From and To pair. From and To should be of the same channel",
  },
  63007: { status: 400, say: () => "Twilio could not find a Channel with the specified From address" },
  21211: { status: 400, say: ({ to }) => `Invalid 'To' Phone Number: ${to ?? ""}` },
  21212: { status: 400, say: ({ from }) => `Invalid From Number (caller ID): ${from ?? ""}` },
  21266: { status: 400, say: () => "'To' and 'From' number cannot be the same" },
  21402: { status: 400, say: ({ url }) => `Invalid Url: ${url ?? ""}` },
  21408: {
    status: 400,
    say: ({ to }) =>
      `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${
        to ?? ""
      }`,
  },
  21602: { status: 400, say: () => "Message body is required" },
  21603: { status: 400, say: () => "A 'From' phone number is required" },
  21604: { status: 400, say: () => "A 'To' phone number is required" },
  21606: {
    status: 400,
    say: ({ from }) =>
      `The 'From' phone number provided (${from ?? ""}) is not a valid message-capable Twilio phone number ` +
      "for this destination",
  },
  21608: {
    status: 400,
    say: ({ to }) =>
      `The number ${to ?? ""} is unverified. Trial accounts cannot send messages to unverified numbers`,
  },
  21609: { status: 400, say: ({ url }) => `The 'StatusCallback' URL ${url ?? ""} is not a valid URL` },
  21610: { status: 400, say: () => "Attempt to send to unsubscribed recipient" },
  21611: { status: 400, say: () => "This 'From' number has exceeded the maximum number of queued messages" },
  21612: {
    status: 400,
    say: ({ to, from }) =>
      `Message cannot be sent with the current combination of 'To' (${to ?? ""}) and/or 'From' (${
        from ?? ""
      }) parameters`,
  },
  21614: { status: 400, say: ({ to }) => `'To' number is not a valid mobile number: ${to ?? ""}` },
  21617: { status: 400, say: () => "The concatenated message body exceeds the 1600 character limit" },
  21620: { status: 400, say: ({ url }) => `Invalid media URL(s): ${url ?? ""}` },
  21623: { status: 400, say: () => "Number of media files exceeds allowed limit" },
  21635: { status: 400, say: ({ to }) => `'To' number cannot be a landline: ${to ?? ""}` },
  21701: { status: 400, say: () => "The Messaging Service does not exist" },
  21703: {
    status: 400,
    say: () =>
      "The Messaging Service contains no phone numbers. A phone number is required to send a message",
  },
  63038: { status: 429, say: () => "Account exceeded the daily messages limit" },
  /** https://www.twilio.com/docs/api/errors/70051 */
  70051: { status: 401, say: () => "Authorization Failed" },
};

/** The codes that `carrier.refuse()` can ask for. */
export function isKnownError(code: number): boolean {
  return code in kinds;
}

/** The HTTP answer for a Twilio error code. */
export function errorResponse(code: number, subject: ErrorSubject = {}): Response {
  const kind = kinds[code] ?? { status: 400, say: () => "Bad Request" };
  const headers: Record<string, string> = kind.status === 401
    ? { "www-authenticate": 'Basic realm="Twilio API"' }
    : {};
  const body = {
    code,
    message: kind.say(subject),
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status: kind.status,
  };
  return Response.json(body, { status: kind.status, headers });
}
