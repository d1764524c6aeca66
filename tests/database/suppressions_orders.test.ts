/** An opt-out outlives its tenant in whichever order things go, binds the numbers that are added later, and costs little. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { STAND_INS } from "./platform.ts";
import { addTenant, as, call, callAs, exchange, phone, type Tenant, text, withNumber } from "./support.ts";

async function send(sql: Sql, tenant: Tenant, to: string): Promise<string> {
  const args = { to_number: to, from_number: tenant.number, body: "Hello again" };
  return (await callAs(sql, tenant, "sms_create_message", args)).outcome;
}

async function contactId(sql: Sql, tenant: Tenant, number: string): Promise<string> {
  const [row] =
    await sql`select id from public.sms_contacts where user_id = ${tenant.userId} and number = ${number}`;
  assert(row, `${number} is a contact`);
  return row.id;
}

async function erase(sql: Sql, tenant: Tenant, number: string): Promise<void> {
  const contact_id = await contactId(sql, tenant, number);
  assert.equal((await callAs(sql, tenant, "sms_erase_contact", { contact_id })).outcome, "erased");
}

async function takeOver(sql: Sql, tenant: Tenant, number: string): Promise<Tenant> {
  const [row] = await sql`insert into public.sms_numbers (user_id, account_sid, number, assistant_id)
    values (${tenant.userId}, ${tenant.accountSid}, ${number}, ${tenant.assistantId}) returning id`;
  return { ...tenant, number, numberId: row?.id };
}

const deleteUser = (sql: Sql, { userId }: Tenant) => sql`delete from auth.users where id = ${userId}`;
const deleteNumber = (sql: Sql, { numberId }: Tenant) =>
  sql`delete from public.sms_numbers where id = ${numberId}`;
const deleteAccount = (sql: Sql, { accountSid }: Tenant) =>
  sql`delete from public.sms_accounts where account_sid = ${accountSid}`;
const deleteContacts = (sql: Sql, { userId }: Tenant) =>
  sql`delete from public.sms_contacts where user_id = ${userId}`;

/** Postgres takes the tables in the order in which their references were made: a restored dump has another one. */
async function deleteUserAnew(sql: Sql, tenant: Tenant, last: string): Promise<void> {
  const fkey = `${last}_user_id_fkey`;
  await sql.unsafe(`alter table public.${last} drop constraint ${fkey},
    add constraint ${fkey} foreign key (user_id) references auth.users (id) on delete cascade`);
  await deleteUser(sql, tenant);
}

type Step = (sql: Sql, tenant: Tenant) => Promise<unknown>;
const ORDERS: [what: string, ...steps: Step[]][] = [
  ["its user, contacts last", (sql, tenant) => deleteUserAnew(sql, tenant, "sms_contacts")],
  ["its user, numbers last", (sql, tenant) => deleteUserAnew(sql, tenant, "sms_numbers")],
  ["its user, accounts last", (sql, tenant) => deleteUserAnew(sql, tenant, "sms_accounts")],
  ["its number, then its user", deleteNumber, deleteUser],
  ["its contacts, then its user", deleteContacts, deleteUser],
  ["its contacts, number, account and user", deleteContacts, deleteNumber, deleteAccount, deleteUser],
  ["its number, contacts, account and user", deleteNumber, deleteContacts, deleteAccount, deleteUser],
  ["its number, account, contacts and user", deleteNumber, deleteAccount, deleteContacts, deleteUser],
];
for (const [what, ...steps] of ORDERS) {
  emptyDbTest(`opt-outs outlive a tenant of which goes ${what}`, async ({ sql }) => {
    const [tenant, other, next] = [await addTenant(sql), await addTenant(sql), await addTenant(sql)];
    const [stopped, blocked, fine] = [phone(), phone(), phone()];
    await text(sql, tenant, stopped, "STOP");
    for (const number of [blocked, fine]) await exchange(sql, tenant, number);
    await sql`insert into sms_private.sender_blocks (phone_number_id, contact_id)
      values (${tenant.numberId}, ${await contactId(sql, tenant, blocked)})`;
    await text(sql, other, stopped, "Hello");
    for (const step of steps) await step(sql, tenant);

    const heir = await takeOver(sql, next, tenant.number);
    for (const number of [stopped, blocked]) {
      assert.equal(await send(sql, heir, number), "RECIPIENT_OPTED_OUT");
    }
    assert.equal(await send(sql, heir, fine), "created");
    for (const free of [next, other]) assert.equal(await send(sql, free, stopped), "created");
    await text(sql, heir, stopped, "START");
    assert.equal(await send(sql, heir, stopped), "created");
  });
}

/** Contacts of a tenant, every one opted out. */
const fill = (sql: Sql, { userId }: Tenant, contacts: number) =>
  sql`insert into public.sms_contacts (user_id, number, opted_out_at, opt_out_source)
    select ${userId}, '+1206' || (2000000 + n), now(), 'keyword' from generate_series(1, ${contacts}) n`;

emptyDbTest("deleting a user keeps all its opt-outs at once, by any number of contacts", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const second = await withNumber(sql, tenant);
  await fill(sql, tenant, 300);
  await fill(sql, other, 5);
  const calls = await sql.begin(async (transaction) => {
    await transaction`set local track_functions = 'all'`;
    await transaction`delete from auth.users where id = ${tenant.userId}`;
    return await transaction`select funcname, calls::int from pg_stat_xact_user_functions
      where funcname in ('keep_suppressions', 'hmac_pad', 'spellings_of', 'hmac_sha256') and calls > 0 order by 1`;
  });
  assert.deepEqual([...calls], [{ funcname: "hmac_pad", calls: 2 }, {
    funcname: "keep_suppressions",
    calls: 1,
  }]);
  const kept =
    await sql`select sending_number, count(*)::int as contacts from sms_private.suppressions group by 1`;
  assert.deepEqual(
    new Map(kept.map((row) => [row.sending_number, row.contacts])),
    new Map([[tenant.number, 300], [second.number, 300]]),
  );
});

emptyDbTest("a number that is added to many contacts looks them up at once", async ({ sql }) => {
  const [tenant, next] = [await addTenant(sql), await addTenant(sql)];
  await fill(sql, tenant, 40);
  await deleteUser(sql, tenant);
  await fill(sql, next, 200);
  await sql`update public.sms_contacts set opted_out_at = null, opt_out_source = null`;
  const heir = await takeOver(sql, next, tenant.number);
  const [blocked] =
    await sql`select count(*)::int as pairs from sms_private.sender_blocks where phone_number_id = ${heir.numberId}`;
  assert.equal(blocked?.pairs, 40);
  assert.equal(await send(sql, heir, "+12062000040"), "RECIPIENT_OPTED_OUT");
  assert.equal(await send(sql, heir, "+12062000041"), "created");
  assert.equal(await send(sql, next, "+12062000040"), "created");
});

emptyDbTest("an erased opt-out binds a number that the tenant adds later, until START", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [gone, blocked] = [phone(), phone()];
  await text(sql, tenant, gone, "STOP");
  await text(sql, tenant, blocked, "Hello");
  await sql`insert into sms_private.sender_blocks (phone_number_id, contact_id)
    values (${tenant.numberId}, ${await contactId(sql, tenant, blocked)})`;
  for (const number of [gone, blocked]) await erase(sql, tenant, number);

  const second = await withNumber(sql, tenant);
  assert.equal(await send(sql, second, gone), "RECIPIENT_OPTED_OUT");
  assert.equal(await send(sql, second, blocked), "created", "Twilio refuses them for one number");
  assert.equal(
    await send(sql, await withNumber(sql, other), gone),
    "created",
    "nobody opted out of this tenant",
  );
  await text(sql, second, gone, "START");
  for (const sender of [tenant, second, await withNumber(sql, tenant)]) {
    assert.equal(await send(sql, sender, gone), "created");
  }
  const left = await sql`select reason from sms_private.suppressions`;
  assert.deepEqual([...left], [{ reason: "sender_blocked" }]);
});

emptyDbTest("an erased opt-out binds the number that replaces the tenant's only one", async ({ sql }) => {
  const [tenant, next] = [await addTenant(sql), await addTenant(sql)];
  const gone = phone();
  await text(sql, tenant, gone, "STOP");
  await erase(sql, tenant, gone);
  await deleteNumber(sql, tenant);
  const second = await withNumber(sql, tenant);
  assert.equal(await send(sql, second, gone), "RECIPIENT_OPTED_OUT");
  await text(sql, second, gone, "START");
  assert.equal(
    await send(sql, await withNumber(sql, tenant), gone),
    "created",
    "START counts for what is added",
  );
  const heir = await takeOver(sql, next, tenant.number);
  assert.equal(await send(sql, heir, gone), "RECIPIENT_OPTED_OUT", "nobody said START to this number");
});

emptyDbTest(
  "an opt-out that is erased while the tenant has no number binds the next one",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    const gone = phone();
    await text(sql, tenant, gone, "Hello");
    const id = await contactId(sql, tenant, gone);
    await deleteNumber(sql, tenant);
    assert.equal((await callAs(sql, tenant, "sms_opt_out_contact", { contact_id: id })).outcome, "opted_out");
    await erase(sql, tenant, gone);
    const second = await withNumber(sql, tenant);
    assert.equal(await send(sql, second, gone), "RECIPIENT_OPTED_OUT");
    await text(sql, second, gone, "START");
    assert.equal(await send(sql, second, gone), "created");
    assert.deepEqual([...await sql`select 1 from sms_private.suppressions`], []);
  },
);

emptyDbTest("START to who took a number over opts in to nobody who had it before", async ({ sql }) => {
  const [tenant, next, third] = [await addTenant(sql), await addTenant(sql), await addTenant(sql)];
  const gone = phone();
  await text(sql, tenant, gone, "STOP");
  await erase(sql, tenant, gone);
  await deleteNumber(sql, tenant);
  const heir = await takeOver(sql, next, tenant.number);
  assert.equal(await send(sql, heir, gone), "RECIPIENT_OPTED_OUT");
  await text(sql, heir, gone, "START");
  assert.equal(await send(sql, heir, gone), "created");
  assert.equal(await send(sql, await withNumber(sql, next), gone), "created");

  const second = await withNumber(sql, tenant);
  assert.equal(await send(sql, second, gone), "RECIPIENT_OPTED_OUT", "the first tenant is another business");
  await deleteNumber(sql, heir);
  const heirOfHeir = await takeOver(sql, third, tenant.number);
  assert.equal(await send(sql, heirOfHeir, gone), "created", "the last word to this number was START");
  await deleteNumber(sql, heirOfHeir);
  const back = await takeOver(sql, tenant, tenant.number);
  assert.equal(await send(sql, back, gone), "RECIPIENT_OPTED_OUT", "it is the first tenant's again");

  await text(sql, second, gone, "START");
  for (const sender of [second, back, await withNumber(sql, tenant)]) {
    assert.equal(await send(sql, sender, gone), "created");
  }
  assert.deepEqual([...await sql`select 1 from sms_private.suppressions`], []);
});

emptyDbTest("who takes over a number is bound by it, and adds numbers that are free", async ({ sql }) => {
  const [tenant, next] = [await addTenant(sql), await addTenant(sql)];
  const gone = phone();
  await text(sql, tenant, gone, "STOP");
  await deleteUser(sql, tenant);
  const heir = await takeOver(sql, next, tenant.number);
  assert.equal(await send(sql, heir, gone), "RECIPIENT_OPTED_OUT");
  assert.equal(await send(sql, await withNumber(sql, next), gone), "created");
});

const health = async (sql: Sql): Promise<unknown> =>
  (await as(sql, { role: "service_role" }, (secret) => call(secret, "sms_worker_health")) as Record<
    string,
    unknown
  >).suppression_keys_unreadable;

emptyDbTest("health names a lost suppression key before anybody sends", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  const [tenant, free] = [await addTenant(sql), await addTenant(sql)];
  const [gone, known, later] = [phone(), phone(), phone()];
  await exchange(sql, tenant, known);
  assert.deepEqual(await health(sql), [], "there is none yet");
  await text(sql, tenant, gone, "STOP");
  await erase(sql, tenant, gone);
  assert.deepEqual(await health(sql), []);
  const [kept] = await sql`select secret from vault.secrets`;

  const other = "ab".repeat(32);
  for (
    const lose of [
      sql`delete from vault.secrets`,
      sql`select vault.create_secret(${other}, 'supabase_sms_suppression_key_1')`,
    ]
  ) {
    await lose;
    assert.deepEqual(await health(sql), [1], "missing, or another one in its place");
    assert.equal(await send(sql, tenant, phone()), "RECIPIENT_OPTED_OUT", "it could be who opted out");
    assert.equal(await send(sql, tenant, known), "created", "a known contact is not who was erased");
    assert.equal(await send(sql, free, gone), "created", "this tenant's numbers have no such opt-outs");
    const second = await withNumber(sql, tenant);
    assert.equal(await send(sql, second, gone), "RECIPIENT_OPTED_OUT");
  }
  await text(sql, tenant, later, "STOP");
  const erasing = callAs(sql, tenant, "sms_erase_contact", {
    contact_id: await contactId(sql, tenant, later),
  });
  await assert.rejects(erasing, /restore_suppression_key/, "its opt-out would be lost");

  await assert.rejects(sql`select sms_private.restore_suppression_key(1, ${other})`, /another key/);
  assert.deepEqual(await health(sql), [1]);
  await sql`select sms_private.restore_suppression_key(1, ${kept?.secret})`;
  assert.deepEqual(await health(sql), []);
  assert.equal(await send(sql, tenant, gone), "RECIPIENT_OPTED_OUT");
  assert.equal(await send(sql, tenant, phone()), "created");
  await erase(sql, tenant, later);
});
