import { mapBounded } from "../_shared/sms/bounded_map.ts";
import type { LookResponse } from "../_shared/sms/contract/numbers.ts";
import { inspect, type Inspected } from "../_shared/sms/database/verbs/inspect.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import { asAccount } from "../_shared/sms/twilio/as_account.ts";
import { addressSaid } from "../_shared/sms/twilio/our_address.ts";
import { twilioProblem } from "../_shared/sms/twilio/errors.ts";
import type { NumberDependencies } from "./dependencies.ts";
import { lookAt, type RulesOf, rulesOf, servicesInTheWay, type ServicesOf, servicesOf } from "./look_at.ts";
import { registrationOf } from "./registration.ts";
import { NUMBERS_AT_ONCE } from "./verify.ts";

const NO_TIME = { outcome: "unchecked", message: "There was no time to ask Twilio. Ask again." } as const;

/**
 * For the operator: asks the address, Twilio about each connected account, and about each number, 100 of each at most and no
 * longer than `verifyWithinMs`. Nothing is changed, here or at Twilio, and nothing is recorded.
 */
export async function lookAtAll(deps: NumberDependencies, context: Context): Promise<LookResponse> {
  const { accounts, numbers, numbers_in_all } = await inspect(context.supabaseAdmin);
  const address = await deps.askOurAddress();
  const until = deps.now() + deps.verifyWithinMs;
  const bounds = { concurrency: NUMBERS_AT_ONCE, mayStart: () => deps.now() < until };
  const asked = accounts.filter(({ shared, account_sid }) =>
    !shared || account_sid === deps.defaultAccountSid
  );
  const accountsFound = await mapBounded(asked, bounds, (account) => lookAtAccount(deps, context, account));
  const refused = new Set(
    asked.filter((_, index) => accountsFound[index]?.outcome === "refused").map(({ account_sid }) =>
      account_sid
    ),
  );
  const all = servicesOf(deps);
  const known = { all, services: servicesInTheWay(deps, all), rules: rulesOf(deps, context) };
  // What is said of the account once need not be said of each of its numbers.
  const worthAsking = numbers.filter(({ account_sid }) => !refused.has(account_sid));
  const numbersFound = await mapBounded(
    worthAsking,
    bounds,
    (number) => lookAtOne(deps, context, number, known),
  );
  return {
    address: addressSaid(deps.smsUrl, address),
    default_account_sid: deps.defaultAccountSid,
    accounts: asked.map((account, index) => ({
      ...account,
      ...accountsFound[index] ?? { ...NO_TIME, trial: null },
    })),
    numbers: worthAsking.map(({ id, number, account_sid, webhook_status }, index) => ({
      id,
      number,
      account_sid,
      webhook_status,
      ...numbersFound[index] ?? { ...NO_TIME, registration: null },
    })),
    numbers_in_all,
  };
}

type AccountFinding = Pick<LookResponse["accounts"][number], "outcome" | "message" | "trial">;

async function lookAtAccount(
  deps: NumberDependencies,
  { supabaseAdmin: client }: Context,
  { account_sid }: Inspected["accounts"][number],
): Promise<AccountFinding> {
  try {
    const trial = await asAccount({ ...deps, client }, account_sid, async (as) => {
      await deps.twilio.list(as, 1);
      return await deps.twilio.isTrial(as);
    });
    return { outcome: "ok", message: null, trial };
  } catch (error) {
    const { status, message } = twilioProblem(error);
    return { outcome: status >= 500 ? "unchecked" : "refused", message, trial: null };
  }
}

interface Known {
  readonly all: ServicesOf;
  readonly services: ServicesOf;
  readonly rules: RulesOf;
}

type NumberFinding = Pick<LookResponse["numbers"][number], "outcome" | "message" | "registration">;

async function lookAtOne(
  deps: NumberDependencies,
  { supabaseAdmin: client }: Context,
  { number, account_sid, main_trunk_sid: trunkSid, country }: Inspected["numbers"][number],
  { all, services, rules }: Known,
): Promise<NumberFinding> {
  try {
    return await asAccount({ ...deps, client }, account_sid, async (as): Promise<NumberFinding> => {
      const finding = await lookAt(deps, as, {
        number,
        trunkSid,
        services: await services(as),
        rule: await rules(as),
        // It is said once, for all of them.
        address: { ours: true },
      });
      if ("unknown" in finding) return { outcome: "unchecked", message: finding.unknown, registration: null };
      if (!("confirmed" in finding)) {
        return { outcome: "drifted", message: finding.message, registration: null };
      }
      const { confirmed, advice } = finding;
      const registration = await registrationOf(deps, as, {
        country: country ?? null,
        number: confirmed,
        services: all,
      });
      return { outcome: "configured", message: advice, registration };
    });
  } catch (error) {
    return { outcome: "unchecked", message: twilioProblem(error).message, registration: null };
  }
}
