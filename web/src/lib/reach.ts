// Whether the server answers, learned from what the page asks anyway.

/** One request that fails is a hiccup; two in a row, with no answer between, are told. */
const FAILURES = 2;
/** What a gateway says while nothing is behind it. */
const NOBODY_THERE: readonly number[] = [502, 503, 504];

export class Reach {
  #failures = 0;
  readonly #listeners = new Set<() => void>();

  get isLost(): boolean {
    return this.#failures >= FAILURES;
  }

  subscribe = (listener: () => void): () => void => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** `fetch` for the client of supabase-js, listened to. */
  readonly fetch: typeof fetch = async (...asked) => {
    try {
      const response = await globalThis.fetch(...asked);
      this.#set(
        NOBODY_THERE.includes(response.status) ? this.#failures + 1 : 0,
      );
      return response;
    } catch (error) {
      // Ended on purpose: that says nothing.
      if (!(error instanceof DOMException && error.name === "AbortError")) {
        this.#set(this.#failures + 1);
      }
      throw error;
    }
  };

  #set(failures: number): void {
    const before = this.isLost;
    this.#failures = failures;
    if (this.isLost !== before) {
      for (const listener of this.#listeners) listener();
    }
  }
}
