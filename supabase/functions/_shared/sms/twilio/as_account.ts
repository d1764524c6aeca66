import type { RpcClient } from "../database/rpc.ts";
import { AppError } from "../http/errors.ts";
import { httpFailureOf, NotConnected, refusesToken } from "./errors.ts";
import type { AccountTokens, TwilioAccounts } from "./tokens.ts";

/** An account and what Twilio is asked with. */
export interface TwilioCredentials {
  readonly accountSid: string;
  /** The auth token, or the secret of the API key. */
  readonly authToken: string;
  /** The API key, SK…, that asks in place of the account's token. */
  readonly apiKeySid?: string;
}

/** The user name of Basic authentication. */
export const userOf = ({ accountSid, apiKeySid }: TwilioCredentials): string => apiKeySid ?? accountSid;

export interface AccountAccess {
  readonly accounts: TwilioAccounts;
  readonly client: RpcClient;
}

/**
 * Asks Twilio in an account's name, with its API key or its current token. If Twilio refuses that, it is read again from the
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
  const as = credentialsOf(accountSid, await accounts.read(client, accountSid));
  if (as === null) throw new NotConnected();
  const first = await attempt(work, as);
  const refused = "answer" in first ? answerRefuses(first.answer) : errorRefuses(first.error);
  if (refused) {
    const fresh = credentialsOf(accountSid, await readAgain(accounts, client, accountSid));
    if (fresh !== null && fresh.authToken !== as.authToken) return await work(fresh);
  }
  if ("error" in first) throw first.error;
  return first.answer;
}

function credentialsOf(accountSid: string, found: AccountTokens | null): TwilioCredentials | null {
  if (found?.apiKey) return { accountSid, authToken: found.apiKey.secret, apiKeySid: found.apiKey.sid };
  const [authToken] = found?.tokens ?? [];
  return authToken === undefined ? null : { accountSid, authToken };
}

/** Nothing new where the account was looked at too often just now, or the database is away: Twilio's refusal stands. */
function readAgain(accounts: TwilioAccounts, client: RpcClient, accountSid: string) {
  return accounts.readAfresh(client, accountSid).catch((error) => {
    if (error instanceof AppError && error.code === "UNAVAILABLE") return null;
    throw error;
  });
}

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
