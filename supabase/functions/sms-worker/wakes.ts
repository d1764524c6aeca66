import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { recordWake, type WokenBy } from "../_shared/sms/database/verbs/wakes.ts";
import { describeError, type Logger } from "../_shared/sms/log.ts";

/** pg_cron sends it (70_platform/schedule.sql), and so may any other scheduler. */
export const WOKEN_BY_HEADER = "x-sms-woken-by";

const ONCE_IN_MS = 60_000;

export interface WakesOptions {
  readonly keyIds: () => Promise<string[]>;
  readonly log: Logger;
  /** Milliseconds since this isolate started. */
  readonly age?: () => number;
}

/** Notes who woke this isolate, once a minute each: a burst of wakes costs one call of the database. It never rejects. */
export function createWakes({ keyIds, log, age = () => performance.now() }: WakesOptions) {
  const notedAt = new Map<WokenBy, number>();
  return async (client: RpcClient, by: WokenBy): Promise<void> => {
    const now = age();
    if (now - (notedAt.get(by) ?? -Infinity) < ONCE_IN_MS) return;
    notedAt.set(by, now);
    try {
      await recordWake(client, { woken_by: by, key_ids: await keyIds(), isolate_age_ms: now });
    } catch (error) {
      notedAt.delete(by);
      log.warn({ outcome: "WAKE_NOT_RECORDED", error: describeError(error) });
    }
  };
}
