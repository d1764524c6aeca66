import { mapBounded } from "../_shared/sms/bounded_map.ts";
import type { LookResponse } from "../_shared/sms/contract/numbers.ts";
import { inspect, type Inspected } from "../_shared/sms/database/verbs/inspect.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import { asAccount } from "../_shared/sms/twilio/as_account.ts";
import { twilioProblem } from "../_shared/sms/twilio/errors.ts";
import type { NumberDependencies } from "./dependencies.ts";
import { lookAt, type RulesOf, rulesOf, servicesInTheWay, type ServicesOf } from "./look_at.ts";
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
  const known = { services: servicesInTheWay(deps), rules: rulesOf(deps, context) };
  // What is said of the account once need not be said of each of its numbers.
  const worthAsking = numbers.filter(({ account_sid }) => !refused.has(account_sid));
  const numbersFound = await mapBounded(
    worthAsking,
    bounds,
    (number) => lookAtOne(deps, context, number, known),
  );
  return {
    address: { sms_url: deps.smsUrl, ours: address.ours, message: address.ours ? null : address.message },
    default_account_sid: deps.defaultAccountSid,
    accounts: asked.map((account, index) => ({
      ...account,
      ...accountsFound[index] ?? NO_TIME,
    })),
    numbers: worthAsking.map(({ id, number, account_sid, webhook_status }, index) => ({
      id,
      number,
      account_sid,
      webhook_status,
      ...numbersFound[index] ?? NO_TIME,
    })),
    numbers_in_all,
  };
}

type AccountFinding = Pick<LookResponse["accounts"][number], "outcome" | "message">;

async function lookAtAccount(
  deps: NumberDependencies,
  { supabaseAdmin: client }: Context,
  { account_sid }: Inspected["accounts"][number],
): Promise<AccountFinding> {
  try {
    await asAccount({ ...deps, client }, account_sid, (as) => deps.twilio.list(as, 1));
    return { outcome: "ok", message: null };
  } catch (error) {
    const { status, message } = twilioProblem(error);
    return { outcome: status >= 500 ? "unchecked" : "refused", message };
  }
}

interface Known {
  readonly services: ServicesOf;
  readonly rules: RulesOf;
}

type NumberFinding = Pick<LookResponse["numbers"][number], "outcome" | "message">;

async function lookAtOne(
  deps: NumberDependencies,
  { supabaseAdmin: client }: Context,
  { number, account_sid, main_trunk_sid: trunkSid }: Inspected["numbers"][number],
  { services, rules }: Known,
): Promise<NumberFinding> {
  try {
    const finding = await asAccount(
      { ...deps, client },
      account_sid,
      async (as) =>
        await lookAt(deps, as, {
          number,
          trunkSid,
          services: await services(as),
          rule: await rules(as),
          // It is said once, for all of them.
          address: { ours: true },
        }),
    );
    return "confirmed" in finding
      ? { outcome: "configured", message: finding.advice }
      : { outcome: "drifted", message: finding.message };
  } catch (error) {
    return { outcome: "unchecked", message: twilioProblem(error).message };
  }
}
