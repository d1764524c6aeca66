import { strict as assert } from "node:assert";
import { printed } from "../support/pages/printed.ts";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  archive,
  archiveAll,
  archivedIds,
  end,
  figures,
  longAgo,
  oldTalk,
  settled,
  type Talk,
  talk,
  unownedText,
} from "./archive_support.ts";
import { broadcastTo, phones } from "./sending.ts";
import { foldAll, summarize } from "./stats_support.ts";
import { addTenant, as, call, callAs, claimReply, exchange, finish, PERMISSION_DENIED } from "./support.ts";
import { claimDeliveries, messageSid, phone, record, stateOf, text } from "./support.ts";
import { randomFrom, step } from "./workload.ts";

const RANGE = {
  from: new Date(Date.now() - 90 * 86_400_000).toISOString(),
  to: new Date(Date.now() + 86_400_000).toISOString(),
  bucket: "day",
  zone: "Europe/Berlin",
} as const;

dbTest("archiving moves old messages as they were and changes no figure", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const [mine, theirs] = await longAgo(sql, [tenant], async () => [
    await talk(sql, tenant, 3),
    await talk(sql, other),
  ]);
  await end(sql, mine);
  await exchange(sql, tenant, phone(), "A text of today");
  await foldAll(sql);
  const before = await figures(sql);
  const summary = await summarize(sql, tenant, RANGE);
  const rows =
    await sql`select to_jsonb(m) as message, (select jsonb_agg(to_jsonb(e) order by e.received_at, e.id)
      from public.sms_message_events e where e.message_id = m.id) as events
    from public.sms_messages m where m.id = any (${mine.ids}::uuid[]) order by m.id`;
  const staying = () =>
    sql`select to_jsonb(m) from public.sms_messages m where m.id <> all (${mine.ids}::uuid[]) order by m.id`;
  const stays = [...await staying()];

  assert.equal(await archiveAll(sql), 6);

  assert.deepEqual(await figures(sql), before);
  assert.deepEqual(await summarize(sql, tenant, RANGE), summary);
  assert.equal((await sql`select from sms_private.stat_changes`).length, 0);
  assert.deepEqual([...await staying()], stays, "the other tenant's, and the text of today");
  assert.equal(stays.length, 4);
  assert.equal(theirs.ids.length, 2);
  const kept =
    await sql`select message, nullif(events, '[]') as events from sms_private.archived_messages order by id`;
  assert.deepEqual([...kept], [...rows]);
  assert(kept.some(({ events }) => events?.length > 1), "events went with their message");
  const events =
    await sql`select from public.sms_message_events where message_id = any (${mine.ids}::uuid[])`;
  assert.equal(events.length, 0);
});

dbTest("an archived row makes the same row of sms_messages again", async ({ sql, tenant }) => {
  const old = await oldTalk(sql, tenant);
  await sql`create table public.kept as select * from public.sms_messages where id = any (${old.ids}::uuid[])`;
  assert.equal(await archiveAll(sql), 2);
  const different = await sql`
    select (jsonb_populate_record(null::public.sms_messages, message)).* from sms_private.archived_messages
    except select * from public.kept`;
  assert.equal(different.length, 0);
});

dbTest(
  "docs/archiving.md copies a line of JSON a message out, and deletes only that",
  async ({ sql, tenant }) => {
    const taken = await printed("docs/archiving.md", "begin isolation level");
    const [begin = "", copy = ""] = taken.as({ "\\copy": "copy", "'archive.jsonl'": "stdout" }).split("\n");
    const done = await printed("docs/archiving.md", "delete from sms_private.archived_messages");
    const [remove = "", commit = ""] = done.as().split("\n");
    const old = await oldTalk(sql, tenant);
    const body = `"Quoted", back\\slash,\nnew line\ttab`;
    await sql`update public.sms_messages set body = ${body} where id = ${old.question}`;
    assert.equal(await archiveAll(sql), 2);
    const session = await sql.reserve();
    let lines = "";
    let late: Talk;
    try {
      await session.unsafe(begin);
      const copied = await session.unsafe(copy).readable();
      for await (const chunk of copied) lines += chunk;
      late = await oldTalk(sql, tenant);
      assert.equal(await archiveAll(sql), 2);
      await session.unsafe(remove);
      await session.unsafe(commit);
    } finally {
      session.release();
    }
    const rows = lines.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(rows.map(({ id }) => id), old.ids);
    assert.equal(rows[0].message.body, body);
    assert.deepEqual(await archivedIds(sql), late.ids, "what came after the copy");
  },
);

dbTest(
  "a recount after archiving has the same figures, also without the messages",
  async ({ sql, tenant }) => {
    const other = await addTenant(sql);
    const early = await oldTalk(sql, tenant, 2);
    await exchange(sql, other, phone());
    await foldAll(sql);
    const before = await figures(sql);
    assert.equal(await archiveAll(sql), 4);
    await sql`select sms_private.recount_stats()`;
    assert.deepEqual(await figures(sql), before);
    await sql`delete from sms_private.archived_messages`;
    await sql`select sms_private.recount_stats()`;
    assert.deepEqual(await figures(sql), before, "the operator took the messages away");
    // Later ones of the same quarter of an hour are added up.
    const late = await oldTalk(sql, tenant);
    await sql`update public.sms_messages m set created_at = f.bucket
    from (select min(bucket) as bucket from sms_private.archived_figures) f where m.id = any (${late.ids}::uuid[])`;
    await foldAll(sql);
    const then = await figures(sql);
    assert.equal(await archiveAll(sql), 2);
    await sql`select sms_private.recount_stats()`;
    assert.deepEqual(await figures(sql), then);
    assert.notDeepEqual(then, before);
    const [counted] =
      await sql`select sum(messages)::int as messages, sum(conversations)::int as conversations
    from sms_private.archived_figures where user_id = ${early.tenant.userId}`;
    assert.deepEqual(counted, { messages: 6, conversations: 2 });
  },
);

dbTest("what is not folded yet stays, and goes when it is", async ({ sql, tenant }) => {
  const old = await longAgo(sql, [tenant], () => talk(sql, tenant));
  await end(sql, old);
  const before = await summarize(sql, tenant, RANGE);
  assert.equal(await archiveAll(sql), 0);
  assert.deepEqual(await summarize(sql, tenant, RANGE), before);
  await foldAll(sql);
  assert.equal(await archiveAll(sql), 2);
  assert.deepEqual(await summarize(sql, tenant, RANGE), before);
});

for (const seed of [1, 2, 3]) {
  emptyDbTest(`archiving keeps the figures of anything that happens (seed ${seed})`, async ({ sql }) => {
    const tenants = [await addTenant(sql), await addTenant(sql), await addTenant(sql)];
    const world = { sql, random: randomFrom(seed), tenants, contacts: phones(5) };
    await longAgo(sql, tenants, async () => {
      for (let i = 0; i < 120; i++) await step(world, i);
    });
    await settled(sql);
    await sql`update public.sms_conversations set status = 'ended', end_reason = 'idle', ended_at = last_message_at
      where status = 'active' and id in (select id from public.sms_conversations order by id limit 5)`;
    await foldAll(sql);
    const before = await figures(sql);
    assert(await archiveAll(sql, 7) > 5, `something goes, seed ${seed}`);
    assert.deepEqual(await figures(sql), before, `seed ${seed}`);
    await sql`select sms_private.recount_stats()`;
    assert.deepEqual(await figures(sql), before, `recounted, seed ${seed}`);
  });
}

dbTest("a broadcast has the same totals after its messages were archived", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const id = await longAgo(sql, [tenant], async () => {
    const sent = await broadcastTo(sql, tenant, phones(5));
    for (const job of await claimDeliveries(sql)) {
      await record(sql, job, "accepted", { message_sid: messageSid(), status: "queued", num_segments: 1 });
    }
    await sql`update public.sms_messages set status = case when to_number < (
        select max(to_number) from public.sms_messages) then 'delivered' else 'undelivered' end`;
    return sent;
  });
  await settled(sql);
  await foldAll(sql);
  const totals = async (who = tenant) => await callAs(sql, who, "sms_get_broadcast", { broadcast_id: id });
  const before = await totals();
  assert.deepEqual(before.totals, { delivered: 4, undelivered: 1 });
  assert.equal((await archive(sql, 2)).archived, 2);
  assert.deepEqual(await totals(), before, "in the middle of a pass");
  assert.equal(await archiveAll(sql), 3);
  assert.deepEqual(await totals(), before);
  const canceled = await callAs(sql, tenant, "sms_cancel_broadcast", { broadcast_id: id });
  assert.deepEqual(canceled.totals, before.totals);
  assert.equal((await totals(other)).outcome, "BROADCAST_NOT_FOUND");
  const [theirs] = await as(
    sql,
    { role: "authenticated", userId: other.userId },
    (they) => they`select sms_private.broadcast_totals(${id}) as totals`,
  );
  assert.deepEqual(theirs?.totals, {});
});

dbTest("after archiving, a thread begins later and all else is as before", async ({ sql, tenant }) => {
  const old = await longAgo(sql, [tenant], () => talk(sql, tenant, 3));
  await foldAll(sql);
  const list = () => callAs(sql, tenant, "sms_search_conversations", { search: "Sure" });
  const whole = () => callAs(sql, tenant, "sms_search_conversations");
  const before = [await list(), await whole()];
  const numbers = await callAs(sql, tenant, "sms_list_message_numbers");
  assert.equal(await archiveAll(sql), 5);
  assert.deepEqual([await list(), await whole()], before);
  assert.deepEqual(await callAs(sql, tenant, "sms_list_message_numbers"), numbers);

  const thread = async (args = {}) => {
    const answer = await callAs(sql, tenant, "sms_get_conversation", {
      conversation_id: old.conversationId,
      page_size: 1,
      ...args,
    });
    return {
      seqs: (answer.messages as { seq: number }[]).map(({ seq }) => seq),
      next: answer.next_seq as number | null,
      last: (answer.conversation as { last_seq: number }).last_seq,
    };
  };
  assert.deepEqual(await thread(), { seqs: [6], next: null, last: 6 });
  assert.deepEqual(await thread({ before_seq: 6 }), { seqs: [], next: null, last: 6 });
  // A person goes on in it.
  const sent = await callAs(sql, tenant, "sms_create_message", {
    to_number: old.contact,
    body: "Still there?",
  });
  assert.equal((sent.message as { seq: number }).seq, 7);
  assert.deepEqual(await thread(), { seqs: [7], next: 7, last: 7 });
  assert.deepEqual(await thread({ before_seq: 7 }), { seqs: [6], next: null, last: 7 });
  const all = await callAs(sql, tenant, "sms_list_messages_with", { contact_number: old.contact });
  assert.deepEqual((all.messages as { seq: number }[]).map(({ seq }) => seq), [7, 6]);
});

dbTest("a contact whose talk was archived is answered like anybody", async ({ sql, tenant }) => {
  const old = await oldTalk(sql, tenant, 2);
  assert.equal(await archiveAll(sql), 4);
  const empty = await callAs(sql, tenant, "sms_get_conversation", { conversation_id: old.conversationId });
  assert.deepEqual(empty.messages, []);
  await text(sql, tenant, old.contact, "Me again");
  const job = await claimReply(sql);
  assert.notEqual(job.conversation_id, old.conversationId);
  assert.deepEqual(job.history.map(({ body }) => body), ["Me again"]);
  assert.equal((await finish(sql, job)).outcome, "stored");
});

dbTest("an archived message is not found by any call", async ({ sql, tenant }) => {
  const old = await oldTalk(sql, tenant);
  const [sent] = await sql`select * from public.sms_messages where id = ${old.answer}`;
  assert(sent);
  await archiveAll(sql);
  const report = await call(sql, "sms_record_status", {
    account_sid: sent.account_sid,
    message_sid: sent.message_sid,
    from_number: sent.from_number,
    to_number: sent.to_number,
    status: "read",
    error_code: null,
    error_message: null,
    message_id: old.answer,
  });
  assert.equal(report.outcome, "not_found");
  const cancel = await callAs(sql, tenant, "sms_cancel_message", { message_id: old.answer });
  assert.equal(cancel.outcome, "MESSAGE_NOT_FOUND");
});

dbTest("a deleted user's archive is deleted, and nobody else's", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const theirs = await oldTalk(sql, other);
  await oldTalk(sql, tenant);
  assert.equal(await archiveAll(sql), 4);
  await sql`delete from auth.users where id = ${tenant.userId}`;
  assert.deepEqual(await archivedIds(sql), theirs.ids);
  const users = await sql`select distinct user_id from sms_private.archived_figures`;
  assert.deepEqual(users.map((row) => row.user_id), [other.userId]);
});

dbTest("a deleted conversation's archive is deleted; its archived figures stay", async ({ sql, tenant }) => {
  const [gone, stays] = [await oldTalk(sql, tenant), await oldTalk(sql, tenant)];
  const before = await figures(sql);
  assert.equal(await archiveAll(sql), 4);
  await sql`delete from public.sms_conversations where id = ${gone.conversationId}`;
  assert.deepEqual(await archivedIds(sql), stays.ids);
  await foldAll(sql);
  assert.deepEqual(await figures(sql), before);
});

dbTest("a pass goes on where the call before ended, through random ids too", async ({ sql, tenant }) => {
  const old = await oldTalk(sql, tenant, 2);
  const unowned = await unownedText(sql, tenant);
  const imported = "f5d3c1b2-0000-4000-8000-000000000001";
  await sql`update public.sms_messages set id = ${imported}, created_at = now() - interval '60 days'
    where id = ${unowned}`;
  await exchange(sql, tenant, phone());
  const steps = [];
  for (let i = 0; i < 4; i++) steps.push(await archive(sql, 2));
  const archived = (archived: number, looked_at: number, done: boolean) => ({
    outcome: "archived",
    archived,
    looked_at,
    done,
  });
  assert.deepEqual(steps, [
    archived(2, 2, false),
    archived(2, 2, false),
    archived(1, 1, true),
    archived(0, 0, true),
  ]);
  assert.deepEqual(await archivedIds(sql), [...old.ids, imported]);
});

dbTest("archive_messages() refuses what is too young, and batches of no size", async ({ sql, tenant }) => {
  await oldTalk(sql, tenant);
  for (const age of [null, "0", "-1 days", "29 days 23:59:59"]) {
    assert.deepEqual(await archive(sql, 10, age), { outcome: "TOO_YOUNG" }, `${age}`);
  }
  for (const age of ["51 years", "1000000 years", "infinity"]) {
    assert.deepEqual(await archive(sql, 10, age), { outcome: "TOO_OLD" }, age);
  }
  for (const size of [0, -1, 1_001]) {
    assert.deepEqual(await archive(sql, size), { outcome: "INVALID_BATCH_SIZE" }, `${size}`);
  }
  assert.notEqual(
    await stateOf(
      sql.begin("isolation level repeatable read", (one) => archive(one as unknown as typeof sql)),
    ),
    "allowed",
  );
  assert.equal((await archive(sql, 10, "61 days")).archived, 0, "not as old as that");
  assert.equal((await archive(sql, 10, "59 days")).archived, 2);
});

dbTest("only the database's owner archives, and reads what is archived", async ({ sql, tenant }) => {
  await oldTalk(sql, tenant);
  const roles = [
    { role: "anon" },
    { role: "service_role" },
    { role: "authenticated", userId: tenant.userId },
  ] as const;
  const statements = [
    "select sms_private.archive_messages('30 days')",
    "select sms_private.move_to_archive('{}')",
    "select from sms_private.archived_messages",
    "select from sms_private.archived_figures",
    "select from sms_private.archived_broadcasts",
  ];
  for (const who of roles) {
    for (const statement of statements) {
      const state = await stateOf(as(sql, who, (one) => one.unsafe(statement)));
      assert.equal(state, PERMISSION_DENIED, `${who.role}: ${statement}`);
    }
  }
  assert.equal(await archiveAll(sql), 2);
});
