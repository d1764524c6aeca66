/** The words that the carrier's parts share. */
import type { Entries } from "./signature.ts";

/** https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
export type MessageStatus =
  | "accepted"
  | "scheduled"
  | "canceled"
  | "queued"
  | "sending"
  | "sent"
  | "failed"
  | "delivered"
  | "undelivered"
  | "partially_delivered"
  | "read"
  | "receiving"
  | "received";

export type Direction = "inbound" | "outbound-api" | "outbound-reply";

export interface Account {
  readonly accountSid: string;
  readonly authToken: string;
}

export interface StatusChange {
  readonly status: MessageStatus;
  readonly at: Date;
  readonly errorCode: number | null;
}

/** One HTTP request that Twilio made to the application. */
export interface WebhookAttempt {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly form: Entries;
  readonly headers: Readonly<Record<string, string>>;
  /** 1 for the first request, 2 for the first retry. */
  readonly attempt: number;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** `connect`: no connection. `read`: connected, but no whole answer in time. */
  readonly failure: "connect" | "read" | null;
  readonly contentType: string | null;
  readonly body: string;
}

export interface MediaItem {
  readonly sid: string;
  readonly contentType: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** Where the application said it is, for outbound media. The look-alike never fetches it. */
  readonly sourceUrl: string | null;
  readonly dateCreated: Date;
}

/** A message that Twilio really has: accepted from the API, received from a phone, or made by itself. */
export interface LedgerMessage {
  readonly sid: string;
  readonly accountSid: string;
  readonly direction: Direction;
  readonly to: string;
  /** Null only while a messaging service has not chosen a sender. */
  from: string | null;
  body: string;
  numSegments: number;
  readonly media: readonly MediaItem[];
  readonly messagingServiceSid: string | null;
  readonly statusCallback: string | null;
  status: MessageStatus;
  readonly history: StatusChange[];
  errorCode: number | null;
  price: string | null;
  readonly dateCreated: Date;
  dateSent: Date | null;
  dateUpdated: Date;
  /** Twilio's own answer to STOP, START or HELP: nobody asked for it through the API, and no list shows it. */
  readonly carrierMade: boolean;
  /** The fields of the create request, or of the inbound webhook. */
  readonly form: Entries;
  /** Every status callback or inbound webhook that was sent for it. */
  readonly webhooks: WebhookAttempt[];
  /** Set by tests: the API does not show it. */
  deleted: boolean;
}

/** https://www.twilio.com/docs/usage/api/account */
export type AccountStatus = "active" | "suspended" | "closed";

/** What `carrier.on()` tells. */
export type CarrierEvent =
  /** Any request to the REST API, also a refused one. */
  | { type: "request"; method: string; path: string }
  | { type: "accepted"; message: LedgerMessage }
  | { type: "refused"; accountSid: string; to: string; from: string; code: number }
  | { type: "status"; message: LedgerMessage; change: StatusChange }
  | { type: "callback"; message: LedgerMessage; status: MessageStatus; attempts: readonly WebhookAttempt[] }
  | { type: "callback-lost"; message: LedgerMessage; status: MessageStatus }
  | { type: "inbound"; message: LedgerMessage }
  | { type: "webhook"; message: LedgerMessage; attempts: readonly WebhookAttempt[] }
  | { type: "carrier-reply"; message: LedgerMessage };

/** After these nothing more happens, except `read` after `delivered`. */
export function isFinal(status: MessageStatus): boolean {
  return ["canceled", "failed", "delivered", "undelivered", "read", "received"].includes(status);
}
