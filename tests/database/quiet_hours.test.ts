/** Quiet hours where they count: at the claim. What the windows are: hours_of_law.test.ts. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { Law } from "./hours_oracle.ts";
import { contactIn, putLawBack, withoutConsent, zoneAt } from "./lawful.ts";
import { broadcastTo, messageOf, phones, send, sendFor, textsOf } from "./sending.ts";
import {
  addTenant,
  age,
  as,
  call,
  callAs,
  claimDeliveries,
  exchange,
  message,
  messageSid,
  phone,
  record,
  stateOf,
  type Tenant,
  text,
} from "./support.ts";

const HOUR = 3_600_000;
const PROMOTION = { purpose: "promotional" };

/** Somebody for whom it is about this hour, of any day of the week. Abroad, so that no state's law is in the way. */
async function contactAt(sql: Sql, tenant: Tenant, hour: number): Promise<string> {
  const number = `+4930${phone().slice(-8)}`;
  await sql`insert into public.sms_limits (user_id, allowed_countries, sends_per_minute) values (${tenant.userId}, null, null)
    on conflict (user_id) do update set allowed_countries = null, sends_per_minute = null`;
  await contactIn(sql, tenant, number, { time_zone: zoneAt(hour) });
  return number;
}

const claimed = async (sql: Sql) => (await claimDeliveries(sql)).map((job) => job.message_id);

async function jobOf(sql: Sql, id: string) {
  const [job] = await sql`select * from sms_private.jobs where message_id = ${id}`;
  assert(job, "there is no delivery any more");
  return job;
}

dbTest(
  "at night a promotional text waits and says so; what serves, and by day all, goes",
  async ({ sql, tenant }) => {
    await putLawBack(sql);
    const other = await addTenant(sql);
    const [night, day] = [await contactAt(sql, tenant, 23), await contactAt(sql, other, 13)];
    const held = messageOf(await sendFor(sql, tenant, { to_number: night, ...PROMOTION }));
    const serves = messageOf(await sendFor(sql, tenant, { to_number: night }));
    const byDay = messageOf(await sendFor(sql, other, { to_number: day, ...PROMOTION }));
    assert.deepEqual((await claimed(sql)).toSorted(), [serves, byDay].toSorted());
    const stored = await message(sql, held);
    assert.deepEqual([stored.status, stored.held_reason], ["pending", "quiet_hours"]);
    // It is eleven there, and opens at eight.
    const hours = (stored.held_until.getTime() - Date.now()) / HOUR;
    assert(hours > 8 && hours <= 9.01, String(hours));
    const job = await jobOf(sql, held);
    assert.deepEqual([job.due_at, job.attempts, job.in_flight], [stored.held_until, 0, false]);
    const { held_until, held_reason } = await message(sql, byDay);
    assert.deepEqual([held_until, held_reason], [null, null]);
  },
);

dbTest(
  "what is held leaves the queue until its hour, and is not looked at before",
  async ({ sql, tenant }) => {
    await putLawBack(sql);
    const night = [
      await contactAt(sql, tenant, 23),
      await contactAt(sql, tenant, 23),
      await contactAt(sql, tenant, 23),
    ];
    const id = await broadcastTo(sql, tenant, night);
    const first = await call(sql, "sms_claim_deliveries", { batch_size: 500, lease_seconds: 90 });
    assert.deepEqual(first.jobs, []);
    const state = () => sql`select j.xmin::text as version, j.due_at from sms_private.jobs j order by j.id`;
    const before = await state();
    const second = await call(sql, "sms_claim_deliveries", { batch_size: 500, lease_seconds: 90 });
    assert.deepEqual(await state(), before);
    assert((second.next_due_in_ms as number) > 8 * HOUR, "the worker waits for the hour");
    // The hour has come.
    await sql`update public.sms_contacts set time_zone = ${zoneAt(10)}`;
    await sql`update sms_private.jobs set due_at = now() - interval '1 second'`;
    assert.equal((await claimed(sql)).length, 3);
    const [one] = await textsOf(sql, id);
    assert(one?.held_until && one.held_reason === "quiet_hours", "it is still to be read that it was held");
  },
);

dbTest("an answer is never held, nor held back by what is", async ({ sql, tenant }) => {
  await putLawBack(sql);
  const night = await contactAt(sql, tenant, 2);
  const promotion = messageOf(await sendFor(sql, tenant, { to_number: night, ...PROMOTION }));
  // It was tried before, and is to be tried again: then newer texts of the pair wait.
  await sql`update sms_private.jobs set attempts = 2 where message_id = ${promotion}`;
  assert.deepEqual(await claimed(sql), []);
  const answer = await exchange(sql, tenant, night, "Are you open?");
  assert.deepEqual(await claimed(sql), [answer]);
  assert.equal((await message(sql, promotion)).held_reason, "quiet_hours");
});

dbTest("a person may answer whoever wrote in the last hours, also with an offer", async ({ sql, tenant }) => {
  await putLawBack(sql);
  const night = await contactAt(sql, tenant, 22);
  await text(sql, tenant, night, "Any tables left?");
  await sql`delete from sms_private.jobs where kind = 'reply'`;
  const app = messageOf(await sendFor(sql, tenant, { to_number: night, ...PROMOTION }));
  assert.deepEqual(await claimed(sql), [], "an app is no person");
  const person = messageOf(await send(sql, tenant, { to_number: night, ...PROMOTION }));
  assert.deepEqual(await claimed(sql), [person]);
  await age(sql, tenant, "13 hours");
  await record(
    sql,
    (await sql`select id as job_id, lease_token, message_id, ${tenant.accountSid} as account_sid
    from sms_private.jobs where message_id = ${person}`)[0] as never,
    "accepted",
    {
      message_sid: messageSid(),
      status: "queued",
      num_segments: 1,
    },
  );
  const late = messageOf(await send(sql, tenant, { to_number: night, ...PROMOTION }));
  assert.deepEqual(await claimed(sql), [], "they wrote thirteen hours ago");
  assert.equal((await message(sql, late)).held_reason, "quiet_hours");
  assert((await message(sql, app)).held_until);
});

dbTest(
  "transactional broadcasts go at night, unless their tenant says otherwise",
  async ({ sql, tenant }) => {
    await putLawBack(sql);
    const other = await addTenant(sql);
    const served = { purpose: "transactional" };
    await broadcastTo(sql, tenant, [await contactAt(sql, tenant, 23)], served);
    await callAs(sql, other, "sms_save_quiet_hours", { transactional_broadcasts: true });
    await broadcastTo(sql, other, [await contactAt(sql, other, 23)], served);
    const jobs = await claimDeliveries(sql);
    assert.equal(jobs.length, 1);
    assert.equal(jobs[0]?.from_number, tenant.number);
  },
);

dbTest(
  "a tenant's own hours are kept where they are stricter, by that tenant alone",
  async ({ sql, tenant }) => {
    await putLawBack(sql);
    const other = await addTenant(sql);
    const saved = await callAs(sql, tenant, "sms_save_quiet_hours", {
      opens: "15:00",
      closes: "18:00",
      days: [1, 2, 3, 4, 5, 6, 7],
    });
    assert.equal(saved.outcome, "saved");
    assert.deepEqual(saved.quiet_hours, {
      opens: "15:00",
      closes: "18:00",
      days: [1, 2, 3, 4, 5, 6, 7],
      transactional_broadcasts: false,
    });
    assert.match(saved.law as string, /8 in the morning.*64\.1200/);
    const held = messageOf(
      await sendFor(sql, tenant, { to_number: await contactAt(sql, tenant, 11), ...PROMOTION }),
    );
    const goes = messageOf(
      await sendFor(sql, other, { to_number: await contactAt(sql, other, 11), ...PROMOTION }),
    );
    assert.deepEqual(await claimed(sql), [goes]);
    const hours = ((await message(sql, held)).held_until.getTime() - Date.now()) / HOUR;
    assert(hours > 3 && hours <= 4.01, String(hours));
    const theirs = await callAs(sql, other, "sms_get_quiet_hours");
    assert.equal((theirs.quiet_hours as { opens: unknown }).opens, null);
    const mine = await callAs(sql, tenant, "sms_save_quiet_hours", {});
    assert.equal((mine.quiet_hours as { opens: unknown }).opens, null, "taken back");
  },
);

dbTest(
  "hours that are none, or wider than the law's, are refused, and nothing is stored",
  async ({ sql, tenant }) => {
    await putLawBack(sql);
    for (
      const wrong of [
        { opens: "09:00", closes: "25:00" },
        { opens: "09:00" },
        { closes: "20:00" },
        { opens: "9", closes: "20:00" },
        { opens: "20:00", closes: "09:00" },
        { opens: "10:00", closes: "10:00" },
        { opens: "09:00", closes: "20:00", days: [] },
        { opens: "09:00", closes: "20:00", days: [0] },
        { opens: "09:00", closes: "20:00", days: [1, 8] },
      ]
    ) {
      const answer = await callAs(sql, tenant, "sms_save_quiet_hours", wrong);
      assert.deepEqual(answer, { outcome: "INVALID_HOURS" }, JSON.stringify(wrong));
    }
    for (const wide of [{ opens: "07:59", closes: "20:00" }, { opens: "09:00", closes: "24:00" }]) {
      assert.deepEqual(await callAs(sql, tenant, "sms_save_quiet_hours", wide), {
        outcome: "HOURS_WIDER_THAN_LAW",
        details: { earliest: "08:00", latest: "21:00" },
      });
    }
    assert.equal((await sql`select from sms_private.quiet_hours`).length, 0);
  },
);

dbTest(
  "a wait for the hours does not make a text too late; its not_after does at once",
  async ({ sql, tenant }) => {
    await putLawBack(sql);
    const night = await contactAt(sql, tenant, 22);
    const held = messageOf(await sendFor(sql, tenant, { to_number: night, ...PROMOTION }));
    const short = messageOf(
      await sendFor(sql, tenant, {
        to_number: await contactAt(sql, tenant, 22),
        not_after: new Date(Date.now() + 2 * HOUR),
        ...PROMOTION,
      }),
    );
    assert.deepEqual(await claimed(sql), []);
    const { status, error_code, error_message } = await message(sql, short);
    assert.deepEqual([status, error_code], ["canceled", "EXPIRED"]);
    assert.match(error_message, /Quiet hours hold this text until .* UTC/);
    // Ten hours later, of the four that an app's text may wait.
    await age(sql, tenant, "10 hours 5 minutes");
    await sql`update public.sms_contacts set time_zone = ${zoneAt(9)}`;
    await sql`update public.sms_messages set held_until = held_until - interval '10 hours 5 minutes' where id = ${held}`;
    assert.deepEqual(await claimed(sql), [held]);
  },
);

dbTest("a pause over the same night counts once", async ({ sql, tenant }) => {
  await putLawBack(sql);
  const id = await broadcastTo(sql, tenant, [await contactAt(sql, tenant, 22)]);
  assert.deepEqual(await claimed(sql), []);
  const [held] = await sql`select extract(epoch from held_for)::int as held_for from sms_private.jobs`;
  await callAs(sql, tenant, "sms_pause_broadcast", { broadcast_id: id });
  await sql`update sms_private.jobs set held_at = held_at - interval '1 hour'`;
  await callAs(sql, tenant, "sms_resume_broadcast", { broadcast_id: id });
  const [job] =
    await sql`select extract(epoch from held_for)::int as held_for, due_at > now() as waits from sms_private.jobs`;
  assert.deepEqual([job?.held_for, job?.waits], [held?.held_for, true]);
});

dbTest("what is held can be canceled, and a broadcast's too", async ({ sql, tenant }) => {
  await putLawBack(sql);
  const single = messageOf(
    await sendFor(sql, tenant, { to_number: await contactAt(sql, tenant, 23), ...PROMOTION }),
  );
  const many = await broadcastTo(sql, tenant, [await contactAt(sql, tenant, 23)]);
  assert.deepEqual(await claimed(sql), []);
  assert.equal((await callAs(sql, tenant, "sms_cancel_message", { message_id: single })).outcome, "canceled");
  const { totals } = await callAs(sql, tenant, "sms_cancel_broadcast", { broadcast_id: many });
  assert.deepEqual(totals, { canceled: 1 });
  assert.equal((await sql`select from sms_private.jobs`).length, 0);
});

dbTest("a text for which there is no hour is canceled, and says what to do", async ({ sql, tenant }) => {
  await putLawBack(sql);
  // Two clocks of the ZIP code and one of the contact's own, half a day apart.
  const number = phone();
  await contactIn(sql, tenant, number, { zip_code: "06103", time_zone: "Asia/Kolkata" });
  await callAs(sql, tenant, "sms_save_quiet_hours", { opens: "12:00", closes: "13:00" });
  const id = messageOf(await sendFor(sql, tenant, { to_number: number, ...PROMOTION }));
  assert.deepEqual(await claimed(sql), []);
  const { status, error_code, error_message } = await message(sql, id);
  assert.deepEqual([status, error_code], ["canceled", "NO_LAWFUL_HOUR"]);
  assert.match(error_message, /ZIP code or time zone/);
});

dbTest("a ZIP code is five digits, and is its tenant's to write", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const [mine, theirs] = phones(2) as [string, string];
  await contactIn(sql, tenant, mine, {});
  await contactIn(sql, other, theirs, {});
  const write = (zip_code: string) =>
    stateOf(
      as(sql, { role: "authenticated", userId: tenant.userId }, (sql) =>
        sql`update public.sms_contacts set zip_code = ${zip_code}`),
    );
  for (const wrong of ["", "3310", "33101-", "331011", "D-10115", "33101-12345"]) {
    assert.equal(await write(wrong), "23514");
  }
  for (const right of ["33101-1234", "33101"]) assert.equal(await write(right), "allowed");
  const rows = await sql`select number, zip_code from public.sms_contacts`;
  assert.deepEqual(Object.fromEntries(rows.map((row) => [row.number, row.zip_code])), {
    [mine]: "33101",
    [theirs]: null,
  });
});

emptyDbTest(
  "now, in every hour of the world, a claim decides as the oracle does and holds no answer",
  async ({ sql }) => {
    await putLawBack(sql);
    const law = await Law.read(sql);
    const tenant = await addTenant(sql);
    const expected = new Map<string, boolean>();
    const answers = new Set<string>();
    for (const [i, number] of ["+13055550", "+12145550", "+14015550", "+18005550", "+33612345"].entries()) {
      for (let hour = 0; hour < 24; hour += 3) {
        const to_number = `${number}${String(100 + hour + i).padStart(3, "0")}`;
        const time_zone = hour === 0 ? null : zoneAt(hour);
        await sql`insert into public.sms_limits (user_id, allowed_countries, sends_per_minute) values (${tenant.userId}, null, null)
        on conflict do nothing`;
        await contactIn(sql, tenant, to_number, { time_zone });
        const promotion = messageOf(await sendFor(sql, tenant, { to_number, ...PROMOTION }));
        const there = law.whereabouts({ number: to_number, zip_code: null, time_zone }, Date.now());
        expected.set(promotion, law.isOpen(there, Date.now()));
        const second = await addTenant(sql);
        await sql`insert into public.sms_limits (user_id, allowed_countries) values (${second.userId}, null)`;
        await contactIn(sql, second, to_number, { time_zone });
        answers.add(await exchange(sql, second, to_number));
      }
    }
    const left = new Set<string>();
    for (let jobs = await claimed(sql); jobs.length > 0; jobs = await claimed(sql)) {
      jobs.forEach((id) => left.add(id));
    }
    for (const [id, open] of expected) assert.equal(left.has(id), open, (await message(sql, id)).to_number);
    for (const id of answers) assert(left.has(id), "an answer was held");
  },
);

dbTest("a carrier that puts a queued text off is believed, and lowers no status", async ({ sql, tenant }) => {
  await withoutConsent(sql);
  const id = messageOf(await sendFor(sql, tenant, PROMOTION));
  const [job] = await claimDeliveries(sql);
  assert(job);
  const message_sid = messageSid();
  await record(sql, job, "accepted", { message_sid, status: "queued", num_segments: 1 });
  const { to_number } = await message(sql, id);
  const report = (status: string) =>
    call(sql, "sms_record_status", {
      account_sid: tenant.accountSid,
      message_sid,
      from_number: tenant.number,
      to_number,
      status,
      error_code: null,
      error_message: null,
      message_id: id,
    });
  assert.equal((await report("scheduled")).outcome, "recorded");
  const held = await message(sql, id);
  assert.deepEqual([held.status, held.held_reason, held.held_until], ["queued", "carrier", null]);
  await report("delivered");
  assert.equal((await report("scheduled")).status, "delivered", "late and repeated");
  assert.equal((await message(sql, id)).status, "delivered");
});
