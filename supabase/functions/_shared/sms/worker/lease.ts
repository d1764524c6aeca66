/** The time limits that fit into a lease, in milliseconds. */
export interface LeaseLimits {
  /** For one request to Twilio, answer included. */
  readonly httpTimeoutMs: number;
  /** For one call to the model; a reply takes two at most. */
  readonly modelTimeoutMs: number;
  /**
   * A request to Twilio may start only within this time, counted from just before the claim was sent. Then the request has
   * ended, and its outcome is on its way to the database, before another worker can claim the job.
   */
  readonly startWithinMs: number;
  /**
   * What a claim found (no opt-out, say) counts so long, from just before it was sent. A request that begins later asks the
   * database again.
   */
  readonly freshMs: number;
}

/**
 * A lease of 90 s (the default) gives 15 s for Twilio, 20 s for the model and 10 s to spare, so that a request starts
 * within 65 s. Leases below 50 s, which tests use, shrink all of these: 2 s give 0.8 s, 0.8 s, 0.4 s and 0.8 s. A claim is fresh for 2 s, with a short lease for half the time to start.
 */
export function leaseLimits(leaseSeconds: number): LeaseLimits {
  const lease = leaseSeconds * 1_000;
  const httpTimeoutMs = Math.min(15_000, lease * 0.4);
  const spareMs = Math.min(10_000, lease * 0.2);
  const startWithinMs = lease - httpTimeoutMs - spareMs;
  return {
    httpTimeoutMs,
    modelTimeoutMs: Math.min(20_000, lease * 0.4),
    startWithinMs,
    freshMs: Math.min(2_000, startWithinMs / 2),
  };
}
