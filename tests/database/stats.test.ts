import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { connect } from "../../local/database.ts";
import { testDatabase } from "../support/postgres.ts";
import { assertCountedRight, foldAll } from "./stats_support.ts";
import {
  addTenant,
  call,
  callAs,
  claimDeliveries,
  claimReply,
  exchange,
  finish,
  message,
  messageSid,
  phone,
  record,
  stateOf,
  type Tenant,
  text,
} from "./support.ts";

async function deliver(sql: Sql, id: unknown): Promise<void> {
  const [job] = await claimDeliveries(sql, { message_ids: [id] });
  assert(job, "the text can be claimed");
  const taken = { message_sid: messageSid(), status: "queued", num_segments: 1 };
  assert.equal(await record(sql, job, "accepted", taken), "recorded");
}

/** A contact's text that came some seconds ago. */
async function asked(
  sql: Sql,
  tenant: Tenant,
  contact: string,
  secondsAgo: number,
  body = "Hello?",
): Promise<void> {
  await text(sql, tenant, contact, body, { sent_at: new Date(Date.now() - secondsAgo * 1000) });
}

async function write(sql: Sql, tenant: Tenant, contact: string): Promise<string> {
  const answer = await callAs(sql, tenant, "create_message", { to_number: contact, body: "A person here." });
  assert.equal(answer.outcome, "created");
  return (answer.message as { id: string }).id;
}

async function waited(sql: Sql, id: unknown): Promise<number | null> {
  const { answer_ms } = await message(sql, id);
  return answer_ms === null ? null : Number(answer_ms) / 1000;
}

function assertAbout(seconds: number | null, expected: number): void {
  assert(seconds !== null && seconds >= expected && seconds < expected + 60, `${seconds} s, not ${expected}`);
}

Deno.test("a text keeps the number and the assistant it was stored for", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const contact = phone();
  const reply = await exchange(sql, tenant, contact);
  const stop = (await text(sql, tenant, phone(), "STOP")).message_id;
  const ours = { phone_number_id: tenant.numberId, assistant_id: tenant.assistantId };
  for (const id of [reply, stop]) {
    const { phone_number_id, assistant_id } = await message(sql, id);
    assert.deepEqual({ phone_number_id, assistant_id }, ours);
  }
  await sql`delete from public.assistants where id = ${tenant.assistantId}`;
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

Deno.test("an answer's time is counted from the first unanswered text until Twilio took it", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const contact = phone();
  await asked(sql, tenant, contact, 300);
  await asked(sql, tenant, contact, 200, "Are you there?");
  const reply = (await finish(sql, await claimReply(sql))).message_id;
  assert.equal(await waited(sql, reply), null, "not before Twilio has it");
  await deliver(sql, reply);
  assertAbout(await waited(sql, reply), 300);
  const more = await write(sql, tenant, contact);
  await deliver(sql, more);
  assert.equal(await waited(sql, more), null, "nothing was asked since");
});

Deno.test("a person's answer counts as well; a keyword asks nothing", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const contact = phone();
  await asked(sql, tenant, contact, 120);
  await asked(sql, tenant, contact, 100, "HELP");
  const answer = await write(sql, tenant, contact);
  await deliver(sql, answer);
  assertAbout(await waited(sql, answer), 120);
  await asked(sql, tenant, contact, 50, "HELP");
  const unasked = await write(sql, tenant, contact);
  await deliver(sql, unasked);
  assert.equal(await waited(sql, unasked), null);
});

Deno.test("what never left, an apology and a program's text leave the contact waiting", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql, { error_message: "Sorry." });
  const contact = phone();
  await asked(sql, tenant, contact, 500);
  const failure = { code: "MODEL_REFUSED", message: "No.", permanent: true };
  const apology = (await finish(sql, await claimReply(sql), { failure })).message_id;
  await deliver(sql, apology);
  assert.equal(await waited(sql, apology), null);
  const system =
    (await sql`select private.create_message(${tenant.userId}, 'system', ${contact}, 'News!', null, '{}',
    null, null) as answer`)[0]?.answer.message.id;
  await deliver(sql, system);
  assert.equal(await waited(sql, system), null);
  const canceled = await write(sql, tenant, contact);
  assert.equal((await callAs(sql, tenant, "cancel_message", { message_id: canceled })).outcome, "canceled");
  const answer = await write(sql, tenant, contact);
  await deliver(sql, answer);
  assertAbout(await waited(sql, answer), 500);
});

Deno.test("a text is counted as what it is now: its old status, price and segments count no more", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const reply = await exchange(sql, tenant, phone());
  await deliver(sql, reply);
  await foldAll(sql);
  await sql`update public.sms_messages set status = 'delivered', price = -0.02, price_unit = 'USD', num_segments = 3
    where id = ${reply}`;
  await assertCountedRight(sql);
  await foldAll(sql);
  const rows = await sql`select status, messages::int, segments::int, price::float8, price_unit
    from public.message_stats where user_id = ${tenant.userId} and direction = 'outbound'`;
  assert.deepEqual([...rows], [{
    status: "delivered",
    messages: 1,
    segments: 3,
    price: -0.02,
    price_unit: "USD",
  }]);
});

Deno.test("an update that changes nothing countable appends nothing", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const reply = await exchange(sql, tenant, phone());
  await foldAll(sql);
  await sql`update public.sms_messages set error_message = 'x', date_updated = now(), price_unit = 'USD', body = 'y'
    where id = ${reply}`;
  assert.equal((await call(sql, "fold_stats")).folded, 0);
  assert.equal((await sql`select from private.stat_deltas`).length, 0);
});

Deno.test("texts of a number nobody owns count for nobody", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "Anyone?", { to_number: "+14155559999" });
  assert.equal((await sql`select from private.stat_deltas`).length, 0);
});

Deno.test("a deleted conversation's texts are taken away again, folded or not", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await exchange(sql, tenant, phone());
  await foldAll(sql);
  await exchange(sql, tenant, phone());
  await sql`delete from public.conversations where user_id = ${tenant.userId}`;
  await assertCountedRight(sql);
  await foldAll(sql);
  for (
    const table of ["public.message_stats", "private.stat_hours", "private.stat_days", "private.stat_deltas"]
  ) {
    assert.equal((await sql`select from ${sql(table)}`).length, 0, table);
  }
});

Deno.test("fold_stats() takes the oldest changes first, as many as it may, and says what remains", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  for (let i = 0; i < 3; i++) await exchange(sql, tenant, phone());
  const [first] = await sql`select count(*)::int as deltas, min(id) as id from private.stat_deltas`;
  assert(first && first.deltas > 4);
  assert.deepEqual(await call(sql, "fold_stats", { max_rows: 2 }), {
    outcome: "folded",
    folded: 2,
    remaining: first.deltas - 2,
  });
  const [next] = await sql`select min(id) as id from private.stat_deltas`;
  assert(next && Number(next.id) > Number(first.id) + 1);
  await assertCountedRight(sql);
  assert.deepEqual(await call(sql, "fold_stats", { max_rows: -1 }), {
    outcome: "folded",
    folded: 0,
    remaining: first.deltas - 2,
  });
});

Deno.test("one folds at a time, and readers see each change exactly once meanwhile", async () => {
  await using database = await testDatabase();
  const { sql, url } = database;
  const tenant = await addTenant(sql);
  await exchange(sql, tenant, phone());
  const other = connect(url, 1);
  try {
    await other.begin(async (folding) => {
      assert.equal((await call(folding as unknown as Sql, "fold_stats")).outcome, "folded");
      assert.deepEqual(await call(sql, "fold_stats"), { outcome: "busy", folded: 0, remaining: null });
      const { totals } = await callAs(sql, tenant, "summarize_messages");
      const { inbound, outbound } = totals as Record<string, number>;
      assert.deepEqual([inbound, outbound], [1, 1], "the fold is not there yet");
    });
  } finally {
    await other.end();
  }
  const { totals } = await callAs(sql, tenant, "summarize_messages");
  const { inbound, outbound } = totals as Record<string, number>;
  assert.deepEqual([inbound, outbound], [1, 1]);
});

Deno.test("a fold that meets the deletion of a user gives way, and takes nothing", async () => {
  await using database = await testDatabase();
  const { sql, url } = database;
  const [gone, stays] = [await addTenant(sql), await addTenant(sql)];
  for (const tenant of [gone, stays]) await exchange(sql, tenant, phone());
  const other = connect(url, 1);
  try {
    await other.begin(async (deleting) => {
      await deleting`delete from auth.users where id = ${gone.userId}`;
      assert.equal((await call(sql, "fold_stats")).outcome, "busy");
    });
  } finally {
    await other.end();
  }
  assert.equal((await call(sql, "fold_stats")).outcome, "folded");
  await assertCountedRight(sql);
  const users = await sql`select distinct user_id from public.message_stats`;
  assert.deepEqual(users.map((row) => row.user_id), [stays.userId]);
});

Deno.test("whoever deletes a user need not be allowed to write figures", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await exchange(sql, tenant, phone());
  const state = await stateOf(sql.begin(async (transaction) => {
    await transaction`set local role supabase_auth_admin`;
    await transaction`delete from auth.users where id = ${tenant.userId}`;
  }));
  assert.equal(state, "allowed");
  assert.equal((await sql`select from private.stat_deltas`).length, 0);
});

Deno.test("the bins of answer times are within 5 % of what is in them, from a millisecond to 30 days", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const rows = await sql`select ms::float8, round(1.1 ^ (bin + 0.5), 2)::float8 as middle, bin
    from (select ms, private.answer_bin(ms) as bin from (
      select generate_series(1, 3000)::bigint union all
      select floor(exp(s / 50.0))::bigint from generate_series(400, 1083) s) m (ms)) b`;
  for (const { ms, middle } of rows) {
    assert.ok(Math.abs(middle - ms) <= 0.0501 * ms, `${ms} ms is taken for ${middle}`);
  }
  const [ends] = await sql`select private.answer_bin(0) as least, private.answer_bin(2592000000) as most,
    private.answer_bin(9000000000000) as more, private.answer_bin(null) as nothing`;
  assert.deepEqual({ ...ends }, { least: 0, most: 227, more: 227, nothing: null });
});
