import { strict as assert } from "node:assert";
import { REALTIME } from "./platform.ts";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { addTenant, as, callAs, PERMISSION_DENIED, phone, stateOf, type Tenant, text } from "./support.ts";

async function withRealtime(sql: Sql): Promise<void> {
  await sql.unsafe(REALTIME);
  assert.equal(await setUp(sql), true);
}

/** As `db push` does it: as the project's owner, who is no superuser. */
async function setUp(sql: Sql): Promise<boolean> {
  return await sql.begin(async (transaction) => {
    await transaction`set local role postgres`;
    const [row] = await transaction`select sms_private.set_up_live_updates() as done`;
    return row?.done;
  });
}

/** What was announced since the last look. */
async function announced(sql: Sql) {
  const rows = await sql`with gone as (delete from realtime.messages returning *)
    select topic, event, private, payload from gone order by id`;
  return rows.map(({ topic, event, private: isPrivate, payload }) => ({ topic, event, isPrivate, payload }));
}

async function conversationOf(sql: Sql, tenant: Tenant): Promise<string> {
  const [row] = await sql`select id from public.sms_conversations where user_id = ${tenant.userId}`;
  return row?.id;
}

emptyDbTest("without Realtime nothing is set up, and texts are stored", async ({ sql }) => {
  assert.equal(await setUp(sql), false);
  await text(sql, await addTenant(sql), phone(), "Hello");
  const [row] = await sql`select count(*)::int from public.sms_messages`;
  assert.equal(row?.count, 1);
});

emptyDbTest("changes are announced to their tenant alone, by id alone", async ({ sql }) => {
  await withRealtime(sql);
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "My secret");
  const id = await conversationOf(sql, tenant);
  const one = {
    topic: `sms:${tenant.userId}`,
    event: "changed",
    isPrivate: true,
    payload: { conversations: [id] },
  };
  const stored = await announced(sql);
  assert(stored.length > 0);
  for (const message of stored) assert.deepEqual(message, one);
  await callAs(sql, tenant, "sms_take_over", { conversation_id: id });
  assert.deepEqual((await announced(sql))[0], one);
  await sql`update public.sms_messages set intent = 'booking'`;
  assert.deepEqual(await announced(sql), [one]);
});

emptyDbTest("one statement is one event a tenant; above fifty it has no ids", async ({ sql }) => {
  await withRealtime(sql);
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  await text(sql, other, phone(), "Hello");
  for (let i = 0; i < 51; i++) await text(sql, tenant, phone(), "Hello");
  await announced(sql);
  await sql`update public.sms_conversations set waiting_for_person = true`;
  const told = await announced(sql);
  const payloads = Object.fromEntries(told.map(({ topic, payload }) => [topic, payload]));
  assert.equal(told.length, 2);
  assert.deepEqual(payloads, {
    [`sms:${tenant.userId}`]: { conversations: null },
    [`sms:${other.userId}`]: { conversations: [await conversationOf(sql, other)] },
  });
});

emptyDbTest("a text of a number that nobody owns is announced to nobody", async ({ sql }) => {
  await withRealtime(sql);
  const tenant = await addTenant(sql);
  await text(sql, { ...tenant, number: phone() }, phone(), "Hello");
  await sql`update public.sms_messages set intent = 'booking'`;
  assert.deepEqual(await announced(sql), []);
});

const FAILURES = {
  "raises":
    "create or replace function realtime.send(payload jsonb, event text, topic text, private boolean) " +
    "returns void language plpgsql as $$ begin raise exception 'Realtime is away'; end $$",
  "takes no message": "alter table realtime.messages add constraint nothing check (false) not valid",
  "has lost its table": "drop table realtime.messages",
  "has gone": "drop schema realtime cascade",
};
for (const [what, statement] of Object.entries(FAILURES)) {
  emptyDbTest(`a Realtime that ${what} undoes no text`, async ({ sql }) => {
    await sql.unsafe(
      REALTIME.replace(
        "(payload jsonb, event text, topic text, private boolean default true)",
        "(payload jsonb, event text, topic text, private boolean)",
      ),
    );
    assert.equal(await setUp(sql), true);
    await sql.unsafe(statement).simple();
    const tenant = await addTenant(sql);
    await text(sql, tenant, phone(), "Hello");
    await sql`update public.sms_messages set intent = 'booking'`;
    const [row] = await sql`select body, intent from public.sms_messages where user_id = ${tenant.userId}`;
    assert.deepEqual(row, { body: "Hello", intent: "booking" });
  });
}

emptyDbTest("a tenant hears its own topic only, and can announce nothing", async ({ sql }) => {
  await withRealtime(sql);
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  await text(sql, tenant, phone(), "Hello");
  // As Realtime asks whether somebody may join a topic: what do they see of a message in it?
  const hears = async (who: Parameters<typeof as>[1], topic: string) => {
    const rows = await as(sql, who, async (mine) => {
      await mine`select set_config('realtime.topic', ${topic}, true)`;
      return await mine`select topic from realtime.messages where topic = ${topic}`;
    });
    return rows.length > 0;
  };
  const topic = `sms:${tenant.userId}`;
  assert.equal(await hears({ role: "authenticated", userId: tenant.userId }, topic), true);
  assert.equal(await hears({ role: "authenticated", userId: other.userId }, topic), false);
  assert.equal(await hears({ role: "anon" }, topic), false);
  const shout = as(
    sql,
    { role: "authenticated", userId: tenant.userId },
    (mine) => mine`insert into realtime.messages (topic, extension) values (${topic}, 'broadcast')`,
  );
  assert.equal(await stateOf(shout), PERMISSION_DENIED);
});

emptyDbTest("only the owner may call set_up_live_updates(), also again", async ({ sql }) => {
  await withRealtime(sql);
  assert.equal(await setUp(sql), true);
  const { userId } = await addTenant(sql);
  for (
    const who of [{ role: "authenticated", userId }, { role: "anon" }, { role: "service_role" }] as const
  ) {
    const called = as(sql, who, (mine) => mine`select sms_private.set_up_live_updates()`);
    assert.equal(await stateOf(called), PERMISSION_DENIED);
  }
});
