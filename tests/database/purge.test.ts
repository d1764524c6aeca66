import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { agree, agreed } from "./sending.ts";
import {
  addFilledTenant,
  addTenant,
  as,
  belongings,
  call,
  callAs,
  exchange,
  messageSid,
  phone,
  text,
} from "./support.ts";

async function purge(sql: Sql, batch_size = 500): Promise<Record<string, unknown>> {
  await sql`delete from sms_private.purges`;
  const [row] = await sql`select sms_private.purge(${batch_size}) as answer`;
  return row?.answer;
}

async function set(sql: Sql, name: string, value: number | null): Promise<void> {
  await sql`update sms_private.settings set value = ${String(value)}::text::jsonb where name = ${name}`;
}

async function ageOwnerless(sql: Sql, days: number): Promise<void> {
  await sql`update public.sms_messages set created_at = created_at - make_interval(days => ${days}) where user_id is null`;
}

emptyDbTest("ownerless texts go after 30 days, in batches, and what has an owner stays", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  const nobodys = { ...tenant, number: phone() };
  for (let n = 0; n < 5; n++) assert.equal((await text(sql, nobodys, phone(), "Hello")).outcome, "unowned");
  await ageOwnerless(sql, 31);
  await text(sql, nobodys, phone(), "Young");
  await sql`update public.sms_messages set created_at = created_at - interval '31 days' where user_id = ${tenant.userId}`;
  const before = await belongings(sql, tenant.userId);

  assert.deepEqual(await purge(sql, 3), { ownerless: 3, emptied: 0, refused: 0, forgotten: 0, more: true });
  assert.deepEqual(await purge(sql, 3), { ownerless: 2, emptied: 0, refused: 0, forgotten: 0, more: false });
  assert.deepEqual([...await sql`select body from public.sms_messages where user_id is null`], [{
    body: "Young",
  }]);
  assert.deepEqual(await belongings(sql, tenant.userId), before);
});

emptyDbTest("the operator keeps ownerless texts longer, or for ever", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await text(sql, { ...tenant, number: phone() }, phone(), "Hello");
  await ageOwnerless(sql, 300);
  for (const days of [null, 301]) {
    await set(sql, "ownerless_texts_days", days);
    assert.equal((await purge(sql)).ownerless, 0);
  }
  await set(sql, "ownerless_texts_days", 299);
  assert.equal((await purge(sql)).ownerless, 1);
});

emptyDbTest("each fold purges when an hour is over, and at once while there is more", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const nobodys = { ...tenant, number: phone() };
  const left = async () => (await sql`select 1 from public.sms_messages where user_id is null`).length;
  const fold = () => as(sql, { role: "service_role" }, (secret) => call(secret, "sms_fold_stats"));
  await text(sql, nobodys, phone(), "Hello");
  await ageOwnerless(sql, 31);
  assert.equal((await fold()).outcome, "folded");
  assert.equal(await left(), 0);
  await text(sql, nobodys, phone(), "Hello");
  await ageOwnerless(sql, 31);
  await fold();
  assert.equal(await left(), 1, "not before an hour is over");
  await sql`update sms_private.purges set next_at = next_at - interval '1 hour'`;
  await fold();
  assert.equal(await left(), 0);
});

emptyDbTest("a purge that fails does not stop the figures", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "Hello");
  await sql`update sms_private.settings set value = '"soon"' where name = 'ownerless_texts_days'`;
  assert.deepEqual(await call(sql, "sms_fold_stats"), { outcome: "folded", folded: 1, remaining: 0 });
});

emptyDbTest("texts keep their words unless the operator sets a number of days", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await exchange(sql, tenant, phone(), "My knee hurts");
  await sql`update public.sms_messages set created_at = created_at - interval '10 years'`;
  await purge(sql);
  assert.equal((await sql`select 1 from public.sms_messages where body = 'My knee hurts'`).length, 1);
});

emptyDbTest("words and attachments of old texts go, their rows and figures stay", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const number = phone();
  await exchange(sql, tenant, number, "My knee hurts");
  await text(sql, tenant, number, "A photo of my knee", {
    message_sid: messageSid(),
    media: [{ url: "https://api.twilio.com/knee", content_type: "image/png" }],
  });
  await sql`delete from sms_private.jobs`;
  await sql`update public.sms_messages set status = 'sent' where direction = 'outbound'`;
  await sql`insert into sms_private.archived_messages (id, user_id, created_at, message, events)
    values (gen_random_uuid(), ${tenant.userId}, now() - interval '100 days', '{"body": "My old knee", "media": []}', '[]')`;
  await call(sql, "sms_fold_stats");
  const figures = await sql`select * from public.sms_stats order by id`;
  await sql`update public.sms_messages set created_at = created_at - interval '100 days'`;
  await sql`update public.sms_conversations set last_message_at = last_message_at - interval '100 days'`;
  await sql`delete from sms_private.stat_changes`;
  await text(sql, tenant, number, "A young text");
  await text(sql, other, number, "Another young text");
  await callAs(sql, tenant, "sms_create_message", {
    to_number: number,
    body: "For next year",
    send_at: new Date(Date.now() + 300 * 86_400_000),
  });
  await sql`update public.sms_messages set created_at = created_at - interval '100 days' where body = 'For next year'`;
  await set(sql, "texts_days", 90);

  for (let batch = 0; batch < 5; batch++) await purge(sql, 2);
  const rows =
    await sql`select body, media from public.sms_messages where user_id = ${tenant.userId} and direction = 'inbound' order by created_at, seq`;
  assert.deepEqual([...rows], [
    { body: "[deleted]", media: [] },
    { body: "[deleted]", media: [] },
    { body: "A young text", media: [] },
  ]);
  assert.equal(
    (await sql`select 1 from public.sms_messages where body = 'For next year'`).length,
    1,
    "it has not left",
  );
  assert.equal((await sql`select 1 from public.sms_messages where body = 'Another young text'`).length, 1);
  assert.deepEqual([...await sql`select message from sms_private.archived_messages`], [{
    message: { body: "[deleted]", media: [] },
  }]);
  await call(sql, "sms_fold_stats");
  const after = await sql`select * from public.sms_stats where id = any (${
    figures.map((row) => row.id)
  }) order by id`;
  assert.deepEqual([...after].map((row) => row.messages > 0), [...figures].map(() => true));
});

emptyDbTest(
  "a text that waits for a year holds no purge back, and is emptied once it left",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    await callAs(sql, tenant, "sms_create_message", {
      to_number: phone(),
      body: "For next year",
      send_at: new Date(Date.now() + 300 * 86_400_000),
    });
    const listed = await callAs(sql, tenant, "sms_create_broadcast", {
      to_numbers: [await agreed(sql, tenant)],
      body: "News of next year",
      send_at: new Date(Date.now() + 300 * 86_400_000),
    });
    assert.equal(listed.accepted, 1);
    await sql`update public.sms_messages set created_at = created_at - interval '200 days'`;
    await sql`update public.sms_broadcasts set created_at = created_at - interval '200 days'`;
    for (const body of ["One", "Two", "Three", "Four"]) await text(sql, tenant, phone(), body);
    await sql`update public.sms_messages set created_at = created_at - interval '100 days' where direction = 'inbound'`;
    await set(sql, "texts_days", 90);
    const reached = async () => (await sql`select created_at from sms_private.emptied_until`)[0]?.created_at;
    const bodies = async () =>
      [...await sql`select body from public.sms_messages union all select body from public.sms_broadcasts order by 1`]
        .map((row) => row.body);

    await purge(sql, 2);
    const [oldest] =
      await sql`select min(created_at) as at from public.sms_messages where direction = 'inbound'`;
    assert(await reached() >= oldest?.at, "what is emptied is not looked at again");
    for (let batch = 0; batch < 3; batch++) await purge(sql, 2);
    assert.deepEqual((await bodies()).filter((body) => body !== "[deleted]"), [
      "For next year",
      "News of next year",
      "News of next year",
    ]);
    assert(Date.now() - await reached() < 91 * 86_400_000, "nor is it while a text waits");

    await sql`update public.sms_messages set status = 'sent' where body = 'For next year'`;
    await purge(sql);
    assert(!(await bodies()).includes("For next year"));
    await sql`update public.sms_messages set status = 'sent' where direction = 'outbound'`;
    for (let batch = 0; batch < 2; batch++) await purge(sql);
    assert.deepEqual([...new Set(await bodies())], ["[deleted]"]);
  },
);

emptyDbTest("words are not kept longer for a tenant who has no number any more", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "STOP");
  await set(sql, "texts_days", 90);
  await purge(sql);
  await sql`delete from public.sms_numbers`;
  await sql`update public.sms_messages set created_at = created_at - interval '100 days'`;
  await sql`delete from sms_private.purges`;
  await sql`update sms_private.emptied_until set created_at = '-infinity'`;
  await purge(sql);
  assert.deepEqual([...await sql`select body from public.sms_messages`].map((row) => row.body), [
    "[deleted]",
  ]);
});

emptyDbTest("a conversation that is silent for longer loses its preview", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "My knee hurts");
  await sql`update public.sms_messages set created_at = created_at - interval '100 days'`;
  await sql`update public.sms_conversations set last_message_at = last_message_at - interval '100 days'`;
  await set(sql, "texts_days", 90);
  await purge(sql);
  const [row] = await sql`select last_message_preview from public.sms_conversations`;
  assert.equal(row?.last_message_preview, "[deleted]");
});

emptyDbTest("opt-outs survive every purge", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const [stopped, erased] = [phone(), phone()];
  for (const number of [stopped, erased]) await text(sql, tenant, number, "STOP");
  const [gone] = await sql`select id from public.sms_contacts where number = ${erased}`;
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: gone?.id });
  await sql`update public.sms_messages set created_at = created_at - interval '9 years'`;
  await sql`update sms_private.suppressions set opted_out_at = opted_out_at - interval '9 years'`;
  await set(sql, "texts_days", 1);
  await set(sql, "ownerless_texts_days", 1);
  for (let batch = 0; batch < 3; batch++) await purge(sql);
  for (const to_number of [stopped, erased]) {
    const answer = await callAs(sql, tenant, "sms_create_message", { to_number, body: "Hello" });
    assert.equal(answer.outcome, "RECIPIENT_OPTED_OUT");
  }
  const [evidence] = await sql`select evidence from public.sms_consent_events where change = 'opt_out'`;
  assert.equal(evidence?.evidence, "STOP");
});

emptyDbTest("of a deleted tenant nothing is left, and what still arrives goes in time", async ({ sql }) => {
  const [tenant, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const theirs = await belongings(sql, other.userId);
  for (const { accountSid, number } of [tenant, other]) {
    await call(sql, "sms_set_message_aside", {
      account_sid: accountSid,
      message_sid: messageSid(),
      from_number: phone(),
      to_number: number,
      body: "Words that could not be stored",
      media: [],
      num_segments: 1,
      sent_at: new Date(),
      reason: "P0001 poison",
    });
  }
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: tenant.contactId });
  await sql`delete from auth.users where id = ${tenant.userId}`;
  const aside = await sql`select account_sid from sms_private.texts_set_aside`;
  assert.deepEqual(aside.map(({ account_sid }) => account_sid), [other.accountSid]);
  const tables = await sql`select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace in ('public'::regnamespace, 'sms_private'::regnamespace)`;
  for (const { name } of tables) {
    const rows = await sql.unsafe(`select 1 from ${name} t where position($1 in t::text) > 0`, [
      tenant.userId,
    ]);
    assert.equal(rows.length, 0, name);
  }
  assert.equal((await text(sql, tenant, phone(), "Hello?")).outcome, "unowned");
  await ageOwnerless(sql, 31);
  await purge(sql);
  assert.equal((await sql`select 1 from public.sms_messages where user_id is null`).length, 0);
  assert.deepEqual(await belongings(sql, other.userId), theirs);
});

emptyDbTest(
  "whom broadcasts refused is forgotten after 30 days, and why they were stays",
  async ({ sql }) => {
    const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
    const [stopped, stranger] = [phone(), "not a number: Ada, 555 0100"];
    await text(sql, tenant, stopped, "STOP");
    await agree(sql, other, [stopped]);
    const broadcast = async (owner: typeof tenant) =>
      await callAs(sql, owner, "sms_create_broadcast", {
        to_numbers: [stopped, stranger, await agreed(sql, owner)],
        body: "News",
      });
    for (const owner of [tenant, tenant, tenant, other]) {
      assert.equal(
        (await broadcast(owner)).outcome,
        "created",
      );
    }
    await sql`update public.sms_broadcasts set created_at = created_at - interval '31 days' where user_id = ${tenant.userId}`;
    assert.equal((await broadcast(tenant)).outcome, "created");
    await set(sql, "refused_recipients_days", null);
    assert.equal((await purge(sql)).refused, 0, "the operator keeps them");
    await set(sql, "refused_recipients_days", 30);

    const { more, refused } = await purge(sql, 2);
    assert.deepEqual([more, refused], [true, 2], "in batches");
    assert.deepEqual((await purge(sql, 2)).refused, 1);
    assert.deepEqual((await purge(sql, 2)).refused, 0, "none twice");
    const rows =
      await sql`select user_id, rejected from public.sms_broadcasts order by user_id = ${other.userId}, created_at`;
    const codes = ["RECIPIENT_OPTED_OUT", "INVALID_RECIPIENT"];
    const forgotten = codes.map((code) => ({ to: "erased", code }));
    const named = [{ to: stopped, code: codes[0] }, { to: stranger, code: codes[1] }];
    assert.deepEqual(rows.map(({ rejected }) => rejected), [
      forgotten,
      forgotten,
      forgotten,
      named,
      named.slice(1),
    ]);
  },
);
