import { describeError } from "../_shared/sms/log.ts";
import { CLAIM_GAP_MS, ClaimSchedule } from "./claim_schedule.ts";
import { JobsInHand } from "./jobs_in_hand.ts";
import type { JobKind, Loop, LoopHost } from "./loop.ts";

type State =
  /** A claim is on its way, or the loop is about to send its first one. */
  | { readonly kind: "claiming" }
  /** The loop waits for the time of its next claim, or for something to happen before. */
  | { readonly kind: "waiting"; readonly interrupt: AbortController }
  /** The loop claims nothing more. */
  | { readonly kind: "stopped" };

/**
 * How many results a loop keeps that are not recorded yet, for each slot. A database that hands out jobs but takes no
 * results must not fill the memory.
 */
const UNRECORDED_PER_SLOT = 2;

/**
 * Claims jobs of one kind, keeps up to `concurrency` of them in work, and hands each result back as it comes.
 *
 * It begins `claiming`. From there it goes back and forth between `claiming` and `waiting`, until it is `stopped`.
 */
export class JobLoop<Job, Result> implements Loop {
  readonly #kind: JobKind<Job, Result>;
  readonly #host: LoopHost;
  readonly #schedule = new ClaimSchedule();
  readonly #inHand: JobsInHand<Job, Result>;
  #state: State = { kind: "claiming" };

  constructor(kind: JobKind<Job, Result>, host: LoopHost) {
    this.#kind = kind;
    this.#host = host;
    this.#inHand = new JobsInHand(kind, {
      clock: host.clock,
      log: host.log,
      slots: host.slots,
      onRecorded: (outcomes) => {
        host.recorded(kind.name, outcomes);
        // A job whose result is recorded may be due again. It may also have held back another job: the next message of its
        // pair, or one of its tenant, whose share was used up.
        this.look();
      },
      onProgress: () => this.#interruptWait(),
    });
  }

  async run(): Promise<void> {
    const { clock, endsAt } = this.#host;
    while (this.#state.kind !== "stopped" && clock.now() < endsAt) {
      const free = this.#claimableSlots();
      if (free > 0 && clock.now() >= this.#schedule.nextAt()) await this.#claim(free);
      else await this.#wait(free > 0 ? Math.min(endsAt, this.#schedule.nextAt()) : endsAt);
    }
    this.stop();
  }

  look(): void {
    this.#schedule.expectWork();
    this.#interruptWait();
  }

  slotFreed(): void {
    this.#interruptWait();
  }

  stop(): void {
    this.#interruptWait();
    this.#state = { kind: "stopped" };
  }

  idleUntil(): number {
    if (this.#state.kind === "claiming" || !this.#inHand.isEmpty()) return -Infinity;
    const claimsNoMore = this.#state.kind === "stopped" || this.#host.room() <= 0;
    return claimsNoMore || this.#schedule.keepsFailing() ? Infinity : this.#schedule.nextAt();
  }

  leavesWork(withinMs: number): boolean {
    return this.#schedule.knowsWorkBy(this.#host.clock.now() + withinMs);
  }

  overflows(): boolean {
    return this.#host.room() <= 0 && this.leavesWork(CLAIM_GAP_MS);
  }

  settled(): Promise<void> {
    return this.#inHand.settled();
  }

  async #claim(free: number): Promise<void> {
    this.#state = { kind: "claiming" };
    const { clock, log } = this.#host;
    this.#schedule.claimStarted();
    const claimedAt = clock.now();
    try {
      const claim = await this.#kind.claim(free, this.#host.slots.takenByTenant(this.#kind.name));
      this.#host.cpu.spend(this.#kind.cost, claim.jobs.length);
      for (const job of claim.jobs) this.#inHand.begin(job, claimedAt);
      const now = clock.now();
      const { jobs, next_due_in_ms: nextDueInMs } = claim;
      this.#schedule.claimSucceeded(
        { size: free, jobs: jobs.length, tookMs: now - claimedAt, nextDueInMs },
        now,
      );
    } catch (error) {
      const failures = this.#schedule.claimFailed(clock.now());
      log.warn({ outcome: "CLAIM_FAILED", work: this.#kind.name, failures, error: describeError(error) });
    }
  }

  async #wait(until: number): Promise<void> {
    const { clock } = this.#host;
    const interrupt = new AbortController();
    this.#state = { kind: "waiting", interrupt };
    this.#host.resting();
    await clock.wait(Math.max(0, until - clock.now()), interrupt.signal);
  }

  /** Something happened that may allow a claim, or end the run. Look again now. */
  #interruptWait(): void {
    if (this.#state.kind === "waiting") this.#state.interrupt.abort();
  }

  /** How many jobs may be claimed now: none while too many results wait to be recorded. */
  #claimableSlots(): number {
    const { name, concurrency } = this.#kind;
    if (this.#inHand.unrecorded() >= concurrency * UNRECORDED_PER_SLOT) return 0;
    // Not min(slots, room): the database shares out what is free. One claim takes fifty at most, so it oversteps by little.
    return this.#host.room() <= 0 ? 0 : Math.max(0, concurrency - this.#host.slots.taken(name));
  }
}
