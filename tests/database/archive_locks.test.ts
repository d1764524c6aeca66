/** Archiving beside all that goes on: it waits for nobody, and nobody for it. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { archive, archiveAll, archivedIds, figures, oldTalk, talk } from "./archive_support.ts";
import { whileOpen } from "./sending.ts";
import { foldAll } from "./stats_support.ts";
import { addTenant, call, callAs, claimReply, finish, text } from "./support.ts";

dbTest("a message that is locked is skipped, and goes in the next pass", async ({ sql, tenant }) => {
  const old = await oldTalk(sql, tenant, 2);
  const answer = await whileOpen(
    sql,
    (holder) => holder`select from public.sms_messages where id = ${old.answer} for no key update`,
    () => archive(sql),
  );
  assert.equal(answer.archived, 3, "had it waited, all four had gone");
  assert.equal(await archiveAll(sql), 1);
  assert.deepEqual(await archivedIds(sql), old.ids);
});

dbTest("messages are received, answered, sent and folded beside an open batch", async ({ sql, tenant }) => {
  const old = await oldTalk(sql, tenant, 2);
  await sql`update public.sms_conversations set status = 'active', end_reason = null, ended_at = null`;
  const archiving = await sql.reserve();
  try {
    await archiving`begin`;
    assert.equal((await archive(archiving as unknown as Sql)).archived, 3);
    await sql.begin(async (going) => {
      const on = going as unknown as Sql;
      await on`set local lock_timeout = '100ms'`;
      // Of the same contact: the same conversation, ended as idle, and then a new one.
      assert.equal((await text(on, tenant, old.contact, "Me again")).outcome, "stored");
      assert.equal((await finish(on, await claimReply(on))).outcome, "stored");
    });
    await sql.begin(async (going) => {
      await going`set local lock_timeout = '100ms'`;
      await talk(going as unknown as Sql, tenant);
      assert.equal((await call(going as unknown as Sql, "sms_fold_stats")).outcome, "folded");
    });
    const sent = await callAs(sql, tenant, "sms_create_message", { to_number: old.contact, body: "Hello" });
    assert.equal(sent.outcome, "created");
    await archiving`commit`;
  } finally {
    archiving.release();
  }
  await foldAll(sql);
  const before = await figures(sql);
  await sql`select sms_private.recount_stats()`;
  assert.deepEqual(await figures(sql), before);
});

dbTest("a batch that is rolled back leaves everything as it was", async ({ sql, tenant }) => {
  const old = await oldTalk(sql, tenant);
  const before = await figures(sql);
  const rows = () => sql`select to_jsonb(m) from public.sms_messages m order by id`;
  const messages = [...await rows()];
  const fold = await whileOpen(
    sql,
    async (holder) => assert.equal((await archive(holder, 2)).archived, 2),
    () => call(sql, "sms_fold_stats"),
    "rollback",
  );
  assert.deepEqual(fold, { outcome: "folded", folded: 0, remaining: 0 });
  assert.deepEqual([...await rows()], messages);
  assert.deepEqual(await figures(sql), before);
  assert.equal(await archiveAll(sql), 2);
  assert.deepEqual(await archivedIds(sql), old.ids);
});

dbTest(
  "a change that waits for a batch finds the message gone, and counts nothing",
  async ({ sql, tenant }) => {
    const old = await oldTalk(sql, tenant);
    const before = await figures(sql);
    const updated = await whileOpen(
      sql,
      (holder) => archive(holder),
      () => sql`update public.sms_messages set status = 'read' where id = ${old.answer} returning id`,
    );
    assert.equal(updated.length, 0);
    await foldAll(sql);
    assert.deepEqual(await figures(sql), before);
  },
);

dbTest("one archives at a time", async ({ sql, tenant }) => {
  await oldTalk(sql, tenant);
  const second = await whileOpen(sql, (holder) => archive(holder), () => archive(sql));
  assert.deepEqual(second, { outcome: "busy" });
});

const HELD: Record<string, (holder: Sql, userId: string) => Promise<unknown>> = {
  "the deletion of a user": (holder, userId) =>
    holder`select from auth.users where id = ${userId} for update`,
  "the deletion of a conversation": (holder, userId) =>
    holder`select from public.sms_conversations where user_id = ${userId} for update`,
  "a recount": (holder) => holder`lock table public.sms_messages in share row exclusive mode`,
};
for (const [what, hold] of Object.entries(HELD)) {
  dbTest(`a batch that meets ${what} gives way`, async ({ sql, tenant }) => {
    const old = await oldTalk(sql, tenant);
    const before = await figures(sql);
    const connection = await sql.reserve();
    try {
      await connection`begin`;
      await hold(connection as unknown as Sql, tenant.userId);
      assert.deepEqual(await archive(sql), { outcome: "busy" });
      await connection`rollback`;
    } finally {
      connection.release();
    }
    assert.deepEqual(await archivedIds(sql), []);
    assert.equal((await sql`select from sms_private.stat_changes`).length, 0);
    assert.deepEqual(await figures(sql), before);
    assert.equal(await archiveAll(sql), 2, "the same messages are looked at again");
    assert.deepEqual(await archivedIds(sql), old.ids);
  });
}

dbTest("a user who is deleted in the middle of a batch is gone whole", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const theirs = await oldTalk(sql, other);
  await oldTalk(sql, tenant);
  await whileOpen(
    sql,
    async (holder) => assert.equal((await archive(holder)).archived, 4),
    () => sql`delete from auth.users where id = ${tenant.userId}`,
  );
  assert.deepEqual(await archivedIds(sql), theirs.ids);
  await foldAll(sql);
  const users = await sql`select distinct user_id from public.sms_stats`;
  assert.deepEqual(users.map((row) => row.user_id), [other.userId]);
});
