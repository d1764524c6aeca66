/**
 * Whether Twilio would take a message, in the order it complains. Each code has its page:
 * https://www.twilio.com/docs/api/errors/21211 and so on.
 */
import { magicSender } from "./outcomes.ts";
import { channelOf } from "./registry.ts";
import type { World } from "./world.ts";

/** The parameters of a create that matter here. */
export interface CreateRequest {
  to: string;
  from: string;
  messagingServiceSid: string;
  body: string;
  mediaUrls: readonly string[];
  statusCallback: string;
  isScheduled: boolean;
}

export function readCreateRequest(form: URLSearchParams): CreateRequest {
  return {
    to: form.get("To") ?? "",
    from: form.get("From") ?? "",
    messagingServiceSid: form.get("MessagingServiceSid") ?? "",
    body: form.get("Body") ?? "",
    mediaUrls: form.getAll("MediaUrl"),
    statusCallback: form.get("StatusCallback") ?? "",
    isScheduled: form.get("ScheduleType") === "fixed",
  };
}

/** The error code of a refusal, or null. */
export function refusalOf(world: World, accountSid: string, request: CreateRequest): number | null {
  return refusalOfShape(request) ?? refusalOfSender(world, accountSid, request) ??
    refusalOfContact(world, accountSid, request) ?? null;
}

function refusalOfShape(request: CreateRequest): number | undefined {
  if (request.to === "") return 21604;
  if (request.from === "" && request.messagingServiceSid === "") return 21603;
  if (request.body === "" && request.mediaUrls.length === 0) return 21602;
  // In UTF-16 code units: "special characters such as emojis … will be counted as multiple characters".
  if (request.body.length > 1600) return 21617;
  if (request.mediaUrls.length > 10) return 21623;
  if (!request.mediaUrls.every(isWebUrl)) return 21620;
  // Twilio also refuses hosts it cannot reach, such as localhost; a look-alike on loopback cannot.
  if (request.statusCallback !== "" && !isWebUrl(request.statusCallback)) return 21609;
}

function refusalOfSender(world: World, accountSid: string, request: CreateRequest): number | undefined {
  const { from, messagingServiceSid } = request;
  if (messagingServiceSid !== "") {
    const service = world.registry.services.get(messagingServiceSid);
    if (service?.accountSid !== accountSid) return 21701;
    const pool = [...world.registry.numbers.values()].filter((number) =>
      number.messagingServiceSid === messagingServiceSid
    );
    if (pool.length === 0) return 21703;
    if (from !== "" && !pool.some((number) => number.number === from)) return 21606;
    return;
  }
  const magic = world.outcomes.refusalOfSender(from);
  if (magic !== undefined) return magic;
  const { channel } = channelOf(from);
  // https://www.twilio.com/docs/api/errors/21910, .../63007
  if (channel !== channelOf(request.to).channel) return 21910;
  const owned = world.registry.numberOf(from);
  if (channel !== "sms" && owned?.accountSid !== accountSid) return 63007;
  if (owned === undefined && from === magicSender) return;
  if (owned?.accountSid === accountSid) return;
  return isSender(from) ? 21606 : 21212;
}

function refusalOfContact(world: World, accountSid: string, request: CreateRequest): number | undefined {
  const { rest } = channelOf(request.to);
  if (!/^\+[1-9]\d{6,14}$/.test(rest)) return 21211;
  // https://www.twilio.com/docs/api/errors/21608
  if (world.registry.account(accountSid).verified?.has(rest) === false) return 21608;
  const refused = world.outcomes.refusalOfContact(request.to);
  if (refused !== undefined) return refused;
  const sender = request.from === "" ? firstOf(world, request.messagingServiceSid) : request.from;
  // Nor does WhatsApp ask the list of SMS.
  if (channelOf(sender).channel !== "whatsapp" && world.registry.isBlocked(sender, request.to)) return 21610;
  // "'To' and 'From' number cannot be the same." https://www.twilio.com/docs/api/errors/21266
  if (sender === request.to) return 21266;
}

function firstOf(world: World, messagingServiceSid: string): string {
  for (const number of world.registry.numbers.values()) {
    if (number.messagingServiceSid === messagingServiceSid) return number.number;
  }
  return "";
}

/** A phone number, a short code or an alphanumeric sender. */
function isSender(from: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(from) || /^\d{3,8}$/.test(from) ||
    (/^[A-Za-z0-9 ]{1,11}$/.test(from) && /[A-Za-z]/.test(from));
}

/** "URL must contain a valid hostname and underscores are not allowed." */
function isWebUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && /^https?:$/.test(parsed.protocol) && !parsed.hostname.includes("_");
}
