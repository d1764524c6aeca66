import type { Clock } from "../_shared/sms/worker/clock.ts";
import { describeError, type Logger } from "../_shared/sms/log.ts";
import type { Outcome } from "../_shared/sms/database/verbs/claims.ts";
import { recordWithRetries, WORKER_WAITS_MS } from "../_shared/sms/worker/record_with_retries.ts";
import { createBatcher } from "./batcher.ts";
import type { JobKind } from "./loop.ts";
import type { Slots } from "./slots.ts";

const BATCH_SIZE = 20;
/** How long a result waits for others, to be recorded together with them. */
const COMPANY_MS = 50;

export interface JobsInHandOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly slots: Slots;
  /** Called with what the database said of a batch of results. */
  onRecorded(outcomes: Outcome[]): void;
  /** Called when a job was worked on, and again when its result is recorded. */
  onProgress(): void;
}

/** The jobs of one kind that were claimed and are not recorded yet: in work, or done and waiting to be recorded. */
export class JobsInHand<Job, Result> {
  readonly #kind: JobKind<Job, Result>;
  readonly #options: JobsInHandOptions;
  readonly #tasks = new Set<Promise<void>>();
  #working = 0;
  /** Resolves when the result is recorded, or is lost. */
  readonly #handBack: (result: Result) => Promise<void>;

  constructor(kind: JobKind<Job, Result>, options: JobsInHandOptions) {
    this.#kind = kind;
    this.#options = options;
    const { clock, log } = options;
    const record = recordWithRetries<Result>({
      record: (results) => kind.record(results),
      name: kind.name,
      clock,
      log,
      waitsMs: WORKER_WAITS_MS,
    });
    this.#handBack = createBatcher<Result>({
      size: BATCH_SIZE,
      expectsMore: () => this.#working > 0,
      waitForCompany: () => clock.wait(COMPANY_MS),
      flush: async (results) => options.onRecorded(await record(results)),
    });
  }

  /** Results that wait to be recorded. */
  unrecorded(): number {
    return this.#tasks.size - this.#working;
  }

  isEmpty(): boolean {
    return this.#tasks.size === 0;
  }

  /** Resolves when all results are handed back. */
  async settled(): Promise<void> {
    await Promise.all(this.#tasks);
  }

  /** Starts work on a job. @param claimedAt when the claim was about to be sent, on the clock */
  begin(job: Job, claimedAt: number): void {
    const task = this.#workOn(job, claimedAt).finally(() => {
      this.#tasks.delete(task);
      this.#options.onProgress();
    });
    this.#tasks.add(task);
  }

  async #workOn(job: Job, claimedAt: number): Promise<void> {
    const { name, tenantOf } = this.#kind;
    const tenant = tenantOf?.(job) ?? "";
    this.#working += 1;
    this.#options.slots.take(name, tenant);
    let result: Result;
    try {
      result = await this.#kind.work(job, claimedAt);
    } catch (error) {
      // A mistake of ours. The job's lease runs out, and the job is tried again.
      this.#options.log.error({
        outcome: "WORK_FAILED",
        work: this.#kind.name,
        error: describeError(error),
      });
      return;
    } finally {
      this.#working -= 1;
      this.#options.slots.free(name, tenant);
      this.#options.onProgress();
    }
    await this.#handBack(result);
  }
}
