/** STOP and START by two spellings of one telephone. Twilio's list of who opted out has numbers letter by letter. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { claimLookup, unconfirmed } from "./lookups.ts";
import { broadcastTo, messageOf, send, sendFor, textsOf } from "./sending.ts";
import { addTenant, claimDeliveries, message, record, type Tenant, text, theOnly } from "./support.ts";

const REFUSED = { error_code: "21610", error_message: "Opted out." };

async function freeToSend(sql: Sql): Promise<Tenant> {
  const tenant = await addTenant(sql);
  await sql`insert into public.sms_limits (user_id, allowed_countries, sends_per_minute)
    values (${tenant.userId}, null, null)`;
  return tenant;
}

/** A telephone of Mexico: the old spelling, and today's. */
const telephone = (n: number) => {
  const digits = String(5512340000 + n);
  return { old: `+521${digits}`, new: `+52${digits}` };
};

const spelledAs = async (sql: Sql, tenant: Tenant, to_number: string) =>
  (await message(sql, messageOf(await sendFor(sql, tenant, { to_number })))).to_number;

const WORDS = ["STOP old", "STOP new", "START old", "START new"] as const;
const SEQUENCES = WORDS.flatMap((first) => [[first], ...WORDS.map((second) => [first, second])]);

emptyDbTest(
  "21610 that comes late decides nothing after STOP or START by either spelling",
  async ({ sql }) => {
    const [tenant, other] = [await freeToSend(sql), await freeToSend(sql)];
    let n = 0;
    for (const words of SEQUENCES) {
      for (const to of ["old", "new"] as const) {
        const contact = telephone(n++);
        await text(sql, other, contact.old, "Hi");
        await text(sql, tenant, contact[to], "Hi");
        await sql`delete from sms_private.jobs`;
        await sendFor(sql, tenant, { to_number: contact[to] });
        const job = theOnly(await claimDeliveries(sql));
        for (const word of words) {
          const [said = "", spelling] = word.split(" ") as [string, "old" | "new"];
          await text(sql, tenant, contact[spelling], said);
        }
        await record(sql, job, "refused", REFUSED);
        const wanted = words.at(-1)?.startsWith("START") ? "created" : "RECIPIENT_OPTED_OUT";
        for (const spelling of [contact.old, contact.new]) {
          const { outcome } = await send(sql, tenant, { to_number: spelling });
          assert.equal(outcome, wanted, `to ${to}: ${words.join(", ")}`);
        }
        assert.equal((await sendFor(sql, other, { to_number: contact.new })).outcome, "created");
        await sql`delete from sms_private.jobs`;
        await sql`update sms_private.sender_pace set next_at = now() - interval '1 minute'`;
      }
    }
  },
);

emptyDbTest("START by one spelling: texts go there, not to the one that said STOP", async ({ sql }) => {
  const tenant = await freeToSend(sql);
  const [contact, bystander] = [telephone(1), telephone(2)];
  await text(sql, tenant, contact.old, "STOP");
  await text(sql, tenant, contact.new, "START");
  await text(sql, tenant, bystander.old, "Hi");
  assert.equal(await spelledAs(sql, tenant, contact.old), contact.new);
  // Words that are no START do not open Twilio's list again.
  const { conversation_id } = await text(sql, tenant, contact.old, "Are you open?");
  const [row] = await sql`select number from public.sms_contacts k
    where k.id = (select contact_id from public.sms_conversations where id = ${conversation_id as string})`;
  assert.equal(row?.number, contact.new, "answers go to the spelling that Twilio takes");
  const texts = await textsOf(sql, await broadcastTo(sql, tenant, [contact.old, bystander.old]));
  assert.deepEqual(texts.map((row) => row.to_number).sort(), [contact.new, bystander.old].sort());
  await text(sql, tenant, contact.old, "START");
  assert.equal(await spelledAs(sql, tenant, contact.old), contact.old, "START by this one");
  const [again] = await sql`select number from public.sms_contacts where canonical_number = ${contact.new}`;
  assert.equal(again?.number, contact.old);
});

emptyDbTest(
  "21610 for a spelling that was refused before START by another blocks nobody",
  async ({ sql }) => {
    const tenant = await freeToSend(sql);
    const contact = telephone(1);
    // Twilio knows an opt-out that we do not.
    for (const body of ["First", "Second"]) await sendFor(sql, tenant, { to_number: contact.old, body });
    await record(sql, theOnly(await claimDeliveries(sql)), "refused", REFUSED);
    await text(sql, tenant, contact.new, "START");
    await sql`update sms_private.sender_pace set next_at = now() - interval '1 minute'`;
    const second = theOnly(await claimDeliveries(sql));
    assert.equal(second.to_number, contact.old);
    await record(sql, second, "refused", REFUSED);
    assert.equal((await message(sql, second.message_id)).error_code, "21610");
    assert.equal(await spelledAs(sql, tenant, contact.old), contact.new);

    // By the spelling that opted in, it is a new opt-out.
    await sql`update sms_private.sender_pace set next_at = now() - interval '1 minute'`;
    const third = theOnly(await claimDeliveries(sql));
    assert.equal(third.to_number, contact.new);
    await record(sql, third, "refused", REFUSED);
    assert.equal((await send(sql, tenant, { to_number: contact.new })).outcome, "RECIPIENT_OPTED_OUT");
  },
);

dbTest("a look-up asks for each spelling that Twilio may list, ours first", async ({ sql }) => {
  const tenant = await freeToSend(sql);
  const asked = {
    "+5215512345678": ["+5215512345678", "+525512345678"],
    "+525512345678": ["+525512345678", "+5215512345678"],
    "+551187654321": ["+551187654321", "+5511987654321"],
    "+4407400123456": ["+4407400123456", "+447400123456"],
    // Nobody lists a 0 from home that was not given.
    "+447400123456": ["+447400123456"],
    "+14155550101": ["+14155550101"],
  };
  for (const [to, spellings] of Object.entries(asked)) {
    await unconfirmed(sql, tenant, to);
    const job = await claimLookup(sql) as unknown as { to_number: string; to_numbers: string[] };
    assert.deepEqual([job.to_number, job.to_numbers], [to, spellings]);
    await sql`delete from sms_private.jobs`;
    await sql`delete from sms_private.questions`;
    await sql`update sms_private.sender_pace set next_at = now() - interval '1 minute'`;
  }
});
