import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { summary } from "./stats_support.ts";
import { addTenant, as, callAs } from "./support.ts";

const REFUSED: [string, Record<string, unknown>][] = [
  ...[
    "",
    "UTC0",
    "FOO+3",
    "<+03>-3",
    "PST",
    "EST5EDT,M3.2.0,M11.1.0",
    "Foo/Bar",
    "Foo/Bar+3",
    "posix/Europe/Berlin",
    "right/UTC",
    "localtime",
    "../../etc/passwd",
    "'; drop table public.sms_messages; --",
    "Europe/Berlin\n",
    "Ä/Ö",
    `Europe/${"x".repeat(60)}`,
    "Etc/GMT+15",
    null,
  ]
    .map((time_zone): [string, Record<string, unknown>] => ["INVALID_TIME_ZONE", { time_zone }]),
  ...["week", "", "DAY", "1 day'", null].map((
    bucket,
  ): [string, Record<string, unknown>] => ["INVALID_BUCKET", { bucket }]),
  ["INVALID_RANGE", { from_at: "2026-01-02Z", to_at: "2026-01-01Z" }],
  ["INVALID_RANGE", { from_at: "2026-01-02Z", to_at: "2026-01-02Z" }],
  ["INVALID_RANGE", { from_day: "2026-01-02", to_day: "2026-01-02" }],
  ["INVALID_RANGE", { from_day: "2030-01-02", to_day: "2026-01-02" }],
  ["INVALID_RANGE", { from_at: "1999-12-31 23:59Z", to_at: "2000-01-02Z" }],
  ["RANGE_TOO_LARGE", { from_day: "2000-01-01", to_day: "2100-01-01" }],
  ["RANGE_TOO_LARGE", { from_day: "2024-01-01", to_day: "2026-09-28" }],
  ["RANGE_TOO_LARGE", { from_at: "2026-01-01Z", to_at: "2026-02-11 17:00Z", bucket: "hour" }],
];

dbTest("sms_summarize_messages() refuses", async ({ sql, tenant }, t) => {
  for (const [outcome, args] of REFUSED) {
    await t.step(`${JSON.stringify(args)}: ${outcome}`, async () => {
      assert.deepEqual(await callAs(sql, tenant, "sms_summarize_messages", args), { outcome });
    });
  }
});

emptyDbTest("moments that no JSON date can say are refused as any other", async ({ sql }) => {
  const { userId } = await addTenant(sql);
  for (
    const argument of [
      "from_at => '-infinity'",
      "to_at => 'infinity'",
      "to_at => '294276-01-01Z'",
      "from_at => '4713-01-01Z BC'",
      "from_day => '0044-03-15 BC'",
      "to_day => 'infinity'",
    ]
  ) {
    const [row] = await as(
      sql,
      { role: "authenticated", userId },
      (mine) => mine.unsafe(`select public.sms_summarize_messages(${argument}) as answer`),
    );
    assert.deepEqual(row?.answer, { outcome: "INVALID_RANGE" }, argument);
  }
});

dbTest("sms_summarize_messages() takes", async ({ sql, tenant }, t) => {
  const taken: [number, Record<string, unknown>][] = [
    [1000, { from_day: "2024-01-02", to_day: "2026-09-28" }],
    [1000, { from_at: "2026-01-01Z", to_at: "2026-02-11 16:00Z", bucket: "hour" }],
    [1, { from_at: "2026-01-01Z", to_at: "2026-01-01 00:00:00.001Z", bucket: "hour" }],
    [30, { time_zone: "Etc/GMT+12" }],
    [30, { time_zone: "EST5EDT" }],
    [30, { time_zone: "America/Argentina/Buenos_Aires", to_day: "2026-01-01" }],
  ];
  for (const [buckets, args] of taken) {
    await t.step(JSON.stringify(args), async () => {
      assert.equal((await summary(sql, tenant, args)).series.length, buckets);
    });
  }
});
