import assert from "node:assert/strict";
import { leaseLimits } from "../../../../supabase/functions/_shared/sms/worker/lease.ts";

Deno.test("leaseLimits() leaves a request time to end, and its outcome time to arrive, within the lease", () => {
  assert.deepEqual(leaseLimits(90), {
    httpTimeoutMs: 15_000,
    modelTimeoutMs: 20_000,
    startWithinMs: 65_000,
    freshMs: 2_000,
  });
  for (const seconds of [1, 2, 10, 49, 50, 90, 600]) {
    const { httpTimeoutMs, modelTimeoutMs, startWithinMs, freshMs } = leaseLimits(seconds);
    assert.ok(freshMs > 0 && freshMs < startWithinMs);
    assert.ok(startWithinMs > 0);
    assert.ok(startWithinMs + httpTimeoutMs < seconds * 1_000);
    assert.ok(2 * modelTimeoutMs < seconds * 1_000);
  }
});
