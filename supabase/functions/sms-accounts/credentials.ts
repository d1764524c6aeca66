import type { CredentialsVault } from "../_shared/sms/twilio/vault.ts";
import type { TwilioAccountCheck } from "./account_check.ts";
import type { SealedTokens } from "./verbs.ts";

export interface CredentialDependencies {
  readonly vault: CredentialsVault;
  readonly twilio: Pick<TwilioAccountCheck, "accepts">;
}

/** The two tokens that signatures are checked with, as they should stand from now on. */
export type NextCredentials = Pick<SealedTokens, "current_token" | "previous_token">;

/**
 * The stored tokens of an account after its owner gave one. The given token becomes the current one. Of the stored ones, one
 * that Twilio still takes stays as the previous one, because Twilio signs with it until the given one is promoted; one that
 * Twilio refuses signs nothing any more, and may have leaked.
 *
 * TypeScript decides this, not SQL, because only here tokens can be read: sealing the same token twice gives two different
 * strings, and a token that is given twice must not push out a previous one that Twilio still accepts.
 *
 * @returns null when nothing changes
 */
export async function nextCredentials(
  deps: CredentialDependencies,
  stored: Omit<SealedTokens, "account_id">,
  authToken: string,
): Promise<NextCredentials | null> {
  const { account_sid, current_token, previous_token } = stored;
  const current = await read(deps.vault, account_sid, current_token);
  const previous = await read(deps.vault, account_sid, previous_token);
  const stillGood = async (token: string | null) =>
    token !== null && token !== authToken &&
    await deps.twilio.accepts({ accountSid: account_sid, authToken: token });
  if (current === authToken) {
    // An account with an unreadable token gets 503 instead of 403 for a wrong signature. So that one is removed as well.
    const stays = previous_token === null || await stillGood(previous);
    return stays ? null : { current_token, previous_token: null };
  }
  const sealed = await deps.vault.seal({ account_sid, auth_token: authToken });
  // The stored token may never have been promoted, and be deleted at Twilio: then Twilio signs with the one before it.
  if (await stillGood(current)) return { current_token: sealed, previous_token: current_token };
  return { current_token: sealed, previous_token: await stillGood(previous) ? previous_token : null };
}

/** Whether one of the stored tokens is the one that Twilio signs with. */
export async function isSignedBy(
  vault: CredentialsVault,
  accountSid: string,
  stored: NextCredentials | null,
  primaryToken: string,
): Promise<boolean> {
  const tokens = [stored?.current_token, stored?.previous_token];
  const opened = await Promise.all(tokens.map((token) => read(vault, accountSid, token ?? null)));
  return opened.includes(primaryToken);
}

const read = async (vault: CredentialsVault, accountSid: string, sealed: string | null) =>
  sealed === null ? null : await vault.open(sealed, accountSid).catch(() => null);
