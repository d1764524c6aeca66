/** What Twilio does itself when a contact sends a keyword. https://help.twilio.com/articles/223134027 */
import { carrierReplies, keywordOf, type OptOutType } from "./keywords.ts";
import { newMessage } from "./messages.ts";
import type { IncomingNumber, MessagingService } from "./registry.ts";
import type { LedgerMessage } from "./types.ts";
import type { World } from "./world.ts";

/**
 * What Twilio does with the text. Standalone short codes have no default handling.
 * https://help.twilio.com/articles/223181748
 */
export function keywordFor(
  world: World,
  number: IncomingNumber,
  text: { contact: string; body: string },
): OptOutType | null {
  const handled = number.number.startsWith("+") || serviceOf(world, number)?.advancedOptOut === true;
  return handled ? keywordOf(text.body, world.registry.isBlocked(number.number, text.contact)) : null;
}

/**
 * Records or lifts the block, and answers. The answer is free, nobody asked for it, and no callback tells of it.
 */
export function applyKeyword(world: World, inbound: LedgerMessage, keyword: OptOutType): LedgerMessage {
  const contact = inbound.from ?? "";
  if (keyword === "STOP") world.registry.block(inbound.to, contact);
  if (keyword === "START") world.registry.unblock(inbound.to, contact);
  const message = newMessage({
    accountSid: inbound.accountSid,
    direction: "outbound-reply",
    to: contact,
    from: inbound.to,
    body: carrierReplies[keyword],
    status: "delivered",
    messagingServiceSid: inbound.messagingServiceSid,
    carrierMade: true,
  });
  world.ledger.add(message);
  world.emit({ type: "carrier-reply", message });
  return message;
}

/** The messaging service whose pool the number is in. */
export function serviceOf(world: World, number: IncomingNumber): MessagingService | null {
  return number.messagingServiceSid === null
    ? null
    : world.registry.services.get(number.messagingServiceSid) ?? null;
}
