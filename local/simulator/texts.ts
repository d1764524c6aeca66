import type { Carrier, LedgerMessage, WebhookAttempt } from "../carrier/mod.ts";
import type { PhoneText, WebhookResult } from "./contract.ts";

/** As many as somebody scrolls through; a load test may have left thousands. */
const SHOWN = 200;

export interface Parties {
  readonly phone: string;
  /** Null where the carrier has no number at all. */
  readonly number: string | null;
}

/** What passed between a phone and a number, oldest first. */
export function messagesBetween(carrier: Carrier, { phone, number }: Parties): LedgerMessage[] {
  const between = ({ from, to }: LedgerMessage) =>
    (from === phone && to === number) || (from === number && to === phone);
  return carrier.ledger.list().filter(between).slice(-SHOWN);
}

/** @param stored the SIDs that the database has */
export function phoneText(message: LedgerMessage, stored: ReadonlySet<string>): PhoneText {
  const { sid, body, status, errorCode } = message;
  return {
    sid,
    writer: message.direction === "inbound" ? "phone" : message.carrierMade ? "carrier" : "number",
    body,
    pictures: message.media.map(({ sid, contentType, sourceUrl }) => ({ sid, contentType, url: sourceUrl })),
    at: message.dateCreated.toISOString(),
    status,
    errorCode,
    history: message.history.map(({ status, at }) => ({ status, at: at.toISOString() })),
    requests: message.webhooks.map(result),
    stored: stored.has(sid),
  };
}

function result({ form, attempt, status, failure }: WebhookAttempt): WebhookResult {
  const reported = form.find(([name]) => name === "MessageStatus")?.[1] ?? "received";
  return { reported, attempt, answer: status ?? failure ?? "read" };
}
