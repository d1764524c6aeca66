/** A new row of the table of spellings makes one contact of two. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { broadcast, send, sendFor, settledOrWaiting } from "./sending.ts";
import { addTenant, claimDeliveries, record, type Tenant, text } from "./support.ts";

const anywhere = (sql: Sql, { userId }: Tenant) =>
  sql`insert into public.sms_limits (user_id, allowed_countries, sends_per_minute) values (${userId}, null, null)`;

const contactsOf = (sql: Sql, { userId }: Tenant) =>
  sql`select * from public.sms_contacts where user_id = ${userId} order by number collate "C"`;

emptyDbTest("merge_spellings() follows a new row of the table", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [before, after] = ["+26612345678", "+266512345678"];
  for (const who of [tenant, other]) await anywhere(sql, who);
  // Both in flight at the moment of the merge.
  for (const to_number of [before, after]) await sendFor(sql, tenant, { to_number });
  const jobs = await claimDeliveries(sql);
  assert.equal(jobs.length, 2);
  await text(sql, other, before, "STOP");
  await sendFor(sql, other, { to_number: after });
  assert.equal((await sql`select sms_private.merge_spellings() as merged`)[0]?.merged, 0);
  await sql`insert into sms_private.number_spellings values ('2661', 7, '26651', 'LS')`;
  assert.equal(
    (await sql`select sms_private.merge_spellings() as merged`)[0]?.merged,
    2,
    "one of each tenant",
  );
  const [one, ...more] = await contactsOf(sql, tenant);
  assert.deepEqual([one?.canonical_number, more], [after, []]);
  const held = await sql`select distinct contact_id from sms_private.jobs where user_id = ${tenant.userId}`;
  assert.equal(held.length, 2, "one of the two in flight keeps the id it had");
  for (const job of jobs) {
    const outcome = await record(sql, job, "failed", { error_code: "20500", error_message: "Try again" });
    assert.notEqual(outcome, "stale");
  }
  await sql`update sms_private.jobs set due_at = now() - interval '1 second'`;
  await sql`update sms_private.sender_pace set next_at = now() - interval '1 minute'`;
  const due: string[] = [];
  for (let round = 0; round < 3; round++) {
    due.push(...(await claimDeliveries(sql)).map(({ to_number }) => to_number));
  }
  const states =
    await sql`select to_number, status, error_code from public.sms_messages where user_id = ${tenant.userId}`;
  assert(!states.some(({ error_code }) => error_code === "NOT_YOUR_NUMBER"), JSON.stringify([due, states]));
  const [stopped, ...others] = await contactsOf(sql, other);
  assert.deepEqual([stopped?.opted_out_at !== null, others], [true, []]);
  assert.equal((await send(sql, other, { to_number: after })).outcome, "RECIPIENT_OPTED_OUT");
});

/** A contact as a build before this one left it: no canonical number, any text for a zone. */
async function addOld(
  sql: Sql,
  { userId }: Tenant,
  number: string,
  zone: string | null = null,
): Promise<void> {
  await sql`alter table public.sms_contacts disable trigger user`;
  await sql`insert into public.sms_contacts (user_id, number, time_zone) values (${userId}, ${number}, ${zone})`;
  await sql`alter table public.sms_contacts enable trigger user`;
}

emptyDbTest("a zone that does not exist does not end a merge", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await addOld(sql, tenant, "+525512345678");
  await addOld(sql, tenant, "+5215512345678", "Mars/Base");
  await sql`select sms_private.merge_spellings()`;
  const [one, ...more] = await contactsOf(sql, tenant);
  assert.deepEqual([one?.canonical_number, one?.time_zone, more], ["+525512345678", null, []]);
});

emptyDbTest("three spellings of one telephone become one contact", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  for (const number of ["+26612345678", "+26712345678", "+266512345678"]) {
    await text(sql, tenant, number, "Hi");
  }
  await sql`insert into sms_private.number_spellings values ('2661', 7, '26651', 'LS'), ('2671', 7, '26651', 'LS')`;
  assert.equal((await sql`select sms_private.merge_spellings() as merged`)[0]?.merged, 2);
  assert.deepEqual((await contactsOf(sql, tenant)).map((row) => row.canonical_number), ["+266512345678"]);
});

emptyDbTest("a broadcast before the merge finds contacts by their numbers", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  const [known, stopped, stranger] = ["+14155550123", "+14155550124", "+14155550177"];
  await text(sql, tenant, known, "Hi");
  await text(sql, tenant, stopped, "STOP");
  await sql`update public.sms_contacts set canonical_number = null`;
  await broadcast(sql, tenant, [known, stopped, stranger]);
  const rows = await sql`select m.to_number, k.number from public.sms_messages m
    join public.sms_conversations c on c.id = m.conversation_id join public.sms_contacts k on k.id = c.contact_id
    where m.broadcast_id is not null order by 1`;
  assert.deepEqual(rows.map((row) => [row.to_number, row.number]), [[known, known], [stranger, stranger]]);
});

emptyDbTest("a merge takes its locks in the order of the ids", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  const spellings = ["+5215512345678", "+525512345678", "+551187654321", "+5511987654321"];
  for (const number of spellings) {
    await addOld(sql, tenant, number);
    await text(sql, tenant, number, "Hi");
  }
  const ids = (await sql`select id from public.sms_conversations order by id`).map(({ id }) => id);
  const holder = await sql.reserve();
  try {
    await holder`begin`;
    await holder`select from public.sms_conversations where id = ${ids[0]} for no key update`;
    const merging = sql`select sms_private.merge_spellings() as merged`.execute();
    await settledOrWaiting(sql, holder, merging);
    // It waits for the first, and holds none of the others.
    await holder`select from public.sms_conversations where id = any (${ids}) order by id for no key update`;
    await holder`rollback`;
    assert.equal((await merging)[0]?.merged, 2);
  } finally {
    holder.release();
  }
});
