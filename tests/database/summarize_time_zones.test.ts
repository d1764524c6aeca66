import { strict as assert } from "node:assert";
import { some } from "../support/long.ts";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  assertSummarizedRight,
  foldAll,
  inbound,
  type Range,
  starts,
  summary,
  textsAt,
} from "./stats_support.ts";
import { callAs, phone, text } from "./support.ts";

dbTest("a day has 23 hours when clocks go forward and 25 when they go back", async ({ sql, tenant }) => {
  await textsAt(sql, tenant, [
    "2026-03-28T22:59:00Z", // 23:59 on the 28th
    "2026-03-28T23:00:00Z", // midnight of the 29th
    "2026-03-29T21:59:00Z", // 23:59 on the 29th
    "2026-03-29T22:00:00Z", // midnight of the 30th
    "2026-10-24T22:00:00Z",
    "2026-10-25T22:59:00Z",
    "2026-10-25T23:00:00Z",
  ]);
  const berlin = { time_zone: "Europe/Berlin" };
  const spring = await summary(sql, tenant, { ...berlin, from_day: "2026-03-28", to_day: "2026-03-31" });
  assert.deepEqual(starts(spring), ["2026-03-27T23:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z"]);
  assert.deepEqual(inbound(spring), [1, 2, 1]);
  const autumn = await summary(sql, tenant, { ...berlin, from_day: "2026-10-25", to_day: "2026-10-27" });
  assert.deepEqual(starts(autumn), ["2026-10-24T22:00Z", "2026-10-25T23:00Z"]);
  assert.deepEqual(inbound(autumn), [2, 1]);
});

dbTest("an hour that comes twice is two, one that is skipped is none", async ({ sql, tenant }) => {
  await textsAt(sql, tenant, ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T01:45:00Z"]);
  const hours = { time_zone: "Europe/Berlin", bucket: "hour" };
  const twice = await summary(sql, tenant, {
    ...hours,
    from_at: "2026-10-24T23:00Z",
    to_at: "2026-10-25T03:00Z",
  });
  assert.deepEqual(inbound(twice), [0, 1, 2, 0]);
  const day = await summary(sql, tenant, { ...hours, from_day: "2026-10-25", to_day: "2026-10-26" });
  assert.equal(day.series.length, 25);
  const short = await summary(sql, tenant, { ...hours, from_day: "2026-03-29", to_day: "2026-03-30" });
  assert.equal(short.series.length, 23);
});

dbTest(
  "each day of the figures says how far its clocks are from UTC, by Postgres",
  async ({ sql, tenant }) => {
    const east = async (args: Record<string, unknown>) =>
      (await summary(sql, tenant, args)).series.map(({ minutes_east }) => minutes_east);
    // British Columbia did not put its clocks back on 1 November 2026. This runtime says that it did.
    assert.deepEqual(
      await east({ time_zone: "America/Vancouver", from_day: "2026-10-31", to_day: "2026-11-04" }),
      [-420, -420, -420, -420],
    );
    assert.deepEqual(
      await east({ time_zone: "Europe/Berlin", from_day: "2026-10-25", to_day: "2026-10-27" }),
      [
        120,
        60,
      ],
    );
  },
);

dbTest(
  "the last days end with today, by Postgres' clock, and are asked for alone",
  async ({ sql, tenant }) => {
    // Beside each other there is always one where it is another day than in UTC.
    for (const time_zone of ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Vancouver"]) {
      const [today] = await sql`select ((now() at time zone ${time_zone})::date - 6)::text as first,
      ((now() at time zone ${time_zone})::date + 1)::text as until`;
      const named = await summary(sql, tenant, { time_zone, from_day: today?.first, to_day: today?.until });
      const { from, to, series } = await summary(sql, tenant, { time_zone, last_days: 7 });
      assert.deepEqual([from, to, series], [named.from, named.to, named.series]);
      assert.equal(series.length, 7);
    }
    for (const wrong of [{ last_days: 0 }, { last_days: 1001 }, { last_days: 7, from_day: "2026-10-25" }]) {
      assert.equal((await callAs(sql, tenant, "sms_summarize_messages", wrong)).outcome, "INVALID_RANGE");
    }
  },
);

dbTest("a clock that is set by half an hour begins an hour of its own", async ({ sql, tenant }) => {
  const lordHowe = { time_zone: "Australia/Lord_Howe", bucket: "hour" };
  // 02:00 becomes 01:30: the hour of one o'clock is an hour, and then half an hour more.
  const back = await summary(sql, tenant, {
    ...lordHowe,
    from_at: "2026-04-04T14:00Z",
    to_at: "2026-04-04T16:30Z",
  });
  assert.deepEqual(starts(back), ["2026-04-04T14:00Z", "2026-04-04T15:00Z", "2026-04-04T15:30Z"]);
});

dbTest("days begin right where midnight or a whole day is skipped", async ({ sql, tenant }) => {
  const days = async (time_zone: string, from_day: string, to_day: string) =>
    starts(await summary(sql, tenant, { time_zone, from_day, to_day }));
  assert.deepEqual(await days("America/Havana", "2026-03-07", "2026-03-10"), [
    "2026-03-07T05:00Z",
    "2026-03-08T05:00Z", // 00:00 is 01:00
    "2026-03-09T04:00Z",
  ]);
  assert.deepEqual(await days("America/Havana", "2026-10-31", "2026-11-03"), [
    "2026-10-31T04:00Z",
    "2026-11-01T04:00Z", // 01:00 is 00:00 again: the first of the two
    "2026-11-02T05:00Z",
  ]);
  assert.deepEqual(await days("Pacific/Apia", "2011-12-29", "2012-01-01"), [
    "2011-12-29T10:00Z",
    "2011-12-30T10:00Z", // the 31st; there was no 30th
  ]);
});

dbTest("days of half-hour, quarter-hour and changed zones begin there", async ({ sql, tenant }) => {
  await textsAt(sql, tenant, ["2026-06-01T18:14:00Z", "2026-06-01T18:15:00Z", "2026-06-01T18:30:00Z"]);
  const range = { from_day: "2026-06-01", to_day: "2026-06-03" };
  const kathmandu = await summary(sql, tenant, { ...range, time_zone: "Asia/Kathmandu" });
  assert.deepEqual([starts(kathmandu), inbound(kathmandu)], [["2026-05-31T18:15Z", "2026-06-01T18:15Z"], [
    1,
    2,
  ]]);
  const kolkata = await summary(sql, tenant, { ...range, time_zone: "Asia/Kolkata" });
  assert.deepEqual([starts(kolkata), inbound(kolkata)], [["2026-05-31T18:30Z", "2026-06-01T18:30Z"], [2, 1]]);
  // Venezuela was half an hour off from 2007-12-09 to 2016-05-01.
  const caracas = { time_zone: "America/Caracas", from_day: "2016-04-30", to_day: "2016-05-03" };
  assert.deepEqual(starts(await summary(sql, tenant, caracas)), [
    "2016-04-30T04:30Z",
    "2016-05-01T04:30Z",
    "2016-05-02T04:00Z",
  ]);
});

const ZONES = some([
  "UTC",
  "Europe/Berlin",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "America/Havana",
  "Pacific/Chatham",
  "Pacific/Apia",
  "America/Sao_Paulo",
  "Africa/Casablanca",
  "Etc/GMT+5",
], 6);

dbTest("every zone's figures are those of its clocks, folded or not", async ({ sql, tenant }) => {
  await text(sql, tenant, phone(), "Hello?");
  // A text every 6 h 15 min through a year: at every time of the day, on every kind of day.
  await sql`insert into public.sms_messages (message_sid, account_sid, user_id, direction, kind, sender, to_number,
      from_number, body, status, num_segments, created_at)
    select 'SM' || md5(at::text), ${tenant.accountSid}, ${tenant.userId}, 'inbound', 'keyword', 'contact',
      ${tenant.number}, '+14155550123', 'HELP', 'received', 1, at
    from generate_series('2025-09-01Z'::timestamptz, '2026-11-20Z', interval '375 minutes') at`;
  const ranges: Range[] = ZONES.flatMap((zone) => [
    { from: "2025-09-03T07:15:00Z", to: "2026-11-19T21:30:00Z", bucket: "day", zone },
    { from: "2026-03-01T00:00:00Z", to: "2026-04-10T14:45:00Z", bucket: "hour", zone },
    { from: "2026-10-20T03:30:00Z", to: "2026-11-10T00:00:00Z", bucket: "hour", zone },
  ]);
  for (const range of ranges) await assertSummarizedRight(sql, tenant, range);
  await foldAll(sql);
  for (const range of ranges) await assertSummarizedRight(sql, tenant, range);
});

emptyDbTest("the days of every zone follow its clocks", async ({ sql }) => {
  // No day is empty or turned round, and what day it is changes with each start, to the next day or one later.
  const wrong = await sql`
    select z.name, s.at from pg_timezone_names z
    cross join lateral (
      select d as at, lead(d) over (order by d) as next_at
      from sms_private.day_starts('2022-06-01', '2024-12-31', z.name) d) s
    where z.name ~ '/' and z.name !~ '^(posix|right)' and (
      (s.at at time zone z.name)::date >= (s.next_at at time zone z.name)::date
      or ((s.next_at - interval '15 minutes') at time zone z.name)::date
        not in ((s.at at time zone z.name)::date, (s.next_at at time zone z.name)::date)
      -- Casey station in Antarctica sets its clocks by three hours.
      or s.next_at - s.at not between interval '21 hours' and interval '27 hours')`;
  assert.deepEqual([...wrong], []);
});
