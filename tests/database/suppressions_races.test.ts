/** A tenant is deleted at the moment of an opt-out: whoever has the number next is bound, whichever of the two comes first. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { whileOpen } from "./sending.ts";
import { DatabaseError, isTransient } from "../../supabase/functions/_shared/sms/database/rpc.ts";
import { addTenant, callAs, messageSid, phone, stateOf, type Tenant, text } from "./support.ts";

async function contactId(sql: Sql, tenant: Tenant, number: string): Promise<string> {
  const [row] =
    await sql`select id from public.sms_contacts where user_id = ${tenant.userId} and number = ${number}`;
  assert(row, `${number} is a contact`);
  return row.id;
}

const deleteUser = (sql: Sql, { userId }: Tenant) => sql`delete from auth.users where id = ${userId}`;

/** Somebody who takes the number over. */
async function takeOver(sql: Sql, { number }: { number: string }): Promise<Tenant> {
  const heir = await addTenant(sql);
  const [row] = await sql`insert into public.sms_numbers (user_id, account_sid, number)
    values (${heir.userId}, ${heir.accountSid}, ${number}) returning id`;
  return { ...heir, number, numberId: row?.id };
}

async function send(sql: Sql, tenant: Tenant, to: string): Promise<string> {
  const args = { to_number: to, from_number: tenant.number, body: "Hello" };
  return (await callAs(sql, tenant, "sms_create_message", args)).outcome;
}

const OPT_OUTS: Record<string, (sql: Sql, tenant: Tenant, from: string) => PromiseLike<unknown>> = {
  "STOP": (sql, tenant, from) => text(sql, tenant, from, "STOP"),
  "a person": async (sql, tenant, from) =>
    await sql`select sms_private.opt_out(${await contactId(sql, tenant, from)}, 'person', null, null)`,
  "the model": async (sql, tenant, from) =>
    await sql`select sms_private.opt_out(${await contactId(sql, tenant, from)}, 'model', null, null)`,
};
for (const [what, optOut] of Object.entries(OPT_OUTS)) {
  emptyDbTest(`an opt-out by ${what} that a tenant's deletion waits for is kept`, async ({ sql }) => {
    const tenant = await addTenant(sql);
    const [gone, stays] = [phone(), phone()];
    for (const from of [gone, stays]) await text(sql, tenant, from, "Hello");
    await whileOpen(
      sql,
      (open) => Promise.resolve(optOut(open, tenant, gone)),
      () => deleteUser(sql, tenant),
    );
    const heir = await takeOver(sql, tenant);
    assert.deepEqual([await send(sql, heir, gone), await send(sql, heir, stays)], [
      "RECIPIENT_OPTED_OUT",
      "created",
    ]);
  });
}

emptyDbTest(
  "a STOP that waits for its tenant's deletion comes again, and binds who has the number next",
  async ({ sql }) => {
    const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
    const [gone, stays, back] = [phone(), phone(), phone()];
    await sql`update public.sms_accounts set shared = true, user_id = null where account_sid = ${tenant.accountSid}`;
    await text(sql, tenant, gone, "Hello");
    // The webhook of what raises answers 503, and Twilio brings the text once more.
    const message_sid = messageSid();
    const stop = () => text(sql, tenant, gone, "STOP", { message_sid });
    const state = await whileOpen(
      sql,
      (open) => Promise.resolve(deleteUser(open, tenant)),
      () => stateOf(stop()),
    );
    assert(isTransient(new DatabaseError("sms_receive_message", state, "")), state);
    assert.equal((await stop()).outcome, "unowned");
    assert.equal((await stop()).outcome, "duplicate");
    for (const word of ["STOP", "Stop!", "START"]) {
      await text(sql, tenant, back, word);
    }
    await text(sql, tenant, stays, "Hello");
    await text(sql, tenant, stays, "START");
    // Of a number that somebody has in another account, and from nobody's telephone, nothing is kept.
    await text(sql, { ...tenant, number: other.number }, gone, "STOP");
    await text(sql, tenant, "BANK", "STOP");
    assert.equal((await sql`select 1 from sms_private.suppressions`).length, 1);
    const heir = await takeOver(sql, tenant);
    assert.equal(await send(sql, heir, gone), "RECIPIENT_OPTED_OUT");
    for (const free of [stays, back]) assert.equal(await send(sql, heir, free), "created");
    assert.equal(await send(sql, other, gone), "created");
    await text(sql, heir, gone, "START");
    assert.equal(await send(sql, heir, gone), "created");
  },
);

emptyDbTest("a tenant's account keeps no opt-out of numbers that it has not", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const person = phone();
  // The tenant can sign this form itself.
  const signed = { ...other, number: "+14155559999" };
  assert.equal((await text(sql, signed, person, "STOP")).outcome, "unowned");
  const heir = await takeOver(sql, { ...tenant, number: signed.number });
  assert.equal(await send(sql, heir, person), "created");
});
