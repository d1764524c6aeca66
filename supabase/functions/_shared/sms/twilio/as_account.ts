import type { RpcClient } from "../database/rpc.ts";
import { httpFailureOf, NotConnected, refusesToken } from "./errors.ts";
import type { AccountTokens, TwilioAccounts } from "./tokens.ts";

/** An account and the token that Twilio is asked with. */
export interface TwilioCredentials {
  readonly accountSid: string;
  readonly authToken: string;
}

export interface AccountAccess {
  readonly accounts: TwilioAccounts;
  readonly client: RpcClient;
}

/**
 * Asks Twilio in an account's name, with its current token. If Twilio refuses the token, the token is read again from the
 * database, and a different one is tried once: the account's owner may have rotated it a moment ago.
 *
 * @param work one call to Twilio. It may run twice; Twilio did nothing the first time, because it refused the token
 * @param answerRefuses whether an answer refuses the token, for work that returns refusals instead of throwing them
 * @throws NotConnected without a token; UNAVAILABLE when the token cannot be loaded; and whatever `work` throws
 */
export async function asAccount<T>(
  { accounts, client }: AccountAccess,
  accountSid: string,
  work: (as: TwilioCredentials) => Promise<T>,
  answerRefuses: (answer: T) => boolean = () => false,
): Promise<T> {
  const authToken = currentToken(await accounts.read(client, accountSid));
  if (authToken === undefined) throw new NotConnected();
  const first = await attempt(work, { accountSid, authToken });
  const refused = "answer" in first ? answerRefuses(first.answer) : errorRefuses(first.error);
  if (refused) {
    const fresh = currentToken(await accounts.readAfresh(client, accountSid));
    if (fresh !== undefined && fresh !== authToken) return await work({ accountSid, authToken: fresh });
  }
  if ("error" in first) throw first.error;
  return first.answer;
}

const currentToken = (found: AccountTokens | null) => found?.tokens[0];

async function attempt<T>(
  work: (as: TwilioCredentials) => Promise<T>,
  as: TwilioCredentials,
): Promise<{ readonly answer: T } | { readonly error: unknown }> {
  try {
    return { answer: await work(as) };
  } catch (error) {
    return { error };
  }
}

function errorRefuses(error: unknown): boolean {
  const failure = httpFailureOf(error);
  return failure !== null && refusesToken(failure);
}
