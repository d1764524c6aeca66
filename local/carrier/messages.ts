/** Making a ledger entry. */
import { newSid } from "./ids.ts";
import { countSegments } from "./segments.ts";
import type { Entries } from "./signature.ts";
import type { Direction, LedgerMessage, MediaItem, MessageStatus } from "./types.ts";

export interface NewMessage {
  accountSid: string;
  direction: Direction;
  to: string;
  from: string | null;
  body: string;
  status: MessageStatus;
  sid?: string | undefined;
  media?: readonly MediaItem[];
  messagingServiceSid?: string | null;
  statusCallback?: string | null;
  carrierMade?: boolean;
  form?: Entries;
}

/** `MM` with media, `SM` without. https://www.twilio.com/docs/messaging/api/message-resource */
export function newMessage(given: NewMessage): LedgerMessage {
  const media = given.media ?? [];
  const now = new Date();
  return {
    sid: given.sid ?? newSid(media.length > 0 ? "MM" : "SM"),
    accountSid: given.accountSid,
    direction: given.direction,
    to: given.to,
    from: given.from,
    body: given.body,
    // "For messages sent via a Messaging Service, num_segments is initially 0, since a sender hasn't yet been
    // assigned." https://www.twilio.com/docs/messaging/api/message-resource#message-properties
    numSegments: given.from === null ? 0 : countSegments(given.body, media.length),
    media,
    messagingServiceSid: given.messagingServiceSid ?? null,
    statusCallback: given.statusCallback ?? null,
    status: given.status,
    history: [{ status: given.status, at: now, errorCode: null }],
    errorCode: null,
    price: null,
    dateCreated: now,
    dateSent: given.direction === "inbound" ? now : null,
    dateUpdated: now,
    carrierMade: given.carrierMade ?? false,
    form: given.form ?? [],
    webhooks: [],
    deleted: false,
  };
}
