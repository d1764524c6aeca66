import type { Clock } from "../_shared/sms/worker/clock.ts";
import type { Logger } from "../_shared/sms/log.ts";
import type { Claim, Outcome } from "../_shared/sms/database/verbs/claims.ts";
import type { COSTS, CpuBudget } from "./cpu_budget.ts";
import type { Slots } from "./slots.ts";

/** One kind of job: how jobs are claimed and worked on, and how their results are recorded. */
export interface JobKind<Job, Result> {
  readonly name: string;
  /** What one job costs. Parts that not every job has are counted where they happen. */
  readonly cost: keyof typeof COSTS;
  /** How many jobs are worked on at a time, those of a run that makes way included. */
  readonly concurrency: number;
  /** @param inHand jobs that are being worked on, by tenant */
  claim(size: number, inHand: Readonly<Record<string, number>>): Promise<Claim<Job>>;
  /** The tenant whose job it is, where tenants share the slots. */
  tenantOf?(job: Job): string;
  /** @param claimedAt when the claim was about to be sent, on the clock */
  work(job: Job, claimedAt: number): Promise<Result>;
  record(results: Result[]): Promise<Outcome[]>;
}

/** What a loop needs of the run it belongs to. */
export interface LoopHost {
  readonly clock: Clock;
  readonly log: Logger;
  /** When claiming ends, on the clock. */
  readonly endsAt: number;
  readonly cpu: CpuBudget;
  readonly slots: Slots;
  /** How many more jobs the run may claim. */
  room(): number;
  /** Results were recorded. */
  recorded(name: string, outcomes: Outcome[]): void;
  /** The loop begins to wait. The run may have nothing left to do, and may stop the loop. */
  resting(): void;
}

/** A loop as its run sees it. */
export interface Loop {
  /** Claims and works until the run's claiming ends, or until `stop()`. Jobs may still be in hand then. */
  run(): Promise<void>;
  /** A job may have become due: claim soon. */
  look(): void;
  /** A slot is free again, perhaps one that another run had. */
  slotFreed(): void;
  /** Claims nothing more. Jobs in hand are finished. */
  stop(): void;
  /** The loop has nothing in hand and nothing to claim before this time. */
  idleUntil(): number;
  /** Whether jobs are known to be due within this time. When the run is over, a successor should take them. */
  leavesWork(withinMs: number): boolean;
  /** Jobs are due now, but the run may not claim them any more. */
  overflows(): boolean;
  /** Resolves when all results are handed back. */
  settled(): Promise<void>;
}
