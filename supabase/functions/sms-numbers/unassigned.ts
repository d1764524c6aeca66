import { mapBounded } from "../_shared/sms/bounded_map.ts";
import type { UnassignedNumbersResponse } from "../_shared/sms/contract/numbers.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import type { AppError } from "../_shared/sms/http/errors.ts";
import type { TwilioNumber } from "./twilio_numbers.ts";
import { asAccount } from "../_shared/sms/twilio/as_account.ts";
import { twilioProblem } from "../_shared/sms/twilio/errors.ts";
import { filterUnassignedNumbers, findNumberAccounts } from "./verbs.ts";
import type { NumberDependencies } from "./dependencies.ts";

const ACCOUNTS_AT_ONCE = 3;
/** Of each account. A tenant with more numbers knows which one to assign. */
const NUMBERS_LISTED = 1_000;

type Listed =
  & { readonly accountSid: string }
  & (
    | { readonly numbers: TwilioNumber[]; readonly more: boolean }
    | { readonly problem: AppError }
  );

/**
 * The numbers at Twilio that a tenant may assign and that have no assistant yet. An account that cannot be asked is named
 * in `unavailable`; the other accounts are listed.
 * @throws AppError when none of several accounts, or the only one, can be asked
 */
export async function listUnassignedNumbers(
  deps: NumberDependencies,
  context: Context,
  ownerId: string,
): Promise<UnassignedNumbersResponse> {
  const accounts = (await findNumberAccounts(context.supabaseAdmin, ownerId, null))
    .filter((account) => !account.shared || account.account_sid === deps.defaultAccountSid);
  const results = await mapBounded(
    accounts,
    { concurrency: ACCOUNTS_AT_ONCE },
    ({ account_sid }) => listOne(deps, context, { ownerId, accountSid: account_sid }),
  );
  const answer: UnassignedNumbersResponse = { numbers: [], more: false, unavailable: [] };
  for (const listed of results) {
    if (listed === undefined) continue;
    const { accountSid: account_sid } = listed;
    if ("problem" in listed) {
      if (accounts.length === 1) throw listed.problem;
      const { code, message } = listed.problem;
      answer.unavailable.push({ account_sid, code, message });
      continue;
    }
    answer.more ||= listed.more;
    answer.numbers.push(...listed.numbers.map((number) => ({
      account_sid,
      number: number.number,
      twilio_sid: number.sid,
      friendly_name: number.friendlyName,
      can_text: number.canText,
    })));
  }
  return answer;
}

async function listOne(
  deps: NumberDependencies,
  { supabaseAdmin: client }: Context,
  { ownerId, accountSid }: { ownerId: string; accountSid: string },
): Promise<Listed> {
  let all: TwilioNumber[];
  try {
    // One more than is shown tells whether there are more.
    all = await asAccount({ ...deps, client }, accountSid, (as) => deps.twilio.list(as, NUMBERS_LISTED + 1));
  } catch (error) {
    return { accountSid, problem: twilioProblem(error) };
  }
  const shown = all.slice(0, NUMBERS_LISTED);
  const unassigned = await filterUnassignedNumbers(client, {
    owner_id: ownerId,
    account_sid: accountSid,
    numbers: shown.map((one) => one.number),
  });
  const free = new Set(unassigned);
  return {
    accountSid,
    numbers: shown.filter((one) => free.has(one.number)),
    more: all.length > NUMBERS_LISTED,
  };
}
