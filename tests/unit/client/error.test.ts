import assert from "node:assert/strict";
import {
  errorOfDatabase,
  errorOfOutcome,
  errorOfResponse,
  isRefusal,
  SmsError,
} from "../../../client/error.ts";

Deno.test("the answer of a function becomes an error with everything that it says", async () => {
  const body = {
    code: "TEMPLATE_VARIABLE_MISSING",
    message: "A variable is missing.",
    details: { missing: ["name"] },
  };
  const headers = { "x-request-id": "request-1", "retry-after": "2" };
  const error = await errorOfResponse(Response.json(body, { status: 400, headers }));
  assert(isRefusal(error, "RATE_LIMITED", "TEMPLATE_VARIABLE_MISSING"));
  assert.deepEqual(
    [error.code, error.status, error.message, error.requestId, error.retryAfterMs, error.details],
    [body.code, 400, body.message, "request-1", 2_000, body.details],
  );
  assert(!isRefusal(error, "RATE_LIMITED") && !isRefusal(new Error("RATE_LIMITED"), "RATE_LIMITED"));
  assert.equal(error.isPassing, false);
});

Deno.test("the page of a gateway becomes an error too, with its status as the code", async () => {
  for (const body of ["<html>Bad gateway</html>", "[]", '{"code": 7}', ""]) {
    const error = await errorOfResponse(new Response(body, { status: 502 }));
    assert.deepEqual([error.code, error.status, error.isPassing], ["HTTP_502", 502, true], body);
    assert.deepEqual([error.requestId, error.retryAfterMs, error.details], [null, null, {}]);
  }
});

Deno.test("the refusal of a verb says what a function would say", async () => {
  const error = await errorOfOutcome({
    outcome: "RATE_LIMITED",
    retry_after_ms: 1_500,
    details: { of: "sends" },
  });
  assert.deepEqual([error.status, error.retryAfterMs, error.isPassing], [429, 1_500, true]);
  assert.match(error.message, /too many requests/);
  const unknown = await errorOfOutcome({ outcome: "OF_A_NEWER_SERVER" });
  assert.deepEqual([unknown.code, unknown.status], ["OF_A_NEWER_SERVER", 422]);
});

Deno.test("an error of the database tells what may pass from what does not", () => {
  const of = (code: string) => errorOfDatabase({ code, message: "said by Postgres" });
  assert.deepEqual([of("").code, of("").status], ["UNREACHABLE", 0]);
  assert.deepEqual([of("42501").code, of("42501").status], ["NOT_ALLOWED", 403]);
  assert.deepEqual([of("PGRST116").code, of("PGRST116").status], ["ROW_NOT_FOUND", 404]);
  assert.deepEqual([of("PGRST301").code, of("PGRST301").status], ["INVALID_JWT", 401]);
  for (const code of ["57014", "08006", "PGRST003"]) {
    assert.deepEqual([of(code).code, of(code).isPassing], [code, true]);
  }
  const final = of("23514");
  assert.deepEqual([final.status, final.message, final.isPassing], [400, "said by Postgres", false]);
  assert(final instanceof SmsError && final instanceof Error);
});
