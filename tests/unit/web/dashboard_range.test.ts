import assert from "node:assert/strict";
import { dayIn, daysOf, type Filter, problemOf, queryOf } from "../../../web/src/dashboard/range.ts";

const filter: Filter = { range: "7", timeZone: "America/New_York", numberId: null, assistantId: null };
/** Still the evening of the 22nd in New York. */
const NOW = new Date("2026-11-23T03:30:00Z");

Deno.test("the last days end with the day that it is where somebody counts", () => {
  assert.equal(dayIn("America/New_York", NOW), "2026-11-22");
  assert.equal(dayIn("Asia/Kathmandu", NOW), "2026-11-23");
  assert.deepEqual(daysOf(filter, NOW), { from: "2026-11-16", to: "2026-11-22" });
  assert.deepEqual(daysOf({ ...filter, range: "1" }, NOW), { from: "2026-11-22", to: "2026-11-22" });
});

Deno.test("sms-stats is asked for whole days, and says itself which day it is", () => {
  assert.deepEqual(queryOf(filter, NOW), {
    days: 7,
    bucket: "day",
    timeZone: "America/New_York",
  });
  const two = { from: "2028-02-28", to: "2028-02-29" };
  assert.deepEqual(queryOf({ ...filter, range: two, numberId: "n", assistantId: "a" }), {
    from: "2028-02-28",
    to: "2028-03-01",
    bucket: "hour",
    timeZone: "America/New_York",
    numberId: "n",
    assistantId: "a",
  });
});

Deno.test("days that nobody can ask for are explained, and not asked for", () => {
  for (
    const [from, to, problem] of [
      ["", "2026-11-22", /Choose a first and a last day/],
      ["2026-11-23", "2026-11-22", /comes after/],
      ["2020-01-01", "2026-11-22", /1000 days at most/],
      ["1999-12-31", "2000-01-02", /between 2000 and 2100/],
    ] as const
  ) {
    assert.match(problemOf({ from, to }) ?? "", problem);
    assert.equal(queryOf({ ...filter, range: { from, to } }), null);
  }
  assert.equal(problemOf({ from: "2026-11-22", to: "2026-11-22" }), null);
});
