import { type AssignNumberRequest, type PhoneNumber } from "../_shared/sms/contract/numbers.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import { type AppError, badRequest, notConfigured } from "../_shared/sms/http/errors.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import type { TwilioNumber } from "./twilio_numbers.ts";
import { asAccount } from "../_shared/sms/twilio/as_account.ts";
import { twilioProblem } from "../_shared/sms/twilio/errors.ts";
import { assignPhoneNumber, findNumberAccounts, givePhoneNumber } from "./verbs.ts";
import type { NumberDependencies } from "./dependencies.ts";
import { setUpNumber } from "./set_up.ts";
import { numberCannotText } from "./webhook_state.ts";

export interface Assigned {
  readonly number: PhoneNumber;
  readonly created: boolean;
}

/**
 * Lets an assistant answer on a number of the tenant's own accounts, or on one that is the tenant's already.
 * @throws AppError NUMBER_NOT_FOUND, NUMBER_CANNOT_TEXT, ASSISTANT_NOT_FOUND, NUMBER_TAKEN, and as setUpNumber()
 */
export async function assignNumber(
  deps: NumberDependencies,
  context: Context,
  { ownerId, asked }: { ownerId: string; asked: AssignNumberRequest },
): Promise<Assigned> {
  const { number } = asked;
  refuseWithoutAssistant(asked);
  const accounts = (await findNumberAccounts(context.supabaseAdmin, ownerId, number))
    .filter((account) => !account.shared || account.account_sid === deps.defaultAccountSid)
    .map((account) => account.account_sid);
  return await assignFound(deps, context, {
    ownerId,
    asked,
    ...await lookIn(deps, context, { accounts, number }),
  });
}

async function assignFound(
  deps: NumberDependencies,
  context: Context,
  { ownerId, asked, accountSid, found }: { ownerId: string; asked: AssignNumberRequest } & FoundNumber,
): Promise<Assigned> {
  const { created, ...webhook } = await assignPhoneNumber(context.supabaseAdmin, {
    owner_id: ownerId,
    account_sid: accountSid,
    number: asked.number,
    twilio_sid: found.sid,
    assistant_id: refuseWithoutAssistant(asked),
  });
  return { created, number: await setUpNumber(deps, context, webhook) };
}

function refuseWithoutAssistant({ assistant_id }: AssignNumberRequest): string {
  if (assistant_id !== undefined) return assistant_id;
  throw badRequest("INVALID_REQUEST", "assistant_id: name the assistant that answers");
}

interface FoundNumber {
  readonly accountSid: string;
  readonly found: TwilioNumber;
}

/**
 * Gives a tenant a number of the operator's default account; or lets an assistant answer on one of the tenant's own.
 * @throws AppError NOT_CONFIGURED without any account, USER_NOT_FOUND, and as assignNumber()
 */
export async function giveNumber(
  deps: NumberDependencies,
  context: Context,
  { ownerId, asked }: { ownerId: string; asked: AssignNumberRequest },
): Promise<Assigned> {
  const { number, assistant_id = null } = asked;
  const own = (await findNumberAccounts(context.supabaseAdmin, ownerId, null)).filter(({ shared }) => !shared)
    .map(({ account_sid }) => account_sid);
  const accounts = [...deps.defaultAccountSid === null ? [] : [deps.defaultAccountSid], ...own];
  if (accounts.length === 0) throw notConfigured("TWILIO_ACCOUNT_SID is not set");
  const { accountSid, found } = await lookIn(deps, context, { accounts, number });
  if (accountSid !== deps.defaultAccountSid) {
    return await assignFound(deps, context, { ownerId, asked, accountSid, found });
  }
  const { created, ...webhook } = await givePhoneNumber(context.supabaseAdmin, {
    owner_id: ownerId,
    account_sid: accountSid,
    number,
    twilio_sid: found.sid,
    assistant_id,
  });
  return { created, number: await setUpNumber(deps, context, webhook) };
}

/** The first of the accounts that has the number. One that cannot be asked matters only if no other has it. */
async function lookIn(
  deps: NumberDependencies,
  { supabaseAdmin: client, note }: Context,
  { accounts, number }: { accounts: readonly string[]; number: string },
): Promise<FoundNumber> {
  let problem: AppError | null = null;
  for (const accountSid of accounts) {
    try {
      const found = await asAccount({ ...deps, client }, accountSid, (as) => deps.twilio.find(as, number));
      if (found === null) continue;
      note({ account_sid: accountSid });
      if (found.canText) return { accountSid, found };
      problem = numberCannotText();
    } catch (error) {
      problem ??= twilioProblem(error);
    }
  }
  if (problem !== null) throw problem;
  return refuse({ outcome: "NUMBER_NOT_FOUND" });
}
