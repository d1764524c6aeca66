/** The migration written by hand: contacts that wrote by RCS or WhatsApp before they were stored under their telephone. */
import { strict as assert } from "node:assert";
import { dbTest } from "./db_test.ts";
import { addTenant, phone } from "./support.ts";

dbTest("contacts of before become one a telephone, with its opt-out", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const [alone, twice, both] = [phone(), phone(), phone()];
  const add = (of: string, number: string, stopped = false) =>
    sql`insert into public.sms_contacts (user_id, number, opted_out_at, opt_out_source)
      values (${of}, ${number}, ${stopped ? sql`now()` : null}, ${stopped ? "keyword" : null})`;
  // As it was before: no contact had a canonical number.
  await sql`alter table public.sms_contacts disable trigger set_canonical_number`;
  await add(tenant.userId, `whatsapp:${alone}`, true);
  await add(tenant.userId, twice);
  await add(tenant.userId, `rcs:${twice}`, true);
  await add(tenant.userId, `rcs:${both}`);
  await add(tenant.userId, `whatsapp:${both}`);
  await add(tenant.userId, "messenger:1");
  await add(other.userId, twice);
  await sql`alter table public.sms_contacts enable trigger set_canonical_number`;
  const migrations = new URL("../../supabase/migrations/", import.meta.url);
  await sql.unsafe(
    await Deno.readTextFile(new URL("20261130235900_sms_what_carriers_do_data.sql", migrations)),
  );
  const rows = async (of: string) =>
    (await sql`select number, opted_out_at is not null as stopped from public.sms_contacts where user_id = ${of}
      order by created_at, id`).map((row) => [row.number, row.stopped]);
  assert.deepEqual(await rows(tenant.userId), [
    [alone, true],
    [twice, true],
    [both, false],
    ["messenger:1", false],
  ]);
  assert.deepEqual(await rows(other.userId), [[twice, false]], "another tenant's contact is not touched");
});
