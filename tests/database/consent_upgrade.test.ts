/** A project that has contacts gets time, and its contacts who wrote before get their consent. A new one gets neither. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { migrate, readMigrations } from "../../local/migrations.ts";
import { project } from "./adopter.ts";
import { addTenant, messageSid, phone, text } from "./support.ts";

const DAY = 86_400_000;
const requiredFrom = async (sql: Sql) =>
  new Date(
    (await sql`select value from sms_private.settings where name = 'consent_required_from'`)[0]?.value,
  );

Deno.test("an upgrade gives contact_wrote_first to who wrote, and the project sixty days", async () => {
  await using owner = await project("");
  const { sql } = owner;
  const all = await readMigrations();
  const before = all.findIndex(({ name }) => /^sms_law$/.test(name));
  assert(before > 0);
  await migrate(sql, all.slice(0, before));
  const tenant = await addTenant(sql);
  const [wrote, archived, stopped, texted] = [phone(), phone(), phone(), phone()];
  await text(sql, tenant, wrote, "Hello");
  await text(sql, tenant, wrote, "Hello again");
  await text(sql, tenant, archived, "Long ago", { message_sid: messageSid() });
  await text(sql, tenant, stopped, "STOP");
  await sql`insert into public.sms_contacts (user_id, number) values (${tenant.userId}, ${texted})`;
  await sql`update public.sms_messages set date_created = '2020-05-05', created_at = '2020-05-05' where body = 'Long ago'`;
  await sql`select sms_private.move_to_archive(array(select id from public.sms_messages where body = 'Long ago'))`;
  const contacts = await sql`select number, updated_at from public.sms_contacts order by number`;

  await migrate(sql, all);

  const rows = await sql`select number, wrote_at, updated_at from public.sms_contacts order by number`;
  const at = new Map(rows.map((row) => [row.number, row.wrote_at]));
  const [first] = await sql`select date_created from public.sms_messages where body = 'Hello'`;
  assert.deepEqual(
    [at.get(wrote), at.get(archived), at.get(stopped), at.get(texted)],
    [first?.date_created, new Date("2020-05-05T00:00:00Z"), null, null],
  );
  assert.deepEqual(
    rows.map((row) => [row.number, row.updated_at]),
    contacts.map((row) => [row.number, row.updated_at]),
  );
  const days = (Number(await requiredFrom(sql)) - Date.now()) / DAY;
  assert(days > 58 && days <= 60, `${days} days`);
});

Deno.test("a new project needs a consent at once", async () => {
  await using owner = await project("");
  await migrate(owner.sql, await readMigrations());
  assert(await requiredFrom(owner.sql) <= new Date());
});
