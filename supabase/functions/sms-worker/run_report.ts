import type { Logger } from "../_shared/sms/log.ts";
import type { Outcome } from "../_shared/sms/database/verbs/claims.ts";

/** Counts what a run did, for its one line in the log. */
export class RunReport {
  readonly #counts: Record<string, number> = {};
  #claimed = 0;

  /** Replies and deliveries that were claimed. */
  get claimed(): number {
    return this.#claimed;
  }

  addClaimed(jobs: number): void {
    this.#claimed += jobs;
  }

  /** @param name the kind of job */
  addOutcomes(name: string, outcomes: readonly Outcome[]): void {
    for (const { outcome } of outcomes) this.#add(`${name}_${outcome}`, 1);
  }

  /** Changes of figures that were folded. */
  addFolded(changes: number): void {
    this.#add("stats_folded", changes);
  }

  /** @param cpuMs as it was estimated */
  write(log: Logger, { durationMs, cpuMs }: { durationMs: number; cpuMs: number }): void {
    log.info({
      outcome: "drained",
      claimed: this.#claimed,
      ...this.#counts,
      duration_ms: Math.round(durationMs),
      cpu_ms: Math.round(cpuMs),
    });
  }

  #add(name: string, count: number): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + count;
  }
}
