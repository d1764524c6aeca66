import type { Clock } from "./clock.ts";
import { DatabaseError, isTransient } from "../database/rpc.ts";
import { describeError, type Logger } from "../log.ts";
import type { Outcome } from "../database/verbs/claims.ts";

export interface RecordOptions<Result> {
  record(results: Result[]): Promise<Outcome[]>;
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between two tries. Default 250 ms, 1 s, 4 s. */
  readonly waitsMs?: readonly number[];
}

const WAITS_MS = [250, 1_000, 4_000];
/** A restart of the database takes longer. A worker can wait, because its results stay good while the lease runs. */
export const WORKER_WAITS_MS = [...WAITS_MS, 8_000, 8_000];
/** No further try after this: the platform ends the isolate. */
const PATIENCE_MS = 40_000;

/**
 * Records results in the database, and tries again while it cannot be reached. If the batch still fails or is refused, it
 * records the results one by one, so that one bad result does not lose the others.
 *
 * Never throws. A result that is lost does no harm: a reply's lease runs out and the reply is composed again; a delivery
 * counts as unknown and is looked up at Twilio.
 */
export function recordWithRetries<Result>(
  options: RecordOptions<Result>,
): (results: Result[]) => Promise<Outcome[]> {
  const attempt = async (results: Result[]): Promise<Outcome[] | { mayPass: boolean }> => {
    try {
      return await options.record(results);
    } catch (error) {
      options.log.warn({
        outcome: "RECORD_FAILED",
        work: options.name,
        results: results.length,
        error: describeError(error),
      });
      return { mayPass: !(error instanceof DatabaseError) || isTransient(error) };
    }
  };
  const lost = (results: Result[]): Outcome[] => {
    options.log.error({ outcome: "RESULTS_LOST", work: options.name, results: results.length });
    return results.map(() => ({ outcome: "lost" }));
  };

  return async (results) => {
    const startedAt = options.clock.now();
    for (const wait of options.waitsMs ?? WAITS_MS) {
      const outcomes = await attempt(results);
      if (Array.isArray(outcomes)) return outcomes;
      if (!outcomes.mayPass || options.clock.now() - startedAt + wait > PATIENCE_MS) break;
      await options.clock.wait(wait);
    }
    const outcomes: Outcome[] = [];
    for (const result of results) {
      const alone = await attempt([result]);
      outcomes.push(...(Array.isArray(alone) ? alone : lost([result])));
    }
    return outcomes;
  };
}
