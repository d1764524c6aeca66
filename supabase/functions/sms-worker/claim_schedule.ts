/**
 * The shortest time between two claims, so that many small events do not become as many requests. When the database is busy and
 * a claim takes longer, the gap is as long as the claim: claims take half of one connection's time at most, and more jobs each.
 */
export const CLAIM_GAP_MS = 20;
const LONGEST_GAP_MS = 250;
const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 10_000;
const FAILURES_ALLOWED = 5;
/**
 * The database says that a job is due, but a claim returned none: the job is locked, paced, or its tenant's share is used
 * up. The next claim waits this long, and twice as long after each further empty claim.
 */
const FIRST_EMPTY_WAIT_MS = 250;
const LONGEST_EMPTY_WAIT_MS = 1_000;
/** After so many empty claims in a row, a successor would find nothing either. */
const EMPTY_CLAIMS_WORTH_A_SUCCESSOR = 2;

/** What a claim returned. */
export interface ClaimAnswer {
  /** How many jobs were asked for. */
  readonly size: number;
  /** How many jobs were claimed. */
  readonly jobs: number;
  /** How long the claim took. */
  readonly tookMs: number;
  /** When the next job is due; null when there is none. */
  readonly nextDueInMs: number | null;
}

/** Decides when a loop claims next. Times are milliseconds on the worker's clock. */
export class ClaimSchedule {
  /** `-Infinity`: a job may be due already. `Infinity`: no job is known to become due. */
  #dueAt = -Infinity;
  /** The end of the gap or of the back-off. Nothing shortens it. */
  #notBefore = -Infinity;
  #failures = 0;
  #emptyClaims = 0;
  #hasClaimed = false;

  /** A job may have become due: do not wait for the time that the last claim told. */
  expectWork(): void {
    this.#dueAt = -Infinity;
  }

  /** A claim is being sent. Only `expectWork()` calls that come from now on need another claim. */
  claimStarted(): void {
    this.#dueAt = Infinity;
  }

  claimSucceeded({ size, jobs, tookMs, nextDueInMs }: ClaimAnswer, now: number): void {
    this.#hasClaimed = true;
    this.#failures = 0;
    this.#emptyClaims = jobs === 0 ? this.#emptyClaims + 1 : 0;
    this.#notBefore = now + Math.min(LONGEST_GAP_MS, Math.max(CLAIM_GAP_MS, tookMs));
    // A full claim leaves more behind.
    if (jobs >= size) this.expectWork();
    if (nextDueInMs === null) return;
    const wait = jobs === 0 ? doubled(FIRST_EMPTY_WAIT_MS, this.#emptyClaims, LONGEST_EMPTY_WAIT_MS) : 0;
    // `expectWork()` may have been called while the claim was on its way. Then the earlier time stays.
    this.#dueAt = Math.min(this.#dueAt, now + Math.max(nextDueInMs, wait));
  }

  /** @returns how many claims in a row have failed */
  claimFailed(now: number): number {
    this.#failures += 1;
    this.#notBefore = now + doubled(FIRST_BACK_OFF_MS, this.#failures, LONGEST_BACK_OFF_MS);
    this.expectWork();
    return this.#failures;
  }

  /** When to claim next, unless something happens before. */
  nextAt(): number {
    return Math.max(this.#notBefore, this.#dueAt);
  }

  /** A loop whose claims keep failing goes on trying, but no run stays open for it alone. */
  keepsFailing(): boolean {
    return this.#failures >= FAILURES_ALLOWED;
  }

  /** True if a job will be due by then, the last claim did not fail, and only few claims in a row were empty. */
  knowsWorkBy(time: number): boolean {
    return this.#hasClaimed && this.#failures === 0 &&
      this.#emptyClaims <= EMPTY_CLAIMS_WORTH_A_SUCCESSOR && this.nextAt() <= time;
  }
}

/** @returns `first`, doubled with each further time, up to `longest` */
const doubled = (first: number, times: number, longest: number): number =>
  Math.min(longest, first * 2 ** (times - 1));
