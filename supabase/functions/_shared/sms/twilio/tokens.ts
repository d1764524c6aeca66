import { BoundedCache } from "../bounded_cache.ts";
import type { CredentialsVault } from "./vault.ts";
import type { RpcClient } from "../database/rpc.ts";
import type { Settings } from "../settings.ts";
import { unavailable } from "../http/errors.ts";
import type { Logger } from "../log.ts";
import { describeError } from "../log.ts";
import { getTwilioAccount } from "../database/verbs/accounts.ts";

/** The auth tokens of one account: current first, then those that are still accepted. */
export interface AccountTokens {
  readonly tokens: readonly string[];
  /** Whether a stored token could not be opened. A signature that does not fit then proves nothing. */
  readonly unreadable: boolean;
}

export interface TwilioAccounts {
  /**
   * The tokens, at most 60 s old. Null for an account that nobody has connected.
   * @throws AppError UNAVAILABLE when they cannot be loaded
   */
  read(client: RpcClient, accountSid: string): Promise<AccountTokens | null>;
  /** The same, read anew, but at most once in 5 s. Callers that ask while a read runs share its answer. */
  readAfresh(client: RpcClient, accountSid: string): Promise<AccountTokens | null>;
}

const CACHE_SIZE = 500;
const FRESH_FOR_MS = 60_000;
const UNKNOWN_FOR_MS = 10_000;
const REREAD_AFTER_MS = 5_000;
/** Strangers can invent AccountSids; looking those up costs no more than this. */
const UNKNOWN_LOOKUPS_PER_SECOND = 20;
/**
 * An account that was unknown a moment ago is looked up again, at most this often a second, so that an account that was
 * just connected works at once. The other look-ups are kept for accounts that were never looked up.
 */
const REPEATED_LOOKUPS_PER_SECOND = UNKNOWN_LOOKUPS_PER_SECOND / 2;

interface Entry {
  readonly found: AccountTokens;
  readonly readAt: number;
}

export interface TwilioAccountsDependencies {
  readonly twilio: Settings["twilio"];
  readonly vault: CredentialsVault;
  readonly log: Logger;
  /** Look-ups of unknown accounts. Default 20; Infinity where the AccountSid comes from our database. */
  readonly unknownAccountLookupsPerSecond?: number;
  readonly now?: () => number;
}

/**
 * Loads and remembers the auth tokens of Twilio accounts. The operator's own account comes from the settings.
 *
 * A change is noticed: a newly connected account at once (after 10 s while strangers ask for many unknown accounts), a new
 * token with the first request that it signed, a disconnected account after at most 60 s.
 */
export function createTwilioAccounts(deps: TwilioAccountsDependencies): TwilioAccounts {
  const now = deps.now ?? (() => performance.now());
  // Two caches, so that invented accounts never push a real one out.
  const known = new BoundedCache<Entry>(CACHE_SIZE);
  const unknown = new BoundedCache<number>(CACHE_SIZE);
  const reread = new BoundedCache<number>(CACHE_SIZE);
  const loading = new Map<string, Promise<AccountTokens | null>>();
  const fromSettings = { tokens: deps.twilio.authTokens, unreadable: deps.twilio.authTokens.length === 0 };
  let second = { startedAt: -Infinity, lookups: 0 };

  const thisSecond = () => {
    if (now() - second.startedAt >= 1_000) second = { startedAt: now(), lookups: 0 };
    return second;
  };

  const countUnknown = () => {
    if (++thisSecond().lookups > (deps.unknownAccountLookupsPerSecond ?? UNKNOWN_LOOKUPS_PER_SECOND)) {
      throw unavailable("Too many unknown accounts at once; try again.");
    }
  };

  const isBelievedUnknown = (accountSid: string) =>
    now() - (unknown.get(accountSid) ?? -Infinity) < UNKNOWN_FOR_MS &&
    thisSecond().lookups >= REPEATED_LOOKUPS_PER_SECOND;

  const load = async (client: RpcClient, accountSid: string): Promise<AccountTokens | null> => {
    const account = await getTwilioAccount(client, accountSid).catch((error) => {
      throw unavailable("The account could not be read; try again.", error);
    });
    if (!account) {
      known.delete(accountSid);
      unknown.set(accountSid, now());
      return null;
    }
    const found = await openTokens(deps, accountSid, [account.current_token, account.previous_token]);
    unknown.delete(accountSid);
    known.set(accountSid, { found, readAt: now() });
    return found;
  };

  /** One look-up at a time for an account, however many requests wait for it. */
  const loadOnce = (client: RpcClient, accountSid: string) => {
    const running = loading.get(accountSid);
    if (running) return running;
    const started = load(client, accountSid).finally(() => loading.delete(accountSid));
    loading.set(accountSid, started);
    return started;
  };

  return {
    async read(client, accountSid) {
      if (accountSid === deps.twilio.accountSid) return fromSettings;
      const entry = known.get(accountSid);
      if (entry && now() - entry.readAt < FRESH_FOR_MS) return entry.found;
      if (isBelievedUnknown(accountSid)) return null;
      if (!entry && !loading.has(accountSid)) countUnknown();
      return await loadOnce(client, accountSid);
    },
    async readAfresh(client, accountSid) {
      const running = loading.get(accountSid);
      if (running) return await running;
      const entry = known.get(accountSid);
      if (!entry) return null;
      // A limit of its own: a token may be saved right after an ordinary look-up.
      if (now() - (reread.get(accountSid) ?? -Infinity) < REREAD_AFTER_MS) return entry.found;
      // Noted before the attempt, so that a database in trouble is not asked more often.
      reread.set(accountSid, now());
      return await loadOnce(client, accountSid);
    },
  };
}

async function openTokens(
  deps: { vault: CredentialsVault; log: Logger },
  accountSid: string,
  sealed: readonly (string | null | undefined)[],
): Promise<AccountTokens> {
  const tokens: string[] = [];
  let unreadable = false;
  for (const token of sealed) {
    if (!token) continue;
    try {
      tokens.push(await deps.vault.open(token, accountSid));
    } catch (error) {
      unreadable = true;
      deps.log.error({
        outcome: "CREDENTIAL_UNREADABLE",
        account_sid: accountSid,
        error: describeError(error),
      });
    }
  }
  // An account without a stored token must be the default account, whose token belongs into TWILIO_AUTH_TOKEN. It counts as
  // unreadable (503, Twilio tries again), not as a wrong signature.
  return { tokens, unreadable: unreadable || tokens.length === 0 };
}
