/** Reading messages. https://www.twilio.com/docs/messaging/api/message-resource */
import { pageOf } from "./paging.ts";
import { renderMessage } from "./render.ts";
import { telephoneOf } from "./telephones.ts";
import type { LedgerMessage } from "./types.ts";
import type { World } from "./world.ts";

/** The account's message, if the API would show it: neither deleted nor one that Twilio made by itself. */
export function findMessage(world: World, accountSid: string, sid: string): LedgerMessage | null {
  const message = world.ledger.get(sid);
  if (message === undefined || message.accountSid !== accountSid) return null;
  return message.deleted || message.carrierMade ? null : message;
}

/** Newest first. Filters: `To`, `From` (letter by letter: https://www.twilio.com/docs/messaging/api/message-resource), and `DateSent` by whole days in GMT (`DateSent<` and `DateSent>` inclusive). */
export function listMessages(world: World, accountSid: string, url: URL): Response {
  const oldest = Date.now() - world.faults.settings.listLagMs;
  const to = url.searchParams.get("To");
  const from = url.searchParams.get("From");
  const listed = (message: LedgerMessage): LedgerMessage =>
    world.faults.settings.listsTodaysSpelling && message.direction !== "inbound"
      ? { ...message, to: telephoneOf(message.to) }
      : message;
  const all = world.ledger.list().reverse().map(listed).filter((message) =>
    message.accountSid === accountSid && !message.deleted && !message.carrierMade &&
    message.dateCreated.getTime() <= oldest &&
    (to === null || message.to === to) && (from === null || message.from === from) &&
    isSentWithin(message, url.searchParams)
  );
  return pageOf(url, { key: "messages", all, render: renderMessage });
}

/** A message that was not sent yet has no `date_sent`, so any date filter leaves it out. */
function isSentWithin(message: LedgerMessage, filters: URLSearchParams): boolean {
  const on = filters.get("DateSent");
  const until = filters.get("DateSent<");
  const since = filters.get("DateSent>");
  if (on === null && until === null && since === null) return true;
  if (message.dateSent === null) return false;
  const day = message.dateSent.toISOString().slice(0, 10);
  return (on === null || day === on.slice(0, 10)) &&
    (until === null || day <= until.slice(0, 10)) &&
    (since === null || day >= since.slice(0, 10));
}
