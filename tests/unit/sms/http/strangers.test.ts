import assert from "node:assert/strict";
import { AppError, unavailable } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import { createStrangers } from "../../../../supabase/functions/_shared/sms/http/strangers.ts";

Deno.test("of many refusals of strangers one is told every ten seconds, with how many there were", () => {
  let now = 0;
  const strangers = createStrangers(() => now);
  assert.equal(strangers.count("SIGNATURE_MISMATCH"), 1);
  for (let time = 0; time < 1_000; time++) assert.equal(strangers.count("SIGNATURE_MISMATCH"), null);
  assert.equal(strangers.count("MISSING_CREDENTIALS"), 1, "another code has a line of its own");
  now = 9_999;
  assert.equal(strangers.count("SIGNATURE_MISMATCH"), null);
  now = 10_000;
  assert.equal(strangers.count("SIGNATURE_MISMATCH"), 1_002);
  assert.equal(strangers.count("SIGNATURE_MISMATCH"), null);
});

Deno.test("an error of a stranger is the same error, and who is not signed in is one", () => {
  const error = unavailable("Try again.", new Error("why")).ofStranger();
  assert.deepEqual(
    [error.status, error.code, error.message, error.headers, error.isOfStranger],
    [503, "UNAVAILABLE", "Try again.", { "retry-after": "1" }, true],
  );
  assert(error.cause instanceof Error);
  assert.equal(new AppError(401, "MISSING_CREDENTIALS", "Sign in first.").isOfStranger, true);
  assert.equal(new AppError(403, "OTHER_ACCOUNT", "Another account's.").isOfStranger, false);
});
