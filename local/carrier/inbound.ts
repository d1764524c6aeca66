/**
 * A contact's phone texts a number. Twilio records opt-out keywords, answers them itself, and then passes the text on
 * to the webhook all the same. https://help.twilio.com/articles/223134027
 */
import type { Delivery } from "./delivery.ts";
import { inboundForm } from "./forms.ts";
import { newSid } from "./ids.ts";
import { newMessage } from "./messages.ts";
import { applyKeyword, keywordFor, serviceOf } from "./optouts.ts";
import { channelOf, type IncomingNumber, type MessagingService } from "./registry.ts";
import { repliesIn } from "./twiml.ts";
import type { LedgerMessage, MediaItem, WebhookAttempt } from "./types.ts";
import { callWebhook } from "./webhook.ts";
import { signerOf, type World } from "./world.ts";

export interface InboundMessage {
  from: string;
  to: string;
  body?: string;
  media?: readonly { contentType: string; content?: string | Uint8Array<ArrayBuffer> }[];
  /** Of a message that the ledger has: Twilio delivers its webhook again. */
  messageSid?: string;
  /** Fields to add to the form, or to replace in it. An empty string is sent as an empty field. */
  extra?: Record<string, string>;
  /** Deliver the same webhook so many times at once. */
  copies?: number;
}

export interface InboundDelivery {
  message: LedgerMessage;
  /** One list per copy; the last attempt of each says how it ended. Empty when the number has no webhook. */
  deliveries: WebhookAttempt[][];
  /** All of them, flat. */
  attempts: WebhookAttempt[];
  /** Every copy ended in a 2xx answer. */
  ok: boolean;
  /** Twilio's own answer to a keyword. */
  carrierReply: LedgerMessage | null;
  /** What Twilio sent because the webhook's answer asked for it. */
  replies: LedgerMessage[];
}

export async function receiveInbound(
  world: World,
  delivery: Delivery,
  text: InboundMessage,
): Promise<InboundDelivery> {
  const number = world.registry.numberOf(text.to);
  if (number === undefined) throw new Error(`The carrier has no number ${text.to}`);
  const service = serviceOf(world, number);
  // Of WhatsApp Twilio keeps no list by itself.
  const keyword = channelOf(text.from).channel === "whatsapp"
    ? null
    : keywordFor(world, number, { contact: text.from, body: text.body ?? "" });
  const known = text.messageSid === undefined ? undefined : world.ledger.get(text.messageSid);
  const message = known ?? storeInbound(world, number, text);
  const carrierReply = known === undefined && keyword !== null ? applyKeyword(world, message, keyword) : null;
  const target = webhookOf(number, service);
  if (target === null) return { message, deliveries: [], attempts: [], ok: false, carrierReply, replies: [] };
  const form = inboundForm(message, {
    mediaUrl: (sid) =>
      `${world.url}/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}/Media/${sid}`,
    optOutType: service?.advancedOptOut === true ? keyword : null,
    extra: text.extra ?? {},
  });
  const webhook = {
    ...target,
    form,
    signer: () => signerOf(world, number.accountSid, target.url),
    signedUrl: world.faults.settings.signedUrl,
    signFragment: world.faults.settings.signFragment,
    stopped: world.stopping.signal,
  };
  const copies = Array.from({ length: text.copies ?? 1 }, () => callWebhook(webhook));
  const deliveries = await Promise.all(copies);
  const attempts = deliveries.flat();
  message.webhooks.push(...attempts);
  world.emit({ type: "webhook", message, attempts });
  world.ledger.changed();
  const replies = deliveries.flatMap((ended) => reply(world, delivery, { message, answer: ended.at(-1) }));
  const ok = deliveries.every((ended) => isSuccess(ended.at(-1)));
  return { message, deliveries, attempts, ok, carrierReply, replies };
}

/**
 * A text that was delivered to a number of ours arrives there like any other: as a message of its own, with its own SID,
 * in the account that has the number, and at that number's webhook ("when a message is received by one of your Twilio
 * phone numbers", https://www.twilio.com/docs/usage/webhooks/sms-webhooks). It makes no difference who sent it.
 */
export async function arriveAtOwnNumber(
  world: World,
  delivery: Delivery,
  { from, to, body, media }: LedgerMessage,
): Promise<void> {
  if (from === null || !world.registry.numbers.has(to)) return;
  await receiveInbound(world, delivery, { from, to, body, media });
}

function storeInbound(world: World, number: IncomingNumber, text: InboundMessage): LedgerMessage {
  const message = newMessage({
    sid: text.messageSid,
    accountSid: number.accountSid,
    direction: "inbound",
    to: text.to,
    from: text.from,
    body: text.body ?? "",
    status: "received",
    media: (text.media ?? []).map(toMedia),
    messagingServiceSid: number.messagingServiceSid,
  });
  world.ledger.add(message);
  world.emit({ type: "inbound", message });
  return message;
}

function toMedia(given: { contentType: string; content?: string | Uint8Array<ArrayBuffer> }): MediaItem {
  const content = typeof given.content === "string" ? new TextEncoder().encode(given.content) : given.content;
  return {
    sid: newSid("ME"),
    contentType: given.contentType,
    content: content ?? new Uint8Array(),
    sourceUrl: null,
    dateCreated: new Date(),
  };
}

/** https://www.twilio.com/docs/messaging/api/service-resource: the service's URL unless it defers to the number's. */
function webhookOf(number: IncomingNumber, service: MessagingService | null) {
  if (service !== null && !service.useInboundWebhookOnNumber) {
    return service.inboundRequestUrl === ""
      ? null
      : { url: service.inboundRequestUrl, method: service.inboundMethod };
  }
  if (number.smsUrl === "" || number.smsApplicationSid !== "") return null;
  return { url: number.smsUrl, method: number.smsMethod };
}

function isSuccess(attempt: WebhookAttempt | undefined): boolean {
  return attempt?.status !== null && attempt?.status !== undefined && attempt.status >= 200 &&
    attempt.status < 300;
}

function reply(
  world: World,
  delivery: Delivery,
  { message, answer }: { message: LedgerMessage; answer: WebhookAttempt | undefined },
): LedgerMessage[] {
  const contact = message.from ?? "";
  if (answer === undefined || !isSuccess(answer) || world.registry.isBlocked(message.to, contact)) return [];
  return repliesIn(answer).map((body) => {
    const sent = newMessage({
      accountSid: message.accountSid,
      direction: "outbound-reply",
      to: contact,
      from: message.to,
      body,
      status: "queued",
      messagingServiceSid: message.messagingServiceSid,
    });
    world.ledger.add(sent);
    world.emit({ type: "accepted", message: sent });
    delivery.start(sent);
    return sent;
  });
}
