import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import {
  addTenant,
  type Answer,
  call,
  claimDeliveries,
  exchange,
  message,
  messageSid,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";
import type { Sql } from "postgres";

interface Sent {
  tenant: Tenant;
  id: string;
  to: string;
  sid: string;
  report(status: string, more?: Record<string, unknown>): Promise<Answer>;
}

/** An answer that Twilio took; `recorded: false` leaves us without its SID. */
async function sent(sql: Sql, recorded = true): Promise<Sent> {
  const tenant = await addTenant(sql);
  const to = phone();
  const id = await exchange(sql, tenant, to);
  const [job] = await claimDeliveries(sql);
  assert(job);
  const sid = messageSid();
  if (recorded) await record(sql, job, "accepted", { message_sid: sid, status: "queued" });
  const report = (status: string, more: Record<string, unknown> = {}) =>
    call(sql, "sms_record_status", {
      account_sid: tenant.accountSid,
      message_sid: sid,
      from_number: tenant.number,
      to_number: to,
      status,
      error_code: null,
      error_message: null,
      message_id: id,
      ...more,
    });
  return { tenant, id, to, sid, report };
}

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

for (const [last, error] of [["delivered", null], ["undelivered", "30005"]] as const) {
  emptyDbTest(`callbacks in every order, twice each, end ${last} with all events`, async ({ sql }) => {
    for (const order of permutations(["sending", "sent", last])) {
      const text = await sent(sql);
      for (const status of [...order, ...order]) {
        const failing = status === last && error
          ? { error_code: error, error_message: "Unknown number." }
          : {};
        assert.equal((await text.report(status, failing)).outcome, "recorded");
      }
      const row = await message(sql, text.id);
      assert.deepEqual([row.status, row.error_code, row.message_sid], [last, error, text.sid], order.join());
      const [events] =
        await sql`select count(*)::int from public.sms_message_events where message_id = ${text.id}`;
      assert.equal(events?.count, 7, "the create's answer and six callbacks");
    }
  });
}

emptyDbTest("a callback before the SID is known stores the SID", async ({ sql }) => {
  const text = await sent(sql, false);
  assert.deepEqual(await text.report("delivered"), { outcome: "recorded", status: "delivered" });
  const row = await message(sql, text.id);
  assert.deepEqual([row.message_sid, row.status], [text.sid, "delivered"]);
  assert.equal((await sql`select from sms_private.jobs`).length, 0);
});

emptyDbTest("a callback without our id finds the text by its SID", async ({ sql }) => {
  const text = await sent(sql);
  assert.equal((await text.report("delivered", { message_id: null })).outcome, "recorded");
  assert.equal((await message(sql, text.id)).status, "delivered");
});

emptyDbTest("sms_record_status() refuses another account, numbers and unknown SIDs", async ({ sql }) => {
  const [text, other] = [await sent(sql), await sent(sql)];
  const before = await sql`select * from public.sms_message_events order by id`;
  const refused = [
    await text.report("delivered", { account_sid: other.tenant.accountSid }),
    await text.report("delivered", { account_sid: other.tenant.accountSid, message_id: null }),
    await text.report("delivered", { to_number: other.to }),
    await text.report("delivered", { from_number: other.tenant.number }),
    await text.report("delivered", { message_id: crypto.randomUUID() }),
    await text.report("delivered", { message_id: null, message_sid: messageSid() }),
  ];
  assert.deepEqual(refused.map((r) => r.outcome), [
    "not_found",
    "not_found",
    "mismatch",
    "mismatch",
    "not_found",
    "not_found",
  ]);
  assert.equal((await message(sql, text.id)).status, "queued");
  assert.deepEqual(await sql`select * from public.sms_message_events order by id`, before);
});

emptyDbTest("a second SID for one message is doubled, and changes nothing else", async ({ sql }) => {
  const text = await sent(sql);
  const twin = await text.report("delivered", { message_sid: messageSid() });
  assert.deepEqual(twin, { outcome: "doubled", status: "queued" });
  await text.report("sent", { message_sid: messageSid() });
  assert.equal((await message(sql, text.id)).message_sid, text.sid);
  assert.equal((await call(sql, "sms_worker_health")).doubled, 1);
});

emptyDbTest("a status that Twilio may add later is an event and changes nothing", async ({ sql }) => {
  const text = await sent(sql);
  assert.deepEqual(await text.report("teleported"), { outcome: "recorded", status: "queued" });
  const [event] = await sql`select status from public.sms_message_events where source = 'callback'`;
  assert.equal(event?.status, "teleported");
});

emptyDbTest("a failure that we inferred is corrected by a later report", async ({ sql }) => {
  const text = await sent(sql, false);
  await sql`update public.sms_messages set status = 'failed', error_code = 'OUTCOME_UNKNOWN' where id = ${text.id}`;
  assert.deepEqual(await text.report("sent"), { outcome: "recorded", status: "sent" });
  assert.equal((await message(sql, text.id)).error_code, null);
});

for (
  const [status, code] of [["failed", "30008"], ["undelivered", "30005"], ["canceled", null], [
    "delivered",
    null,
  ]] as const
) {
  emptyDbTest(`${status} again, without its code, changes nothing`, async ({ sql }) => {
    const text = await sent(sql);
    await text.report(status, { error_code: code, error_message: code && "The carrier refused." });
    const before = await message(sql, text.id);
    assert.equal(before.error_code, code);
    assert.deepEqual(await text.report(status), { outcome: "recorded", status });
    assert.deepEqual(await message(sql, text.id), before);
  });
}

for (const status of ["failed", "undelivered"]) {
  emptyDbTest(`${status} takes the reason that comes with the second report`, async ({ sql }) => {
    const text = await sent(sql);
    await text.report(status);
    assert.equal((await message(sql, text.id)).error_code, null);
    await text.report(status, { error_code: "30005", error_message: "The number does not exist." });
    const { error_code, error_message } = await message(sql, text.id);
    assert.deepEqual([error_code, error_message], ["30005", "The number does not exist."]);
    await text.report(status, { error_code: "30008", error_message: "Another reason." });
    assert.equal((await message(sql, text.id)).error_code, "30005", "the first reason stays");
  });
}

for (const status of ["delivered", "read"]) {
  emptyDbTest(
    `a message that is ${status} has no error, also when the report brings one`,
    async ({ sql }) => {
      const text = await sent(sql);
      const odd = { error_code: "30008", error_message: "Odd." };
      for (let n = 0; n < 2; n++) {
        await text.report(status, odd);
        const row = await message(sql, text.id);
        assert.deepEqual([row.status, row.error_code, row.error_message], [status, null, null]);
      }
    },
  );
}

emptyDbTest(
  "a report with another message's SID changes neither message, and raises nothing",
  async ({ sql }) => {
    const [known, nameless] = [await sent(sql), await sent(sql, false)];
    const sid = messageSid();
    await text(sql, nameless.tenant, phone(), "Hello", { message_sid: sid });
    const before = await message(sql, nameless.id);
    assert.deepEqual(await nameless.report("delivered", { message_sid: sid }), { outcome: "mismatch" });
    assert.deepEqual(await message(sql, nameless.id), before);
    assert.equal(before.message_sid, null);
    const taken = await nameless.report("delivered", { message_sid: known.sid });
    assert.equal(taken.outcome, "recorded", "a SID is of one account");
    assert.equal((await known.report("delivered")).outcome, "recorded");
  },
);

for (const code of ["", "0", "none", "30008; drop", "1234567", "-1", "３０００８"]) {
  emptyDbTest(`an ErrorCode that is no number is not stored: ${JSON.stringify(code)}`, async ({ sql }) => {
    const text = await sent(sql);
    await text.report("failed", { error_code: code, error_message: "Twilio reported an error." });
    const row = await message(sql, text.id);
    assert.deepEqual([row.status, row.error_code, row.error_message], ["failed", null, null]);
  });
}

for (const status of ["failed", "undelivered"]) {
  emptyDbTest(`21610 in a callback (${status}) blocks the pair, once`, async ({ sql }) => {
    const text = await sent(sql);
    const other = await sent(sql);
    for (let n = 0; n < 2; n++) {
      await text.report(status, { error_code: "21610", error_message: "Opted out." });
    }
    const blocks = await sql`select k.number from sms_private.sender_blocks b
      join public.sms_contacts k on k.id = b.contact_id`;
    assert.deepEqual(blocks.map(({ number }) => number), [text.to], `and not ${other.to}`);
    const events = await sql`select change, source, evidence from public.sms_consent_events`;
    assert.deepEqual(events.map((row) => ({ ...row })), [
      { change: "sender_blocked", source: "carrier", evidence: "21610" },
    ]);
  });
}

emptyDbTest("21610 in a callback does not outlive a START that came after the attempt", async ({ sql }) => {
  const sentText = await sent(sql);
  await text(sql, sentText.tenant, sentText.to, "START");
  await sentText.report("failed", { error_code: "21610", error_message: "Opted out." });
  assert.deepEqual([...await sql`select 1 from sms_private.sender_blocks`], []);
});

emptyDbTest(
  "21610 in a callback does not outlive a START between attempt and acceptance",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    const to = phone();
    const id = await exchange(sql, tenant, to);
    const [job] = await claimDeliveries(sql);
    assert(job);
    await text(sql, tenant, to, "START");
    const message_sid = messageSid();
    await record(sql, job, "accepted", { message_sid, status: "queued" });
    await call(sql, "sms_record_status", {
      account_sid: tenant.accountSid,
      message_sid,
      from_number: tenant.number,
      to_number: to,
      status: "failed",
      error_code: "21610",
      error_message: "Opted out.",
      message_id: id,
    });
    assert.deepEqual([...await sql`select 1 from sms_private.sender_blocks`], []);
  },
);

emptyDbTest("21610 that comes after we gave up and after a START blocks nothing", async ({ sql }) => {
  const lost = await sent(sql, false);
  await sql`select sms_private.give_up_on(m, 'Given up.') from public.sms_messages m where id = ${lost.id}`;
  await text(sql, lost.tenant, lost.to, "START");
  await lost.report("failed", { error_code: "21610", error_message: "Opted out." });
  assert.deepEqual([...await sql`select 1 from sms_private.sender_blocks`], []);
});

emptyDbTest(
  "an old 21610 that Twilio repeats does not lift the block of a newer message",
  async ({ sql }) => {
    const first = await sent(sql);
    const refused = { error_code: "21610", error_message: "Opted out." };
    await first.report("failed", refused);
    await text(sql, first.tenant, first.to, "START");
    const id = await exchange(sql, first.tenant, first.to);
    const [job] = await claimDeliveries(sql);
    assert(job);
    const message_sid = messageSid();
    await record(sql, job, "accepted", { message_sid, status: "queued" });
    const newer = { message_id: id, message_sid, ...refused };
    await first.report("failed", newer);
    await first.report("failed", refused);
    assert.equal((await sql`select from sms_private.sender_blocks`).length, 1);
  },
);

emptyDbTest("21610 in a report of a message that arrived blocks nothing", async ({ sql }) => {
  const text = await sent(sql);
  await text.report("delivered");
  await text.report("delivered", { error_code: "21610", error_message: "Odd." });
  assert.equal((await sql`select from sms_private.sender_blocks`).length, 0);
});

emptyDbTest("the event of a delivered message keeps the code that came with it", async ({ sql }) => {
  const text = await sent(sql);
  await text.report("delivered", { error_code: "30008", error_message: "Odd." });
  const [event] = await sql`select error_code from public.sms_message_events where status = 'delivered'`;
  assert.equal(event?.error_code, "30008");
});

emptyDbTest("date_sent is when it was first sent", async ({ sql }) => {
  const text = await sent(sql);
  await text.report("sent");
  const first = (await message(sql, text.id)).date_sent;
  assert(first);
  await text.report("delivered");
  assert.deepEqual((await message(sql, text.id)).date_sent, first);
});
