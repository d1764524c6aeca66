import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { testDatabase } from "../support/postgres.ts";
import { assertSummarizedRight, foldAll, type Range, type Summary } from "./stats_support.ts";
import { addTenant, addUser, as, callAs, messageSid, phone, type Tenant, text } from "./support.ts";

/** Inbound texts that were stored at these moments. */
async function textsAt(sql: Sql, tenant: Tenant, moments: string[]): Promise<void> {
  for (const at of moments) {
    const { message_id } = await text(sql, tenant, phone(), "Hello?");
    await sql`update public.sms_messages set created_at = ${at} where id = ${message_id as string}`;
  }
}

async function summary(
  sql: Sql,
  tenant: { userId: string },
  args: Record<string, unknown> = {},
): Promise<Summary> {
  const answer = await callAs(sql, tenant, "summarize_messages", args);
  assert.equal(answer.outcome, "summarized", JSON.stringify(args));
  return answer as unknown as Summary;
}

const utc = (at: string) => new Date(at).toISOString().replace(":00.000Z", "Z");
const starts = ({ series }: Summary) => series.map(({ start }) => utc(start));
const inbound = ({ series }: Summary) => series.map((one) => one.inbound);

Deno.test("an account without a text has zeros, nulls and every day of the last thirty", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const { totals, series, from, to } = await summary(sql, { userId: await addUser(sql) });
  assert.deepEqual(totals, {
    inbound: 0,
    outbound: 0,
    delivered: 0,
    failed: 0,
    delivery_rate: null,
    segments: 0,
    conversations: 0,
    opt_outs: 0,
    opt_ins: 0,
    statuses: [],
    intents: [],
    cost: [],
    answer_time: { count: 0, median_ms: null, p95_ms: null },
  });
  assert.equal(series.length, 30);
  for (const { start: _, ...counts } of series) {
    assert.deepEqual(counts, { inbound: 0, outbound: 0, delivered: 0, failed: 0, segments: 0, cost: [] });
  }
  const [now] = await sql`select now() as at`;
  assert.equal(new Date(from).getTime() % 86_400_000, 0, "a midnight");
  assert(now && new Date(to) >= now.at && new Date(to).getTime() - now.at.getTime() < 900_000, "up to now");
  assert.equal(new Date(to).getTime() % 900_000, 0, "a quarter of an hour");
});

Deno.test("a text counts at once in the range that ends now, and in the quarter of an hour that a range only touches", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "Hello?");
  assert.equal((await summary(sql, tenant)).totals.inbound, 1);
  await textsAt(sql, tenant, ["2026-05-05T10:01:00Z", "2026-05-05T10:14:59Z", "2026-05-05T10:15:00Z"]);
  const range = { from_at: "2026-05-05T10:07:00Z", to_at: "2026-05-05T10:08:00Z" };
  const { totals, from, to } = await summary(sql, tenant, range);
  assert.deepEqual([utc(from), utc(to), totals.inbound], ["2026-05-05T10:00Z", "2026-05-05T10:15Z", 2]);
});

Deno.test("a day of a time zone has 23 hours when clocks go forward and 25 when they go back", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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

Deno.test("an hour that comes twice is two hours, and one that is skipped is none", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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

Deno.test("a clock that is set by half an hour begins an hour of its own", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const lordHowe = { time_zone: "Australia/Lord_Howe", bucket: "hour" };
  // 02:00 becomes 01:30: the hour of one o'clock is an hour, and then half an hour more.
  const back = await summary(sql, tenant, {
    ...lordHowe,
    from_at: "2026-04-04T14:00Z",
    to_at: "2026-04-04T16:30Z",
  });
  assert.deepEqual(starts(back), ["2026-04-04T14:00Z", "2026-04-04T15:00Z", "2026-04-04T15:30Z"]);
});

Deno.test("days begin where midnight is skipped, comes twice, or a whole day is left out", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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

Deno.test("days of zones of half and quarter hours, and of changed ones, begin when they do there", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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

const ZONES = [
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
];

Deno.test("every zone's figures over its changes are those of its clocks, folded or not", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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

Deno.test("the days of every zone follow its clocks", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  // No day is empty or turned round, and what day it is changes with each start, to the next day or one later.
  const wrong = await sql`
    select z.name, s.at from pg_timezone_names z
    cross join lateral (
      select d as at, lead(d) over (order by d) as next_at
      from private.day_starts('2022-06-01', '2024-12-31', z.name) d) s
    where z.name ~ '/' and z.name !~ '^(posix|right)' and (
      (s.at at time zone z.name)::date >= (s.next_at at time zone z.name)::date
      or ((s.next_at - interval '15 minutes') at time zone z.name)::date
        not in ((s.at at time zone z.name)::date, (s.next_at at time zone z.name)::date)
      -- Casey station in Antarctica sets its clocks by three hours.
      or s.next_at - s.at not between interval '21 hours' and interval '27 hours')`;
  assert.deepEqual([...wrong], []);
});

Deno.test("cost, delivery rate, intents and answer times come from the texts that have them", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await sql`insert into public.sms_messages (message_sid, account_sid, user_id, direction, kind, sender, to_number,
      from_number, body, status, intent) values
    (${messageSid()}, ${tenant.accountSid}, ${tenant.userId}, 'inbound', 'text', 'contact', ${tenant.number}, 'x', '', 'received', 'booking'),
    (${messageSid()}, ${tenant.accountSid}, ${tenant.userId}, 'inbound', 'text', 'contact', ${tenant.number}, 'x', '', 'received', null)`;
  const { conversation_id } = await text(sql, tenant, phone(), "Hello?");
  for (
    const [seq, status, price, unit, ms] of [
      [2, "delivered", "-0.0079", "USD", 1000],
      [3, "read", "-0.0079", "USD", 2000],
      [4, "undelivered", "-0.05", "EUR", 4000],
      [5, "failed", null, "USD", null],
      [6, "canceled", null, null, null],
      [7, "sent", null, null, 60_000],
    ]
  ) {
    await sql`insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender,
        to_number, from_number, body, status, price, price_unit, answer_ms, intent)
      values (${tenant.accountSid}, ${conversation_id as string}, ${tenant.userId}, ${seq as number}, 'outbound', 'reply',
        'assistant', '+14155550123', ${tenant.number}, 'Hi', ${status as string}, ${price as string}, ${unit as string},
        ${ms as number}, 'booking')`;
  }
  const { totals } = await summary(sql, tenant);
  assert.deepEqual(totals.cost, [{ currency: "EUR", amount: 0.05 }, { currency: "USD", amount: 0.0158 }]);
  assert.deepEqual([totals.delivered, totals.failed, totals.delivery_rate], [2, 2, 0.5]);
  assert.deepEqual(totals.intents, [{ intent: "booking", messages: 1 }]);
  assert.equal(totals.conversations, 1);
  const { count, median_ms, p95_ms } = totals.answer_time;
  assert.equal(count, 4);
  assert(median_ms !== null && Math.abs(median_ms - 2000) <= 100, `${median_ms}`);
  assert(p95_ms !== null && Math.abs(p95_ms - 60_000) <= 3000, `${p95_ms}`);
});

Deno.test("a number's and an assistant's figures are theirs alone; a deleted assistant's stay", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const second = phone();
  const [number] = await sql`insert into public.phone_numbers (user_id, account_sid, number)
    values (${tenant.userId}, ${tenant.accountSid}, ${second}) returning id`;
  await text(sql, tenant, phone(), "Hello?");
  await text(sql, tenant, phone(), "STOP");
  await text(sql, tenant, phone(), "Anybody?", { to_number: second });
  await text(sql, tenant, phone(), "STOP", { to_number: second });
  const of = async (args: Record<string, unknown>) => {
    const { totals } = await summary(sql, tenant, args);
    return [totals.inbound, totals.opt_outs, totals.conversations];
  };
  for (const fold of [() => Promise.resolve(), () => foldAll(sql)]) {
    await fold();
    assert.deepEqual(await of({}), [4, 2, 2]);
    assert.deepEqual(await of({ phone_number_id: number?.id }), [2, 1, 1]);
    assert.deepEqual(await of({ assistant_id: tenant.assistantId }), [2, 1, 1]);
    assert.deepEqual(await of({ assistant_id: tenant.assistantId, phone_number_id: number?.id }), [0, 0, 0]);
  }
  await sql`delete from public.assistants where id = ${tenant.assistantId}`;
  assert.deepEqual(await of({ assistant_id: tenant.assistantId }), [2, 1, 1]);
  const unknown = await callAs(sql, tenant, "summarize_messages", { assistant_id: crypto.randomUUID() });
  assert.deepEqual(unknown, { outcome: "ASSISTANT_NOT_FOUND" });
});

Deno.test("another tenant's number and assistant are as unknown as any", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [mine, theirs] = [await addTenant(sql), await addTenant(sql)];
  await text(sql, theirs, phone(), "Hello?");
  for (const fold of [() => Promise.resolve(), () => foldAll(sql)]) {
    await fold();
    assert.equal((await summary(sql, mine)).totals.inbound, 0);
    const answers = [
      await callAs(sql, mine, "summarize_messages", { phone_number_id: theirs.numberId }),
      await callAs(sql, mine, "summarize_messages", { assistant_id: theirs.assistantId }),
    ];
    assert.deepEqual(answers, [{ outcome: "NUMBER_NOT_FOUND" }, { outcome: "ASSISTANT_NOT_FOUND" }]);
  }
});

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

Deno.test("summarize_messages() refuses", async (t) => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  for (const [outcome, args] of REFUSED) {
    await t.step(`${JSON.stringify(args)}: ${outcome}`, async () => {
      assert.deepEqual(await callAs(sql, tenant, "summarize_messages", args), { outcome });
    });
  }
});

Deno.test("moments that no JSON date can say are refused as any other", async () => {
  await using database = await testDatabase();
  const { sql } = database;
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
      (mine) => mine.unsafe(`select public.summarize_messages(${argument}) as answer`),
    );
    assert.deepEqual(row?.answer, { outcome: "INVALID_RANGE" }, argument);
  }
});

Deno.test("summarize_messages() takes", async (t) => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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
