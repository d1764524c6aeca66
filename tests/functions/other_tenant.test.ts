import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import {
  anonymous,
  demoClient,
  phone,
  quiet,
  settled,
  stackForFile,
  type TestStack,
  text,
  until,
} from "./support.ts";
import { connectTenant } from "./tenants.ts";

const stack = await stackForFile();
const { sql } = stack;

/** The first tenant has a row in every table; the second is a real user with an account of their own. */
const owner = await demoClient(stack);
const contact = phone();
await text(stack, contact, "Are you open on Sunday?");
await settled(stack, contact);
await text(stack, phone(), "STOP");
const template = await owner.from("sms_templates").insert({ name: "Greeting", body: "Hello {{name}}" })
  .select().single();
assert.equal(template.error, null);
const template_id: string = template.data.id;
const broadcast = await owner.rpc("sms_create_broadcast", {
  to_numbers: [contact],
  template_id,
  variables: { name: "all" },
});
assert.equal(broadcast.data?.outcome, "created", broadcast.error?.message);
await quiet(stack);
const other = await connectTenant(stack);
const callers: Record<string, SupabaseClient> = {
  "another tenant": other.client,
  "an anonymous caller": anonymous(stack),
};

const tables = await tablesOf(stack);
const before = await everything();

async function tablesOf({ sql }: TestStack): Promise<string[]> {
  const rows = await sql`select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`;
  return rows.map((row) => row.relname);
}

/** All that the first tenant has: a hash for every table. */
async function everything(): Promise<Record<string, string>> {
  // What is not folded yet would move by itself.
  await until("the figures are folded", async () => {
    const [row] = await sql`select public.sms_fold_stats(100000) as fold`;
    return row?.fold.remaining === 0;
  });
  const all: Record<string, string> = {};
  for (const table of [...tables.map((name) => `public.${name}`), "sms_private.jobs"]) {
    const [row] = await sql.unsafe(
      `select count(*) || ' ' || md5(string_agg(to_jsonb(t)::text, '' order by to_jsonb(t)::text)) as content
       from ${table} t where user_id = $1`,
      [stack.userId],
    );
    all[table] = row?.content;
  }
  return all;
}

Deno.test("the owner sees own rows in every table", async () => {
  for (const table of tables.filter((name) => name !== "sms_accounts")) {
    const { data, error } = await owner.from(table).select();
    assert.equal(error, null, table);
    assert(data && data.length > 0, `${table} has rows to see`);
  }
});

for (const [who, client] of Object.entries(callers)) {
  Deno.test(`${who} reads none of the first tenant's rows, in any table`, async () => {
    for (const table of tables) {
      const { data, error } = await client.from(table).select("*");
      if (who === "another tenant") {
        assert.equal(error, null, table);
        assert((data ?? []).every((row) => row.user_id === other.id), table);
      } else {
        assert.equal(error?.code, "42501", table);
        assert.equal(data, null, table);
      }
      const byOwner = await client.from(table).select("*").eq("user_id", stack.userId);
      assert.deepEqual(byOwner.data ?? [], [], table);
    }
  });

  Deno.test(`${who} writes to none of the first tenant's rows, in any table`, async () => {
    for (const table of tables) {
      const deleted = await client.from(table).delete().eq("user_id", stack.userId).select();
      assert.deepEqual(deleted.data ?? [], [], table);
      const updated = await client.from(table).update({ user_id: other.id }).eq("user_id", stack.userId)
        .select();
      assert.deepEqual(updated.data ?? [], [], table);
      const inserted = await client.from(table).insert({ user_id: stack.userId });
      assert(inserted.error, table);
    }
    assert.deepEqual(await everything(), before);
  });
}

Deno.test("every verb is either a person's or the pipeline's, and the pipeline's are denied to all people", async () => {
  const verbs = await sql<{ name: string; arguments: string[]; people: boolean }[]>`
    select p.proname as name, p.proargnames[1:p.pronargs] as arguments,
      has_function_privilege('authenticated', p.oid, 'execute') as people
    from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' order by 1`;
  const pipeline = verbs.filter((verb) => !verb.people);
  const names = pipeline.map((verb) => verb.name);
  for (
    const name of [
      "sms_receive_message",
      "sms_record_status",
      "sms_claim_replies",
      "sms_finish_replies",
      "sms_claim_deliveries",
    ]
  ) {
    assert(names.includes(name));
  }
  for (const { name, arguments: args } of pipeline) {
    for (const [who, client] of [["owner", owner], ...Object.entries(callers)] as const) {
      const values = Object.fromEntries((args ?? []).map((argument) => [argument, null]));
      const { data, error, status } = await client.rpc(name, values);
      assert.equal(data, null, `${name} for ${who}`);
      assert.equal(error?.code, "42501", `${name} for ${who}: ${error?.message}`);
      assert([401, 403, 404].includes(status), `${name} for ${who}: ${status}`);
    }
  }
  assert.deepEqual(await everything(), before);
});
