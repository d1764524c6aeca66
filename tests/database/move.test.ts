import { strict as assert } from "node:assert";
import { bash, printed } from "../support/pages/printed.ts";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { createVault } from "../../supabase/functions/_shared/sms/twilio/vault.ts";
import { moveOldSystem } from "../../tools/move.ts";
import { migrate, readMigrations } from "../../local/migrations.ts";
import { project } from "./adopter.ts";
import { addUser, call, hex, phone, text } from "./support.ts";

const vault = createVault([new Uint8Array(32).fill(7)]);

const PUT_ASIDE = (await printed("docs/moving.md", "create schema old_system")).as();
const KEY = btoa(String.fromCharCode(...new Uint8Array(32).fill(7)));

/** The tables of the old system, with the one that is put aside as docs/moving.md says. */
const OLD_TABLES = `
  create table public.agents (id uuid primary key, user_id uuid, name text, description text, prompt text,
    sms_prompt text, first_message text);
  create table public.phone_number (id uuid primary key, phone_sid text unique, number text unique, label text,
    inbound_assistant_id uuid references public.agents (id), webhook_status text, status text, trunk_sid text,
    user_id uuid);
  create table public.user_twilio_credentials (id uuid primary key default gen_random_uuid(), user_id uuid,
    account_sid text, auth_token text, trunk_sid text, label text, is_active boolean);
  create table public.conversations (id uuid primary key default gen_random_uuid(), user_id uuid);
  create table public.OLD_MESSAGES (id uuid primary key default gen_random_uuid(), message_sid text unique not null,
    conversation_id uuid references public.conversations (id), user_id uuid, to_number text not null,
    from_number text not null, body text not null, direction text, status text not null, error_code text,
    error_message text, num_segments text, price text, price_unit text, date_created timestamptz not null,
    date_sent timestamptz, date_updated timestamptz not null, created_at timestamptz default now(),
    updated_at timestamptz default now());
  create index sms_messages_user_idx on public.OLD_MESSAGES (user_id);
  ${PUT_ASIDE.replace("public.sms_messages", "public.OLD_MESSAGES")}
`;
/** In a database that has our tables already. */
const OLD_TABLES_LATER = OLD_TABLES.replaceAll("OLD_MESSAGES", "moved_messages")
  .replace("sms_messages_user_idx", "moved_messages_user_idx") +
  "alter table old_system.moved_messages rename to sms_messages;";

interface OldTenant {
  userId: string;
  accountSid: string;
  token: string;
  agentId: string;
  numberId: string;
  number: string;
}

async function addOldTenant(sql: Sql): Promise<OldTenant> {
  const userId = await addUser(sql);
  const tenant = {
    userId,
    accountSid: `AC${hex()}`,
    token: hex(),
    agentId: crypto.randomUUID(),
    numberId: crypto.randomUUID(),
    number: phone(),
  };
  await sql`insert into public.agents values (${tenant.agentId}, ${userId}, 'Ada', null, 'Voice.', 'Text.', ' Hi! ')`;
  await sql`insert into public.user_twilio_credentials (user_id, account_sid, auth_token, trunk_sid, label, is_active)
    values (${userId}, ${tenant.accountSid}, ${tenant.token}, 'not a trunk', 'Main', true)`;
  await sql`insert into public.phone_number values (${tenant.numberId}, ${`PN${hex()}`}, ${tenant.number}, 'Desk',
    ${tenant.agentId}, 'configured', 'active', null, ${userId})`;
  return tenant;
}

async function addOldText(sql: Sql, tenant: OldTenant, row: Record<string, string | null>): Promise<void> {
  const outbound = row.direction === "outbound";
  const { contact = null, ...rest } = row;
  const whole: Record<string, string | null> = {
    message_sid: `SM${hex()}`,
    user_id: tenant.userId,
    to_number: outbound ? contact : tenant.number,
    from_number: outbound ? tenant.number : contact,
    body: "Hello",
    direction: "inbound",
    status: "received",
    num_segments: "1",
    price: null,
    date_created: "2026-10-01T10:00:00Z",
    date_updated: "2026-10-01T10:00:00Z",
    ...rest,
  };
  await sql`insert into old_system.sms_messages ${sql(whole)}`;
}

emptyDbTest("the move brings assistants, accounts, numbers and messages over", async ({ sql }) => {
  await sql.unsafe(OLD_TABLES_LATER);
  const tenant = await addOldTenant(sql);
  const contact = phone();
  await addOldText(sql, tenant, { contact, body: "First", date_created: "2026-10-01T10:00:00Z" });
  await addOldText(sql, tenant, {
    contact,
    body: "Second",
    direction: "outbound",
    status: "delivered",
    num_segments: "2",
    price: "-0.0158",
    price_unit: "USD",
    date_created: "2026-10-01T10:00:05Z",
  });

  const report = await moveOldSystem(sql, vault);
  assert.deepEqual(report, {
    assistants: 1,
    numbers: 1,
    messages: 2,
    accounts: 1,
    assistants_left: 0,
    numbers_left: 0,
    messages_left: 0,
    accounts_left: 0,
  });
  const [assistant] = await sql`select * from public.sms_assistants`;
  assert.deepEqual([assistant?.id, assistant?.prompt, assistant?.first_message], [
    tenant.agentId,
    "Text.",
    "Hi!",
  ]);
  const [number] = await sql`select * from public.sms_numbers`;
  assert.deepEqual(
    [number?.id, number?.account_sid, number?.assistant_id, number?.webhook_status],
    [tenant.numberId, tenant.accountSid, tenant.agentId, "pending"],
  );
  const texts =
    await sql`select body, seq::int, status, num_segments, price::text, sender from public.sms_messages order by seq`;
  assert.deepEqual([...texts], [
    { body: "First", seq: 1, status: "received", num_segments: 1, price: null, sender: "contact" },
    { body: "Second", seq: 2, status: "delivered", num_segments: 2, price: "-0.0158", sender: "system" },
  ]);
  const [conversation] =
    await sql`select status, last_seq::int, last_message_preview from public.sms_conversations`;
  assert.deepEqual({ ...conversation }, { status: "ended", last_seq: 2, last_message_preview: "Second" });
  const [jobs] = await sql`select count(*)::int from sms_private.jobs`;
  assert.equal(jobs?.count, 0, "nothing that was moved is answered or sent again");
  const account = await call(sql, "sms_get_account", { account_sid: tenant.accountSid });
  assert.equal(await vault.open(String(account.current_token), tenant.accountSid), tenant.token);
});

emptyDbTest(
  "docs/moving.md moves the rows by its command, which says what was moved",
  async ({ sql, database }) => {
    await sql.unsafe(OLD_TABLES_LATER);
    const tenant = await addOldTenant(sql);
    await addOldText(sql, tenant, { contact: phone() });
    const command = await printed("docs/moving.md", "SUPABASE_SMS_DATABASE_URL=");
    const said = await bash(
      command.as({ "postgresql://postgres:…@…/postgres": database.postgresUrl, "KEY=…": `KEY=${KEY}` }),
    );
    assert.match(said, /^assistants: 1\nnumbers: 1\nmessages: 1\nassistants left behind: 0$/m);
    assert(!said.includes(tenant.token) && !said.includes(KEY));
    const account = await call(sql, "sms_get_account", { account_sid: tenant.accountSid });
    assert.equal(await vault.open(String(account.current_token), tenant.accountSid), tenant.token);
  },
);

emptyDbTest("the move may be run again, also after the moved number was texted", async ({ sql }) => {
  await sql.unsafe(OLD_TABLES_LATER);
  const tenant = await addOldTenant(sql);
  const contact = phone();
  await addOldText(sql, tenant, { contact, date_created: new Date().toISOString() });
  const first = await moveOldSystem(sql, vault);
  const moved = { ...tenant, assistantId: tenant.agentId };
  assert.equal((await text(sql, moved, contact, "Still there?")).outcome, "stored");
  assert.deepEqual(await moveOldSystem(sql, vault), first);
  const seqs = await sql`select seq::int, body from public.sms_messages order by seq`;
  assert.deepEqual([...seqs], [{ seq: 1, body: "Hello" }, { seq: 2, body: "Still there?" }]);
});

emptyDbTest("the move counts what does not fit, and mixes no tenants", async ({ sql }) => {
  await sql.unsafe(OLD_TABLES_LATER);
  const one = await addOldTenant(sql);
  const two = await addOldTenant(sql);
  const contact = phone();
  await addOldText(sql, one, { contact });
  await addOldText(sql, two, { contact });
  await addOldText(sql, one, { contact: "nobody", direction: "outbound", status: "sent" });
  await addOldText(sql, one, { contact, direction: "outbound", status: "sent", body: " " });
  await addOldText(sql, one, { contact, to_number: two.number });
  // The same account with both, a deleted user, and a credential that is none.
  await sql`insert into public.user_twilio_credentials (user_id, account_sid, auth_token, is_active)
    values (${two.userId}, ${one.accountSid}, 'x', false), (${crypto.randomUUID()}, ${`AC${hex()}`}, 'x', true),
      (${two.userId}, 'SK123', 'x', true)`;
  await sql`insert into public.agents values (${crypto.randomUUID()}, ${crypto.randomUUID()}, 'Gone')`;

  const report = await moveOldSystem(sql, vault);
  assert.deepEqual(report, {
    assistants: 2,
    numbers: 2,
    messages: 2,
    accounts: 2,
    assistants_left: 1,
    numbers_left: 0,
    messages_left: 3,
    accounts_left: 2,
  });
  const [owners] = await sql`select count(*)::int from public.sms_messages m
    join public.sms_conversations c on c.id = m.conversation_id join public.sms_contacts k on k.id = c.contact_id
    where m.user_id <> c.user_id or k.user_id <> m.user_id`;
  assert.equal(owners?.count, 0);
  const [account] = await sql`select user_id from public.sms_accounts where account_sid = ${one.accountSid}`;
  assert.equal(account?.user_id, one.userId);
});

emptyDbTest("whoever had texted STOP last stays opted out after the move", async ({ sql }) => {
  await sql.unsafe(OLD_TABLES_LATER);
  const tenant = await addOldTenant(sql);
  const [left, returned, stayed] = [phone(), phone(), phone()];
  const said: [string, string, string][] = [
    [left, "START", "2026-10-01T10:00:00Z"],
    [left, " Stop! ", "2026-10-02T10:00:00Z"],
    [left, "Why do you still text me?", "2026-10-03T10:00:00Z"],
    [returned, "STOP", "2026-10-01T10:00:00Z"],
    [returned, "yes", "2026-10-02T10:00:00Z"],
    [stayed, "Do not stop at the weekend", "2026-10-01T10:00:00Z"],
  ];
  for (const [contact, body, date_created] of said) {
    await addOldText(sql, tenant, { contact, body, date_created });
  }
  await moveOldSystem(sql, vault);
  const outcomes = [];
  for (const to_number of [left, returned, stayed]) {
    const answer = await call(sql, "sms_create_message_for", {
      owner_id: tenant.userId,
      to_number,
      body: "Hello again",
    });
    outcomes.push(answer.outcome);
  }
  assert.deepEqual(outcomes, ["RECIPIENT_OPTED_OUT", "created", "created"]);
  const events = await sql`select change, evidence from public.sms_consent_events`;
  assert.deepEqual(events.map((event) => [event.change, event.evidence]), [["opt_out", " Stop! "]]);
});

Deno.test("only the old messages are put aside, and the old system's voice half goes on working", async () => {
  await using old = await project(OLD_TABLES.replaceAll("OLD_MESSAGES", "sms_messages"));
  const { sql } = old;
  const tenant = await addOldTenant(sql);
  await addOldText(sql, tenant, { contact: phone() });
  const voice = () =>
    sql`select a.*, p.*, c.account_sid, c.auth_token from public.agents a
      join public.phone_number p on p.inbound_assistant_id = a.id
      join public.user_twilio_credentials c on c.user_id = a.user_id`;
  const before = await voice();
  assert.equal(before.length, 1);

  await migrate(sql, await readMigrations());
  const { messages, messages_left } = await moveOldSystem(sql, vault);
  assert.deepEqual({ messages, messages_left }, { messages: 1, messages_left: 0 });
  assert.deepEqual([...await voice()], [...before]);
  await sql`update public.agents set prompt = 'Another.' where id = ${tenant.agentId}`;
  await sql`insert into public.conversations (user_id) values (${tenant.userId})`;
});
