/** Tells waiting listeners that something may have changed. */
export class Pulse {
  #waiting = new Set<() => void>();
  #stopped = false;

  get stopped(): boolean {
    return this.#stopped;
  }

  beat(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Ends all waits at once, and every later one. */
  stop(): void {
    this.#stopped = true;
    this.beat();
  }

  /** Resolves at the next beat, or after so many milliseconds. */
  async next(atMostMs: number): Promise<void> {
    if (this.#stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const timer = setTimeout(resolve, atMostMs);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }
}
