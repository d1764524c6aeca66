import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";

// What the claims and records of all kinds of jobs have in common. The database decides; these types only carry.

/** A duration; null when there is nothing to wait for. */
export const Milliseconds = z.number().nonnegative().nullish().transform((value) => value ?? null);

/** Outcomes are plain strings here: they are counted and logged, and a new one must not stop the worker. */
export const Finished = z.array(
  z.object({ job_id: z.string().nullish(), message_id: z.string().nullish(), outcome: z.string() }),
);

export interface Claim<Job> {
  jobs: Job[];
  next_due_in_ms: number | null;
}
export interface Outcome {
  outcome: string;
  /** The message concerned; for a reply, the message that was stored, if any. */
  message_id?: string | null | undefined;
}
export interface ClaimSize {
  batch_size: number;
  lease_seconds: number;
}
/** A claim for a worker's free slots. The database limits each tenant's share, so that one tenant cannot take all. */
export interface WorkerClaim extends ClaimSize {
  /** Jobs the worker has in hand, by tenant. */
  in_hand: Readonly<Record<string, number>>;
}
/** A claim for one message by the request that stored it. It takes no worker's slot. */
export interface MessageClaim extends ClaimSize {
  message_ids: string[];
}

const Health = z.record(z.string(), z.unknown());

export const workerHealth = (client: RpcClient): Promise<Record<string, unknown>> =>
  rpc(client, "sms_worker_health", { args: {}, returns: Health });
