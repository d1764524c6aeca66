import type { Clock } from "../_shared/sms/worker/clock.ts";
import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { describeError, type Logger } from "../_shared/sms/log.ts";
import type { Deliver } from "../_shared/sms/sending/deliver.ts";
import type { LeaseLimits } from "../_shared/sms/worker/lease.ts";
import type { Outcome } from "../_shared/sms/database/verbs/claims.ts";
import type { DeliveryJob, DeliveryResult } from "../_shared/sms/database/verbs/deliveries.ts";
import type { ReplyJob, ReplyResult } from "../_shared/sms/database/verbs/replies.ts";
import { claimDeliveries, recordDeliveries } from "../_shared/sms/database/verbs/deliveries.ts";
import { claimReplies, finishReplies } from "../_shared/sms/database/verbs/replies.ts";
import { foldStats } from "../_shared/sms/database/verbs/stats.ts";
import type { Questions } from "./questions/questions.ts";
import { createLane, type Lane, type LaneHost } from "./lane.ts";

export interface DrainDependencies {
  readonly compose: (job: ReplyJob) => Promise<ReplyResult>;
  readonly deliver: Deliver;
  /** Looked for when a drain begins, and now and then while it lasts; wakes are for replies and deliveries alone. */
  readonly questions?: readonly Questions[];
  /** Wakes the next worker, which gets a life of its own from the platform. */
  wakeSuccessor(): Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leaseSeconds: number;
  readonly limits: LeaseLimits;
  /** When the platform ends this isolate, on the clock; Infinity where it does not. */
  readonly isolateEndsAt: number;
  readonly budgetMs?: number;
  readonly maxItems?: number;
  readonly concurrency?: number;
}

export interface Worker {
  /**
   * Works through what is due, and waits for what becomes due within the budget. While it runs, a further wake only
   * makes it look again. Resolves when all is handed back; never rejects.
   */
  wake(client: RpcClient): Promise<void>;
}

const BUDGET_MS = 60_000;
/** Keeps one request below the platform's 2 s of CPU time; a successor goes on. */
const MAX_ITEMS = 500;
/** Half of them are the most that one tenant gets: a tenant has no more in hand than are free (docs/decisions/0018). */
const CONCURRENCY = 40;
/** A drain that lasts looks for questions to Twilio this often. They wait no longer than until the next tick of the schedule. */
const QUESTIONS_EVERY_MS = 10_000;
/** What is due this soon after the budget ends is worth a successor; later than that, the next tick does. */
const SOON_MS = 10_000;
/** What a job claimed at the last moment may still take: two model calls, the text to Twilio, the verbs. */
const TAIL_MS = 40_000;

/** The worker of this process. */
export function createWorker(deps: DrainDependencies): Worker {
  let current: { readonly done: Promise<void>; look(): void } | undefined;
  return {
    wake(client) {
      if (current) {
        current.look();
        return current.done;
      }
      const drain = startDrain(deps, client, () => current = undefined);
      current = drain.claiming() ? drain : undefined;
      return drain.done;
    },
  };
}

function startDrain(deps: DrainDependencies, client: RpcClient, onStop: () => void) {
  const { clock, log } = deps;
  const startedAt = clock.now();
  const concurrency = deps.concurrency ?? CONCURRENCY;
  const endsAt = Math.min(startedAt + (deps.budgetMs ?? BUDGET_MS), deps.isolateEndsAt - TAIL_MS);
  const counts: Record<string, number> = {};
  let claimed = 0;
  let open = clock.now() < endsAt;
  const closing = new AbortController();
  let afterwards = false;

  const host: LaneHost = {
    clock,
    log,
    endsAt,
    hasRoom: () => claimed < (deps.maxItems ?? MAX_ITEMS),
    counted(name, outcomes) {
      for (const { outcome } of outcomes) {
        counts[`${name}_${outcome}`] = (counts[`${name}_${outcome}`] ?? 0) + 1;
      }
      if (!open) afterwards = true;
      if (name === "reply" && outcomes.some(storedText)) deliveries.look();
      // Found nowhere, and so to be sent once more; found at Twilio, and so to be answered.
      if (outcomes.some(({ outcome }) => outcome === "resent")) deliveries.look();
      if (outcomes.some(({ outcome }) => outcome === "recovered")) replies.look();
    },
    resting() {
      if (lanes.every((lane) => lane.idleUntil() >= endsAt) || hasTooMuch()) stop();
    },
  };
  const size = (batch_size: number, in_hand: Readonly<Record<string, number>>) => ({
    batch_size,
    in_hand,
    lease_seconds: deps.leaseSeconds,
  });
  const count = <T extends { jobs: unknown[] }>(claim: T): T => {
    claimed += claim.jobs.length;
    return claim;
  };

  const replies = createLane<ReplyJob, ReplyResult>({
    name: "reply",
    concurrency,
    tenantOf: ({ user_id }) => user_id,
    claim: async (free, inHand) => count(await claimReplies(client, size(free, inHand))),
    work: (job) => deps.compose(job),
    record: (results) => finishReplies(client, results),
  }, host);
  const deliveries = createLane<DeliveryJob, DeliveryResult>({
    name: "delivery",
    concurrency,
    tenantOf: ({ user_id }) => user_id,
    claim: async (free, inHand) => count(await claimDeliveries(client, size(free, inHand))),
    work: (job, claimedAt) =>
      deps.deliver(job, { client, mayStart: () => clock.now() - claimedAt < deps.limits.startWithinMs }),
    async record(results) {
      const outcomes = await recordDeliveries(client, results);
      // With a short lease, the look-up is due within this drain.
      if (results.some(({ outcome }) => outcome === "unknown")) questions.forEach((lane) => lane.look());
      return outcomes;
    },
  }, host);
  const questions = (deps.questions ?? []).map((each) => each.lane(client, host));
  const lanes: Lane[] = [replies, deliveries, ...questions];

  /** Nothing is in hand or due but what this drain may not claim any more: a successor may. */
  const hasTooMuch = () =>
    lanes.some((lane) => lane.overflows()) && lanes.every((lane) => lane.idleUntil() > clock.now());

  /** Claiming is over. Work in hand is finished, but a wake from now on begins anew. */
  const stop = () => {
    if (!open) return;
    open = false;
    closing.abort();
    for (const lane of lanes) lane.stop();
    onStop();
  };

  /** Beside the work, never before it: what is not folded is counted all the same. */
  const fold = async () => {
    if (startedAt >= endsAt) return;
    try {
      counts.stats_folded = (counts.stats_folded ?? 0) + (await foldStats(client)).folded;
    } catch (error) {
      log.warn({ outcome: "FOLD_FAILED", error: describeError(error) });
    }
  };

  const lookForQuestions = async () => {
    while (open) {
      await clock.wait(QUESTIONS_EVERY_MS, closing.signal);
      if (open) questions.forEach((lane) => lane.look());
    }
  };

  const run = async () => {
    const folding = fold();
    const looking = lookForQuestions();
    await Promise.all(lanes.map((lane) => lane.run()));
    stop();
    if (lanes.some((lane) => lane.leavesWork(SOON_MS))) await deps.wakeSuccessor();
    await Promise.all(lanes.map((lane) => lane.settled()));
    // What was handed back after claiming had ended may have made something due.
    if (afterwards) await deps.wakeSuccessor();
    await Promise.all([folding, looking]);
    await fold();
    log.info({ outcome: "drained", claimed, ...counts, duration_ms: Math.round(clock.now() - startedAt) });
  };
  const done = run().catch((error) => {
    log.error({ outcome: "DRAIN_FAILED", error: describeError(error) });
  }).finally(stop);
  const look = () => [replies, deliveries].forEach((lane) => lane.look());
  return { done, claiming: () => open, look };
}

const storedText = (outcome: Outcome) => typeof outcome.message_id === "string";
