import { BoundedCache } from "../bounded_cache.ts";
import type { RpcClient } from "../database/rpc.ts";
import { confirmSigner, countRefusedWebhooks, type RefusedWebhook } from "../database/verbs/accounts.ts";
import { TokenBucket } from "../token_bucket.ts";
import type { AccountTokens } from "./open_account.ts";

/** Who signed a webhook that was accepted. */
export interface Signer {
  /** The SharedKey's id; "" for an auth token. */
  readonly keyId: string;
  /** Whether it was the current token, and not the one before. */
  readonly isCurrent: boolean;
}

/** Notes about signatures, for the people who have to do something. Each is written after the answer, in the background. */
export interface RefusedWebhooks {
  /** @returns what has to be done; null where another note says it. */
  refused(client: RpcClient, accountSid: string, what: RefusedWebhook): Promise<void> | null;
  accepted(
    client: RpcClient,
    accountSid: string,
    signer: Signer,
    known: AccountTokens,
  ): Promise<void> | null;
}

/** Anybody can send what is refused: a process writes this often about one reason, however much comes. */
const EVERY_MS = 10_000;
const REASONS = 500;
/**
 * Every key that somebody invents is a reason of its own: so often a process writes about the keys of one account. Keys that
 * come again have room of their own, so that a stream of new ones does not hide the one that Twilio signs with.
 */
const KEYS = { burst: 5, perSecond: 1 };
const REFUSALS: readonly RefusedWebhook["reason"][] = [
  "SIGNATURE_MISMATCH",
  "SHARED_KEY_UNKNOWN",
  "SIGNATURE_ALGORITHM_UNKNOWN",
];

interface Waiting {
  times: number;
  wroteAt: number;
}

/** Counts refused webhooks of connected accounts, and forgets them once the same key signs one that is accepted. */
export function createRefusedWebhooks(now: () => number = () => performance.now()): RefusedWebhooks {
  const reasons = new BoundedCache<Waiting>(REASONS);
  const buckets = new BoundedCache<TokenBucket>(REASONS);
  const toConfirm = new BoundedCache<true>(REASONS);
  /** The secrets about which a confirmation was written: they say it again until they are read anew. */
  const confirmed = new WeakMap<AccountTokens, Set<string>>();
  const bucketOf = (accountSid: string, comesAgain: boolean) => {
    const name = `${accountSid} ${comesAgain}`;
    const bucket = buckets.get(name) ?? new TokenBucket(KEYS, now);
    buckets.set(name, bucket);
    return bucket;
  };
  return {
    refused(client, accountSid, what) {
      toConfirm.set(`${accountSid} ${what.key_id}`, true);
      const reason = `${accountSid} ${what.reason} ${what.key_id}`;
      const waiting = reasons.get(reason) ?? { times: 0, wroteAt: -Infinity };
      reasons.set(reason, waiting);
      waiting.times += 1;
      if (now() - waiting.wroteAt < EVERY_MS) return null;
      if (what.key_id !== "" && !bucketOf(accountSid, waiting.times > 1).take()) return null;
      const { times } = waiting;
      waiting.times = 0;
      waiting.wroteAt = now();
      return countRefusedWebhooks(client, { ...what, account_sid: accountSid, times });
    },
    accepted(client, accountSid, { keyId, isCurrent }, known) {
      const name = `${accountSid} ${keyId}`;
      const sealed = keyId === "" && isCurrent ? known.rotating : null;
      const said = confirmed.get(known) ?? new Set();
      const isNews = !said.has(keyId) && (sealed !== null || known.refusedSigners.includes(keyId));
      if (!isNews && !toConfirm.get(name)) return null;
      confirmed.set(known, said.add(keyId));
      toConfirm.delete(name);
      for (const reason of REFUSALS) {
        reasons.delete(`${accountSid} ${reason} ${keyId}`);
      }
      return confirmSigner(client, { account_sid: accountSid, key_id: keyId, sealed });
    },
  };
}
