/** One person, two spellings of a number: one contact, one conversation, one opt-out (docs/rules/numbers.md). */
import { strict as assert } from "node:assert";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { broadcast, broadcastTo, messageOf, send, sendFor, textsOf } from "./sending.ts";
import { SPELLINGS, STRANGERS } from "./spellings.ts";
import {
  addTenant,
  as,
  call,
  callAs,
  claimDeliveries,
  claimReply,
  exchange,
  finish,
  message,
  messageSid,
  record,
  stateOf,
  type Tenant,
  text,
  theOnly,
} from "./support.ts";

const anywhere = (sql: Sql, { userId }: Tenant) =>
  sql`insert into public.sms_limits (user_id, allowed_countries, sends_per_minute) values (${userId}, null, null)`;

const contactsOf = (sql: Sql, { userId }: Tenant) =>
  sql`select * from public.sms_contacts where user_id = ${userId} order by created_at, id`;

const [OLD, TODAY] = ["+5215512345678", "+525512345678"];

dbTest("two spellings are one contact and one conversation", async ({ sql, tenant }, t) => {
  const other = await addTenant(sql);
  for (const [what, [old, today]] of Object.entries(SPELLINGS)) {
    await t.step(what, async () => {
      await sql`delete from public.sms_contacts`;
      const one = await text(sql, tenant, old, "Hello");
      const two = await text(sql, tenant, today, "It is me");
      assert.equal(one.conversation_id, two.conversation_id);
      const [contact, ...more] = await contactsOf(sql, tenant);
      assert.deepEqual([contact?.canonical_number, more], [today, []]);
      assert.equal((await text(sql, other, today, "Hello")).outcome, "stored");
      assert.equal((await contactsOf(sql, other)).length, 1, "the other tenant has its own contact");
    });
  }
});

dbTest("STOP by either spelling stops both, and START by either opens both", async ({ sql, tenant }, t) => {
  const other = await addTenant(sql);
  await Promise.all([anywhere(sql, tenant), anywhere(sql, other)]);
  for (const [what, spellings] of Object.entries(SPELLINGS)) {
    for (const [stops, texts] of [spellings, spellings.toReversed() as [string, string]]) {
      await t.step(`${what}: STOP from ${stops}`, async () => {
        await sql`delete from public.sms_contacts`;
        assert.equal((await send(sql, tenant, { to_number: texts })).outcome, "created");
        assert.equal((await text(sql, tenant, stops, "STOP")).keyword, "out");
        assert.deepEqual(await claimDeliveries(sql), [], "what waited is canceled");
        for (const to_number of [stops, texts]) {
          assert.equal((await send(sql, tenant, { to_number })).outcome, "RECIPIENT_OPTED_OUT", to_number);
          const all = await broadcast(sql, tenant, [to_number]);
          assert.deepEqual(all.rejected, [{ to: to_number, code: "RECIPIENT_OPTED_OUT" }]);
          assert.equal((await send(sql, other, { to_number })).outcome, "created", "the other tenant may");
        }
        await text(sql, tenant, texts, "START");
        assert.equal((await send(sql, tenant, { to_number: stops })).outcome, "created");
      });
    }
  }
});

dbTest("numbers that only look alike stay two contacts", async ({ sql, tenant }, t) => {
  await anywhere(sql, tenant);
  for (const [what, [one, other]] of Object.entries(STRANGERS)) {
    await t.step(what, async () => {
      await sql`delete from public.sms_contacts`;
      await text(sql, tenant, one, "STOP");
      await text(sql, tenant, other, "Hello");
      const contacts = await contactsOf(sql, tenant);
      assert.deepEqual(contacts.map((contact) => [contact.number, contact.opted_out_at !== null]), [
        [one, true],
        [other, false],
      ]);
    });
  }
});

dbTest("an answer goes to the spelling that the contact wrote from last", async ({ sql, tenant }) => {
  await anywhere(sql, tenant);
  for (const from of [OLD, TODAY, OLD]) {
    const answer = await exchange(sql, tenant, from);
    assert.equal((await message(sql, answer)).to_number, from);
    const job = theOnly(await claimDeliveries(sql));
    assert.equal(job.to_number, from);
    assert.equal(
      await record(sql, job, "accepted", { message_sid: messageSid(), status: "queued" }),
      "recorded",
    );
  }
  const [{ conversation_id } = {}] = await sql`select conversation_id from public.sms_messages`;
  const written = await send(sql, tenant, { to_number: null, conversation_id });
  assert.equal((await message(sql, messageOf(written))).to_number, OLD, "a person's answer too");
});

dbTest("a text goes to the number as it was given, in one conversation", async ({ sql, tenant }) => {
  await anywhere(sql, tenant);
  const sent = [];
  for (const to_number of [OLD, TODAY]) {
    sent.push(await message(sql, messageOf(await sendFor(sql, tenant, { to_number }))));
  }
  assert.deepEqual(sent.map(({ to_number }) => to_number), [OLD, TODAY]);
  assert.equal(sent[0]?.conversation_id, sent[1]?.conversation_id);
  const [contact] = await contactsOf(sql, tenant);
  assert.equal(contact?.number, TODAY, "nobody wrote yet: the spelling that was given last");
  await text(sql, tenant, OLD, "Hello");
  await sendFor(sql, tenant, { to_number: TODAY });
  assert.equal((await contactsOf(sql, tenant))[0]?.number, OLD, "the spelling that the contact wrote from");
  const { conversation_id } = sent[0] ?? {};
  assert.equal((await send(sql, tenant, { conversation_id, to_number: TODAY })).outcome, "created");
  const elsewhere = await send(sql, tenant, { conversation_id, to_number: "+525512345679" });
  assert.equal(elsewhere.outcome, "RECIPIENT_MISMATCH");
});

dbTest("a broadcast reaches a telephone once, and joins its conversation", async ({ sql, tenant }) => {
  await anywhere(sql, tenant);
  const { conversation_id } = await text(sql, tenant, OLD, "Hello");
  const answer = await broadcast(sql, tenant, [TODAY, "+14155550101", OLD]);
  assert.deepEqual(answer.rejected, [{ to: OLD, code: "DUPLICATE_RECIPIENT" }]);
  const [mexico, us] = await textsOf(sql, (answer.broadcast as { id: string }).id);
  assert.deepEqual([mexico?.to_number, us?.to_number], [TODAY, "+14155550101"]);
  assert.equal(mexico?.conversation_id, conversation_id);
  const again = await textsOf(sql, await broadcastTo(sql, tenant, [OLD]));
  assert.equal(again[0]?.conversation_id, conversation_id);
  assert.equal((await contactsOf(sql, tenant)).length, 2);
});

dbTest(
  "a status that names the other spelling is recorded, of another number refused",
  async ({ sql, tenant }) => {
    await anywhere(sql, tenant);
    await send(sql, tenant, { to_number: OLD });
    const job = theOnly(await claimDeliveries(sql));
    const message_sid = messageSid();
    await record(sql, job, "accepted", { message_sid, status: "queued" });
    const report = (to_number: string) =>
      call(sql, "sms_record_status", {
        account_sid: tenant.accountSid,
        message_sid,
        from_number: tenant.number,
        to_number,
        status: "delivered",
        error_code: null,
        error_message: null,
      });
    assert.equal((await report("+525512345679")).outcome, "mismatch");
    assert.equal((await report(TODAY)).outcome, "recorded");
  },
);

dbTest("a conversation and its attachments are found by either spelling", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const media = [{ url: "https://api.twilio.com/a.png", content_type: "image/png" }];
  const { conversation_id, message_id } = await text(sql, tenant, OLD, "See", { media });
  await text(sql, tenant, "+541123456789", "HELP");
  for (const contact_number of [OLD, TODAY]) {
    const found = await callAs(sql, tenant, "sms_get_conversation", { contact_number });
    assert.equal((found.conversation as { id: string }).id, conversation_id);
    const list = await callAs(sql, tenant, "sms_list_messages_with", { contact_number });
    assert.equal((list.messages as unknown[]).length, 1);
    const file = { message_id, attachment: 0, contact_number };
    assert.equal((await callAs(sql, tenant, "sms_get_attachment", file)).outcome, "found");
    const chosen = { account_sid: tenant.accountSid, to_number: contact_number };
    assert.equal((await callAs(sql, tenant, "sms_choose_sender", chosen)).from_number, tenant.number);
    const hidden = await callAs(sql, other, "sms_get_conversation", { contact_number });
    assert.equal(hidden.outcome, "CONVERSATION_NOT_FOUND");
    assert.equal((await callAs(sql, other, "sms_get_attachment", file)).outcome, "MEDIA_NOT_FOUND");
  }
  const wrong = { message_id, attachment: 0, contact_number: "+525512345679" };
  assert.equal((await callAs(sql, tenant, "sms_get_attachment", wrong)).outcome, "MEDIA_NOT_FOUND");
  const keyword = await callAs(sql, tenant, "sms_list_messages_with", { contact_number: "+5491123456789" });
  assert.equal((keyword.messages as unknown[]).length, 1, "a stranger's keyword has no conversation");
});

dbTest("a tenant cannot add the second spelling of a contact", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const add = (who: Tenant, number: string) =>
    stateOf(
      as(sql, { role: "authenticated", userId: who.userId }, (mine) =>
        mine`insert into public.sms_contacts (user_id, number) values (${who.userId}, ${number})`),
    );
  assert.equal(await add(tenant, OLD), "allowed");
  assert.equal(await add(tenant, TODAY), "23505");
  assert.equal(await add(other, TODAY), "allowed");
});

dbTest("two spellings at one moment are one contact", async ({ sql, tenant }) => {
  await anywhere(sql, tenant);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => text(sql, tenant, i % 2 === 0 ? OLD : TODAY, `Hello ${i}`)),
  );
  assert.equal(new Set(answers.map((answer) => answer.conversation_id)).size, 1);
  assert.equal((await contactsOf(sql, tenant)).length, 1);
  await finish(sql, await claimReply(sql));
});

emptyDbTest("no old spelling is a number of today, and each leads to one", async ({ sql }) => {
  const rows = await sql<{ old: string; today: string; country: string | null; digits: number }[]>`
    select old_prefix as old, new_prefix as today, country, digits from sms_private.number_spellings`;
  assert(rows.length > 400, `${rows.length} rows`);
  // Argentina's 9 is valid for calls, and libphonenumber still takes Gabon's numbers of before 2024-04-06.
  const stillValid = ["AR", "GA"];
  const rests = Array.from({ length: 20 }, (_, i) => String(1_234_567_890_123 * (7 + 13 * i)).slice(0, 12));
  for (const { old, today, country, digits } of rows.filter((row) => row.digits > 0)) {
    const valid = (prefix: string) =>
      rests.filter((rest) => parsePhoneNumberFromString(`+${prefix}${rest.slice(0, digits)}`)?.isValid());
    if (!stillValid.includes(country ?? "")) assert.deepEqual(valid(old), [], `+${old} is somebody's`);
    assert.notDeepEqual(valid(today), [], `+${today} leads nowhere`);
  }
});

emptyDbTest("canonical_number() and spellings_of() agree", async ({ sql }) => {
  for (const number of [...Object.values(SPELLINGS), ...Object.values(STRANGERS)].flat()) {
    const [row] = await sql<{ canonical: string; spellings: string[]; back: string[] }[]>`
      select sms_private.canonical_number(${number}) as canonical, s.spellings,
        array(select distinct sms_private.canonical_number(one) from unnest(s.spellings) one) as back
      from (select sms_private.spellings_of(${number}) as spellings) s`;
    assert(row);
    assert(row.spellings.includes(number) && row.spellings.includes(row.canonical), number);
    assert.deepEqual(row.back, [row.canonical], `${number}: ${row.spellings}`);
  }
  const [none] =
    await sql`select sms_private.canonical_number(null) as it, sms_private.canonical_number('') as empty`;
  assert.deepEqual([none?.it, none?.empty], [null, ""]);
});
