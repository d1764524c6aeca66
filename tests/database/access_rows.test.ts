import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addFilledTenant,
  as,
  belongings,
  hex,
  PERMISSION_DENIED,
  phone,
  publicTables,
  stateOf,
  text,
} from "./support.ts";

/** What an owner may insert, and so what somebody else could try to insert in the owner's name. */
const INSERTS: Record<string, (userId: string) => Record<string, string>> = {
  sms_assistants: (userId) => ({ user_id: userId, name: "Ada", prompt: "Answer." }),
  sms_contacts: (userId) => ({ user_id: userId, number: phone() }),
  sms_templates: (userId) => ({ user_id: userId, name: hex(8), body: "Hello {{name}}" }),
};

function insertFor(table: string, userId: string): Record<string, string> {
  return INSERTS[table]?.(userId) ?? { user_id: userId };
}

async function columnsOf(sql: Sql, table: string): Promise<string[]> {
  const rows = await sql`select attname from pg_attribute
    where attrelid = ${`public.${table}`}::regclass and attnum > 0 and not attisdropped`;
  return rows.map((row) => row.attname);
}

emptyDbTest("every public table says whose its rows are", async ({ sql }) => {
  for (const table of await publicTables(sql)) {
    assert((await columnsOf(sql, table)).includes("user_id"), table);
  }
});

emptyDbTest("a tenant sees all of its own rows and nobody else's, in every table", async ({ sql }) => {
  const tenants = [await addFilledTenant(sql), await addFilledTenant(sql)];
  for (const table of await publicTables(sql)) {
    for (const { userId } of tenants) {
      const [own] = await sql`select count(*)::int from ${sql(`public.${table}`)} where user_id = ${userId}`;
      const seen = await as(
        sql,
        { role: "authenticated", userId },
        (mine) => mine`select user_id from ${mine(`public.${table}`)}`,
      );
      assert(seen.length > 0, `${table} has a row to see`);
      assert.equal(seen.length, own?.count, table);
      assert(seen.every((row) => row.user_id === userId), table);
    }
  }
});

emptyDbTest("another tenant changes, deletes and adds nothing in any table", async ({ sql }) => {
  const [owner, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const before = await belongings(sql, owner.userId);
  const asOther = (statement: string, parameters: string[]) =>
    as(
      sql,
      { role: "authenticated", userId: other.userId },
      (theirs) => theirs.unsafe(statement, parameters),
    );
  for (const table of await publicTables(sql)) {
    const deleted = stateOf(asOther(`delete from public.${table} where user_id = $1`, [owner.userId]));
    assert(["allowed", PERMISSION_DENIED].includes(await deleted), table);
    for (const column of await columnsOf(sql, table)) {
      const updated = await stateOf(
        asOther(`update public.${table} set ${column} = default where user_id = $1`, [owner.userId]),
      );
      assert(["allowed", PERMISSION_DENIED].includes(updated), `${table}.${column}`);
    }
    const row = insertFor(table, owner.userId);
    const inserted = await stateOf(
      as(
        sql,
        { role: "authenticated", userId: other.userId },
        (theirs) => theirs`insert into ${theirs(`public.${table}`)} ${theirs(row)}`,
      ),
    );
    assert.equal(inserted, PERMISSION_DENIED, table);
  }
  assert.deepEqual(await belongings(sql, owner.userId), before);
});

emptyDbTest("the owner may change assistants, contacts and templates", async ({ sql }) => {
  const { userId, assistantId, templateId } = await addFilledTenant(sql);
  for (const table of Object.keys(INSERTS)) {
    const rows = await as(
      sql,
      { role: "authenticated", userId },
      (mine) =>
        mine`insert into ${mine(`public.${table}`)} ${mine(insertFor(table, userId))} returning user_id`,
    );
    assert.equal(rows[0]?.user_id, userId, table);
  }
  for (const [table, id] of [["sms_assistants", assistantId], ["sms_templates", templateId]] as const) {
    const deleted = await as(
      sql,
      { role: "authenticated", userId },
      (mine) => mine`delete from ${mine(`public.${table}`)} where id = ${id} returning id`,
    );
    assert.equal(deleted.length, 1, table);
  }
});

emptyDbTest("a row without an owner named belongs to whoever adds it", async ({ sql }) => {
  const { userId } = await addFilledTenant(sql);
  for (const table of Object.keys(INSERTS)) {
    const { user_id: _, ...row } = insertFor(table, userId);
    const rows = await as(
      sql,
      { role: "authenticated", userId },
      (mine) => mine`insert into ${mine(`public.${table}`)} ${mine(row)} returning user_id`,
    );
    assert.equal(rows[0]?.user_id, userId, table);
  }
});

emptyDbTest("an anonymous caller is denied everything, in every table", async ({ sql }) => {
  const owner = await addFilledTenant(sql);
  const before = await belongings(sql, owner.userId);
  for (const table of await publicTables(sql)) {
    const row = insertFor(table, owner.userId);
    const attempts: ((anonymous: Sql) => PromiseLike<unknown>)[] = [
      (anonymous) => anonymous`select from ${anonymous(`public.${table}`)}`,
      (anonymous) => anonymous`insert into ${anonymous(`public.${table}`)} ${anonymous(row)}`,
      (anonymous) => anonymous`update ${anonymous(`public.${table}`)} set user_id = ${owner.userId}`,
      (anonymous) => anonymous`delete from ${anonymous(`public.${table}`)}`,
      (anonymous) => anonymous`truncate ${anonymous(`public.${table}`)} cascade`,
    ];
    for (const attempt of attempts) {
      const state = await stateOf(as(sql, { role: "anon" }, async (anonymous) => await attempt(anonymous)));
      assert.equal(state, PERMISSION_DENIED, `${table}: ${attempt}`);
    }
  }
  assert.deepEqual(await belongings(sql, owner.userId), before);
});

emptyDbTest("a signed token without a subject sees nothing", async ({ sql }) => {
  await addFilledTenant(sql);
  for (const table of await publicTables(sql)) {
    const seen = await sql.begin(async (transaction) => {
      await transaction`set local role authenticated`;
      return await transaction`select from ${transaction(`public.${table}`)}`;
    });
    assert.equal(seen.length, 0, table);
  }
});

emptyDbTest("texts to a number nobody owns are seen by the secret key alone", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  const unowned = await text(sql, tenant, phone(), "Anyone?", { to_number: "+14155559999" });
  assert.equal(unowned.outcome, "unowned");
  const shared = `AC${hex()}`;
  await sql`select public.sms_save_account(${shared})`;
  const look = (theirs: Sql) =>
    theirs`select id::text from public.sms_messages where id = ${unowned.message_id as string}
      union all select account_sid from public.sms_accounts where account_sid = ${shared}`;
  const seen = await as(
    sql,
    { role: "authenticated", userId: tenant.userId },
    async (mine) => await look(mine),
  );
  assert.equal(seen.length, 0);
  assert.equal((await as(sql, { role: "service_role" }, async (all) => await look(all))).length, 2);
});
