/** The migration written by hand: contacts that wrote by RCS or WhatsApp before they were stored under their telephone. */
import { strict as assert } from "node:assert";
import { dbTest } from "./db_test.ts";
import { addTenant, phone } from "./support.ts";

dbTest("contacts of before get their telephone, and its opt-out", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const [alone, twice, both] = [phone(), phone(), phone()];
  const add = (of: string, number: string, stopped = false) =>
    sql`insert into public.sms_contacts (user_id, number, opted_out_at, opt_out_source)
      values (${of}, ${number}, ${stopped ? sql`now()` : null}, ${stopped ? "keyword" : null})`;
  await add(tenant.userId, `whatsapp:${alone}`, true);
  await add(tenant.userId, twice);
  await add(tenant.userId, `rcs:${twice}`, true);
  await add(tenant.userId, `rcs:${both}`);
  await add(tenant.userId, `whatsapp:${both}`);
  // Which of the two is the older one is not left to chance.
  await sql`update public.sms_contacts set id = '00000000-0000-7000-8000-000000000001' where number = ${`rcs:${both}`}`;
  await add(tenant.userId, "messenger:1");
  await add(other.userId, twice);
  const migrations = new URL("../../supabase/migrations/", import.meta.url);
  await sql.unsafe(
    await Deno.readTextFile(new URL("20261130235900_sms_contacts_by_telephone.sql", migrations)),
  );
  const rows = async (of: string) =>
    (await sql`select number, opted_out_at is not null as stopped from public.sms_contacts where user_id = ${of}
      order by created_at, id`).map((row) => [row.number, row.stopped]);
  assert.deepEqual(await rows(tenant.userId), [
    [alone, true],
    [twice, true],
    [`rcs:${twice}`, true],
    [both, false],
    [`whatsapp:${both}`, false],
    ["messenger:1", false],
  ]);
  assert.deepEqual(await rows(other.userId), [[twice, false]], "another tenant's contact is not touched");
});
