/**
 * A change of a text and a fold at the same moment, each in a session of its own. In either order the figures stay
 * what the texts are, before the fold, after it, and after the next.
 */
import { strict as assert } from "node:assert";
import type { ReservedSql, Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { whileOpen } from "./sending.ts";
import { assertCountedRight, foldAll } from "./stats_support.ts";
import { addTenant, call, exchange, phone, stateOf, type Tenant } from "./support.ts";

interface Given {
  sql: Sql;
  tenant: Tenant;
  /** The text that changes. Its last change is not folded yet. */
  id: string;
}

type Change = (session: Sql, given: Given) => Promise<unknown>;

const update: Change = (session, { id }) =>
  session`update public.sms_messages set status = 'delivered', price = -0.02, price_unit = 'USD', num_segments = 3
    where id = ${id}`;
const remove: Change = (session, { id }) => session`delete from public.sms_messages where id = ${id}`;

const removeUser: Change = (session, { tenant }) =>
  session`delete from auth.users where id = ${tenant.userId}`;

const CHANGES: Record<string, Change> = {
  "an update": update,
  "two updates": async (session, given) => {
    await update(session, given);
    await session`update public.sms_messages set status = 'read' where id = ${given.id}`;
  },
  "an update that is taken back in part": async (session, given) => {
    await session`savepoint before`;
    await update(session, given);
    await session`rollback to savepoint before`;
    await session`update public.sms_messages set num_segments = 9 where id = ${given.id}`;
  },
  "an update after one that was taken back": async (session, given) => {
    await session`update public.sms_messages set num_segments = 9 where id = ${given.id}`;
    await session`savepoint after`;
    await remove(session, given);
    await session`rollback to savepoint after`;
  },
  "a move to another quarter of an hour": (session, { id }) =>
    session`update public.sms_messages set created_at = created_at - interval '3 hours' where id = ${id}`,
  "a move there and back": async (session, { id }) => {
    await session`update public.sms_messages set created_at = created_at - interval '3 hours' where id = ${id}`;
    await session`update public.sms_messages set created_at = created_at + interval '3 hours', status = 'read'
      where id = ${id}`;
  },
  "a deletion": remove,
  "a deletion of the conversation": (session, { tenant }) =>
    session`delete from public.sms_conversations where user_id = ${tenant.userId}`,
  "a deletion, and the same text again": async (session, given) => {
    await session`create temp table kept on commit drop as select * from public.sms_messages where id = ${given.id}`;
    await remove(session, given);
    await session`insert into public.sms_messages select * from kept`;
    await session`update public.sms_messages set num_segments = 4 where id = ${given.id}`;
  },
  "a new text": (session, { tenant }) => exchange(session, tenant, phone()),
  "a deletion of the user": removeUser,
};

/** A text that is folded and has changed since, beside others that have and have not. */
async function given(sql: Sql): Promise<Given> {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const id = await exchange(sql, tenant, phone());
  for (const each of [tenant, other]) await exchange(sql, each, phone());
  await foldAll(sql);
  await sql`update public.sms_messages set status = 'sent' where id = ${id}`;
  await exchange(sql, other, phone());
  await assertCountedRight(sql);
  return { sql, tenant, id };
}

async function assertRightToTheEnd(sql: Sql): Promise<void> {
  await assertCountedRight(sql);
  await foldAll(sql);
  await assertCountedRight(sql);
  const left = await sql`select from sms_private.stat_changes`;
  assert.equal(left.length, 0);
}

/** In a session that asks for it, a fold stops when it has locked what it takes, until the lock 4711 is free. */
const PAUSE = `
  create function public.pause() returns trigger language plpgsql as $$
  begin
    if current_setting('test.pause', true) = 'on' then
      perform pg_advisory_xact_lock(4712);
      while exists (select from pg_locks where locktype = 'advisory' and objid = 4711
          and database = (select oid from pg_database where datname = current_database())) loop
        perform pg_sleep(0.005);
      end loop;
    end if;
    return null;
  end $$;
  create trigger pause before delete on sms_private.stat_changes for each statement execute function public.pause()`;

const isHeld = async (sql: Sql, lock: number) =>
  (await sql`select from pg_locks where locktype = 'advisory' and objid = ${lock}
    and database = (select oid from pg_database where datname = current_database())`).length > 0;

/** Begins a fold, makes the change while the fold has locked its rows, and lets the fold go on. */
async function inTheMiddleOfAFold(all: Given, change: Change, end: "commit" | "rollback"): Promise<void> {
  const { sql } = all;
  await sql.unsafe(PAUSE);
  const [holder, folding, changing] = [await sql.reserve(), await sql.reserve(), await sql.reserve()];
  try {
    await holder`select pg_advisory_lock(4711)`;
    const [pid] = await folding`select pg_backend_pid() as folding`;
    await folding`begin`;
    await folding`set local test.pause = 'on'`;
    const fold = call(folding as unknown as Sql, "sms_fold_stats");
    while (!await isHeld(sql, 4712));
    const changed = inTransaction(changing, (session) => change(session, all));
    await settledOrBlockedBy(sql, pid?.folding, changed);
    await assertCountedRight(sql);
    await holder`select pg_advisory_unlock(4711)`;
    // It cannot wait for the end of a user, who in turn waits for it.
    assert.equal((await fold).outcome, change === removeUser ? "busy" : "folded");
    await folding.unsafe(end);
    await changed;
  } finally {
    for (const session of [holder, folding, changing]) session.release();
  }
  await sql`drop trigger pause on sms_private.stat_changes`;
}

async function inTransaction(session: ReservedSql, work: (session: Sql) => Promise<unknown>): Promise<void> {
  await session`begin`;
  await work(session as unknown as Sql);
  await session`commit`;
}

async function settledOrBlockedBy(sql: Sql, pid: number, work: Promise<unknown>): Promise<void> {
  let settled = false;
  const done = () => settled = true;
  work.then(done, done);
  while (!settled) {
    const waiting = await sql`select from pg_stat_activity a where a.datname = current_database()
      and ${pid} = any (pg_blocking_pids(a.pid))`;
    if (waiting.length > 0) return;
  }
}

for (const [what, change] of Object.entries(CHANGES)) {
  for (const end of ["commit", "rollback"] as const) {
    emptyDbTest(`${what} that a fold comes upon, ends in ${end}`, async ({ sql }) => {
      const all = await given(sql);
      const first = (session: Sql) => change(session, all);
      const fold = await whileOpen(sql, first, () => call(sql, "sms_fold_stats"), end);
      assert.notEqual(fold.outcome, "busy");
      await assertRightToTheEnd(sql);
    });
    emptyDbTest(`${what} in the middle of a fold that ends in ${end}`, async ({ sql }) => {
      const all = await given(sql);
      await inTheMiddleOfAFold(all, change, end);
      await assertRightToTheEnd(sql);
    });
  }
}

emptyDbTest("a fold does not wait for a change, and leaves it for the next", async ({ sql }) => {
  const all = await given(sql);
  const fold = await whileOpen(sql, (session) => update(session, all), () => call(sql, "sms_fold_stats"));
  assert.deepEqual(fold, { outcome: "folded", folded: 2, remaining: 1 });
});

emptyDbTest("a text has one row however often it changes, and none when it is folded", async ({ sql }) => {
  const { id } = await given(sql);
  for (const status of ["sending", "sent", "delivered"]) {
    await sql`update public.sms_messages set status = ${status} where id = ${id}`;
  }
  const rows = await sql`select status from sms_private.stat_changes where message_id = ${id}`;
  assert.deepEqual(rows.map((row) => row.status), ["pending"], "as it was when it was folded");
  await foldAll(sql);
  assert.equal((await sql`select from sms_private.stat_changes`).length, 0);
});

emptyDbTest("figures are not folded where later statements see no more than the first", async ({ sql }) => {
  await given(sql);
  for (const level of ["repeatable read", "serializable"]) {
    assert.notEqual(
      await stateOf(
        sql.begin(`isolation level ${level}`, (session) => call(session as unknown as Sql, "sms_fold_stats")),
      ),
      "allowed",
    );
  }
});

emptyDbTest("figures are right after changes, folds and looks at the same time", async ({ sql }) => {
  const tenants = [await addTenant(sql), await addTenant(sql)];
  const ids: string[] = [];
  for (const tenant of [...tenants, ...tenants]) ids.push(await exchange(sql, tenant, phone()));
  let rounds = 0;
  const going = () => rounds < 150;
  await Promise.all([
    ...[0, 1, 2].map(async (first) => {
      for (let n = first; going(); n++) {
        await sql`update public.sms_messages set num_segments = ${n % 7}, status = ${n % 2 ? "sent" : "read"},
          price = ${-n % 5}, price_unit = 'USD' where id = ${ids[n % ids.length] ?? null}`;
      }
    }),
    (async () => {
      while (going()) assert.equal((await call(sql, "sms_fold_stats", { max_rows: 2 })).outcome, "folded");
    })(),
    (async () => {
      for (; going(); rounds++) {
        const [seen] = await sql`select
          (select sum(messages) from (select messages from public.sms_stats
            union all select messages from sms_private.stat_deltas) s)::int as counted,
          (select sum(segments) from (select segments from public.sms_stats
            union all select segments from sms_private.stat_deltas) s)::int as segments,
          (select count(*) from public.sms_messages)::int as texts,
          (select sum(num_segments) from public.sms_messages)::int as stored`;
        assert.deepEqual([seen?.counted, seen?.segments], [seen?.texts, seen?.stored]);
      }
    })(),
  ]);
  await assertRightToTheEnd(sql);
});
