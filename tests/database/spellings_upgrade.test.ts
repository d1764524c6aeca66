/** Contacts that existed twice before the database knew about spellings: a real upgrade. */
import { strict as assert } from "node:assert";
import { migrate, readMigrations } from "../../local/migrations.ts";
import type { Sql } from "postgres";
import { project } from "./adopter.ts";
import { messageOf, send } from "./sending.ts";
import { addTenant, callAs, claimDeliveries, exchange, type Tenant, text, theOnly } from "./support.ts";

const [OLD, TODAY] = ["+5215512345678", "+525512345678"];
const [STRANGER, LATER] = ["+14155550199", "+5511987654321"];

const anywhere = (sql: Sql, { userId }: Tenant) =>
  sql`insert into public.sms_limits (user_id, allowed_countries, sends_per_minute) values (${userId}, null, null)`;

/** A database as the builds before this one left it, then brought up to date. */
async function upgraded(
  before: (sql: Sql) => Promise<void>,
  after: (sql: Sql) => Promise<void>,
): Promise<void> {
  await using owner = await project("");
  const all = await readMigrations();
  const first = all.findIndex(({ name }) => name === "sms_what_carriers_do");
  await migrate(owner.sql, all.slice(0, first));
  await before(owner.sql);
  await migrate(owner.sql, all);
  await after(owner.sql);
}

const contactsOf = (sql: Sql, { userId }: Tenant) =>
  sql`select * from public.sms_contacts where user_id = ${userId} order by number collate "C"`;

Deno.test("an upgrade makes one contact of two, and keeps the history", async () => {
  let tenant!: Tenant, other!: Tenant, messages: Record<string, unknown>[] = [];
  await upgraded(async (sql) => {
    [tenant, other] = [await addTenant(sql), await addTenant(sql)];
    for (const who of [tenant, other]) await anywhere(sql, who);
    await exchange(sql, tenant, OLD, "From the old spelling");
    await exchange(sql, tenant, TODAY, "From the new one");
    await exchange(sql, tenant, OLD, "And once more from the old");
    await exchange(sql, tenant, STRANGER, "Somebody else");
    await exchange(sql, other, TODAY, "Another tenant's");
    await sql`update public.sms_contacts set name = 'Ada' where user_id = ${tenant.userId} and number = ${TODAY}`;
    assert.equal((await contactsOf(sql, tenant)).length, 3);
    messages = await sql`select id, body, status, seq from public.sms_messages order by id`;
  }, async (sql) => {
    const [stranger, one, ...more] = await contactsOf(sql, tenant);
    assert.deepEqual([stranger?.number, one?.number, one?.canonical_number, one?.name, more], [
      STRANGER,
      OLD,
      TODAY,
      "Ada",
      [],
    ]);
    assert.deepEqual((await contactsOf(sql, other)).map(({ number }) => number), [TODAY]);
    assert.deepEqual(await sql`select id, body, status, seq from public.sms_messages order by id`, messages);
    const talks = await sql`select status, end_reason, last_seq::int from public.sms_conversations
      where contact_id = ${one?.id} order by status`;
    assert.deepEqual(talks.map(({ status, end_reason, last_seq }) => [status, end_reason, last_seq]), [
      ["active", null, 4],
      ["ended", "idle", 2],
    ]);
    const jobs = await sql`select distinct contact_id from sms_private.jobs where user_id = ${tenant.userId}`;
    const ids = [stranger?.id, one?.id];
    assert.deepEqual(jobs.map((job) => job.contact_id).toSorted(), ids.toSorted());
    await text(sql, tenant, TODAY, "Hello again");
    assert.equal((await contactsOf(sql, tenant)).length, 2);
  });
});

/** As before the upgrade: the verb has no other arguments yet. */
const sendBefore = (sql: Sql, tenant: Tenant, to_number: string) =>
  callAs(sql, tenant, "sms_create_message", { to_number, body: "Hello" });

Deno.test("STOP of one of two contacts stops the one that an upgrade makes of them", async () => {
  let tenant!: Tenant, waiting = "", open = "";
  await upgraded(async (sql) => {
    tenant = await addTenant(sql);
    await anywhere(sql, tenant);
    await text(sql, tenant, OLD, "STOP");
    waiting = messageOf(await sendBefore(sql, tenant, TODAY));
    // STOP from one, and later START from the other: the person is in again.
    await text(sql, tenant, "+551187654321", "STOP");
    await text(sql, tenant, LATER, "START");
    open = messageOf(await sendBefore(sql, tenant, LATER));
  }, async (sql) => {
    const states = await contactsOf(sql, tenant);
    assert.deepEqual(
      states.map(({ canonical_number, opted_out_at }) => [canonical_number, opted_out_at !== null]),
      [
        [TODAY, true],
        [LATER, false],
      ],
    );
    assert.equal((await send(sql, tenant, { to_number: TODAY })).outcome, "RECIPIENT_OPTED_OUT");
    const [canceled] = await sql`select status, error_code from public.sms_messages where id = ${waiting}`;
    assert.deepEqual({ ...canceled }, { status: "canceled", error_code: "RECIPIENT_OPTED_OUT" });
    assert.equal(theOnly(await claimDeliveries(sql)).message_id, open);
    const events = await sql`select e.change from public.sms_consent_events e
      join public.sms_contacts k on k.id = e.contact_id where k.canonical_number = ${LATER} order by e.at`;
    assert.deepEqual(events.map(({ change }) => change), ["opt_out", "opt_in"], "the record is kept");
  });
});
