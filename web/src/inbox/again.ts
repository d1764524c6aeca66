import type { Message } from "./api.ts";

/**
 * Failures after which the same text may arrive a second time, by the code's page at Twilio
 * (TWILIO_CODES in supabase/functions/_shared/sms/http/twilio_codes.ts says each in words; a test holds the two together).
 * Of all others a second try tells the same: a landline, an opt-out, a sender that is not registered.
 */
export const MAY_PASS: ReadonlySet<string> = new Set([
  // Ours: it waited too long, was canceled by hand, or Twilio could not be reached.
  "EXPIRED",
  "CANCELED_BY_USER",
  "CARRIER_UNAVAILABLE",
  "HTTP_429",
  // Too much at once.
  "14107",
  "20429",
  "21611",
  "30001",
  "30017",
  "30022",
  "30036",
  "60728",
  "63017",
  // A limit of the day or of the hour.
  "30023",
  "30450",
  "30453",
  "30610",
  "63038",
  // The telephone was off, or a carrier failed without a reason.
  "30003",
  "30008",
  "30010",
  "30047",
  "30410",
  "30500",
]);

/** The key of the second try: whoever asks for it, in whichever tab, it is sent once (`sms_private.once()`). */
export const againKey = (messageId: string): string => `again:${messageId}`;

const FAILED: readonly string[] = ["failed", "undelivered", "canceled"];

/** What of a text was tried again, and what it was the second try of. */
export interface Link {
  /** When it was sent again. */
  readonly againAt?: string;
  /** When the first try was written, of which this is the second. */
  readonly firstAt?: string;
}

type Told = Pick<
  Message,
  "id" | "sender" | "status" | "body" | "created_at" | "seq"
>;

/**
 * Which texts are a second try of which: a person's text with the same words as one before it that failed. The first try
 * stays as it is; both say when the other was. Nothing but the words and the order tell, also after the key is forgotten.
 *
 * @param messages newest first, as a thread has them
 */
export function linksOf(messages: readonly Told[]): ReadonlyMap<string, Link> {
  const links = new Map<string, Link>();
  const failed = new Map<string, Told>();
  for (const message of messages.toReversed()) {
    if (message.sender !== "person") continue;
    const words = message.body.trim();
    if (words === "") continue;
    const first = failed.get(words);
    failed.delete(words);
    if (first) {
      links.set(first.id, {
        ...links.get(first.id),
        againAt: message.created_at,
      });
      links.set(message.id, { firstAt: first.created_at });
    } else if (FAILED.includes(message.status)) {
      failed.set(words, message);
    }
  }
  return links;
}

/** Whether a second try is offered: once, of a person's own words, and only where it can help. */
export function canSendAgain(
  message: Message,
  link: Link | undefined,
): boolean {
  return message.sender === "person" && message.body !== "" &&
    message.media.length === 0 && link === undefined &&
    MAY_PASS.has(message.error_code ?? "");
}
