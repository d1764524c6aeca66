import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { foldAll, summary, textsAt, utc } from "./stats_support.ts";
import { addTenant, addUser, as, callAs, messageSid, phone, text } from "./support.ts";

emptyDbTest("an account without messages has zeros for each of thirty days", async ({ sql }) => {
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
  for (const { start: _, minutes_east: __, ...counts } of series) {
    assert.deepEqual(counts, { inbound: 0, outbound: 0, delivered: 0, failed: 0, segments: 0, cost: [] });
  }
  const [now] = await sql`select now() as at`;
  assert.equal(new Date(from).getTime() % 86_400_000, 0, "a midnight");
  assert(now && new Date(to) >= now.at && new Date(to).getTime() - now.at.getTime() < 900_000, "up to now");
  assert.equal(new Date(to).getTime() % 900_000, 0, "a quarter of an hour");
});

dbTest("a message counts at once in the range that ends now", async ({ sql, tenant }) => {
  await text(sql, tenant, phone(), "Hello?");
  assert.equal((await summary(sql, tenant)).totals.inbound, 1);
  await textsAt(sql, tenant, ["2026-05-05T10:01:00Z", "2026-05-05T10:14:59Z", "2026-05-05T10:15:00Z"]);
  const range = { from_at: "2026-05-05T10:07:00Z", to_at: "2026-05-05T10:08:00Z" };
  const { totals, from, to } = await summary(sql, tenant, range);
  assert.deepEqual([utc(from), utc(to), totals.inbound], ["2026-05-05T10:00Z", "2026-05-05T10:15Z", 2]);
});

dbTest("cost, delivery rate, intents and times come from messages with them", async ({ sql, tenant }) => {
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

dbTest("figures of a number and of an assistant are theirs alone", async ({ sql, tenant }) => {
  const second = phone();
  const [number] = await sql`insert into public.sms_numbers (user_id, account_sid, number)
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
  await sql`delete from public.sms_assistants where id = ${tenant.assistantId}`;
  assert.deepEqual(await of({ assistant_id: tenant.assistantId }), [2, 1, 1]);
  const unknown = await callAs(sql, tenant, "sms_summarize_messages", { assistant_id: crypto.randomUUID() });
  assert.deepEqual(unknown, { outcome: "ASSISTANT_NOT_FOUND" });
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
