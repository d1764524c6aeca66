/** What `deno task bench growth` fills, on a small size. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { fillGrown, readGrown } from "../../bench/growth/fill.ts";
import { sizesOf } from "../../bench/growth/sizes.ts";
import { openPipeline } from "../../bench/growth/pipeline.ts";
import { STEPS } from "../../bench/sql/steps.ts";
import { emptyDbTest } from "./db_test.ts";

const SHAPE = { messages: 3_000, users: 20 };

const indexes = (sql: Sql) =>
  sql`select indexdef from pg_indexes where schemaname = 'public' order by indexname`;

emptyDbTest(
  "the fill of growth has as many rows as it promises, and all indexes afterwards",
  async ({ sql }) => {
    const before = await indexes(sql);
    await fillGrown(sql, SHAPE);
    assert.deepEqual(await indexes(sql), before);
    const [counted] = await sql`
    select (select count(*)::int from public.sms_messages) as messages,
      (select count(distinct user_id)::int from public.sms_messages) as users,
      (select count(*)::int from public.sms_conversations) as conversations,
      (select count(*)::int from public.sms_message_events) as events,
      (select sum(messages)::int from public.sms_stats) as folded,
      (select count(*)::int from sms_private.stat_changes) as unfolded,
      (select count(*)::int from public.sms_conversations where last_message_preview like '%zebra%'
        and user_id = (select user_id from public.sms_numbers order by number limit 1)) as rare`;
    assert.deepEqual(counted, {
      messages: SHAPE.messages,
      users: SHAPE.users,
      conversations: sizesOf(SHAPE).reduce((before, { conversations }) => before + conversations, 0),
      // Two reports of each answer; every second message is one.
      events: SHAPE.messages,
      folded: SHAPE.messages,
      unfolded: 0,
      rare: 1,
    });
  },
);

emptyDbTest("what the fill of growth wrote holds to every reference and every check", async ({ sql }) => {
  await fillGrown(sql, SHAPE);
  const constraints = await sql`select conrelid::regclass::text as "table", conname as name,
      pg_get_constraintdef(oid) as definition
    from pg_constraint where contype in ('c', 'f') and conrelid in ('public.sms_contacts'::regclass,
      'public.sms_conversations'::regclass, 'public.sms_messages'::regclass, 'public.sms_message_events'::regclass,
      'public.sms_numbers'::regclass, 'public.sms_accounts'::regclass, 'sms_private.sender_pace'::regclass,
      'sms_private.twilio_credentials'::regclass)`;
  assert(constraints.length > 20);
  // Made anew, a constraint looks at all rows that there are.
  for (const { table, name, definition } of constraints) {
    await sql.unsafe(`alter table ${table} drop constraint ${name}, add constraint ${name} ${definition}`);
  }
});

emptyDbTest("a round of growth takes each text from the first verb to the last", async ({ sql }) => {
  await fillGrown(sql, SHAPE);
  const grown = await readGrown(sql, SHAPE);
  assert.equal(grown.largest.messages, 300);
  assert.equal(grown.measured[0]?.userId, grown.largest.userId);
  const count = async () => {
    const [row] = await sql`select (select count(*)::int from public.sms_messages) as messages,
      (select count(*)::int from public.sms_contacts) as contacts, (select count(*)::int from sms_private.jobs) as jobs`;
    return row;
  };
  const before = await count();
  using pipeline = await openPipeline(sql, grown);
  const round = await pipeline.round(20);
  // A text and its answer; four in five are from contacts who are new.
  assert.deepEqual(await count(), {
    messages: before?.messages + 40,
    contacts: before?.contacts + 16,
    jobs: 0,
  });
  assert.deepEqual(Object.keys(round), [...STEPS]);
  assert(Object.values(round).every(({ milliseconds }) => milliseconds > 0));
});
