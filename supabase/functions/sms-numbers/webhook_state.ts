import type { NumberDrift } from "../_shared/sms/contract/numbers.ts";
import { AppError } from "../_shared/sms/http/errors.ts";
import type { MessagingService, TwilioNumber } from "./twilio_numbers.ts";
import type { NumberDependencies } from "./dependencies.ts";

/** The fields of a number that differ from what they should be. The trunk matters only if the account has one. */
export function driftOf(
  number: TwilioNumber,
  wanted: { readonly smsUrl: string; readonly trunkSid: string | null },
): NumberDrift[] {
  const drift: NumberDrift[] = [];
  const expect = (field: NumberDrift["field"], is: string | null, should_be: string | null) => {
    if (is !== should_be) drift.push({ field, is, should_be });
  };
  expect("capabilities", number.canText ? "SMS" : null, "SMS");
  expect("sms_url", number.smsUrl, wanted.smsUrl);
  expect("sms_method", number.smsMethod, "POST");
  expect("sms_application_sid", number.smsApplicationSid, null);
  if (wanted.trunkSid !== null) expect("trunk_sid", number.trunkSid, wanted.trunkSid);
  return drift;
}

/** For people: each difference in a sentence. */
export function describeDrift(drift: readonly NumberDrift[]): string {
  return drift.map(({ field, is, should_be }) =>
    `At Twilio ${field} is ${is ?? "not set"} and should be ${should_be ?? "not set"}.`
  ).join(" ");
}

/**
 * Whether a Messaging Service takes its numbers' messages away from us. It does not if it defers to the number's webhook, or
 * posts to ours: Twilio signs with the account's token, so our signature check fits for a service too.
 */
export function isInTheWay(service: MessagingService, ourUrls: NumberDependencies["ourUrls"]): boolean {
  if (service.usesNumbersWebhook) return false;
  const [url] = (service.inboundUrl ?? "").split("#");
  return service.inboundMethod !== "POST" || url === undefined || !ourUrls.includes(url);
}

/** We never change which service a number is in: it may carry a registration (10DLC) and an opt-out list. */
export function describeService({ friendlyName, sid, inboundUrl }: MessagingService): string {
  const what = inboundUrl === null ? "drops the texts" : "takes the texts to a webhook of its own";
  return `The Messaging Service "${friendlyName}" (${sid}) ${what} that come to this number. In the Twilio console, ` +
    `under Messaging > Services > ${friendlyName} > Integration, choose "Defer to sender's webhook", or take the ` +
    "number out of its sender pool. Then repair the number.";
}

export const numberCannotText = () =>
  new AppError(
    422,
    "NUMBER_CANNOT_TEXT",
    "This number takes calls only. Choose one that can send and receive texts.",
  );

export const numberIsGone = (number: string) =>
  new AppError(
    422,
    "NUMBER_NOT_AT_TWILIO",
    `The Twilio account has no number ${number} any more. Buy it again, or use another one.`,
  );

export const serviceInTheWay = (service: MessagingService) =>
  new AppError(422, "MESSAGING_SERVICE_IN_THE_WAY", describeService(service), {
    details: { messaging_service_sid: service.sid },
  });

export const trunkIsGone = (trunkSid: string) =>
  new AppError(
    422,
    "TRUNK_NOT_FOUND",
    `The account's main trunk ${trunkSid} is not in that Twilio account. Name another one, or none, then repair the ` +
      "number.",
  );
