import type { TwilioAccount } from "../database/verbs/accounts.ts";
import { describeError, type Logger } from "../log.ts";
import type { CredentialsVault } from "./vault.ts";

/** The secrets of one account. */
export interface AccountTokens {
  /** The current auth token first, then those that are still accepted. */
  readonly tokens: readonly string[];
  /** Whether a stored token could not be opened. A signature of a token that does not fit then proves nothing. */
  readonly unreadable: boolean;
  /** The keys that sign where a Webhook Rule says so, by their ids. Null: it is stored, and could not be opened. */
  readonly sharedKeys: ReadonlyMap<string, string | null>;
  /** What Twilio is asked with in place of the token. */
  readonly apiKey: { readonly sid: string; readonly secret: string } | null;
  /** The current token as it is stored, while the one before it counts for longer than a minute, and both could be opened. */
  readonly rotating: string | null;
  /** Whose signatures were refused lately: ids of SharedKeys, "" for the token. */
  readonly refusedSigners: readonly string[];
}

/** Opens what is stored of an account. What cannot be opened is logged, and left out. */
export async function openAccount(
  { vault, log }: { vault: CredentialsVault; log: Logger },
  account: NonNullable<TwilioAccount>,
): Promise<AccountTokens> {
  const { account_sid: accountSid } = account;
  const open = async (sealed: string | null | undefined, name?: string) => {
    if (!sealed) return null;
    return await vault.open(sealed, accountSid, name).catch((error) => {
      const outcome = "CREDENTIAL_UNREADABLE";
      log.error({ outcome, account_sid: accountSid, key: name, error: describeError(error) });
      return null;
    });
  };
  const stored = [account.current_token, account.previous_token].filter((token) => token);
  const tokens = (await Promise.all(stored.map((token) => open(token)))).filter((token) => token !== null);
  const sharedKeys = new Map<string, string | null>();
  for (const [id, secret] of Object.entries(account.shared_keys ?? {})) {
    sharedKeys.set(id, await open(secret, id));
  }
  const { api_key_sid: sid } = account;
  const secret = sid ? await open(account.api_key_secret, sid) : null;
  return {
    tokens,
    // An account without anything stored must be the default account, whose token belongs into TWILIO_AUTH_TOKEN. It counts
    // as unreadable (503, Twilio tries again), not as a wrong signature.
    unreadable: tokens.length < stored.length || (stored.length === 0 && !sid),
    sharedKeys,
    apiKey: sid && secret !== null ? { sid, secret } : null,
    // Where the current token cannot be opened, the first in `tokens` is the one before: it would end itself.
    rotating: account.rotating && tokens.length === stored.length ? account.current_token ?? null : null,
    refusedSigners: account.refused_signers ?? [],
  };
}
