import process from "node:process";

/**
 * What the parts of a run cost, in milliseconds of CPU time of the whole process (the platform counts one thread of it).
 *
 * Source: `bench/drain.ts`, by hand, which drains a queue of short replies and one of long ones on Deno 2.9.6 and 2.1.4 (the
 * hosted line). With these constants no drain used more than nine tenths of its estimate; docs/performance.md has the numbers.
 */
export const COSTS = {
  /** The isolate's first run: code that is compiled when it first runs. The imports came before it. */
  start: 300,
  /** A request that wakes the worker. */
  wake: 3,
  /** A call of a verb, whatever it carries. */
  verb: 1.5,
  /** A reply: claimed, its prompt written, its result stored. */
  reply: 0.4,
  /** A call to the model, whatever it carries. */
  modelCall: 1.2,
  /** A character of what the model is sent: written once more, into the request. */
  promptCharacter: 0.0001,
  /** A character that is claimed for the model, or said by it: parsed, cleaned, counted, cut, stored. */
  character: 0.0003,
  /** A character of an image that the model gets: encoded, put into the request, sent. Nobody looks at what it says. */
  imageCharacter: 0.00002,
  /** A message: claimed, handed to Twilio in a request of its own, its outcome stored. */
  delivery: 2.5,
  /** A question to Twilio: claimed, asked in a request of its own, its answer stored. */
  question: 3,
  /** An event: claimed, signed, posted over a connection of its own, its answer stored. */
  event: 3,
  /** A message in Twilio's answer to a question. */
  listedMessage: 0.05,
} as const;

/**
 * The platform ends an isolate after 2 s of CPU time for a request, and we stay below 1.5 s. A run that has used this much
 * claims nothing more. What is left is for the jobs in hand: at worst 200 replies of 600 characters that are asked for once more
 * and cut (400 ms), and 50 messages of a claim that was on its way (100 ms).
 */
const CLAIMING_MS = 1_000;

/** Other isolates may share the process and its clock. So what it tells counts up to this multiple of what we counted. */
const MOST_TO_BELIEVE = 2;

export interface CpuBudgetOptions {
  /** How much may be used before claiming ends, in milliseconds. */
  readonly limitMs?: number | undefined;
  /** Milliseconds of CPU time that the process has used; 0 where the platform does not tell. */
  readonly cpuTime?: (() => number) | undefined;
}

/**
 * Counts the CPU time of one run. What it costs is estimated from what it did, because Deno 2.1 tells no CPU time
 * (`process.cpuUsage()` is zeros). Where the platform tells it, the greater of both counts.
 */
export class CpuBudget {
  readonly #limitMs: number;
  readonly #cpuTime: () => number;
  readonly #startedAt: number;
  #counted = 0;

  constructor({ limitMs = CLAIMING_MS, cpuTime = cpuTimeOfProcess }: CpuBudgetOptions = {}) {
    this.#limitMs = limitMs;
    this.#cpuTime = cpuTime;
    this.#startedAt = cpuTime();
  }

  /** Something was done, or begins now. */
  spend(part: keyof typeof COSTS, times = 1): void {
    this.#counted += COSTS[part] * times;
  }

  /** Milliseconds. */
  used(): number {
    const told = this.#cpuTime() - this.#startedAt;
    return Math.max(this.#counted, Math.min(told, this.#counted * MOST_TO_BELIEVE));
  }

  /**
   * Nothing more may begin. What has begun is finished.
   * @param share of the budget, for who must leave some of it
   */
  isSpent(share = 1): boolean {
    return this.used() >= this.#limitMs * share;
  }
}

function cpuTimeOfProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
