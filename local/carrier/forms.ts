/** The forms that Twilio posts, with every field its pages list for SMS and MMS. */
import { rawDlrDoneDate } from "./ids.ts";
import type { Entries } from "./signature.ts";
import type { LedgerMessage, MessageStatus } from "./types.ts";

const apiVersion = "2010-04-01";

interface Place {
  city: string;
  state: string;
  zip: string;
  country: string;
}

const nowhere: Place = { city: "", state: "", zip: "", country: "" };

/** Twilio sends the geographic fields empty where it knows nothing (short codes, alphanumeric senders, most mobiles). */
function placeOf(address: string): Place {
  if (/^\+1\d{10}$/.test(address)) return { city: "SAN FRANCISCO", state: "CA", zip: "94105", country: "US" };
  if (address.startsWith("+44")) return { ...nowhere, country: "GB" };
  if (address.startsWith("+49")) return { ...nowhere, country: "DE" };
  return nowhere;
}

/** https://www.twilio.com/docs/messaging/guides/webhook-request */
export function inboundForm(
  message: LedgerMessage,
  options: {
    mediaUrl: (mediaSid: string) => string;
    optOutType: string | null;
    extra: Record<string, string>;
  },
): Entries {
  const from = placeOf(message.from ?? "");
  const to = placeOf(message.to);
  const media = message.media.flatMap((item, index): [string, string][] => [
    [`MediaContentType${index}`, item.contentType],
    [`MediaUrl${index}`, options.mediaUrl(item.sid)],
  ]);
  const form = new Map<string, string>([
    ["ToCountry", to.country],
    ...media,
    ["ToState", to.state],
    ["SmsMessageSid", message.sid],
    ["NumMedia", String(message.media.length)],
    ["ToCity", to.city],
    ["FromZip", from.zip],
    ["SmsSid", message.sid],
    ["FromState", from.state],
    ["SmsStatus", "received"],
    ["FromCity", from.city],
    ["Body", message.body],
    ["FromCountry", from.country],
    ["To", message.to],
    ...optional("MessagingServiceSid", message.messagingServiceSid),
    ...optional("OptOutType", options.optOutType),
    ["ToZip", to.zip],
    ["NumSegments", String(message.numSegments)],
    ["MessageSid", message.sid],
    ["AccountSid", message.accountSid],
    ["From", message.from ?? ""],
    ["ApiVersion", apiVersion],
    ...Object.entries(options.extra),
  ]);
  return [...form];
}

/** https://www.twilio.com/docs/messaging/guides/track-outbound-message-status#how-are-status-callback-requests-sent */
export function statusForm(message: LedgerMessage, status: MessageStatus, errorCode: number | null): Entries {
  const withReceipt = status === "delivered" || status === "undelivered";
  return [
    ...optional("ErrorCode", errorCode === null ? null : String(errorCode)),
    ...optional("RawDlrDoneDate", withReceipt ? rawDlrDoneDate(message.dateUpdated) : null),
    ["SmsSid", message.sid],
    ["SmsStatus", status],
    ["MessageStatus", status],
    ["To", message.to],
    ...optional("MessagingServiceSid", message.messagingServiceSid),
    ["MessageSid", message.sid],
    ["AccountSid", message.accountSid],
    ["From", message.from ?? ""],
    ["ApiVersion", apiVersion],
  ];
}

function optional(name: string, value: string | null): [string, string][] {
  return value === null ? [] : [[name, value]];
}
