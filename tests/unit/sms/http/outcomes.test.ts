import assert from "node:assert/strict";
import { outcomeError, refuse } from "../../../../supabase/functions/_shared/sms/http/outcomes.ts";

Deno.test("outcomeError() maps refusals and lets successes pass", () => {
  assert.equal(outcomeError({ outcome: "not_found" })?.code, "MESSAGE_NOT_FOUND");
  assert.equal(outcomeError({ outcome: "mismatch" })?.status, 422);
  assert.equal(outcomeError({ outcome: "not_found" })?.status, 404);
  for (const outcome of ["stored", "duplicate", "unowned", "recorded", "doubled", "created"]) {
    assert.equal(outcomeError({ outcome }), null);
  }
});

Deno.test("outcomeError() says when to try again in whole seconds, at least one", () => {
  const retryAfter = (retry_after_ms: number | null) =>
    outcomeError({ outcome: "RATE_LIMITED", retry_after_ms })?.headers["retry-after"];
  assert.equal(retryAfter(1_001), "2");
  assert.equal(retryAfter(0), "1");
  assert.equal(retryAfter(null), undefined);
});

Deno.test("refuse() throws a refusal's answer, and an error for one that has none", () => {
  assert.throws(() => refuse({ outcome: "RECIPIENT_OPTED_OUT" }), { code: "RECIPIENT_OPTED_OUT" });
  assert.throws(() => refuse({ outcome: "SOMETHING_NEW" }), /SOMETHING_NEW/);
});
