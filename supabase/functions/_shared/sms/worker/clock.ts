/** The worker's clock. Tests bring their own. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal is raised. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: () => performance.now(),
  wait(milliseconds, signal) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener("abort", done);
      if (signal?.aborted) done();
    });
  },
};
