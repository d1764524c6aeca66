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
 * What becomes of an account's stored tokens when its owner gives one: that one is current, and the one before stays
 * as previous, because Twilio goes on signing with it until the new one is promoted.
 *
 * Decided here and not in SQL, because only here a token can be read: two sealings of one token differ, and the same
 * token given twice must not push out a previous one that Twilio still takes.
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
  // A token whose key is lost would leave every wrong signature undecided; it goes.
  const readablePrevious = previous === null ? null : previous_token;
  if (current === authToken) {
    // Given again, for instance because the one before leaked: what Twilio has given up must not sign here for ever.
    const stillGood = previous !== null && previous !== authToken &&
      await deps.twilio.accepts({ accountSid: account_sid, authToken: previous });
    return stillGood || previous_token === null ? null : { current_token, previous_token: null };
  }
  const sealed = await deps.vault.seal({ account_sid, auth_token: authToken });
  if (current === null) return { current_token: sealed, previous_token: readablePrevious };
  const abandoned = previous !== null && previous !== authToken &&
    !(await deps.twilio.accepts({ accountSid: account_sid, authToken: current }));
  // A next token that was deleted before it was promoted: Twilio still signs with the one before it.
  return { current_token: sealed, previous_token: abandoned ? readablePrevious : current_token };
}
