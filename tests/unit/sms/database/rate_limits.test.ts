import assert from "node:assert/strict";
import { AppError } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import { checkRateLimit } from "../../../../supabase/functions/_shared/sms/database/rate_limits.ts";
import { fakeClient } from "../support.ts";

const limit = { action: "connect_account", perMinute: 10 };

Deno.test("checkRateLimit() asks for the tenant's turn at this action", async () => {
  const client = fakeClient({ sms_take_turn: () => ({ outcome: "taken" }) });
  await checkRateLimit(client, "owner", limit);
  assert.deepEqual(client.of("sms_take_turn"), [{
    owner_id: "owner",
    action: "connect_account",
    per_minute: 10,
  }]);
});

Deno.test("checkRateLimit() refuses with 429 and says when the next turn comes", async () => {
  const client = fakeClient({ sms_take_turn: () => ({ outcome: "RATE_LIMITED", retry_after_ms: 5_400 }) });
  await assert.rejects(
    checkRateLimit(client, "owner", limit),
    (error) =>
      error instanceof AppError && error.status === 429 && error.code === "RATE_LIMITED" &&
      error.headers["retry-after"] === "6",
  );
});
