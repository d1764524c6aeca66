import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { agreed, broadcast, broadcastTo, messageOf, phones, send, sendFor, textsOf } from "./sending.ts";
import { addTemplate, addTenant, as, message, phone, stateOf, type Tenant } from "./support.ts";

const CHECK = "23514";

async function templateFor(sql: Sql, tenant: Tenant, purpose: string | null): Promise<string> {
  const id = await addTemplate(sql, tenant, "Come by.");
  await as(
    sql,
    { role: "authenticated", userId: tenant.userId },
    (mine) => mine`update public.sms_templates set purpose = ${purpose} where id = ${id}`,
  );
  return id;
}

dbTest("a text's purpose is the request's, else its template's, else its kind's", async ({ sql, tenant }) => {
  for (
    const [asked, template, single, many] of [
      [undefined, undefined, "transactional", "promotional"],
      [undefined, null, "transactional", "promotional"],
      [undefined, "promotional", "promotional", "promotional"],
      [undefined, "transactional", "transactional", "transactional"],
      ["promotional", undefined, "promotional", "promotional"],
      ["transactional", "promotional", "transactional", "transactional"],
      ["promotional", "transactional", "promotional", "promotional"],
    ] as const
  ) {
    const what = JSON.stringify({ asked, template });
    const args = {
      ...(asked === undefined ? {} : { purpose: asked }),
      ...(template === undefined
        ? {}
        : { body: null, template_id: await templateFor(sql, tenant, template) }),
    };
    for (const sends of [send, sendFor]) {
      const sent = await sends(sql, tenant, { ...args, to_number: await agreed(sql, tenant) });
      assert.equal((await message(sql, messageOf(sent))).purpose, single, what);
    }
    const id = await broadcastTo(sql, tenant, phones(2), args);
    const [stored] = await sql`select purpose from public.sms_broadcasts where id = ${id}`;
    assert.equal(stored?.purpose, many, what);
    assert.deepEqual((await textsOf(sql, id)).map((text) => text.purpose), [many, many], what);
  }
});

dbTest("a purpose that is none is refused, and nothing is stored", async ({ sql, tenant }) => {
  for (const purpose of ["", "Promotional", "marketing"]) {
    assert.equal((await send(sql, tenant, { purpose })).outcome, "INVALID_PURPOSE");
    assert.equal((await broadcast(sql, tenant, phones(1), { purpose })).outcome, "INVALID_PURPOSE");
    assert.equal(await stateOf(templateFor(sql, tenant, purpose)), CHECK);
  }
  const [stored] = await sql`select count(*)::int from public.sms_messages`;
  assert.equal(stored?.count, 0);
});

dbTest("a key of one purpose is refused for another, and null is none", async ({ sql, tenant }) => {
  const asked = { to_number: phone(), idempotency_key: "one" };
  assert.equal((await send(sql, tenant, asked)).outcome, "created");
  assert.equal((await send(sql, tenant, { ...asked, purpose: null })).outcome, "repeated");
  assert.deepEqual(await send(sql, tenant, { ...asked, purpose: "promotional" }), {
    outcome: "IDEMPOTENCY_KEY_REUSED",
  });
});

dbTest("another tenant's template gives neither its words nor its purpose", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const template_id = await templateFor(sql, other, "promotional");
  const args = { body: null, template_id };
  assert.equal((await send(sql, tenant, args)).outcome, "TEMPLATE_NOT_FOUND");
  assert.equal((await message(sql, messageOf(await send(sql, other, args)))).purpose, "promotional");
  await as(
    sql,
    { role: "authenticated", userId: tenant.userId },
    (mine) => mine`update public.sms_templates set purpose = null`,
  );
  const [kept] = await sql`select purpose from public.sms_templates where id = ${template_id}`;
  assert.equal(kept?.purpose, "promotional");
});
