import assert from "node:assert/strict";
import { notFound } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import { twilioProblem } from "../../../../supabase/functions/_shared/sms/twilio/errors.ts";

const answer = (status: number, code?: number) =>
  Object.assign(new Error("Twilio's words"), { status, code });

Deno.test("twilioProblem() explains what Twilio refused, and says 503 when Twilio did not say", () => {
  const cases: [unknown, number, string, RegExp][] = [
    [answer(401, 20003), 422, "TWILIO_20003", /credentials/],
    [answer(401), 422, "TWILIO_20003", /credentials/],
    [answer(400, 21402), 422, "TWILIO_21402", /SMS_PUBLIC_URL/],
    [answer(404, 20404), 422, "TWILIO_20404", /no longer has/],
    [answer(400, 99999), 422, "TWILIO_99999", /docs\/api\/errors\/99999/],
    [answer(418), 422, "TWILIO_REFUSED", /HTTP 418/],
    [answer(429, 20429), 503, "UNAVAILABLE", /Try again/],
    [answer(408), 503, "UNAVAILABLE", /Try again/],
    [answer(503, 20503), 503, "UNAVAILABLE", /Try again/],
    [new Error("connect ECONNREFUSED"), 503, "UNAVAILABLE", /Try again/],
    ["thrown", 503, "UNAVAILABLE", /Try again/],
    [notFound("NUMBER_NOT_FOUND", "You have no such number."), 404, "NUMBER_NOT_FOUND", /no such/],
  ];
  for (const [error, status, code, message] of cases) {
    const problem = twilioProblem(error);
    assert.deepEqual([problem.status, problem.code], [status, code]);
    assert.match(problem.message, message);
    assert(!problem.message.includes("Twilio's words"));
  }
});
