import type { Clock } from "./clock.ts";
import { describeError, type Logger } from "./log.ts";
import type { Outcome } from "./verbs.ts";

export interface RecorderOptions<Result> {
  record(results: Result[]): Promise<Outcome[]>;
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const WAITS_MS = [250, 1_000, 4_000];

/**
 * Hands results to the database, again if it cannot be reached; at last one by one, should one of them be what it
 * chokes on. What is lost all the same is safe: a reply's lease lapses and it is composed again, a delivery counts as
 * unknown and is looked up at Twilio. Never throws.
 */
export function createRecorder<Result>(
  options: RecorderOptions<Result>,
): (results: Result[]) => Promise<Outcome[]> {
  const attempt = async (results: Result[]): Promise<Outcome[] | null> => {
    try {
      return await options.record(results);
    } catch (error) {
      options.log.warn({
        outcome: "RECORD_FAILED",
        work: options.name,
        results: results.length,
        error: describeError(error),
      });
      return null;
    }
  };
  const lost = (results: Result[]): Outcome[] => {
    options.log.error({ outcome: "RESULTS_LOST", work: options.name, results: results.length });
    return results.map(() => ({ outcome: "lost" }));
  };

  return async (results) => {
    for (const wait of WAITS_MS) {
      const outcomes = await attempt(results);
      if (outcomes) return outcomes;
      await options.clock.wait(wait);
    }
    const outcomes: Outcome[] = [];
    for (const result of results) outcomes.push(...(await attempt([result]) ?? lost([result])));
    return outcomes;
  };
}
