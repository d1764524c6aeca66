import { mapBounded } from "../_shared/sms/bounded_map.ts";
import type { NumberCheck, PhoneNumber } from "../_shared/sms/contract/numbers.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import type { MessagingService, TwilioNumber } from "./twilio_numbers.ts";
import { asAccount, type TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import { twilioProblem } from "../_shared/sms/twilio/errors.ts";
import { listWebhooks, recordWebhook, type Webhook } from "./verbs.ts";
import type { NumberDependencies } from "./dependencies.ts";
import { serviceOf } from "./set_up.ts";
import { describeDrift, describeService, driftOf, isInTheWay, numberIsGone } from "./webhook_state.ts";

const NUMBERS_AT_ONCE = 5;

export type CheckedNumber = PhoneNumber & { check: NumberCheck };

/** The result of a check at Twilio: the number is as it should be, or it differs. */
type Finding =
  | { readonly confirmed: TwilioNumber }
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
  const services = servicesInTheWay(deps);
  const checked = await mapBounded(
    webhooks,
    { concurrency: NUMBERS_AT_ONCE, mayStart: () => deps.now() < until },
    (webhook) => check(deps, context, { webhook, services }),
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

async function check(
  deps: NumberDependencies,
  { supabaseAdmin: client }: Context,
  { webhook, services }: { webhook: Webhook; services: ServicesOf },
): Promise<CheckedNumber> {
  const { phone_number: row } = webhook;
  let finding: Finding;
  try {
    finding = await asAccount(
      { ...deps, client },
      row.account_sid,
      (as) => look(deps, as, { webhook, services }),
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
    return { ...recorded, check: { outcome: "configured", drift: [], message: null } };
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
  { webhook: { phone_number: row, main_trunk_sid: trunkSid }, services }: {
    webhook: Webhook;
    services: ServicesOf;
  },
): Promise<Finding> {
  const found = await twilio.find(as, row.number);
  if (found === null) {
    const { message } = numberIsGone(row.number);
    return { drift: [{ field: "number", is: null, should_be: row.number }], message };
  }
  const drift = driftOf(found, { smsUrl, trunkSid });
  const service = await serviceOf({ twilio }, as, { numberSid: found.sid, services: await services(as) });
  if (drift.length === 0 && service === null) return { confirmed: found };
  const sentences = drift.length === 0 ? [] : [`${describeDrift(drift)} Repair the number.`];
  if (service === null) return { drift, message: sentences.join(" ") };
  return {
    drift: [...drift, { field: "messaging_service_sid", is: service.sid, should_be: null }],
    message: [...sentences, describeService(service)].join(" "),
  };
}

function unchecked(row: PhoneNumber, message: string): CheckedNumber {
  return { ...row, check: { outcome: "unchecked", drift: [], message } };
}
