import { mapBounded } from "../_shared/sms/bounded_map.ts";
import type { NumberCheck, PhoneNumber } from "../_shared/sms/contract/numbers.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import { asAccount, type TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import { twilioProblem } from "../_shared/sms/twilio/errors.ts";
import { listWebhooks, recordWebhook, type Webhook } from "./verbs.ts";
import type { NumberDependencies } from "./dependencies.ts";
import { type Finding, lookAt, type RulesOf, rulesOf, servicesInTheWay, type ServicesOf } from "./look_at.ts";
import type { AddressFinding } from "../_shared/sms/twilio/our_address.ts";

export const NUMBERS_AT_ONCE = 5;

export type CheckedNumber = PhoneNumber & { check: NumberCheck };

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
  if ("unknown" in finding) return unchecked(row, finding.unknown);
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
  deps: NumberDependencies,
  as: TwilioCredentials,
  { webhook: { phone_number: { number }, main_trunk_sid: trunkSid }, services, rules, address }: Asked,
): Promise<Finding> {
  return await lookAt(deps, as, {
    number,
    trunkSid,
    services: await services(as),
    rule: await rules(as),
    address,
  });
}

function unchecked(row: PhoneNumber, message: string): CheckedNumber {
  return { ...row, check: { outcome: "unchecked", drift: [], message } };
}
