import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import { StatsResponse } from "../../supabase/functions/_shared/sms/contract/stats.ts";
import {
  answersPreflights,
  call,
  type Endpoint,
  headersOf,
  refusesOtherMethods,
  refusesStrangers,
} from "./callers.ts";
import { refusal } from "./forms.ts";
import { allDelivered, phone, settled, stackForFile, until, wake } from "./support.ts";
import { connectTenant, operator } from "./tenants.ts";

// No worker but when a test wakes it: what is folded, and when, is in the test's hands.
const stack = await stackForFile({ worker: false });
const { sql, carrier } = stack;
const [user, nobody] = [await connectTenant(stack), await stack.createUser()];
const endpoint: Endpoint = { name: "sms-stats", method: "GET", secretKey: "accepted" };

refusesStrangers(stack, endpoint);
refusesOtherMethods(stack, endpoint, ["GET"]);
answersPreflights(stack, endpoint);

/** The figures as an app asks for them. */
async function stats(client: SupabaseClient, query: Record<string, string> = {}): Promise<StatsResponse> {
  const { data, error } = await client.functions.invoke(`sms-stats?${new URLSearchParams(query)}`, {
    method: "GET",
  });
  assert.equal(error, null);
  return StatsResponse.parse(data);
}

const INVALID: Record<string, string>[] = [
  { from: "yesterday" },
  { from: "2026-13-01" },
  { from: "0000-01-01" },
  { from: "-271821-04-20T00:00:00Z" },
  { to: "9999-12-31T23:59:59Z" },
  { to: "1e9" },
  { days: "0" },
  { days: "1001" },
  { days: "7.5" },
  { days: "7", from: "2026-11-01" },
  { days: "7", to: "2026-11-01" },
  { bucket: "minute" },
  { bucket: "Day" },
  { time_zone: "" },
  { time_zone: "Europe/".repeat(1_000) },
  { phone_number_id: "1 or 1=1" },
  { assistant_id: "" },
  { user_id: nobody.id },
  { nobody_knows_this: "1" },
];

Deno.test("days asks for the last days, and each says how far its clock is from UTC", async () => {
  const zone = { time_zone: "America/Vancouver" };
  const { series, from } = await stats(user.client, { ...zone, days: "7" });
  const [day] = await sql`select ((now() at time zone 'America/Vancouver')::date - 6)::text as first`;
  const named = await stats(user.client, { ...zone, from: day?.first });
  assert.deepEqual([series.length, from], [7, named.from]);
  const offsets = await sql`select extract(epoch from (at at time zone 'America/Vancouver')
      - (at at time zone 'UTC'))::int / 60 as minutes
    from unnest(${
    series.map(({ start }) => start)
  }::timestamptz[]) with ordinality moment (at, place) order by place`;
  assert.deepEqual(series.map(({ minutes_east }) => minutes_east), offsets.map(({ minutes }) => minutes));
});

Deno.test("GET sms-stats refuses what it cannot count with 400, and says why", async (test) => {
  const headers = await headersOf(stack, user.client);
  const invalid = { status: 400, code: "INVALID_REQUEST" };
  for (const query of INVALID) {
    await test.step(JSON.stringify(query).slice(0, 80), async () => {
      const path = `?${new URLSearchParams(query)}`;
      assert.deepEqual(await refusal(await call(stack, endpoint, { path, headers })), invalid);
    });
  }
  await test.step("a field twice", async () => {
    const response = await call(stack, endpoint, { path: "?bucket=day&bucket=day", headers });
    assert.deepEqual(await refusal(response), invalid);
  });
  await test.step("another path", async () => {
    const response = await call(stack, endpoint, { path: "/today", headers });
    assert.deepEqual(await refusal(response), { status: 404, code: "NOT_FOUND" });
  });
});

Deno.test("an account without a text gets zeros, and each of the last thirty days", async () => {
  const { totals, series, time_zone, bucket } = await stats(nobody.client);
  assert.deepEqual([series.length, bucket, time_zone], [30, "day", "UTC"]);
  assert.deepEqual([totals.inbound, totals.outbound, totals.delivery_rate, totals.answer_time.median_ms], [
    0,
    0,
    null,
    null,
  ]);
});

Deno.test("a text and its answer count at once, and the same when they are folded; for nobody else", async () => {
  await operator(stack).rpc("sms_fold_stats", { max_rows: 100_000 });
  const contact = phone();
  const received = await carrier.text({ from: contact, to: user.number, body: "Are you open on Sunday?" });
  assert(received.ok);
  const unfolded = async () => (await sql`select count(*)::int from sms_private.stat_changes`)[0]?.count;
  assert(await unfolded() > 0, "nothing is folded yet");
  assert.equal((await stats(user.client)).totals.inbound, 1);

  await wake(stack);
  await settled(stack, contact);
  await allDelivered(stack);
  const before = await stats(user.client);
  const { totals } = before;
  assert.deepEqual([totals.inbound, totals.outbound, totals.delivered, totals.conversations], [1, 1, 1, 1]);
  assert.equal(totals.delivery_rate, 1);
  assert.equal(totals.answer_time.count, 1);
  assert(totals.answer_time.median_ms !== null && totals.answer_time.median_ms < 60_000);
  assert.deepEqual(totals.intents.map(({ messages }) => messages), [1]);
  assert.deepEqual([before.series.at(-1)?.inbound, before.series.at(-1)?.delivered], [1, 1]);

  const folded = await operator(stack).rpc("sms_fold_stats", { max_rows: 100_000 });
  assert.deepEqual([folded.error, folded.data.remaining, await unfolded()], [null, 0, 0]);
  assert.deepEqual((await stats(user.client)).totals, totals);
  const [number] = await sql`select id from public.sms_numbers where user_id = ${user.id}`;
  assert.deepEqual((await stats(user.client, { phone_number_id: number?.id })).totals, totals);
  assert.equal((await stats(nobody.client)).totals.inbound, 0);
});

Deno.test("the worker folds what its texts have changed", async () => {
  const contact = phone();
  assert((await carrier.text({ from: contact, to: user.number, body: "And on Monday?" })).ok);
  await wake(stack);
  await settled(stack, contact);
  await allDelivered(stack);
  const folded = async () =>
    (await sql`select coalesce(sum(messages), 0)::int as texts from public.sms_stats
      where user_id = ${user.id} and direction = 'outbound'`)[0]?.texts;
  const counted = (await stats(user.client)).totals.outbound;
  // The last statuses may have come after a run's last fold: the next run folds them.
  await until("the worker has folded them", async () => {
    await wake(stack);
    return await folded() === counted;
  });
});

Deno.test("days and times are understood: a day of the zone, a time with its offset", async () => {
  const berlin = { time_zone: "Europe/Berlin" };
  const days = await stats(user.client, { ...berlin, from: "2026-10-25", to: "2026-10-26", bucket: "hour" });
  assert.deepEqual([days.series.length, Date.parse(days.from)], [25, Date.parse("2026-10-24T22:00:00Z")]);
  const hours = await stats(user.client, {
    ...berlin,
    from: "2026-10-25T02:07:00+02:00",
    to: "2026-10-25T02:07:00+01:00",
    bucket: "hour",
  });
  assert.deepEqual(
    [hours.from, hours.to, ...hours.series.map(({ start }) => start)].map((at) => new Date(at).toISOString()),
    ["00:00", "01:15", "00:00", "01:00"].map((at) => `2026-10-25T${at}:00.000Z`),
  );
});
