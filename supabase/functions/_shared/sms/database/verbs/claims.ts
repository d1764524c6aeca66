import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";

// What the claims and records of all kinds of jobs have in common. The database decides; these types only carry.

/** A span that a verb gives; null when there is nothing to wait for. */
export const Milliseconds = z.number().nonnegative().nullish().transform((value) => value ?? null);

/** Outcomes stay plain strings here: they are counted and logged, and one more must not stop the worker. */
export const Finished = z.array(
  z.object({ job_id: z.string().nullish(), message_id: z.string().nullish(), outcome: z.string() }),
);

export interface Claim<Job> {
  jobs: Job[];
  next_due_in_ms: number | null;
}
export interface Outcome {
  outcome: string;
  /** The message concerned: for a reply, the text that was stored, if one was. */
  message_id?: string | null | undefined;
}
export interface ClaimSize {
  batch_size: number;
  lease_seconds: number;
}
/** What a worker claims: of its free slots, and only so many for each tenant that not all can be one tenant's. */
export interface WorkerClaim extends ClaimSize {
  /** Jobs the worker has in hand, by tenant. */
  in_hand: Readonly<Record<string, number>>;
}
/** Of one text, by whoever waits for its answer: it takes no slot from anybody. */
export interface MessageClaim extends ClaimSize {
  message_ids: string[];
}

const Health = z.record(z.string(), z.unknown());

export const workerHealth = (client: RpcClient): Promise<Record<string, unknown>> =>
  rpc(client, "sms_worker_health", { args: {}, returns: Health });
