import { BoundedCache } from "../bounded_cache.ts";
import { getTwilioAccount } from "../database/verbs/accounts.ts";
import type { RpcClient } from "../database/rpc.ts";
import { unavailable } from "../http/errors.ts";
import type { Logger } from "../log.ts";
import type { Settings } from "../settings.ts";
import { TokenBucket } from "../token_bucket.ts";
import { type AccountTokens, openAccount } from "./open_account.ts";
import type { CredentialsVault } from "./vault.ts";

export type { AccountTokens } from "./open_account.ts";

export interface TwilioAccounts {
  /**
   * The secrets, at most 60 s old. Null for an account that nobody has connected.
   * @throws AppError UNAVAILABLE when they cannot be loaded, or it cannot be known whether somebody has just connected it
   */
  read(client: RpcClient, accountSid: string): Promise<AccountTokens | null>;
  /**
   * The same, read anew by a look that begins after this call: what was given before it is seen.
   * @throws AppError UNAVAILABLE also when an account was looked at too often to look again
   */
  readAfresh(client: RpcClient, accountSid: string): Promise<AccountTokens | null>;
}

export interface RememberedAccounts extends TwilioAccounts {
  /** Whether `read` answers from memory, without waiting for the database. */
  isAtHand(accountSid: string): boolean;
}

const CACHE_SIZE = 500;
const FRESH_FOR_MS = 60_000;
/** How often strangers can make us look at an account again, or at who is connected: anybody can name a SID. */
const LOOKS_AGAIN = { burst: 5, perSecond: 1 };

interface Entry {
  readonly found: AccountTokens;
  readonly readAt: number;
}

export interface TwilioAccountsDependencies {
  readonly twilio: Settings["twilio"];
  readonly vault: CredentialsVault;
  readonly log: Logger;
  /** Asks who is connected, where strangers name accounts. Without it, the AccountSids are those of our own rows. */
  readonly connectedSids?: (client: RpcClient) => Promise<string[]>;
  readonly now?: () => number;
}

const cannotLook = () =>
  unavailable("The signature cannot be checked at this moment; try again.").ofStranger();

/** One look at a time. Who comes while one runs waits for the next, which they share: it begins after they came. */
class Looks<T> {
  readonly #running = new Map<string, Promise<T>>();

  get size(): number {
    return this.#running.size;
  }

  /** The look that runs, or a new one. */
  share(key: string, look: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running) return running;
    const started = look().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  /** @param mayLook whether one more may be begun; who joins one does not ask */
  async next(key: string, look: () => Promise<T>, mayLook: () => boolean): Promise<T> {
    await this.#running.get(key)?.catch(() => {});
    if (!this.#running.has(key) && !mayLook()) throw cannotLook();
    return await this.share(key, look);
  }
}

/**
 * Loads and remembers the secrets of Twilio accounts. The operator's own account comes from the settings.
 *
 * A change is noticed: a newly connected account, a new token and a new SharedKey at once, a disconnected account after at
 * most 60 s. After the first AccountSid that nobody has connected, the connected ones are known in memory, and no others are
 * looked up. So strangers who invent AccountSids do not keep anybody else's webhooks waiting.
 */
export function createTwilioAccounts(deps: TwilioAccountsDependencies): RememberedAccounts {
  const now = deps.now ?? (() => performance.now());
  const known = new BoundedCache<Entry>(CACHE_SIZE);
  const buckets = new BoundedCache<TokenBucket>(CACHE_SIZE);
  const accountLooks = new Looks<AccountTokens | null>();
  const sidLooks = new Looks<Set<string>>();
  const sidBucket = new TokenBucket(LOOKS_AGAIN, now);
  let connected: Set<string> | null = null;
  const fromSettings: AccountTokens = {
    tokens: deps.twilio.authTokens,
    unreadable: deps.twilio.authTokens.length === 0 && deps.twilio.apiKey === null,
    sharedKeys: deps.twilio.sharedKeys,
    apiKey: deps.twilio.apiKey,
    rotating: null,
    refusedSigners: [],
  };

  const lookAt = (client: RpcClient, accountSid: string) => async (): Promise<AccountTokens | null> => {
    const account = await getTwilioAccount(client, accountSid).catch((error) => {
      throw unavailable("The account could not be read; try again.", error);
    });
    if (!account) {
      known.delete(accountSid);
      connected?.delete(accountSid);
      return null;
    }
    const found = await openAccount(deps, account);
    known.set(accountSid, { found, readAt: now() });
    connected?.add(accountSid);
    return found;
  };

  const lookWhoIsConnected = (client: RpcClient) => async (): Promise<Set<string>> => {
    const sids = await deps.connectedSids?.(client).catch((error) => {
      throw unavailable("The accounts could not be read; try again.", error);
    });
    return connected = new Set(sids);
  };

  const bucketOf = (accountSid: string) => {
    const bucket = buckets.get(accountSid) ?? new TokenBucket(LOOKS_AGAIN, now);
    buckets.set(accountSid, bucket);
    return bucket;
  };

  const atHand = (accountSid: string): AccountTokens | undefined => {
    if (accountSid === deps.twilio.accountSid) return fromSettings;
    const entry = known.get(accountSid);
    return entry && now() - entry.readAt < FRESH_FOR_MS ? entry.found : undefined;
  };

  return {
    isAtHand: (accountSid) => atHand(accountSid) !== undefined,
    async read(client, accountSid) {
      const remembered = atHand(accountSid);
      if (remembered) return remembered;
      const entry = known.get(accountSid);
      const look = lookAt(client, accountSid);
      if (entry || !deps.connectedSids) return await accountLooks.share(accountSid, look);
      if (connected === null && accountLooks.size === 0) {
        // The first of a process, most often of a connected account, waits for one look only.
        const found = await accountLooks.share(accountSid, look);
        if (found) return found;
        await sidLooks.share("", lookWhoIsConnected(client));
        return null;
      }
      if (!connected?.has(accountSid)) {
        const sids = await sidLooks.next("", lookWhoIsConnected(client), () => sidBucket.take());
        if (!sids.has(accountSid)) return null;
      }
      return await accountLooks.share(accountSid, look);
    },
    async readAfresh(client, accountSid) {
      if (!known.get(accountSid)) return null;
      return await accountLooks.next(
        accountSid,
        lookAt(client, accountSid),
        () => bucketOf(accountSid).take(),
      );
    },
  };
}
