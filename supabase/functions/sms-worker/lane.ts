import type { Clock } from "../_shared/sms/worker/clock.ts";
import { describeError, type Logger } from "../_shared/sms/log.ts";
import type { Claim, Outcome } from "../_shared/sms/database/verbs/claims.ts";
import { createBatcher } from "./batcher.ts";
import { recordWithRetries, WORKER_WAITS_MS } from "../_shared/sms/worker/record_with_retries.ts";
import { createCounter } from "./counter.ts";

/** One kind of work: how it is claimed, done and handed back. */
export interface LaneWork<Job, Result> {
  readonly name: string;
  readonly concurrency: number;
  /** @param inHand jobs that are being worked on, by tenant */
  claim(size: number, inHand: Readonly<Record<string, number>>): Promise<Claim<Job>>;
  /** Whose job it is, where tenants share the lane. */
  tenantOf?(job: Job): string;
  /** @param claimedAt when the claim was about to be asked for, on the clock */
  work(job: Job, claimedAt: number): Promise<Result>;
  record(results: Result[]): Promise<Outcome[]>;
}

/** What a lane needs of the drain it belongs to. */
export interface LaneHost {
  readonly clock: Clock;
  readonly log: Logger;
  /** When claiming ends, on the clock. */
  readonly endsAt: number;
  /** Whether more jobs may be claimed in this drain. */
  hasRoom(): boolean;
  counted(name: string, outcomes: Outcome[]): void;
  /** The lane has nothing to do before `nextLookAt`. */
  resting(): void;
}

export interface Lane {
  /** Claims and works until the drain is over or stopped. */
  run(): Promise<void>;
  /** Asks the lane to look for work again. */
  look(): void;
  stop(): void;
  /** Nothing in hand, and nothing to look for before this time. */
  idleUntil(): number;
  /** Whether this lane knows of work that its own drain will not get to. */
  leavesWork(soonMs: number): boolean;
  /** There is work now, and no room for it in this drain. */
  overflows(): boolean;
  /** Resolves when all results are handed back. */
  settled(): Promise<void>;
}

/** Between two claims, so that many small events do not become as many requests. */
const CLAIM_GAP_MS = 20;
const COMPANY_MS = 50;
const BATCH = 20;
const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 10_000;
const FAILURES_ALLOWED = 5;
/** Said to be due and not claimable: looked for again, ever more slowly. */
const EMPTY_WAIT_MS = 250;
const LONGEST_EMPTY_WAIT_MS = 1_000;

/**
 * Results that may wait to be stored, for each slot. A database that hands out jobs but takes no results must not fill
 * the memory.
 */
const UNSTORED_A_SLOT = 2;

/** Keeps up to `concurrency` jobs in hand, and hands each result back as it comes. */
export function createLane<Job, Result>(work: LaneWork<Job, Result>, host: LaneHost): Lane {
  const { clock, log } = host;
  const inHand = new Set<Promise<void>>();
  const working = createCounter();
  let busy = true;
  let stopped = false;
  let ended = false;
  let looked = false;
  let wanted = true;
  let notBefore = -Infinity;
  let dueAt = Infinity;
  let failures = 0;
  let empties = 0;
  let interrupt = new AbortController();

  const look = () => {
    wanted = true;
    interrupt.abort();
  };
  const record = recordWithRetries({
    record: work.record,
    name: work.name,
    clock,
    log,
    waitsMs: WORKER_WAITS_MS,
  });
  const handBack = createBatcher<Result>({
    size: BATCH,
    expectsMore: () => working.total() > 0,
    waitForCompany: () => clock.wait(COMPANY_MS),
    async flush(results) {
      const outcomes = await record(results);
      host.counted(work.name, outcomes);
      // What was handed back may be due again, or may have held something up: another text of its pair, or of its
      // tenant, whose share was in hand.
      look();
    },
  });

  const begin = (job: Job, claimedAt: number) => {
    const tenant = work.tenantOf?.(job) ?? "";
    working.add(tenant);
    const task = (async () => {
      let result: Result;
      try {
        result = await work.work(job, claimedAt);
      } catch (error) {
        // A mistake of ours; the lease lapses and the job is tried again.
        log.error({ outcome: "WORK_FAILED", work: work.name, error: describeError(error) });
        return;
      } finally {
        working.remove(tenant);
        interrupt.abort();
      }
      await handBack(result);
    })().finally(() => {
      inHand.delete(task);
      if (ended) host.resting();
      else interrupt.abort();
    });
    inHand.add(task);
  };

  const claim = async (free: number) => {
    wanted = false;
    const claimedAt = clock.now();
    try {
      const { jobs, next_due_in_ms } = await work.claim(free, working.counts());
      looked = true;
      failures = 0;
      empties = jobs.length === 0 ? empties + 1 : 0;
      for (const job of jobs) begin(job, claimedAt);
      const emptyWait = Math.min(LONGEST_EMPTY_WAIT_MS, EMPTY_WAIT_MS * 2 ** (empties - 1));
      dueAt = next_due_in_ms === null
        ? Infinity
        : clock.now() + Math.max(next_due_in_ms, jobs.length === 0 ? emptyWait : 0);
      notBefore = clock.now() + CLAIM_GAP_MS;
      if (jobs.length >= free) wanted = true;
    } catch (error) {
      failures += 1;
      const wait = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (failures - 1));
      notBefore = clock.now() + wait;
      wanted = true;
      log.warn({ outcome: "CLAIM_FAILED", work: work.name, failures, error: describeError(error) });
    }
  };

  /** When to claim next, if nothing happens before. */
  const nextLookAt = () => Math.max(notBefore, wanted ? -Infinity : dueAt);

  /** Tried again for as long as others keep the drain open; alone it keeps none open. */
  const givesUp = () => failures >= FAILURES_ALLOWED;

  const leavesWork = (soonMs: number) =>
    looked && failures === 0 && empties < 3 && nextLookAt() <= clock.now() + soonMs;

  return {
    look,
    leavesWork,
    overflows: () => !host.hasRoom() && leavesWork(CLAIM_GAP_MS),
    stop() {
      stopped = true;
      interrupt.abort();
    },
    idleUntil() {
      if (busy || inHand.size > 0) return -Infinity;
      return stopped || givesUp() || !host.hasRoom() ? Infinity : nextLookAt();
    },
    settled: async () => {
      while (inHand.size > 0) await Promise.all(inHand);
    },
    async run() {
      while (!stopped && clock.now() < host.endsAt) {
        busy = true;
        const unstored = inHand.size - working.total();
        const free = unstored < work.concurrency * UNSTORED_A_SLOT ? work.concurrency - working.total() : 0;
        const canClaim = free > 0 && host.hasRoom();
        if (canClaim && clock.now() >= nextLookAt()) {
          await claim(free);
          continue;
        }
        busy = false;
        interrupt = new AbortController();
        host.resting();
        if (stopped) break;
        const until = Math.min(host.endsAt, canClaim ? nextLookAt() : Infinity);
        await clock.wait(Math.max(0, until - clock.now()), interrupt.signal);
      }
      busy = false;
      ended = true;
      host.resting();
    },
  };
}
