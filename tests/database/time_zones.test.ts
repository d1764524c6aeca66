/** The business's clock: whose time the assistant is told. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { addFilledTenant, addTenant, as, claimReply, phone, stateOf, type Tenant, text } from "./support.ts";

const CHECK_VIOLATION = "23514";

async function toldZone(sql: Sql, tenant: Tenant, from = phone()): Promise<unknown> {
  await text(sql, tenant, from, "Open?");
  const job = await claimReply(sql) as unknown as { assistant: { time_zone: unknown } };
  return job.assistant.time_zone;
}

dbTest("the assistant is told its own time zone", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  await sql`update public.sms_assistants set time_zone = 'America/Denver' where id = ${tenant.assistantId}`;
  assert.equal(await toldZone(sql, tenant), "America/Denver");
  assert.equal(
    await toldZone(sql, other),
    "America/Los_Angeles",
    "another tenant's assistant has its number's",
  );
});

dbTest(
  "an assistant without a zone has that of its number's country or area, where there is one",
  async ({ sql, tenant }) => {
    const zones = {
      "+4930123456": "Europe/Berlin",
      "+442071234567": "Europe/London",
      "+14155550100": "America/Los_Angeles",
      "+18505550100": null,
    };
    for (const [number, zone] of Object.entries(zones)) {
      await sql`update public.sms_numbers set number = ${number} where id = ${tenant.numberId}`;
      assert.equal(await toldZone(sql, { ...tenant, number }, `${number.slice(0, -2)}99`), zone, number);
    }
  },
);

dbTest("the assistant is told how far both clocks are from UTC, by Postgres", async ({ sql, tenant }) => {
  const minutesEast = async (from = phone()) => {
    await text(sql, tenant, from, "Open?");
    const { assistant, contact } = await claimReply(sql) as unknown as Record<
      string,
      { minutes_east: unknown }
    >;
    return [assistant?.minutes_east, contact?.minutes_east];
  };
  await sql`update public.sms_assistants set time_zone = 'Asia/Kathmandu' where id = ${tenant.assistantId}`;
  assert.deepEqual(await minutesEast(), [345, null]);
  // British Columbia does not change its clocks any more, and this runtime does not know.
  await sql`update public.sms_assistants set time_zone = 'America/Vancouver' where id = ${tenant.assistantId}`;
  const from = phone();
  await sql`insert into public.sms_contacts (user_id, number, time_zone) values (${tenant.userId}, ${from}, 'UTC')`;
  assert.deepEqual(await minutesEast(from), [-420, 0]);
  // Contacts from before zones were checked may have any text there.
  const later = phone();
  await sql`alter table public.sms_contacts disable trigger check_time_zone`;
  await sql`insert into public.sms_contacts (user_id, number, time_zone) values (${tenant.userId}, ${later}, 'Mars/Olympus')`;
  await sql`alter table public.sms_contacts enable trigger check_time_zone`;
  assert.deepEqual(await minutesEast(later), [-420, null]);
});

dbTest("each zone that a number may give exists", async ({ sql }) => {
  const rows =
    await sql`select distinct sms_private.zone_of_number('+' || prefix) as zone from sms_private.country_prefixes`;
  const zones = rows.map((row) => row.zone).filter((zone) => zone !== null);
  assert(zones.length > 40);
  for (const zone of zones) {
    const [row] = await sql`select sms_private.is_time_zone(${zone}) as known`;
    assert.equal(row?.known, true, zone);
  }
});

dbTest("a time zone that does not exist is refused, for an assistant and a contact", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  const other = await addFilledTenant(sql);
  const mine = (work: (sql: Sql) => Promise<unknown>) =>
    stateOf(as(sql, { role: "authenticated", userId: tenant.userId }, work));
  for (const zone of ["Mars/Olympus", "PST", "FOO+3", "Berlin", "", "+01:00", "x".repeat(65)]) {
    assert.equal(
      await mine((me) => me`update public.sms_assistants set time_zone = ${zone}`),
      CHECK_VIOLATION,
      `assistant ${zone}`,
    );
    assert.equal(
      await mine((me) =>
        me`insert into public.sms_assistants (name, prompt, time_zone) values ('B', 'Hi', ${zone})`
      ),
      CHECK_VIOLATION,
    );
    assert.equal(await mine((me) => me`update public.sms_contacts set time_zone = ${zone}`), CHECK_VIOLATION);
    assert.equal(
      await mine((me) =>
        me`insert into public.sms_contacts (number, time_zone) values ('+14155559999', ${zone})`
      ),
      CHECK_VIOLATION,
    );
  }
  assert.equal((await sql`select from public.sms_assistants where time_zone is not null`).length, 0);
  assert.equal((await sql`select from public.sms_contacts where time_zone is not null`).length, 0);

  assert.equal(
    await mine((me) => me`update public.sms_assistants set time_zone = 'Europe/Berlin'`),
    "allowed",
  );
  assert.equal(await mine((me) => me`update public.sms_contacts set time_zone = 'Asia/Kolkata'`), "allowed");
  const rows = await sql`select user_id from public.sms_assistants where time_zone = 'Europe/Berlin'`;
  assert.deepEqual(
    rows.map((row) => row.user_id),
    [tenant.userId],
    "another tenant's assistant is not touched",
  );
  assert.equal(
    (await sql`select from public.sms_contacts where user_id = ${other.userId} and time_zone is not null`)
      .length,
    0,
  );
});

dbTest(
  "a contact with a zone of before that does not exist can still be named and opt out",
  async ({ sql, tenant }) => {
    const from = phone();
    await text(sql, tenant, from, "Open?");
    await sql`alter table public.sms_contacts disable trigger check_time_zone`;
    await sql`update public.sms_contacts set time_zone = 'Mars/Olympus'`;
    await sql`alter table public.sms_contacts enable trigger check_time_zone`;
    assert.equal((await text(sql, tenant, from, "STOP")).keyword, "out");
    await as(
      sql,
      { role: "authenticated", userId: tenant.userId },
      (me) => me`update public.sms_contacts set name = 'Ada'`,
    );
    const [row] = await sql`select name, opted_out_at from public.sms_contacts`;
    assert.equal(row?.name, "Ada");
    assert(row?.opted_out_at);
  },
);
