import assert from "node:assert/strict";
import { runFuzz } from "../fuzz/fuzz.ts";
import { show } from "../fuzz/main.ts";
import { testServer } from "../support/postgres.ts";

const result = await runFuzz({ requests: 3_000, seed: 1, server: testServer });

Deno.test("3,000 requests that nobody would send break, leak, accept and change nothing", () => {
  assert.deepEqual(result.findings.filter(({ what }) => !what.includes("secret")), [], show(result));
  const of = (pattern: RegExp) =>
    Object.entries(result.answers).filter(([name]) => pattern.test(name)).reduce(
      (sum, [, times]) => sum + times,
      0,
    );
  // What only gets refused tests nothing.
  assert(of(/^form .* 200$/) > 40, "forms are accepted");
  assert(of(/^form .* 403$/) > 100, "forms are refused");
  assert(of(/^sms-.* 20\d$/) > 100, "requests are accepted");
  assert(of(/^sms-send 20[12]$/) > 1, "texts are sent");
  assert(of(/^sql 200$/) > 200, "verbs answer");
});

Deno.test("after all of that no secret is in a row or in what is told, printed or logged", () => {
  assert.deepEqual(result.findings.filter(({ what }) => what.includes("secret")), [], show(result));
});
