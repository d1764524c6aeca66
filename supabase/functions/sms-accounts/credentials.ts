import type { CredentialsVault } from "../_shared/sms/twilio/vault.ts";
import type { TwilioAccountCheck } from "./account_check.ts";
import type { SealedCredential } from "./verbs.ts";

export interface CredentialDependencies {
  readonly vault: CredentialsVault;
  readonly twilio: Pick<TwilioAccountCheck, "accepts">;
}

/** The two tokens that signatures are checked with, as they should stand from now on. */
export type NextCredentials = Pick<SealedCredential, "current_token" | "previous_token">;

/**
 * The stored tokens of an account after its owner gave one. The given token becomes the current one. The token before it
 * stays as the previous one, because Twilio signs with it until the new one is promoted.
 *
 * TypeScript decides this, not SQL, because only here tokens can be read: sealing the same token twice gives two different
 * strings, and a token that is given twice must not push out a previous one that Twilio still accepts.
 *
 * @returns null when nothing changes
 */
export async function nextCredentials(
  deps: CredentialDependencies,
  stored: Omit<SealedCredential, "account_id">,
  authToken: string,
): Promise<NextCredentials | null> {
  const { account_sid, current_token, previous_token } = stored;
  const read = async (sealed: string | null) =>
    sealed === null ? null : await deps.vault.open(sealed, account_sid).catch(() => null);
  const [current, previous] = [await read(current_token), await read(previous_token)];
  // An account with an unreadable token gets 503 instead of 403 for a wrong signature. So the unreadable token is removed.
  const readablePrevious = previous === null ? null : previous_token;
  if (current === authToken) {
    // The current token was given again, perhaps because the previous one leaked. If Twilio no longer accepts the previous
    // one, we must not either.
    const stillGood = previous !== null && previous !== authToken &&
      await deps.twilio.accepts({ accountSid: account_sid, authToken: previous });
    return stillGood || previous_token === null ? null : { current_token, previous_token: null };
  }
  const sealed = await deps.vault.seal({ account_sid, auth_token: authToken });
  if (current === null) return { current_token: sealed, previous_token: readablePrevious };
  const abandoned = previous !== null && previous !== authToken &&
    !(await deps.twilio.accepts({ accountSid: account_sid, authToken: current }));
  // The stored token was never promoted and is deleted at Twilio: Twilio still signs with the one before it.
  return { current_token: sealed, previous_token: abandoned ? readablePrevious : current_token };
}
