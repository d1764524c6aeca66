import type { ChatRequest } from "./request.ts";
import type { Fault } from "./faults.ts";

/** A scripted answer: the JSON object (or text) to put into the message, or how to make it from the request. */
export type Answer = unknown | ((request: ChatRequest) => unknown);

export interface Hold {
  /** Resolves with the first request that waits. */
  arrived: Promise<ChatRequest>;
  /** How many requests wait now. */
  readonly waiting: number;
  /** Lets every held request go on, and holds no more. */
  release(): void;
}

export type Step = { fault: Fault } | { answer: Answer } | null;

interface Slowness {
  readonly delayMs: number;
  readonly ended: Promise<void>;
  end(): void;
}

async function pause({ delayMs, ended }: Slowness): Promise<void> {
  const passed = Promise.withResolvers<void>();
  const timer = setTimeout(passed.resolve, delayMs);
  await Promise.race([passed.promise, ended]);
  clearTimeout(timer);
}

/** What tests told the look-alike to do next. */
export class Script {
  #steps: Exclude<Step, null>[] = [];
  #usual: Answer | null = null;
  #decisions: Answer | null = null;
  #failing: Fault | null = null;
  #slowness: Slowness | null = null;
  #holds = new Set<{ left: number; take(request: ChatRequest): Promise<void>; release(): void }>();

  /** The next `count` requests fail in this way. */
  failNext(count: number, fault: Fault): void {
    for (let i = 0; i < count; i++) this.#steps.push({ fault });
  }

  answerNext(answer: Answer): void {
    this.#steps.push({ answer });
  }

  /** What every request gets that nothing else was told for. */
  answerAll(answer: Answer): void {
    this.#usual = answer;
  }

  /** What every question gets whether a text is an opt-out. */
  decideAll(answer: Answer): void {
    this.#decisions = answer;
  }

  get decisions(): Answer | null {
    return this.#decisions;
  }

  /** The answer in place of the demo's own rules, or null. */
  get usual(): Answer | null {
    return this.#usual;
  }

  /** Every request that was told nothing else fails in this way; null ends it. */
  failAll(fault: Fault | null): void {
    this.#failing = fault;
  }

  /** Every answer waits so long, in milliseconds. 0 ends it, also for those that wait. */
  slowDown(delayMs: number): void {
    this.#slowness?.end();
    const ended = Promise.withResolvers<void>();
    this.#slowness = delayMs === 0 ? null : { delayMs, ended: ended.promise, end: ended.resolve };
  }

  /** What was told for the request that now arrives. */
  next(): Step {
    return this.#steps.shift() ?? (this.#failing === null ? null : { fault: this.#failing });
  }

  /** Holds the next `count` requests (default: all) until released. */
  hold(count = Infinity): Hold {
    const arrival = Promise.withResolvers<ChatRequest>();
    const gate = Promise.withResolvers<void>();
    let waiting = 0;
    const holds = this.#holds;
    const held = {
      left: count,
      async take(request: ChatRequest) {
        this.left--;
        waiting++;
        arrival.resolve(request);
        await gate.promise;
        waiting--;
      },
      release() {
        holds.delete(this);
        gate.resolve();
      },
    };
    holds.add(held);
    return {
      arrived: arrival.promise,
      release: () => held.release(),
      get waiting() {
        return waiting;
      },
    };
  }

  /** Waits while a hold is on, and as long as answers take. */
  async pass(request: ChatRequest): Promise<void> {
    for (const hold of this.#holds) {
      if (hold.left > 0) return await hold.take(request);
    }
    if (this.#slowness !== null) await pause(this.#slowness);
  }

  reset(): void {
    this.#steps = [];
    this.#usual = null;
    this.#decisions = null;
    this.failAll(null);
    this.slowDown(0);
    for (const hold of this.#holds) hold.release();
  }
}
