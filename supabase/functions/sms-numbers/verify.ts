import { mapBounded } from "../_shared/sms/bounded_map.ts";
import type { NumberCheck, PhoneNumber } from "../_shared/sms/contract/numbers.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import type { MessagingService, TwilioNumber } from "./twilio_numbers.ts";
import { asAccount, type TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import { twilioProblem } from "../_shared/sms/twilio/errors.ts";
import { listWebhooks, recordWebhook, type Webhook } from "./verbs.ts";
import type { NumberDependencies } from "./dependencies.ts";
import type { AddressFinding } from "./our_address.ts";
import { serviceOf } from "./set_up.ts";
import { describeMissingKey, findRules, keysOf, type RuleFinding } from "./webhook_rules.ts";
import { describeDrift, describeService, driftOf, isInTheWay, numberIsGone } from "./webhook_state.ts";

const NUMBERS_AT_ONCE = 5;

export type CheckedNumber = PhoneNumber & { check: NumberCheck };

/** The result of a check at Twilio: the number is as it should be, or it differs. */
type Finding =
  | { readonly confirmed: TwilioNumber; readonly advice: string | null }
  | Omit<NumberCheck, "outcome" | "message"> & {
    readonly message: string;
  };

/**
 * Compares a tenant's numbers with Twilio, a few at a time and no longer than `verifyWithinMs`, and records the result.
 * Nothing is changed at Twilio. A number that could not be checked is `unchecked`, and its row stays as it is.
 */
export async function verifyNumbers(
  deps: NumberDependencies,
  context: Context,
  ownerId: string,
): Promise<CheckedNumber[]> {
  const webhooks = await listWebhooks(context.supabaseAdmin, ownerId);
  const until = deps.now() + deps.verifyWithinMs;
  // Once for all of them, and only if there is a number.
  const address = webhooks.length === 0 ? { ours: true } as const : await deps.askOurAddress();
  const services = servicesInTheWay(deps);
  const rules = rulesOf(deps, context);
  const checked = await mapBounded(
    webhooks,
    { concurrency: NUMBERS_AT_ONCE, mayStart: () => deps.now() < until },
    (webhook) => check(deps, context, { webhook, services, rules, address }),
  );
  return webhooks.map(({ phone_number }, index) =>
    checked[index] ?? unchecked(phone_number, "There was no time to check this number. Try again.")
  );
}

type ServicesOf = (as: TwilioCredentials) => Promise<MessagingService[]>;

/** The services are asked for once per account, also when several of its numbers are checked. */
function servicesInTheWay({ twilio, ourUrls }: NumberDependencies): ServicesOf {
  const known = new Map<string, Promise<MessagingService[]>>();
  return (as) => {
    const key = `${as.accountSid} ${as.authToken}`;
    const asked = known.get(key) ??
      twilio.listServices(as).then((all) => all.filter((service) => isInTheWay(service, ourUrls)));
    known.set(key, asked);
    return asked;
  };
}

type RulesOf = (as: TwilioCredentials) => Promise<RuleFinding>;

/** The Rules are asked for once per account too. */
function rulesOf(deps: NumberDependencies, { supabaseAdmin: client }: Context): RulesOf {
  const known = new Map<string, Promise<RuleFinding>>();
  return (as) => {
    const key = `${as.accountSid} ${as.authToken}`;
    const asked = known.get(key) ?? findRules(deps, as, keysOf(deps, client, as.accountSid));
    known.set(key, asked);
    return asked;
  };
}

interface Asked {
  readonly webhook: Webhook;
  readonly services: ServicesOf;
  readonly rules: RulesOf;
  readonly address: AddressFinding;
}

async function check(
  deps: NumberDependencies,
  { supabaseAdmin: client }: Context,
  asked: Asked,
): Promise<CheckedNumber> {
  const { webhook } = asked;
  const { phone_number: row } = webhook;
  let finding: Finding;
  try {
    finding = await asAccount(
      { ...deps, client },
      row.account_sid,
      (as) => look(deps, as, asked),
    );
  } catch (error) {
    return unchecked(row, twilioProblem(error).message);
  }
  if ("confirmed" in finding) {
    const { sid: twilio_sid, trunkSid: trunk_sid } = finding.confirmed;
    const recorded = await recordWebhook(client, webhook, {
      webhook_status: "configured",
      twilio_sid,
      sms_url: deps.smsUrl,
      trunk_sid,
    });
    return { ...recorded, check: { outcome: "configured", drift: [], message: finding.advice } };
  }
  const { drift, message } = finding;
  const recorded = await recordWebhook(client, webhook, {
    webhook_status: "drifted",
    webhook_error: message,
  });
  return { ...recorded, check: { outcome: "drifted", drift, message } };
}

async function look(
  { twilio, smsUrl }: NumberDependencies,
  as: TwilioCredentials,
  { webhook: { phone_number: row, main_trunk_sid: trunkSid }, services, rules, address }: Asked,
): Promise<Finding> {
  const found = await twilio.find(as, row.number);
  if (found === null) {
    const { message } = numberIsGone(row.number);
    return { drift: [{ field: "number", is: null, should_be: row.number }], message };
  }
  const drift = driftOf(found, { smsUrl, trunkSid });
  const service = await serviceOf({ twilio }, as, { numberSid: found.sid, services: await services(as) });
  const { missingKey, advice } = await rules(as);
  if (drift.length === 0 && service === null && missingKey === null && address.ours) {
    return { confirmed: found, advice };
  }
  const sentences = drift.length === 0 ? [] : [`${describeDrift(drift)} Repair the number.`];
  if (!address.ours) {
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

function unchecked(row: PhoneNumber, message: string): CheckedNumber {
  return { ...row, check: { outcome: "unchecked", drift: [], message } };
}
