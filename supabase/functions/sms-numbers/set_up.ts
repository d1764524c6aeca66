import type { PhoneNumber } from "../_shared/sms/contract/numbers.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import { AppError } from "../_shared/sms/http/errors.ts";
import { mapBounded } from "../_shared/sms/bounded_map.ts";
import type { MessagingService, TwilioNumber } from "./twilio_numbers.ts";
import { asAccount, type TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import { isNotFoundAtTwilio, twilioProblem } from "../_shared/sms/twilio/errors.ts";
import { recordWebhook, type Webhook } from "./verbs.ts";
import type { NumberDependencies } from "./dependencies.ts";
import { addressNotOurs } from "../_shared/sms/twilio/our_address.ts";
import { findRules, type KeysOf, keysOf, sharedKeyMissing } from "./webhook_rules.ts";
import {
  describeDrift,
  driftOf,
  isInTheWay,
  numberCannotText,
  numberIsGone,
  serviceInTheWay,
  trunkIsGone,
} from "./webhook_state.ts";

/** How many services are asked at once whether the number is theirs. */
const SERVICES_AT_ONCE = 5;

/**
 * Sets a number up at Twilio and records the result: `configured` with what Twilio confirmed, or `failed` with what to do.
 * Every step can be repeated, so an interrupted set-up is repaired by running all of it again.
 *
 * @throws AppError with `details.phone_number_id` and the sentence that is on the row: 502 WEBHOOK_NOT_CONFIGURED when
 *   Twilio did not answer or did not do it, 502 ADDRESS_NOT_OURS, otherwise 422 with the reason
 */
export async function setUpNumber(
  deps: NumberDependencies,
  { supabaseAdmin: client }: Context,
  webhook: Webhook,
): Promise<PhoneNumber> {
  const { phone_number: row } = webhook;
  let confirmed: TwilioNumber;
  try {
    confirmed = await asAccount(
      { ...deps, client },
      row.account_sid,
      (as) => configureAtTwilio(deps, as, { webhook, keys: keysOf(deps, client, row.account_sid) }),
    );
  } catch (error) {
    const { status, code, message, details, cause } = asSetUpError(error);
    await recordWebhook(client, webhook, { webhook_status: "failed", webhook_error: message });
    throw new AppError(status, code, message, { details: { ...details, phone_number_id: row.id }, cause });
  }
  return await recordWebhook(client, webhook, {
    webhook_status: "configured",
    twilio_sid: confirmed.sid,
    sms_url: deps.smsUrl,
    trunk_sid: confirmed.trunkSid,
  });
}

async function configureAtTwilio(
  deps: NumberDependencies,
  as: TwilioCredentials,
  { webhook: { phone_number: row, main_trunk_sid: trunkSid }, keys }: {
    webhook: Webhook;
    keys: KeysOf;
  },
): Promise<TwilioNumber> {
  const found = await deps.twilio.find(as, row.number);
  if (found === null) throw numberIsGone(row.number);
  if (!found.canText) throw numberCannotText();
  const address = await deps.askOurAddress();
  if (!address.ours) throw addressNotOurs(address);
  if (trunkSid !== null) await attach(deps, as, { found, trunkSid });
  const confirmed = await deps.twilio.pointAt(as, found.sid, deps.smsUrl);
  const drift = driftOf(confirmed, { smsUrl: deps.smsUrl, trunkSid });
  if (drift.length > 0) {
    throw notConfigured(`Twilio did not accept the settings. ${describeDrift(drift)} Repair the number.`);
  }
  const services = (await deps.twilio.listServices(as)).filter((one) => isInTheWay(one, deps.ourUrls));
  const service = await serviceOf(deps, as, { numberSid: confirmed.sid, services });
  if (service !== null) throw serviceInTheWay(service);
  const { missingKey } = await findRules(deps, as, keys);
  if (missingKey !== null) throw sharedKeyMissing(missingKey);
  return confirmed;
}

/** Twilio's page does not say what it answers to attaching twice. So a refusal counts only if the number is not attached. */
async function attach(
  { twilio }: NumberDependencies,
  as: TwilioCredentials,
  { found, trunkSid }: { found: TwilioNumber; trunkSid: string },
): Promise<void> {
  if (found.trunkSid === trunkSid) return;
  try {
    await twilio.attachToTrunk(as, found.sid, trunkSid);
  } catch (error) {
    if (isNotFoundAtTwilio(error)) throw trunkIsGone(trunkSid);
    if ((await twilio.find(as, found.number))?.trunkSid !== trunkSid) throw error;
  }
}

/** The service that has the number. It is in one at most, but Twilio does not say in which. */
export async function serviceOf(
  { twilio }: Pick<NumberDependencies, "twilio">,
  as: TwilioCredentials,
  { numberSid, services }: { numberSid: string; services: readonly MessagingService[] },
): Promise<MessagingService | null> {
  const memberships = await mapBounded(
    services,
    { concurrency: SERVICES_AT_ONCE },
    (service) => twilio.isInService(as, numberSid, service.sid),
  );
  return services.find((_, index) => memberships[index] === true) ?? null;
}

const notConfigured = (sentence: string, cause?: unknown) =>
  new AppError(502, "WEBHOOK_NOT_CONFIGURED", sentence, { cause });

/** The problem in words for a number whose set-up was interrupted. */
function asSetUpError(error: unknown): AppError {
  const problem = twilioProblem(error);
  if (["WEBHOOK_NOT_CONFIGURED", "ADDRESS_NOT_OURS"].includes(problem.code)) return problem;
  if (problem.status >= 500) {
    const sentence = "Twilio did not answer while the number was set up. Repair the number in a minute.";
    return notConfigured(sentence, problem.cause ?? problem);
  }
  return problem;
}
