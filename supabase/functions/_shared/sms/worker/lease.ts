/** What a lease of some length leaves room for, in milliseconds. */
export interface LeaseLimits {
  /** For one request to Twilio, answer included. */
  readonly httpTimeoutMs: number;
  /** For one call to the model; a reply takes two at most. */
  readonly modelTimeoutMs: number;
  /**
   * A request to Twilio may start only this long after *before the claim was asked for*: then it has ended, and its
   * outcome is on its way to the database, before anybody else can hold the job.
   */
  readonly startWithinMs: number;
}

/**
 * With the usual 90 s: 15 s for Twilio, 20 s for the model, and 10 s to spare, so that a request starts within 65 s.
 * Leases below 50 s, which tests use, shrink all of these in proportion: 2 s give 0.8 s, 0.8 s, 0.4 s and 0.8 s.
 */
export function leaseLimits(leaseSeconds: number): LeaseLimits {
  const lease = leaseSeconds * 1_000;
  const httpTimeoutMs = Math.min(15_000, lease * 0.4);
  const spareMs = Math.min(10_000, lease * 0.2);
  return {
    httpTimeoutMs,
    modelTimeoutMs: Math.min(20_000, lease * 0.4),
    startWithinMs: lease - httpTimeoutMs - spareMs,
  };
}
