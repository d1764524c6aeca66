/** What the tests of the figures share: a recount that reads `sms_messages` and nothing else. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import {
  type Answer,
  call,
  callAs,
  claimDeliveries,
  messageSid,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

export interface Range {
  from: string;
  to: string;
  bucket: "hour" | "day";
  zone: string;
  number?: string;
  assistant?: string;
}

/** Folds until nothing is left. */
export async function foldAll(sql: Sql): Promise<void> {
  while ((await call(sql, "sms_fold_stats")).remaining !== 0);
}

export async function summarize(sql: Sql, tenant: { userId: string }, range: Range): Promise<Answer> {
  return await callAs(sql, tenant, "sms_summarize_messages", {
    from_at: range.from,
    to_at: range.to,
    bucket: range.bucket,
    time_zone: range.zone,
    phone_number_id: range.number ?? null,
    assistant_id: range.assistant ?? null,
  });
}

/** Each dimension of sms_stats, of the figures and of a recount; `folded` and the deltas are added up. */
export async function assertCountedRight(sql: Sql): Promise<void> {
  const dimensions =
    `user_id, bucket, phone_number_id, assistant_id, direction, sender, status, intent, price_unit`;
  const counted = await sql.unsafe(`
    select ${dimensions}, sum(messages)::int as messages, sum(conversations)::int as conversations,
      sum(segments)::int as segments, sum(price)::text as price
    from (
      select ${dimensions}, messages, conversations, segments, price from public.sms_stats
      union all select ${dimensions}, messages, conversations, segments, price from sms_private.stat_deltas) s
    group by ${dimensions} having sum(messages) <> 0 order by ${dimensions}`);
  const recounted = await sql.unsafe(`
    select ${dimensions}, count(*)::int as messages, (count(*) filter (where seq = 1))::int as conversations,
      sum(segments)::int as segments, sum(price)::text as price
    from (
      select user_id, to_timestamp(floor(extract(epoch from created_at) / 900) * 900) as bucket, phone_number_id,
        assistant_id, direction, sender, status, intent, case when price is not null then price_unit end as price_unit,
        seq, coalesce(num_segments, 0) as segments,
        case when price_unit is not null and price is not null then price else 0 end as price
      from public.sms_messages where user_id is not null) m
    group by ${dimensions} order by ${dimensions}`);
  const plain = (rows: Iterable<Record<string, unknown>>) =>
    [...rows].map((row) => ({ ...row, price: Number(row.price) }));
  assert.deepEqual(plain(counted), plain(recounted));

  const answers = await sql`
    select user_id, bin, sum(answers)::int as answers from (
      select s.user_id, b.key::int as bin, b.value::int as answers
      from public.sms_stats s, jsonb_each_text(s.answer_times) b
      union all
      select d.user_id, d.answer_bin, d.messages from sms_private.stat_deltas d where d.answer_bin is not null) a
    group by 1, 2 having sum(answers) <> 0 order by 1, 2`;
  const waited = await sql`
    select user_id, floor(ln(greatest(answer_ms, 1)) / ln(1.1))::int as bin, count(*)::int as answers
    from public.sms_messages where answer_ms is not null group by 1, 2 order by 1, 2`;
  assert.deepEqual([...answers], [...waited]);

  const [below] = await sql`select
    (select count(*)::int from public.sms_stats where messages <= 0 or segments < 0 or conversations < 0) +
    (select count(*)::int from sms_private.stat_hours where least(inbound, outbound, delivered, failed, segments) < 0) +
    (select count(*)::int from sms_private.stat_days where messages <= 0) as rows`;
  assert.equal(below?.rows, 0, "nothing is below zero, and nothing empty is kept");
}

/** The name that the clock on the wall gives to an hour or a day; an hour that comes twice has two, by its offset. */
const NAME = {
  day: (at: string, zone: string) => `to_char(${at} at time zone ${zone}, 'YYYY-MM-DD')`,
  hour: (at: string, zone: string) =>
    `to_char(${at} at time zone ${zone}, 'YYYY-MM-DD HH24 ') || ((${at} at time zone ${zone}) - (${at} at time zone 'UTC'))`,
};

const COUNTS = `count(*) filter (where direction = 'inbound')::int as inbound,
  count(*) filter (where direction = 'outbound')::int as outbound,
  count(*) filter (where status in ('delivered', 'read'))::int as delivered,
  count(*) filter (where status in ('failed', 'undelivered'))::int as failed,
  coalesce(sum(num_segments), 0)::int as segments`;
const COST = `coalesce(-sum(price) filter (where price_unit is not null), 0)::float8 as cost`;

/** sms_summarize_messages() says what `sms_messages` alone says, each text looked at by the clock on the wall. */
export async function assertSummarizedRight(
  sql: Sql,
  tenant: { userId: string },
  range: Range,
): Promise<void> {
  const answer = await summarize(sql, tenant, range);
  assert.equal(answer.outcome, "summarized", JSON.stringify(range));
  const { totals, series } = answer as unknown as Summary;
  const parameters = [tenant.userId, range.from, range.to, range.number ?? null, range.assistant ?? null];
  const texts = `public.sms_messages m where m.user_id = $1::uuid and m.created_at >= $2::timestamptz
    and m.created_at < $3::timestamptz and ($4::uuid is null or m.phone_number_id = $4)
    and ($5::uuid is null or m.assistant_id = $5)`;
  const read = async (query: string) => [...await sql.unsafe(query, parameters)];
  const about = JSON.stringify(range);

  const [expected] = await read(`select ${COUNTS}, count(*) filter (where seq = 1)::int as conversations,
    count(answer_ms)::int as answers, (percentile_disc(0.5) within group (order by answer_ms))::float8 as median,
    (percentile_disc(0.95) within group (order by answer_ms))::float8 as p95 from ${texts}`);
  assert(expected);
  for (const name of ["inbound", "outbound", "delivered", "failed", "segments", "conversations"] as const) {
    assert.equal(totals[name], expected[name], `${name} of ${about}`);
  }
  const ended = expected.delivered + expected.failed;
  assert.equal(
    totals.delivery_rate,
    ended === 0 ? null : Math.round(expected.delivered / ended * 1e4) / 1e4,
    about,
  );
  assert.equal(totals.answer_time.count, expected.answers, about);
  assertNear(totals.answer_time.median_ms, expected.median);
  assertNear(totals.answer_time.p95_ms, expected.p95);
  assert.deepEqual(
    totals.statuses,
    await read(
      `select direction, status, count(*)::int as messages from ${texts} group by 1, 2 order by 1, 3 desc, 2`,
    ),
  );
  assert.deepEqual(
    totals.intents,
    await read(`select intent, count(*)::int as messages from ${texts} and intent is not null
      and direction = 'inbound' group by 1 order by 2 desc, 1`),
  );
  assert.deepEqual(
    totals.cost,
    await read(
      `select price_unit as currency, -sum(price)::float8 as amount from ${texts} and price is not null
      and price_unit is not null group by 1 order by 1`,
    ),
  );
  for (const change of ["opt_out", "opt_in"] as const) {
    const [consents] = await read(`select count(*)::int as count from public.sms_consent_events e
      left join public.sms_messages m on m.id = e.message_id
      where e.user_id = $1 and e.change = '${change}' and e.at >= $2 and e.at < $3
        and ($4::uuid is null or m.phone_number_id = $4) and ($5::uuid is null or m.assistant_id = $5)`);
    assert.equal(totals[`${change}s`], consents?.count, `${change} in ${about}`);
  }

  const name = NAME[range.bucket];
  const zone = `'${range.zone}'`;
  const names = await sql.unsafe(
    `select ${
      name("s::timestamptz", zone)
    } as name from unnest($1::text[]) with ordinality u (s, i) order by i`,
    [series.map((one) => one.start)],
  );
  const [all] = await sql.unsafe(
    `select array_agg(name order by at) as names from (select ${name("at", zone)} as name, min(at) as at
      from generate_series($1::timestamptz, $2::timestamptz - interval '1 microsecond', interval '15 minutes') at
      group by 1) n`,
    [range.from, range.to],
  );
  assert.deepEqual(names.map((row) => row.name), all?.names, `every bucket, once and in order: ${about}`);
  const counted = await read(
    `select ${name("m.created_at", zone)} as name, ${COUNTS}, ${COST} from ${texts} group by 1`,
  );
  const byName = new Map<string, Record<string, number>>(counted.map((row) => [row.name, row]));
  series.forEach(({ start: _, minutes_east: __, cost, ...counts }, i) => {
    const bucket = names[i]?.name;
    const { inbound = 0, outbound = 0, delivered = 0, failed = 0, segments = 0, ...row } =
      byName.get(bucket) ?? {};
    assert.deepEqual(counts, { inbound, outbound, delivered, failed, segments }, `${bucket} of ${about}`);
    const amount = cost.reduce((total, { amount }) => total + amount, 0);
    assert.ok(Math.abs(amount - (row.cost ?? 0)) < 1e-9, `the cost of ${bucket} of ${about}`);
  });
}

function assertNear(estimated: number | null, exact: number | null): void {
  if (exact === null || estimated === null) assert.equal(estimated, exact);
  else {assert.ok(
      Math.abs(estimated - exact) <= Math.max(0.0501 * exact, 0.1),
      `${estimated} is not ${exact} within 5 %`,
    );}
}

interface Counts {
  inbound: number;
  outbound: number;
  delivered: number;
  failed: number;
  segments: number;
  cost: { currency: string; amount: number }[];
}

export interface Summary {
  from: string;
  to: string;
  totals: Counts & {
    conversations: number;
    delivery_rate: number | null;
    opt_outs: number;
    opt_ins: number;
    statuses: { direction: string; status: string; messages: number }[];
    intents: { intent: string; messages: number }[];
    answer_time: { count: number; median_ms: number | null; p95_ms: number | null };
  };
  series: (Counts & { start: string; minutes_east: number })[];
}

/** Inbound texts that were stored at these moments. */
export async function textsAt(sql: Sql, tenant: Tenant, moments: string[]): Promise<void> {
  for (const at of moments) {
    const { message_id } = await text(sql, tenant, phone(), "Hello?");
    await sql`update public.sms_messages set created_at = ${at} where id = ${message_id as string}`;
  }
}

export async function summary(
  sql: Sql,
  tenant: { userId: string },
  args: Record<string, unknown> = {},
): Promise<Summary> {
  const answer = await callAs(sql, tenant, "sms_summarize_messages", args);
  assert.equal(answer.outcome, "summarized", JSON.stringify(args));
  return answer as unknown as Summary;
}

export const utc = (at: string) => new Date(at).toISOString().replace(":00.000Z", "Z");
export const starts = ({ series }: Summary) => series.map(({ start }) => utc(start));
export const inbound = ({ series }: Summary) => series.map((one) => one.inbound);

/** Twilio takes the text. */
export async function deliver(sql: Sql, id: unknown): Promise<void> {
  const [job] = await claimDeliveries(sql, { message_ids: [id] });
  assert(job, "the text can be claimed");
  const taken = { message_sid: messageSid(), status: "queued", num_segments: 1 };
  assert.equal(await record(sql, job, "accepted", taken), "recorded");
}
