import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import { addTenant, call, callAs } from "./support.ts";

emptyDbTest("a tenant saves its brand and reads it; another one has its own", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  assert.deepEqual((await callAs(sql, tenant, "sms_get_profile")).missing, ["brand", "help_contact"]);
  const saved = await callAs(sql, tenant, "sms_save_profile", { profile: { brand: "Bella's" } });
  assert.deepEqual([saved.outcome, saved.missing], ["saved", ["help_contact"]]);
  await callAs(sql, tenant, "sms_save_profile", { profile: { help_contact: "bella@example.com" } });
  const [brand] = await sql`select sms_private.brand_of(${tenant.userId}, ${tenant.number}) as mine,
    sms_private.brand_of(${other.userId}, '+14155550100') as theirs`;
  assert.deepEqual({ ...brand }, { mine: "Bella's", theirs: "+1 415 555 0100" });
  assert.deepEqual((await callAs(sql, other, "sms_get_profile")).missing, ["brand", "help_contact"]);
  const app = await call(sql, "sms_call_for", { owner_id: other.userId, verb: "sms_get_profile" });
  assert.equal(app.outcome, "found");
  assert.equal((await call(sql, "sms_worker_health")).profiles_without_brand, 1);
});

emptyDbTest("a brand that cannot stand in a text is refused, and nothing is stored", async ({ sql }) => {
  const tenant = await addTenant(sql);
  for (
    const [profile, outcome, field] of [
      [{ brand: "" }, "INVALID_BRAND", "brand"],
      [{ brand: "  Bella" }, "INVALID_BRAND", "brand"],
      [{ brand: "x".repeat(61) }, "INVALID_BRAND", "brand"],
      [{ brand: "Bella\nFree!" }, "INVALID_BRAND", "brand"],
      [{ brand: "Bella \u202e" }, "INVALID_BRAND", "brand"],
      [{ brand: "https://bella.example" }, "INVALID_BRAND", "brand"],
      [{ brand: "{brand}" }, "INVALID_BRAND", "brand"],
      [{ brand: 7 }, "INVALID_BRAND", "brand"],
      [{ carrier_answers: "no" }, "INVALID_PROFILE", "carrier_answers"],
      [{ help_contact: "x".repeat(101) }, "INVALID_PROFILE", "help_contact"],
      [{ name: "Bella" }, "UNKNOWN_FIELD", "name"],
      [[], "INVALID_PROFILE", null],
    ] as const
  ) {
    const answer = await callAs(sql, tenant, "sms_save_profile", { profile });
    assert.deepEqual(answer, { outcome, details: { field } }, JSON.stringify(profile));
  }
  assert.equal((await sql`select from public.sms_profiles`).length, 0);
});
