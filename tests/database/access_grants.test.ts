import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { addFilledTenant, as, belongings, PERMISSION_DENIED, publicTables, stateOf } from "./support.ts";
import type { FilledTenant } from "./support.ts";

const ASSISTANT_COLUMNS = [
  "active",
  "error_message",
  "first_message",
  "goodbye_message",
  "idle_timeout",
  "language",
  "max_history",
  "max_segments",
  "model",
  "name",
  "prompt",
  "reads_images",
  "reasoning_effort",
  "reply_after_first_message",
  "reply_delay_ms",
  "temperature",
  "time_zone",
  "verbosity",
];

/** What a signed-in tenant may do besides reading: as 90_grants.sql says, column by column. */
const TENANT_MAY: Record<string, { insert?: string[]; update?: string[]; delete?: true }> = {
  sms_assistants: {
    insert: [...ASSISTANT_COLUMNS, "user_id"].sort(),
    update: ASSISTANT_COLUMNS,
    delete: true,
  },
  sms_contacts: { insert: ["name", "number", "time_zone", "user_id"], update: ["name", "time_zone"] },
  sms_conversations: { update: ["ai_enabled"] },
  sms_templates: {
    insert: ["body", "name", "purpose", "user_id"],
    update: ["body", "name", "purpose"],
    delete: true,
  },
};
const APPEND_ONLY = ["sms_consent_events", "sms_message_events"];

async function tablePrivileges(sql: Sql, role: string, table: string): Promise<string[]> {
  const rows =
    await sql`select privilege from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',
      'REFERENCES', 'TRIGGER', 'MAINTAIN']) privilege
    where has_table_privilege(${role}, ${`public.${table}`}::regclass, privilege)`;
  return rows.map((row) => row.privilege);
}

async function columnsWith(sql: Sql, role: string, table: string, privilege: string): Promise<string[]> {
  const rows = await sql`select attname from pg_attribute
    where attrelid = ${`public.${table}`}::regclass and attnum > 0 and not attisdropped
      and has_column_privilege(${role}, attrelid, attnum, ${privilege}) order by attname collate "C"`;
  return rows.map((row) => row.attname);
}

emptyDbTest("anonymous callers hold no privilege on any public table or column", async ({ sql }) => {
  for (const table of await publicTables(sql)) {
    assert.deepEqual(await tablePrivileges(sql, "anon", table), [], table);
    for (const privilege of ["SELECT", "INSERT", "UPDATE", "REFERENCES"]) {
      assert.deepEqual(await columnsWith(sql, "anon", table, privilege), [], `${privilege} ${table}`);
    }
  }
});

emptyDbTest("tenants hold exactly the listed privileges, column by column", async ({ sql }) => {
  for (const table of await publicTables(sql)) {
    const may = TENANT_MAY[table] ?? {};
    const whole = await tablePrivileges(sql, "authenticated", table);
    assert.deepEqual(whole, may.delete ? ["SELECT", "DELETE"] : ["SELECT"], table);
    assert.deepEqual(await columnsWith(sql, "authenticated", table, "INSERT"), may.insert ?? [], table);
    assert.deepEqual(await columnsWith(sql, "authenticated", table, "UPDATE"), may.update ?? [], table);
  }
});

emptyDbTest("the secret key only appends to the records", async ({ sql }) => {
  for (const table of await publicTables(sql)) {
    const expected = APPEND_ONLY.includes(table)
      ? ["SELECT", "INSERT"]
      : ["SELECT", "INSERT", "UPDATE", "DELETE"];
    assert.deepEqual(await tablePrivileges(sql, "service_role", table), expected, table);
  }
});

const REFUSED: Record<string, (tenant: FilledTenant, other: FilledTenant) => [string, ...string[]]> = {
  "lift an opt-out": () => ["update public.sms_contacts set opted_out_at = null, opt_out_source = null"],
  "backdate an opt-out":
    () => ["update public.sms_contacts set opted_out_at = now(), opt_out_source = 'person'"],
  "add a contact that is opted in again": (tenant) => [
    "insert into public.sms_contacts (user_id, number, opted_out_at) values ($1, '+14155550000', null)",
    tenant.userId,
  ],
  "change a contact's number": () => ["update public.sms_contacts set number = '+14155550000'"],
  "give a contact away": (_, other) => ["update public.sms_contacts set user_id = $1", other.userId],
  "delete a contact and its consent": () => ["delete from public.sms_contacts"],
  "end a conversation by hand": () => ["update public.sms_conversations set status = 'ended'"],
  "unpause the assistant by hand": () => ["update public.sms_conversations set ai_paused_until = null"],
  "renumber a conversation": () => ["update public.sms_conversations set last_seq = 0"],
  "mark read by hand": () => ["update public.sms_conversations set read_seq = 1"],
  "open a conversation by hand": (tenant) => [
    "insert into public.sms_conversations (user_id) values ($1)",
    tenant.userId,
  ],
  "delete a conversation": () => ["delete from public.sms_conversations"],
  "give an assistant away": (_, other) => ["update public.sms_assistants set user_id = $1", other.userId],
  "choose an assistant's id": (tenant) => [
    "insert into public.sms_assistants (id, user_id, name, prompt) values (gen_random_uuid(), $1, 'A', 'A')",
    tenant.userId,
  ],
  "forge a text": (tenant) => ["insert into public.sms_messages (user_id) values ($1)", tenant.userId],
  "rewrite a text": () => ["update public.sms_messages set body = 'I never said that'"],
  "mark a text delivered": () => ["update public.sms_messages set status = 'delivered'"],
  "delete a text": () => ["delete from public.sms_messages"],
  "forge a delivery event": (tenant) => [
    "insert into public.sms_message_events (user_id, message_id, status, source) values ($1, $2, 'read', 'callback')",
    tenant.userId,
    tenant.replyId,
  ],
  "forge consent": (tenant) => [
    "insert into public.sms_consent_events (user_id, contact_id, change, source) values ($1, $2, 'opt_in', 'keyword')",
    tenant.userId,
    tenant.contactId,
  ],
  "give a template away": (_, other) => ["update public.sms_templates set user_id = $1", other.userId],
  "choose a template's id": (tenant) => [
    "insert into public.sms_templates (id, user_id, name, body) values (gen_random_uuid(), $1, 'A', 'A')",
    tenant.userId,
  ],
  "store a broadcast by hand": (tenant) => [
    "insert into public.sms_broadcasts (user_id) values ($1)",
    tenant.userId,
  ],
  "unpause a broadcast by hand": () => ["update public.sms_broadcasts set paused_at = null"],
  "forget a broadcast that its limit counts": () => ["delete from public.sms_broadcasts"],
  "raise its own limits": () => ["update public.sms_limits set sends_per_minute = null"],
  "drop its own limits": () => ["delete from public.sms_limits"],
  "set limits where none are": (tenant) => [
    "insert into public.sms_limits (user_id) values ($1)",
    tenant.userId,
  ],
  "speed up a number": () => ["update public.sms_numbers set segments_per_second = 1000"],
  "assign a number by hand": () => ["update public.sms_numbers set assistant_id = null"],
  "take a number": (tenant) => [
    "insert into public.sms_numbers (user_id, account_sid, number) values ($1, $2, '+14155550000')",
    tenant.userId,
    tenant.accountSid,
  ],
  "delete a number": () => ["delete from public.sms_numbers"],
  "rename an account": () => ["update public.sms_accounts set label = 'mine'"],
  "share an account": () => ["update public.sms_accounts set shared = true"],
  "delete an account": () => ["delete from public.sms_accounts"],
  "empty a table": () => ["truncate public.sms_assistants cascade"],
};

emptyDbTest("a tenant cannot", async ({ sql }, t) => {
  const [tenant, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const before = await belongings(sql, tenant.userId);
  for (const [what, statement] of Object.entries(REFUSED)) {
    await t.step(what, async () => {
      const [query, ...parameters] = statement(tenant, other);
      const state = await stateOf(
        as(sql, { role: "authenticated", userId: tenant.userId }, (mine) => mine.unsafe(query, parameters)),
      );
      assert.equal(state, PERMISSION_DENIED);
      assert.deepEqual(await belongings(sql, tenant.userId), before);
    });
  }
});

emptyDbTest("a tenant changes names, the switch, assistants and templates", async ({ sql }) => {
  const [tenant, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const before = await belongings(sql, other.userId);
  const updates = [
    "update public.sms_contacts set name = 'Grace', time_zone = 'Europe/Berlin'",
    "update public.sms_conversations set ai_enabled = false",
    `update public.sms_assistants set ${ASSISTANT_COLUMNS.map((c) => `${c} = ${c}`).join(", ")}`,
    "update public.sms_templates set name = 'Greeting', body = 'Hi {{name}}', purpose = 'promotional'",
  ];
  for (const update of updates) {
    const changed = await as(
      sql,
      { role: "authenticated", userId: tenant.userId },
      (mine) => mine.unsafe(`${update} returning user_id`),
    );
    assert(changed.length > 0, update);
    assert(changed.every((row) => row.user_id === tenant.userId), update);
  }
  assert.deepEqual(await belongings(sql, other.userId), before);
});

for (const table of APPEND_ONLY) {
  emptyDbTest(`${table} cannot be changed or deleted, even with the secret key`, async ({ sql }) => {
    const tenant = await addFilledTenant(sql);
    const before = await belongings(sql, tenant.userId);
    for (
      const attempt of [
        `update public.${table} set user_id = user_id`,
        `delete from public.${table}`,
        `truncate public.${table}`,
      ]
    ) {
      const state = await stateOf(as(sql, { role: "service_role" }, (all) => all.unsafe(attempt)));
      assert.equal(state, PERMISSION_DENIED, attempt);
    }
    assert.deepEqual(await belongings(sql, tenant.userId), before);
  });
}
