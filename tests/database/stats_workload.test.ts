import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { some } from "../support/long.ts";
import { testDatabase } from "../support/postgres.ts";
import { assertCountedRight, assertSummarizedRight, foldAll, type Range } from "./stats_support.ts";
import { addTenant, phone } from "./support.ts";
import { randomFrom, step, type World } from "./workload.ts";

const STEPS = 160;
const SEEDS = some(Array.from({ length: 10 }, (_, i) => i + 1), 4);

/** What is of one tenant is asked of the first alone: the others have no such number. */
async function assertAllRight(world: World, ranges: Range[]): Promise<void> {
  await assertCountedRight(world.sql);
  for (const [i, tenant] of world.tenants.entries()) {
    for (const range of ranges.filter((one) => i === 0 || !(one.number || one.assistant))) {
      await assertSummarizedRight(world.sql, tenant, range);
    }
  }
}

async function sumsOf(sql: Sql) {
  return {
    hours: [
      ...await sql`select user_id, hour, phone_number_id, assistant_id, price_unit, inbound, outbound, delivered,
      failed, conversations, segments, price::float8 from sms_private.stat_hours order by 1, 2, 3, 4, 5`,
    ],
    days: [
      ...await sql`select user_id, day, phone_number_id, assistant_id, facet, label, messages
      from sms_private.stat_days order by 1, 2, 3, 4, 5, 6`,
    ],
  };
}

async function rangesOf({ sql, tenants }: World): Promise<Range[]> {
  const [now] = await sql`select date_bin('15 minutes', now() + interval '15 minutes', '2000-01-01Z') as at`;
  const at = (hoursAgo: number) => new Date(now?.at.getTime() - hoursAgo * 3_600_000).toISOString();
  const [tenant] = tenants;
  assert(tenant);
  const [assistant] = await sql`select assistant_id from public.sms_messages where user_id = ${tenant.userId}
    and assistant_id is not null limit 1`;
  return [
    { from: at(24 * 40), to: at(0), bucket: "day", zone: "UTC" },
    { from: at(24 * 40 + 5.25), to: at(0.5), bucket: "day", zone: "Asia/Kathmandu" },
    { from: at(30.75), to: at(-30), bucket: "hour", zone: "America/New_York" },
    { from: at(3.5), to: at(2.25), bucket: "hour", zone: "Australia/Adelaide" },
    { from: at(24 * 40), to: at(0), bucket: "day", zone: "Asia/Kolkata", number: tenant.numberId },
    ...(assistant
      ? [
        {
          from: at(500),
          to: at(13),
          bucket: "hour",
          zone: "UTC",
          assistant: assistant.assistant_id,
        } as const,
      ]
      : []),
  ];
}

/** Which texts came up, over all seeds: a workload that makes none of a kind tests nothing of it. */
async function kindsOf(sql: Sql): Promise<string[]> {
  const rows = await sql`select distinct unnest(array[kind, sender, status, 'in ' || price_unit,
    case when answer_ms is not null then 'answer' end, case when assistant_id is null then 'no assistant' end]) as kind
    from public.sms_messages where user_id is not null`;
  return rows.map((row) => row.kind);
}

async function runWorkload(seed: number): Promise<string[]> {
  await using database = await testDatabase();
  const { sql } = database;
  const random = randomFrom(seed);
  const tenants = [
    await addTenant(sql),
    await addTenant(sql),
    await addTenant(sql, { first_message: "Hi." }),
  ];
  const contacts = Array.from({ length: 4 }, phone);
  const world: World = { sql, random, tenants, contacts };
  for (let i = 0; i < STEPS; i++) {
    await step(world, i);
  }
  const kinds = await kindsOf(sql);
  const ranges = await rangesOf(world);
  await assertAllRight(world, ranges);

  await foldAll(sql);
  assert.equal((await sql`select from sms_private.stat_changes`).length, 0);
  await assertAllRight(world, ranges);

  // And the sums are what a recount makes of the texts.
  const folded = await sumsOf(sql);
  assert(folded.hours.length > 0 && folded.days.length > 0);
  await sql`select sms_private.recount_stats()`;
  assert.deepEqual(await sumsOf(sql), folded);
  return kinds;
}

Deno.test("folded or not, the figures are what a recount of random texts says", async (t) => {
  const kinds = new Set<string>();
  for (const seed of SEEDS) {
    await t.step(`seed ${seed}`, async () => {
      for (const kind of await runWorkload(seed)) kinds.add(kind);
    });
  }
  const wanted = [
    "text",
    "keyword",
    "reply",
    "greeting",
    "goodbye",
    "assistant",
    "person",
    "delivered",
    "undelivered",
    "failed",
    "canceled",
    "unconfirmed",
    "in USD",
    "in EUR",
    "answer",
    "no assistant",
  ];
  for (const kind of wanted) assert(kinds.has(kind), `${kind} came up, among ${[...kinds].join(", ")}`);
});
