import { BoundedCache } from "../bounded_cache.ts";
import type { CredentialsVault } from "./vault.ts";
import type { RpcClient } from "../database/rpc.ts";
import type { Settings } from "../settings.ts";
import { unavailable } from "../http/errors.ts";
import type { Logger } from "../log.ts";
import { describeError } from "../log.ts";
import { getTwilioAccount } from "../database/verbs/pipeline.ts";

/** The auth tokens of one account: current first, then those that are still accepted. */
export interface AccountTokens {
  readonly tokens: readonly string[];
  /** Whether a stored token could not be opened, so that a mismatch proves nothing. */
  readonly unreadable: boolean;
}

export interface TwilioAccounts {
  /**
   * The tokens as known, at most 60 s old. Null for an account nobody connected.
   * @throws AppError UNAVAILABLE when they cannot be loaded
   */
  read(client: RpcClient, accountSid: string): Promise<AccountTokens | null>;
  /** The same, read anew, unless that was done within the last 5 s; shared by all who ask while it is read. */
  readAfresh(client: RpcClient, accountSid: string): Promise<AccountTokens | null>;
}

const CACHE_SIZE = 500;
const FRESH_FOR_MS = 60_000;
const UNKNOWN_FOR_MS = 10_000;
const REREAD_AFTER_MS = 5_000;
/** Look-ups of accounts we do not know, a second: a stranger inventing AccountSids costs no more than this. */
const STRANGERS_A_SECOND = 20;
/** For callers that have the AccountSid from a row of ours. */
export const NO_STRANGERS = Infinity;
/**
 * Up to so many a second, an account that was unknown a moment ago is looked for again, so that one that has just been
 * connected works at once. The rest is kept for those never looked for.
 */
const SECOND_LOOKS_A_SECOND = STRANGERS_A_SECOND / 2;

interface Entry {
  readonly found: AccountTokens;
  readonly readAt: number;
}

export interface TwilioAccountsDependencies {
  readonly twilio: Settings["twilio"];
  readonly vault: CredentialsVault;
  readonly log: Logger;
  /** Look-ups of unknown accounts, a second. Default 20. */
  readonly strangersASecond?: number;
  readonly now?: () => number;
}

/**
 * Loads and remembers the auth tokens of Twilio accounts. The operator's own account comes from the settings.
 *
 * What changes elsewhere is noticed: a newly connected account at once (unless strangers keep us busy: 10 s), a new
 * token with the first request that it signed, a disconnected account after at most 60 s.
 */
export function createTwilioAccounts(deps: TwilioAccountsDependencies): TwilioAccounts {
  const now = deps.now ?? (() => performance.now());
  // Apart, so that invented accounts never push a real one out.
  const known = new BoundedCache<Entry>(CACHE_SIZE);
  const unknown = new BoundedCache<number>(CACHE_SIZE);
  const reread = new BoundedCache<number>(CACHE_SIZE);
  const loading = new Map<string, Promise<AccountTokens | null>>();
  const fromSettings = { tokens: deps.twilio.authTokens, unreadable: deps.twilio.authTokens.length === 0 };
  let second = { startedAt: -Infinity, lookups: 0 };

  const strangersNow = () => {
    if (now() - second.startedAt >= 1_000) second = { startedAt: now(), lookups: 0 };
    return second;
  };

  const countStranger = () => {
    if (++strangersNow().lookups > (deps.strangersASecond ?? STRANGERS_A_SECOND)) {
      throw unavailable("Too many unknown accounts at once; try again.");
    }
  };

  const isBelievedUnknown = (accountSid: string) =>
    now() - (unknown.get(accountSid) ?? -Infinity) < UNKNOWN_FOR_MS &&
    strangersNow().lookups >= SECOND_LOOKS_A_SECOND;

  const load = async (client: RpcClient, accountSid: string): Promise<AccountTokens | null> => {
    const account = await getTwilioAccount(client, accountSid).catch((error) => {
      throw unavailable("The account could not be read; try again.", error);
    });
    if (!account) {
      known.delete(accountSid);
      unknown.set(accountSid, now());
      return null;
    }
    const found = await open(deps, accountSid, [account.current_token, account.previous_token]);
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
      if (!entry && !loading.has(accountSid)) countStranger();
      return await loadOnce(client, accountSid);
    },
    async readAfresh(client, accountSid) {
      const running = loading.get(accountSid);
      if (running) return await running;
      const entry = known.get(accountSid);
      if (!entry) return null;
      // Counted apart from ordinary look-ups: a token may be saved right after one.
      if (now() - (reread.get(accountSid) ?? -Infinity) < REREAD_AFTER_MS) return entry.found;
      // Noted before the attempt, so that a database in trouble is not asked more often either.
      reread.set(accountSid, now());
      return await loadOnce(client, accountSid);
    },
  };
}

async function open(
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
  // An account without any token here is one whose token should have been in the settings.
  return { tokens, unreadable: unreadable || tokens.length === 0 };
}
