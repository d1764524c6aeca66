/** A new row of the table of spellings makes one contact of two. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { send, sendFor } from "./sending.ts";
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
