import assert from "node:assert/strict";
import { isRetried, parseOverrides } from "../../../local/carrier/overrides.ts";

Deno.test("a URL without a fragment has one retry, for failed connections, and 15 seconds", () => {
  const overrides = parseOverrides("https://example.com/sms?a=1");
  assert.deepEqual(overrides, {
    readTimeout: 15_000,
    totalTime: 15_000,
    retryCount: 1,
    retryPolicy: new Set(["ct"]),
  });
});

Deno.test("a fragment sets the count, the policies and the times of retries", () => {
  const overrides = parseOverrides("https://example.com/sms#rc=3&rp=5xx,ct,rt&rt=4000&tt=9000&e=ashburn");
  assert.equal(overrides.retryCount, 3);
  assert.deepEqual(overrides.retryPolicy, new Set(["5xx", "ct", "rt"]));
  assert.equal(overrides.readTimeout, 4_000);
  assert.equal(overrides.totalTime, 9_000);
});

Deno.test("values out of range and unknown policies leave Twilio's defaults", () => {
  const overrides = parseOverrides("https://example.com/sms#rc=9&rp=6xx&rt=99999&tt=x");
  assert.equal(overrides.retryCount, 1);
  assert.deepEqual(overrides.retryPolicy, new Set(["ct"]));
  assert.equal(overrides.readTimeout, 15_000);
  assert.equal(overrides.totalTime, 15_000);
});

Deno.test("a policy retries its own kind of failure and never a success", () => {
  const outcomes = {
    "4xx": { status: 404, failure: null },
    "5xx": { status: 503, failure: null },
    ct: { status: null, failure: "connect" },
    rt: { status: null, failure: "read" },
  } as const;
  for (const policy of ["4xx", "5xx", "ct", "rt"] as const) {
    for (const [kind, outcome] of Object.entries(outcomes)) {
      assert.equal(isRetried(new Set([policy]), outcome), kind === policy, `${policy} for ${kind}`);
      assert.equal(isRetried(new Set(["all"]), outcome), true);
    }
    assert.equal(isRetried(new Set([policy]), { status: 200, failure: null }), false);
  }
});
