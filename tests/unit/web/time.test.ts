import assert from "node:assert/strict";
import { shortTime } from "../../../web/src/lib/time.ts";

Deno.test("shortTime() says the day of what was before today, and day and time of what comes after it", () => {
  const now = new Date(2026, 10, 23, 12, 0);
  const at = (...date: [number, number, number, number, number]) =>
    shortTime(new Date(...date).toISOString(), now);
  const clock = at(2026, 10, 23, 9, 41);
  assert.match(clock, /9:41/);
  assert.equal(at(2026, 10, 23, 23, 59), shortTime(new Date(2026, 10, 23, 23, 59).toISOString(), now));
  assert.doesNotMatch(at(2026, 10, 22, 9, 41), /9:41/);
  assert.match(at(2026, 10, 24, 9, 41), /24.*9:41/);
  assert.match(at(2027, 0, 5, 9, 41), /2027.*9:41/);
  assert.doesNotMatch(at(2025, 10, 3, 9, 41), /9:41/);
});
