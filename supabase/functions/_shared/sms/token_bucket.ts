/** Allows `burst` at once, and `perSecond` in the long run. */
export class TokenBucket {
  #left: number;
  #at: number;

  constructor(
    private readonly rate: { readonly burst: number; readonly perSecond: number },
    private readonly now: () => number,
  ) {
    this.#left = rate.burst;
    this.#at = now();
  }

  /** Whether one more is allowed; true uses it up. */
  take(): boolean {
    const now = this.now();
    this.#left = Math.min(this.rate.burst, this.#left + (now - this.#at) / 1_000 * this.rate.perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
