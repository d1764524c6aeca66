import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { connect } from "../../local/database.ts";
import { assertCountedRight, deliver, foldAll } from "./stats_support.ts";
import { addTenant, call, callAs, exchange, message, phone, stateOf, text } from "./support.ts";

dbTest("a text keeps the number and the assistant it was stored for", async ({ sql, tenant }) => {
  const contact = phone();
  const reply = await exchange(sql, tenant, contact);
  const stop = (await text(sql, tenant, phone(), "STOP")).message_id;
  const ours = { phone_number_id: tenant.numberId, assistant_id: tenant.assistantId };
  for (const id of [reply, stop]) {
    const { phone_number_id, assistant_id } = await message(sql, id);
    assert.deepEqual({ phone_number_id, assistant_id }, ours);
  }
  await sql`delete from public.sms_assistants where id = ${tenant.assistantId}`;
  assert.equal(
    (await message(sql, reply)).assistant_id,
    tenant.assistantId,
    "history outlives the assistant",
  );
  const later = (await text(sql, tenant, phone(), "Anybody?")).message_id;
  const { phone_number_id, assistant_id } = await message(sql, later);
  assert.deepEqual({ phone_number_id, assistant_id }, { ...ours, assistant_id: null });
  const unowned = await text(sql, tenant, contact, "Hi", { to_number: "+14155559999" });
  assert.equal((await message(sql, unowned.message_id)).phone_number_id, null);
});

dbTest("a message is counted as what it is now", async ({ sql, tenant }) => {
  const reply = await exchange(sql, tenant, phone());
  await deliver(sql, reply);
  await foldAll(sql);
  await sql`update public.sms_messages set status = 'delivered', price = -0.02, price_unit = 'USD', num_segments = 3
    where id = ${reply}`;
  await assertCountedRight(sql);
  await foldAll(sql);
  const rows = await sql`select status, messages::int, segments::int, price::float8, price_unit
    from public.sms_stats where user_id = ${tenant.userId} and direction = 'outbound'`;
  assert.deepEqual([...rows], [{
    status: "delivered",
    messages: 1,
    segments: 3,
    price: -0.02,
    price_unit: "USD",
  }]);
});

dbTest("each countable change is noticed, also where it comes alone", async ({ sql, tenant }) => {
  const reply = await exchange(sql, tenant, phone());
  const changes = [
    { price: "-0.0079" },
    { price_unit: "USD" },
    { price: "-0.0158" },
    { price_unit: "EUR" },
    { price: null },
    { status: "sent" },
    { num_segments: 7 },
    { num_segments: null },
    { intent: "other" },
    { answer_ms: 500 },
    { answer_ms: 50_000 },
    { assistant_id: null },
    { phone_number_id: crypto.randomUUID() },
    { sender: "person" },
    { created_at: "2026-01-01T00:00:00Z" },
  ];
  for (const change of changes) {
    await sql`update public.sms_messages set ${sql(change)} where id = ${reply}`;
    await assertCountedRight(sql);
  }
});

dbTest("an update that changes nothing countable appends nothing", async ({ sql, tenant }) => {
  const reply = await exchange(sql, tenant, phone());
  await foldAll(sql);
  await sql`update public.sms_messages set error_message = 'x', date_updated = now(), price_unit = 'USD', body = 'y'
    where id = ${reply}`;
  assert.equal((await sql`select from sms_private.stat_changes`).length, 0);
  assert.equal((await call(sql, "sms_fold_stats")).folded, 0);
});

dbTest("texts of a number nobody owns count for nobody", async ({ sql, tenant }) => {
  await text(sql, tenant, phone(), "Anyone?", { to_number: "+14155559999" });
  assert.equal((await sql`select from sms_private.stat_changes`).length, 0);
});

dbTest("a deleted conversation's texts are taken away again, folded or not", async ({ sql, tenant }) => {
  await exchange(sql, tenant, phone());
  await foldAll(sql);
  await exchange(sql, tenant, phone());
  await sql`delete from public.sms_conversations where user_id = ${tenant.userId}`;
  await assertCountedRight(sql);
  await foldAll(sql);
  for (
    const table of [
      "public.sms_stats",
      "sms_private.stat_hours",
      "sms_private.stat_days",
      "sms_private.stat_changes",
    ]
  ) {
    assert.equal((await sql`select from ${sql(table)}`).length, 0, table);
  }
});

dbTest("sms_fold_stats() takes the oldest first and says what remains", async ({ sql, tenant }) => {
  for (let i = 0; i < 3; i++) await exchange(sql, tenant, phone());
  const changes = await sql`select message_id from sms_private.stat_changes order by message_id`;
  assert.equal(changes.length, 6, "a row a text");
  assert.deepEqual(await call(sql, "sms_fold_stats", { max_rows: 2 }), {
    outcome: "folded",
    folded: 2,
    remaining: 4,
  });
  assert.deepEqual(
    [...await sql`select message_id from sms_private.stat_changes order by message_id`],
    changes.slice(2),
  );
  await assertCountedRight(sql);
  assert.deepEqual(await call(sql, "sms_fold_stats", { max_rows: -1 }), {
    outcome: "folded",
    folded: 0,
    remaining: 4,
  });
});

dbTest("one folds at a time, and readers see each change exactly once", async ({ sql, url, tenant }) => {
  await exchange(sql, tenant, phone());
  const other = connect(url, 1);
  try {
    await other.begin(async (folding) => {
      assert.equal((await call(folding as unknown as Sql, "sms_fold_stats")).outcome, "folded");
      assert.deepEqual(await call(sql, "sms_fold_stats"), { outcome: "busy", folded: 0, remaining: null });
      const { totals } = await callAs(sql, tenant, "sms_summarize_messages");
      const { inbound, outbound } = totals as Record<string, number>;
      assert.deepEqual([inbound, outbound], [1, 1], "the fold is not there yet");
    });
  } finally {
    await other.end();
  }
  const { totals } = await callAs(sql, tenant, "sms_summarize_messages");
  const { inbound, outbound } = totals as Record<string, number>;
  assert.deepEqual([inbound, outbound], [1, 1]);
});

for (
  const [outcome, deletes] of [
    // As its first step does, before it comes to the changes.
    ["busy", "select from auth.users where id = $1 for update"],
    ["folded", "delete from auth.users where id = $1"],
  ] as const
) {
  emptyDbTest(`a fold that meets the deletion of a user gives way: ${outcome}`, async ({ sql, url }) => {
    const [gone, stays] = [await addTenant(sql), await addTenant(sql)];
    for (const tenant of [gone, stays]) await exchange(sql, tenant, phone());
    const other = connect(url, 1);
    try {
      await other.begin(async (deleting) => {
        await deleting.unsafe(deletes, [gone.userId]);
        const fold = await sql.begin(async (folding) => {
          await folding`set local statement_timeout = '20s'`;
          return await call(folding as unknown as Sql, "sms_fold_stats");
        });
        assert.equal(fold.outcome, outcome);
        await deleting`delete from auth.users where id = ${gone.userId}`;
      });
    } finally {
      await other.end();
    }
    assert.equal((await call(sql, "sms_fold_stats")).outcome, "folded");
    await assertCountedRight(sql);
    const users = await sql`select distinct user_id from public.sms_stats`;
    assert.deepEqual(users.map((row) => row.user_id), [stays.userId]);
  });
}

dbTest("whoever deletes a user need not be allowed to write figures", async ({ sql, tenant }) => {
  await exchange(sql, tenant, phone());
  const state = await stateOf(sql.begin(async (transaction) => {
    await transaction`set local role supabase_auth_admin`;
    await transaction`delete from auth.users where id = ${tenant.userId}`;
  }));
  assert.equal(state, "allowed");
  assert.equal((await sql`select from sms_private.stat_changes`).length, 0);
});
