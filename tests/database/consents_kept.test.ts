/** What stays of a consent when its contact is erased, and for how long. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { addTenant, callAs, phone, type Tenant, text } from "./support.ts";

async function consentAndErase(sql: Sql, tenant: Tenant, number: string): Promise<void> {
  await callAs(sql, tenant, "sms_record_consents", {
    consents: sql.json([{
      number,
      basis: "form",
      given_at: "2026-05-01T09:00:00Z",
      words: "Ada Lovelace ticked the box",
      page: "https://example.com/news?email=ada@example.com#form",
      form_text: "Yes, text me offers.",
    }]),
  });
  await text(sql, tenant, number, "It is Ada");
  const [contact] =
    await sql`select id from public.sms_contacts where user_id = ${tenant.userId} and number = ${number}`;
  assert.equal(
    (await callAs(sql, tenant, "sms_erase_contact", { contact_id: contact?.id })).outcome,
    "erased",
  );
}
const kept = (sql: Sql, tenant: Tenant, number: string) =>
  sql`select * from sms_private.kept_consents_of(${tenant.userId}, ${number})`;

emptyDbTest("an erasure keeps when it was agreed and on what form, and nobody's words", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const number = phone();
  await consentAndErase(sql, tenant, number);
  const found = await kept(sql, tenant, number);
  assert.deepEqual(found.map((one) => [one.change, one.basis, one.page, one.form_text]), [
    ["consent", "form", "https://example.com/news", "Yes, text me offers."],
    ["consent", "contact_wrote_first", null, null],
  ]);
  assert.deepEqual(found[0]?.said_at, new Date("2026-05-01T09:00:00Z"));
  const [row] = await sql`select string_agg(t::text, ' ') as all from sms_private.kept_consents t`;
  assert(!/Ada|ada@|415/.test(row?.all), "neither the number nor a word of theirs");
  assert.equal((await kept(sql, other, number)).length, 0, "each tenant's own");
  assert.equal((await kept(sql, tenant, phone())).length, 0);
  const left = await sql`select 1 from public.sms_consent_events union all select 1 from public.sms_contacts`;
  assert.equal(left.length, 0);
});

dbTest(
  "opt-outs and consents of the erased go after ten years, and never before",
  async ({ sql, tenant }) => {
    const [stopped, agreed] = [phone(), phone()];
    await text(sql, tenant, stopped, "STOP");
    await consentAndErase(sql, tenant, agreed);
    const [contact] = await sql`select id from public.sms_contacts where number = ${stopped}`;
    await callAs(sql, tenant, "sms_erase_contact", { contact_id: contact?.id });
    const count = async () => {
      const [row] = await sql`select (select count(*)::int from sms_private.suppressions) as opt_outs,
      (select count(*)::int from sms_private.kept_consents) as consents`;
      return [row?.opt_outs, row?.consents];
    };
    const purge = async () => {
      await sql`delete from sms_private.purges`;
      await sql`select sms_private.purge()`;
    };
    const age = async (by: string) => {
      await sql`update sms_private.suppressions set opted_out_at = opted_out_at - ${by}::interval`;
      await sql`update sms_private.kept_consents set kept_at = kept_at - ${by}::interval`;
    };
    const set = (days: number | null) =>
      sql`update sms_private.settings set value = coalesce(to_jsonb(${days}::int), 'null') where name = 'erased_consent_days'`;
    const all = [1, 3];
    assert.deepEqual(await count(), all);
    await set(30);
    await age("3640 days");
    await purge();
    assert.deepEqual(await count(), all, "whatever the setting says, ten years");
    await set(null);
    await age("5 years");
    await purge();
    assert.deepEqual(await count(), all, "for ever, where the operator wants it");
    await set(3653);
    await purge();
    assert.deepEqual(await count(), [0, 0]);
  },
);

dbTest(
  "a key of kept consents stays when it is rotated, and its loss stops no erasure",
  async ({ sql, tenant }) => {
    const [first, second, third] = [phone(), phone(), phone()];
    await consentAndErase(sql, tenant, first);
    await sql`select sms_private.rotate_suppression_key()`;
    await consentAndErase(sql, tenant, second);
    await sql`select sms_private.rotate_suppression_key()`;
    assert.deepEqual([(await kept(sql, tenant, first)).length, (await kept(sql, tenant, second)).length], [
      2,
      2,
    ]);
    await sql`update sms_private.suppression_keys set secret = null`;
    await sql`do $$ begin if to_regnamespace('vault') is not null then delete from vault.secrets; end if; end $$`;
    await consentAndErase(sql, tenant, third);
  },
);
