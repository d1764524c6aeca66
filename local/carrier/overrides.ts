/**
 * Connection overrides in a webhook URL's fragment, e.g. `#rc=3&rp=5xx,ct,rt`.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */

/** What an `rp` may name: a 4xx or 5xx answer, no connection, no whole answer in time, or any of these. */
const policies = ["4xx", "5xx", "ct", "rt", "all"] as const;
export type RetryPolicy = typeof policies[number];

/** Times in milliseconds. `ct`, the limit for connecting alone, has no effect on loopback and is not read. */
export interface Overrides {
  readTimeout: number;
  totalTime: number;
  retryCount: number;
  retryPolicy: ReadonlySet<RetryPolicy>;
}

/**
 * The overrides of a URL; what is missing, out of range or unknown has the page's value. Without a fragment that is
 * one retry, only when the connection fails, and 15 seconds for everything.
 */
export function parseOverrides(url: string): Overrides {
  const hash = url.indexOf("#");
  const given = new URLSearchParams(hash === -1 ? "" : url.slice(hash + 1));
  return {
    readTimeout: within(given.get("rt"), { min: 100, max: 15_000, fallback: 15_000 }),
    totalTime: within(given.get("tt"), { min: 100, max: 15_000, fallback: 15_000 }),
    retryCount: within(given.get("rc"), { min: 0, max: 5, fallback: 1 }),
    retryPolicy: parsePolicy(given.get("rp")),
  };
}

/** Whether an attempt that ended like this is tried again. */
export function isRetried(
  policy: ReadonlySet<RetryPolicy>,
  outcome: { status: number | null; failure: "connect" | "read" | null },
): boolean {
  const kind = kindOfFailure(outcome);
  return kind !== null && (policy.has("all") || policy.has(kind));
}

function kindOfFailure({ status, failure }: { status: number | null; failure: "connect" | "read" | null }) {
  if (failure === "connect") return "ct";
  if (failure === "read") return "rt";
  if (status !== null && status >= 500) return "5xx";
  if (status !== null && status >= 400) return "4xx";
  return null;
}

function parsePolicy(given: string | null): ReadonlySet<RetryPolicy> {
  const named = (given ?? "ct").split(",").map((part) => part.trim().toLowerCase());
  const known = policies.filter((policy) => named.includes(policy));
  // 11243: an invalid policy is logged by Twilio; the default applies. https://www.twilio.com/docs/api/errors/11243
  return new Set(known.length === named.length ? known : ["ct"]);
}

function within(given: string | null, range: { min: number; max: number; fallback: number }): number {
  const value = given === null || given === "" ? Number.NaN : Number(given);
  return Number.isInteger(value) && value >= range.min && value <= range.max ? value : range.fallback;
}
