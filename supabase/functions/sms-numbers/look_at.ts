import type { NumberCheck } from "../_shared/sms/contract/numbers.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import type { TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import type { NumberDependencies } from "./dependencies.ts";
import type { AddressFinding } from "../_shared/sms/twilio/our_address.ts";
import { serviceOf } from "./set_up.ts";
import type { MessagingService, TwilioNumber } from "./twilio_numbers.ts";
import { describeMissingKey, findRules, keysOf, type RuleFinding } from "./webhook_rules.ts";
import { describeDrift, describeService, driftOf, isInTheWay, numberIsGone } from "./webhook_state.ts";

/** The result of a check at Twilio: the number is as it should be, it differs, or our address cannot say yet (the sentence). */
export type Finding =
  | { readonly confirmed: TwilioNumber; readonly advice: string | null }
  | { readonly unknown: string }
  | Omit<NumberCheck, "outcome" | "message"> & {
    readonly message: string;
  };

/** One number, and what is known of its account. */
export interface Looked {
  readonly number: string;
  readonly trunkSid: string | null;
  readonly services: readonly MessagingService[];
  readonly rule: RuleFinding;
  readonly address: AddressFinding;
}

/** Compares one number with Twilio. Changes and records nothing. */
export async function lookAt(
  { twilio, smsUrl }: Pick<NumberDependencies, "twilio" | "smsUrl">,
  as: TwilioCredentials,
  { number, trunkSid, services, rule: { missingKey, advice }, address }: Looked,
): Promise<Finding> {
  const found = await twilio.find(as, number);
  if (found === null) {
    const { message } = numberIsGone(number);
    return { drift: [{ field: "number", is: null, should_be: number }], message };
  }
  const drift = driftOf(found, { smsUrl, trunkSid });
  const service = await serviceOf({ twilio }, as, { numberSid: found.sid, services });
  if (drift.length === 0 && service === null && missingKey === null) {
    if (address.ours) return { confirmed: found, advice };
    if (!address.known) return { unknown: address.message };
  }
  const sentences = drift.length === 0 ? [] : [`${describeDrift(drift)} Repair the number.`];
  if (!address.ours && address.known) {
    drift.push({ field: "address", is: address.is, should_be: smsUrl });
    sentences.push(address.message);
  }
  if (service !== null) {
    drift.push({ field: "messaging_service_sid", is: service.sid, should_be: null });
    sentences.push(describeService(service));
  }
  if (missingKey !== null) {
    drift.push({ field: "shared_key_id", is: missingKey, should_be: null });
    sentences.push(describeMissingKey(missingKey));
  }
  return { drift, message: sentences.join(" ") };
}

export type ServicesOf = (as: TwilioCredentials) => Promise<MessagingService[]>;

/** The services are asked for once per account, also when several of its numbers are checked. */
export function servicesInTheWay(
  { ourUrls, ...deps }: Pick<NumberDependencies, "twilio" | "ourUrls">,
  all: ServicesOf = servicesOf(deps),
): ServicesOf {
  return async (as) => (await all(as)).filter((service) => isInTheWay(service, ourUrls));
}

function onceAnAccount<T>(ask: (as: TwilioCredentials) => Promise<T>): (as: TwilioCredentials) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (as) => {
    const key = `${as.accountSid} ${as.authToken}`;
    const asked = known.get(key) ?? ask(as);
    known.set(key, asked);
    return asked;
  };
}

/** All of them, for asking which one has a number. */
export function servicesOf({ twilio }: Pick<NumberDependencies, "twilio">): ServicesOf {
  return onceAnAccount((as) => twilio.listServices(as));
}

export type RulesOf = (as: TwilioCredentials) => Promise<RuleFinding>;

/** The Rules are asked for once per account too. */
export function rulesOf(
  deps: NumberDependencies,
  { supabaseAdmin: client }: Pick<Context, "supabaseAdmin">,
): RulesOf {
  return onceAnAccount((as) => findRules(deps, as, keysOf(deps, client, as.accountSid)));
}
