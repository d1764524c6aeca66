/** A new row of the table of spellings makes one contact of two. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { broadcast, send, sendFor, settledOrWaiting, whileOpen } from "./sending.ts";
import { addTenant, callAs, claimDeliveries, record, type Tenant, text } from "./support.ts";

const anywhere = (sql: Sql, { userId }: Tenant) =>
  sql`insert into public.sms_limits (user_id, allowed_countries, sends_per_minute) values (${userId}, null, null)`;

const contactsOf = (sql: Sql, { userId }: Tenant) =>
  sql`select * from public.sms_contacts where user_id = ${userId} order by number collate "C"`;

emptyDbTest("merge_spellings() follows a new row of the table", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [before, after] = ["+26612345678", "+266512345678"];
  for (const who of [tenant, other]) await anywhere(sql, who);
  // Both in flight at the moment of the merge.
  for (const to_number of [before, after]) await sendFor(sql, tenant, { to_number });
  const jobs = await claimDeliveries(sql);
  assert.equal(jobs.length, 2);
  await text(sql, other, before, "STOP");
  await sendFor(sql, other, { to_number: after });
  assert.equal((await sql`select sms_private.merge_spellings() as merged`)[0]?.merged, 0);
  await sql`insert into sms_private.number_spellings values ('2661', 7, '26651', 'LS')`;
  assert.equal(
    (await sql`select sms_private.merge_spellings() as merged`)[0]?.merged,
    2,
    "one of each tenant",
  );
  const [one, ...more] = await contactsOf(sql, tenant);
  assert.deepEqual([one?.canonical_number, more], [after, []]);
  const held = await sql`select distinct contact_id from sms_private.jobs where user_id = ${tenant.userId}`;
  assert.equal(held.length, 2, "one of the two in flight keeps the id it had");
  for (const job of jobs) {
    const outcome = await record(sql, job, "failed", { error_code: "20500", error_message: "Try again" });
    assert.notEqual(outcome, "stale");
  }
  await sql`update sms_private.jobs set due_at = now() - interval '1 second'`;
  await sql`update sms_private.sender_pace set next_at = now() - interval '1 minute'`;
  const due: string[] = [];
  for (let round = 0; round < 3; round++) {
    due.push(...(await claimDeliveries(sql)).map(({ to_number }) => to_number));
  }
  const states =
    await sql`select to_number, status, error_code from public.sms_messages where user_id = ${tenant.userId}`;
  assert(!states.some(({ error_code }) => error_code === "NOT_YOUR_NUMBER"), JSON.stringify([due, states]));
  const [stopped, ...others] = await contactsOf(sql, other);
  assert.deepEqual([stopped?.opted_out_at !== null, others], [true, []]);
  assert.equal((await send(sql, other, { to_number: after })).outcome, "RECIPIENT_OPTED_OUT");
});

/** A contact as a build before this one left it: no canonical number, any text for a zone. */
async function addOld(
  sql: Sql,
  { userId }: Tenant,
  number: string,
  zone: string | null = null,
): Promise<void> {
  await sql`alter table public.sms_contacts disable trigger user`;
  await sql`insert into public.sms_contacts (user_id, number, time_zone) values (${userId}, ${number}, ${zone})`;
  await sql`alter table public.sms_contacts enable trigger user`;
}

emptyDbTest("a zone that does not exist does not end a merge", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await addOld(sql, tenant, "+525512345678");
  await addOld(sql, tenant, "+5215512345678", "Mars/Base");
  await sql`select sms_private.merge_spellings()`;
  const [one, ...more] = await contactsOf(sql, tenant);
  assert.deepEqual([one?.canonical_number, one?.time_zone, more], ["+525512345678", null, []]);
});

emptyDbTest("three spellings of one telephone become one contact", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  for (const number of ["+26612345678", "+26712345678", "+266512345678"]) {
    await text(sql, tenant, number, "Hi");
  }
  await sql`insert into sms_private.number_spellings values ('2661', 7, '26651', 'LS'), ('2671', 7, '26651', 'LS')`;
  assert.equal((await sql`select sms_private.merge_spellings() as merged`)[0]?.merged, 2);
  assert.deepEqual((await contactsOf(sql, tenant)).map((row) => row.canonical_number), ["+266512345678"]);
});

emptyDbTest("a broadcast before the merge finds contacts by their numbers", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  const [known, stopped, stranger] = ["+14155550123", "+14155550124", "+14155550177"];
  await text(sql, tenant, known, "Hi");
  await text(sql, tenant, stopped, "STOP");
  await sql`update public.sms_contacts set canonical_number = null`;
  await broadcast(sql, tenant, [known, stopped, stranger]);
  const rows = await sql`select m.to_number, k.number from public.sms_messages m
    join public.sms_conversations c on c.id = m.conversation_id join public.sms_contacts k on k.id = c.contact_id
    where m.broadcast_id is not null order by 1`;
  assert.deepEqual(rows.map((row) => [row.to_number, row.number]), [[known, known], [stranger, stranger]]);
});

emptyDbTest("a merge takes its locks in the order of the ids", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  const spellings = ["+5215512345678", "+525512345678", "+551187654321", "+5511987654321"];
  for (const number of spellings) {
    await addOld(sql, tenant, number);
    await text(sql, tenant, number, "Hi");
  }
  const ids = (await sql`select id from public.sms_conversations order by id`).map(({ id }) => id);
  const holder = await sql.reserve();
  try {
    await holder`begin`;
    await holder`select from public.sms_conversations where id = ${ids[0]} for no key update`;
    const merging = sql`select sms_private.merge_spellings() as merged`.execute();
    await settledOrWaiting(sql, holder, merging);
    // It waits for the first, and holds none of the others.
    await holder`select from public.sms_conversations where id = any (${ids}) order by id for no key update`;
    await holder`rollback`;
    assert.equal((await merging)[0]?.merged, 2);
  } finally {
    holder.release();
  }
});

const [BEFORE, AFTER] = ["+26612345678", "+266512345678"];
const renumber = (sql: Sql) =>
  sql`insert into sms_private.number_spellings values ('2661', 7, '26651', 'LS')`;
const merge = (sql: Sql) => sql`select sms_private.merge_spellings() as merged`.then(([row]) => row?.merged);

const MEETINGS = {
  "a text": (sql: Sql, tenant: Tenant) => text(sql, tenant, BEFORE, "Are you open?"),
  "a keyword": (sql: Sql, tenant: Tenant) => text(sql, tenant, BEFORE, "STOP"),
  "a send": (sql: Sql, tenant: Tenant) => send(sql, tenant, { to_number: BEFORE }),
  "an app's send": (sql: Sql, tenant: Tenant) => sendFor(sql, tenant, { to_number: BEFORE }),
  "a broadcast": (sql: Sql, tenant: Tenant) => broadcast(sql, tenant, [BEFORE, "+14155550101"]),
};

for (const [what, write] of Object.entries(MEETINGS)) {
  for (const words of ["Hi", "STOP"]) {
    // STOP opens no conversation: then nothing is there to wait for but the contact.
    if (words === "STOP" && !/text|keyword/.test(what)) continue;
    emptyDbTest(
      `${what} that meets a merge goes on with the contact that is left (${words})`,
      async ({ sql }) => {
        const tenant = await addTenant(sql);
        await anywhere(sql, tenant);
        await text(sql, tenant, AFTER, words);
        await text(sql, tenant, BEFORE, words);
        await renumber(sql);
        const answer = await whileOpen(sql, (holder) => merge(holder), () => write(sql, tenant));
        assert.match(answer.outcome, /^stored$|^created$/);
        const [one, ...others] = (await contactsOf(sql, tenant)).filter(({ number }) =>
          number !== "+14155550101"
        );
        assert.deepEqual([one?.canonical_number, others], [AFTER, []]);
        const texts = await sql`select distinct c.contact_id from public.sms_messages m
        join public.sms_conversations c on c.id = m.conversation_id
        where m.from_number in (${BEFORE}, ${AFTER}) or m.to_number in (${BEFORE}, ${AFTER})`;
        assert.deepEqual(
          texts.map((row) => row.contact_id),
          words === "STOP" && what === "a keyword" ? [] : [one?.id],
        );
        if (what === "a keyword") assert.notEqual(one?.opted_out_at, null);
      },
    );
  }
}

emptyDbTest("a contact that is added beside a merge is merged as well", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  await anywhere(sql, tenant);
  await text(sql, tenant, BEFORE, "Hi");
  await text(sql, other, "+14155550101", "Hi");
  await renumber(sql);
  const merged = await whileOpen(
    sql,
    (holder) => holder`insert into public.sms_contacts (user_id, number) values (${tenant.userId}, ${AFTER})`,
    () => merge(sql),
  );
  assert.equal(merged, 1);
  assert.deepEqual((await contactsOf(sql, tenant)).map((row) => row.canonical_number), [AFTER]);
  assert.equal((await contactsOf(sql, other)).length, 1);
});

async function erase(sql: Sql, tenant: Tenant, number: string): Promise<void> {
  const contact_id = (await contactsOf(sql, tenant)).find((row) => row.number === number)?.id;
  assert.equal((await callAs(sql, tenant, "sms_erase_contact", { contact_id })).outcome, "erased");
}

const sendTo = async (sql: Sql, tenant: Tenant, to_number: string) =>
  (await send(sql, tenant, { to_number })).outcome;

emptyDbTest("a merge finds the opt-out of an erased contact by the other spelling", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  for (const who of [tenant, other]) await anywhere(sql, who);
  await text(sql, tenant, BEFORE, "STOP");
  await erase(sql, tenant, BEFORE);
  for (const who of [tenant, other]) {
    await text(sql, who, AFTER, "Hi");
    assert.equal(await sendTo(sql, who, AFTER), "created", "a stranger until the country renumbers");
  }
  await renumber(sql);
  assert.equal(await merge(sql), 0);
  assert.equal(await sendTo(sql, tenant, AFTER), "RECIPIENT_OPTED_OUT");
  assert.equal(await sendTo(sql, tenant, BEFORE), "RECIPIENT_OPTED_OUT");
  assert.equal(await sendTo(sql, other, AFTER), "created");
  await text(sql, tenant, AFTER, "START");
  assert.equal(await sendTo(sql, tenant, AFTER), "created");
  assert.deepEqual([...await sql`select from sms_private.suppressions`], []);
});

emptyDbTest("a merge finds it also where two more contacts become one", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  await text(sql, tenant, BEFORE, "STOP");
  await erase(sql, tenant, BEFORE);
  for (const number of ["+26712345678", AFTER]) await text(sql, tenant, number, "Hi");
  await sql`insert into sms_private.number_spellings values ('2661', 7, '26651', 'LS'), ('2671', 7, '26651', 'LS')`;
  assert.equal(await merge(sql), 1);
  assert.equal(await sendTo(sql, tenant, AFTER), "RECIPIENT_OPTED_OUT");
});

emptyDbTest("START by the other spelling after it ends the opt-out of an erased contact", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  await text(sql, tenant, AFTER, "START");
  await text(sql, tenant, BEFORE, "STOP");
  await erase(sql, tenant, BEFORE);
  const [early, late] = ["+26612345670", "+266512345670"];
  await text(sql, tenant, early, "STOP");
  await erase(sql, tenant, early);
  await text(sql, tenant, late, "START");
  await renumber(sql);
  await merge(sql);
  assert.equal(await sendTo(sql, tenant, AFTER), "RECIPIENT_OPTED_OUT", "START was earlier");
  assert.equal(await sendTo(sql, tenant, late), "created");
  assert.equal((await sql`select from sms_private.suppressions`).length, 1);
});

emptyDbTest("an opt-out of an erased contact outlasts two renumberings", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  const today = "+2669512345678";
  await text(sql, tenant, BEFORE, "STOP");
  await erase(sql, tenant, BEFORE);
  await text(sql, tenant, today, "Hi");
  await renumber(sql);
  await sql`insert into sms_private.number_spellings values ('26651', 7, '266951', 'LS')`;
  const spelled = await sql`select unnest(sms_private.spellings_of(${today})) as spelling order by 1`;
  assert.deepEqual(
    spelled.map((row) => row.spelling).filter((spelling) => !spelling.startsWith("+2660")).sort(),
    [AFTER, BEFORE, today].sort(),
  );
  await merge(sql);
  assert.equal(await sendTo(sql, tenant, today), "RECIPIENT_OPTED_OUT");
});

emptyDbTest("Twilio's block of one spelling ends by an earlier START of the other", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  const refusals = { error_code: "21610", error_message: "Opted out." };
  for (const [old, today, wordsAfter] of [[BEFORE, AFTER, true], ["+26612345670", "+266512345670", false]]) {
    if (!wordsAfter) await text(sql, tenant, String(today), "START");
    await sendFor(sql, tenant, { to_number: old });
    const [job] = await claimDeliveries(sql);
    assert(job);
    await record(sql, job, "refused", refusals);
    if (wordsAfter) await text(sql, tenant, String(today), "START");
  }
  await renumber(sql);
  assert.equal(await merge(sql), 2);
  assert.equal(await sendTo(sql, tenant, AFTER), "created", "START came after the block");
  assert.equal(await sendTo(sql, tenant, "+266512345670"), "RECIPIENT_OPTED_OUT");
});

emptyDbTest("a merge in parts comes to the same, and each part leaves nothing half done", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await anywhere(sql, tenant);
  const digits = Array.from({ length: 5 }, (_, n) => `234567${n}`);
  for (const number of digits.flatMap((n) => [`+2661${n}`, `+26651${n}`])) {
    await text(sql, tenant, number, "Hi");
  }
  for (const alone of ["+26612345679", "+14155550101"]) await text(sql, tenant, alone, "Hi");
  await renumber(sql);
  const parts: number[] = [];
  for (let left = 20; left > 0 && parts.at(-1) !== 0; left--) {
    const [row] = await sql`select sms_private.merge_spellings(2) as merged`;
    parts.push(row?.merged);
    const [half] = await sql`select from public.sms_contacts where canonical_number is null`;
    assert.equal(half, undefined);
  }
  assert.deepEqual(parts, [2, 2, 1, 0]);
  assert.deepEqual(
    (await contactsOf(sql, tenant)).map((row) => row.canonical_number).sort(),
    [...digits.map((n) => `+26651${n}`), "+266512345679", "+14155550101"].sort(),
  );
});
