import assert from "node:assert/strict";
import { bucketNames } from "../../../web/src/dashboard/format.ts";

/** A day that begins at midnight by the rules of 2026, which this runtime does not know for Vancouver. */
const DAY = { start: "2026-11-23T07:00:00+00:00", minutes_east: -420 };

Deno.test("a day is named by the database's clock, not by the browser's time zones", () => {
  const { short, long } = bucketNames("day", "America/Vancouver", [DAY]);
  assert.match(short(DAY.start), /23/);
  assert.match(long(DAY.start), /Mon.*23.*2026/);
  // No runtime's list of time zones says half an hour for Berlin.
  const [half] = [{ start: "2026-11-22T23:30:00Z", minutes_east: 30 }];
  assert.match(bucketNames("day", "Europe/Berlin", [half]).short(half.start), /23/);
  assert.match(bucketNames("hour", "Europe/Berlin", [half]).long(half.start), /23.*12:00.AM UTC\+0:30$/);
});

Deno.test("an hour that comes twice has two names", () => {
  const twice = [
    { start: "2026-10-25T00:00:00Z", minutes_east: 120 },
    { start: "2026-10-25T01:00:00Z", minutes_east: 60 },
  ];
  const { long } = bucketNames("hour", "Europe/Berlin", twice);
  assert.deepEqual(
    twice.map(({ start }) => long(start).replace(/^.*25, |^.*at /, "").replaceAll(/\s/g, " ")),
    ["2:00 AM UTC+2", "2:00 AM UTC+1"],
  );
});

Deno.test("a day of a version that does not say its clock is named by the browser's", () => {
  const { start } = DAY;
  assert.match(bucketNames("day", "Asia/Kathmandu", [{ start }]).short(start), /23/);
});
