import type { Clock } from "../_shared/sms/worker/clock.ts";
import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import type { Deliver } from "../_shared/sms/sending/deliver.ts";
import type { LeaseLimits } from "../_shared/sms/worker/lease.ts";
import type { Claim, WorkerClaim } from "../_shared/sms/database/verbs/claims.ts";
import type { DeliveryJob, DeliveryResult } from "../_shared/sms/database/verbs/deliveries.ts";
import type { ReplyJob, ReplyResult } from "../_shared/sms/database/verbs/replies.ts";
import { claimDeliveries, recordDeliveries } from "../_shared/sms/database/verbs/deliveries.ts";
import { claimReplies, finishReplies } from "../_shared/sms/database/verbs/replies.ts";
import type { CpuBudget } from "./cpu_budget.ts";
import type { JobKind } from "./loop.ts";

export interface MessageDependencies {
  readonly compose: (job: ReplyJob, run: { client: RpcClient; cpu: CpuBudget }) => Promise<ReplyResult>;
  readonly deliver: Deliver;
  readonly clock: Clock;
  readonly leaseSeconds: number;
  readonly limits: LeaseLimits;
  /** Slots for replies, and as many for deliveries. */
  readonly concurrency?: number;
}

/** What a run brings for its replies and deliveries, and what it is told about them. */
export interface MessageRun {
  readonly client: RpcClient;
  readonly cpu: CpuBudget;
  onClaimed(jobs: number): void;
  /** Deliveries of unknown outcome were recorded: a look-up will become due. */
  onUnknown(): void;
}

/**
 * A slot waits for another server most of the time, so there are many. What bounds them is memory: a reply holds its history
 * and the request that was made of it, some 100 KB, and 200 of these fit beside the rest into the platform's 256 MB. A lone
 * tenant gets nine of ten (docs/decisions/0018).
 */
const CONCURRENCY = 200;

/** Replies: the model composes them, the database stores them. */
export function replyKind(deps: MessageDependencies, run: MessageRun): JobKind<ReplyJob, ReplyResult> {
  const { client, cpu } = run;
  return {
    ...slots(deps),
    name: "reply",
    cost: "reply",
    async claim(size, inHand) {
      const claim = await counted(run, claimReplies(client, workerClaim(deps, size, inHand)));
      cpu.spend("character", claim.jobs.reduce((sum, job) => sum + charactersOf(job), 0));
      return claim;
    },
    work: (job) => deps.compose(job, { client, cpu }),
    record: (results) => finishReplies(client, results),
  };
}

/** Deliveries: messages that are handed to Twilio. */
export function deliveryKind(
  deps: MessageDependencies,
  run: MessageRun,
): JobKind<DeliveryJob, DeliveryResult> {
  const { client } = run;
  return {
    ...slots(deps),
    name: "delivery",
    cost: "delivery",
    claim: (size, inHand) => counted(run, claimDeliveries(client, workerClaim(deps, size, inHand))),
    work(job, claimedAt) {
      const claimIsYounger = (ms: number) => deps.clock.now() - claimedAt < ms;
      const mayStart = () => claimIsYounger(deps.limits.startWithinMs);
      const isFresh = () => claimIsYounger(deps.limits.freshMs);
      return deps.deliver(job, { client, mayStart, isFresh });
    },
    async record(results) {
      const outcomes = await recordDeliveries(client, results);
      if (results.some(({ outcome }) => outcome === "unknown")) run.onUnknown();
      return outcomes;
    },
  };
}

/** What a reply is made from. It is claimed once, and sent to the model with each call. */
const charactersOf = ({ assistant, history }: ReplyJob): number =>
  history.reduce((sum, { body }) => sum + body.length, assistant.prompt.length);

const slots = ({ concurrency = CONCURRENCY }: MessageDependencies) => ({
  concurrency,
  tenantOf: ({ user_id }: ReplyJob | DeliveryJob): string => user_id,
});

const workerClaim = (
  { leaseSeconds }: MessageDependencies,
  batch_size: number,
  in_hand: Readonly<Record<string, number>>,
): WorkerClaim => ({ batch_size, in_hand, lease_seconds: leaseSeconds });

async function counted<Job>(run: MessageRun, claiming: Promise<Claim<Job>>): Promise<Claim<Job>> {
  const claim = await claiming;
  run.onClaimed(claim.jobs.length);
  return claim;
}
