import { strict as assert } from "node:assert";
import { printed } from "../support/pages/printed.ts";
import { emptyDbTest } from "./db_test.ts";
import { agreed } from "./sending.ts";
import { addTenant, callAs, exchange, phone, text } from "./support.ts";

/** Each statement of docs/privacy.md by its first words, and what it has to do. */
emptyDbTest("each statement of docs/privacy.md does what the page says, as printed", async ({ sql }, t) => {
  const tenant = await addTenant(sql);
  await sql`update auth.users set email = 'someone@example.com' where id = ${tenant.userId}`;
  const contact = "+14155550101";
  await exchange(sql, tenant, contact, "My knee hurts");
  await text(sql, tenant, contact, "STOP");
  const run = async (begins: string) => {
    const block = (await printed("docs/privacy.md", begins)).as();
    return await sql.begin(async (owner) => {
      await owner`set local role postgres`;
      const results = await owner.unsafe(block).simple();
      return (Array.isArray(results[0]) ? results.flat() : results) as Record<string, unknown>[];
    });
  };
  await t.step("a contact is exported", async () => {
    const [row] = await run("select public.sms_export_contact_for");
    assert.match(JSON.stringify(row?.everything), /My knee hurts/);
  });
  await t.step("a tenant is exported", async () => {
    const [row] = await run("select public.sms_export_tenant_for");
    assert.match(JSON.stringify(row?.page), new RegExp(tenant.accountSid));
  });
  await t.step("a contact is erased, and a line says so", async () => {
    const [row] = await run("select public.sms_erase_contact_for");
    assert.equal((row?.erased as { outcome: string }).outcome, "erased");
    const [line] = await run("select erased_at");
    assert.equal(line?.was_opted_out, true);
    const refused = await callAs(sql, tenant, "sms_create_message", { to_number: contact, body: "Hello" });
    assert.equal(refused.outcome, "RECIPIENT_OPTED_OUT");
  });
  await t.step("what they agreed to is found by their number", async () => {
    const kept = await run("select kept.*");
    assert.deepEqual(kept.map((one) => [one.change, one.basis]), [["consent", "contact_wrote_first"], [
      "opt_out",
      null,
    ]]);
  });
  await t.step("who never was a contact is erased by the number", async () => {
    const refused = await callAs(sql, tenant, "sms_create_broadcast", {
      to_numbers: [contact, await agreed(sql, tenant)],
      body: "News",
    });
    assert.equal((refused.rejected as unknown[]).length, 1);
    await sql`update public.sms_broadcasts set rejected = jsonb_build_array(jsonb_build_object('to', ${contact}::text, 'code', 'X'))`;
    const [row] = await run("select sms_private.erase_telephone");
    assert.deepEqual(row?.erase_telephone, { outcome: "erased", contacts: 0 });
    const [broadcast] = await sql`select rejected from public.sms_broadcasts`;
    assert.deepEqual(broadcast?.rejected, [{ to: "erased", code: "X" }]);
  });
  await t.step("words of old texts are emptied", async () => {
    await text(sql, tenant, phone(), "An old text");
    await sql`update public.sms_messages set created_at = created_at - interval '366 days'`;
    await run("update sms_private.settings");
    assert.equal((await sql`select 1 from public.sms_messages where body = 'An old text'`).length, 0);
  });
  await t.step("the key is shown, rotated and put back", async () => {
    const [shown] = await run("select key.id");
    assert.match(String(shown?.keep_this), /^[0-9a-f]{64}$/);
    assert.equal((await run("select sms_private.rotate_suppression_key"))[0]?.rotate_suppression_key, 2);
    // As if the printed key were the one that was kept: another one is refused.
    await sql`update sms_private.suppression_keys set fingerprint = sha256(decode(
      '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 'hex')) where id = 1`;
    await run("select sms_private.restore_suppression_key");
    const [row] = await sql`select encode(sms_private.suppression_secret(1), 'hex') as key`;
    assert.match(String(row?.key), /^00112233/);
  });
  await t.step("a tenant is deleted, and what arrived meanwhile", async () => {
    await text(sql, { ...tenant, number: "+14155550100" }, phone(), "Hello?");
    await run("delete from auth.users");
    assert.equal((await sql`select 1 from public.sms_messages`).length, 0);
    assert.equal((await sql`select 1 from public.sms_accounts`).length, 0);
    assert.equal((await sql`select 1 from sms_private.suppressions`).length, 1);
  });
});
