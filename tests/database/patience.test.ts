/** Caps on promotional texts to one contact. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { contactIn, putLawBack, withoutConsent } from "./lawful.ts";
import { broadcastTo, messageOf, send, sendFor, textsOf, whileOpen } from "./sending.ts";
import {
  addTenant,
  call,
  claimDeliveries,
  message,
  messageSid,
  phone,
  record,
  type Tenant,
  text,
  withNumber,
} from "./support.ts";

const PROMOTION = { purpose: "promotional" };

async function caps(sql: Sql, { userId }: Tenant, day: number | null, week: number | null): Promise<void> {
  await sql`insert into public.sms_limits (user_id, promotional_per_contact_per_day, promotional_per_contact_per_week, sends_per_minute)
    values (${userId}, ${day}, ${week}, null) on conflict (user_id) do update
    set promotional_per_contact_per_day = ${day}, promotional_per_contact_per_week = ${week}`;
}

/** A promotional text that is claimed, and taken by the carrier if it may go. Returns its code, null if it went. */
async function promote(
  sql: Sql,
  tenant: Tenant,
  to_number: string,
  from_number?: string,
): Promise<string | null> {
  const id = messageOf(
    await sendFor(sql, tenant, { to_number, from_number: from_number ?? tenant.number, ...PROMOTION }),
  );
  const [job] = await claimDeliveries(sql, { message_ids: [id] });
  if (job) {
    await record(sql, job, "accepted", { message_sid: messageSid(), status: "queued", num_segments: 1 });
  }
  return (await message(sql, id)).error_code;
}

const older = (sql: Sql, by: string) => sql`update sms_private.promotions set at = at - ${by}::interval`;

dbTest(
  "a contact gets three promotional texts a day and seven a week, unless told otherwise",
  async ({ sql, tenant }) => {
    await withoutConsent(sql);
    const to = phone();
    const went: (string | null)[] = [];
    for (let day = 0; day < 4; day++) {
      for (let i = 0; i < 4; i++) went.push(await promote(sql, tenant, to));
      await older(sql, "25 hours");
    }
    const [a, x] = [null, "PATIENCE_CAP"];
    assert.deepEqual(went, [a, a, a, x, a, a, a, x, a, x, x, x, x, x, x, x]);
    await older(sql, "7 days");
    assert.equal(await promote(sql, tenant, to), null);
    assert.equal(
      (await sql`select from sms_private.promotions`).length,
      1,
      "what is older than a week is forgotten",
    );
  },
);

dbTest("the cap counts all numbers of a tenant, and no other tenant's texts", async ({ sql, tenant }) => {
  await withoutConsent(sql);
  const other = await addTenant(sql);
  const second = await withNumber(sql, tenant);
  await caps(sql, tenant, 2, null);
  const to = phone();
  assert.equal(await promote(sql, tenant, to), null);
  assert.equal(await promote(sql, tenant, to, second.number), null);
  assert.equal(await promote(sql, tenant, to, second.number), "PATIENCE_CAP");
  assert.equal(await promote(sql, other, to), null);
  assert.equal(await promote(sql, tenant, phone()), null, "another contact");
  const serves = messageOf(await sendFor(sql, tenant, { to_number: to, from_number: tenant.number }));
  assert.deepEqual(
    (await claimDeliveries(sql)).map((job) => job.message_id),
    [serves],
    "what serves is not counted",
  );
});

dbTest(
  "a broadcast's recipient over the cap is canceled with the code and the time; the others get it",
  async ({ sql, tenant }) => {
    await withoutConsent(sql);
    await caps(sql, tenant, 1, null);
    const [full, free] = [phone(), phone()];
    await promote(sql, tenant, full);
    const id = await broadcastTo(sql, tenant, [full, free]);
    assert.equal((await claimDeliveries(sql)).length, 1);
    const [first, second] = await textsOf(sql, id);
    assert.deepEqual([first?.status, first?.error_code, second?.status], [
      "canceled",
      "PATIENCE_CAP",
      "pending",
    ]);
    assert.match(first?.error_message, /in a day as they may\. There is room again at .* UTC\./);
  },
);

dbTest("two claims at one moment do not exceed the cap", async ({ sql, tenant }) => {
  await withoutConsent(sql);
  const second = await withNumber(sql, tenant);
  await caps(sql, tenant, 1, null);
  const to_number = phone();
  const ids = [];
  for (const from_number of [tenant.number, second.number]) {
    ids.push(messageOf(await sendFor(sql, tenant, { to_number, from_number, ...PROMOTION })));
  }
  const [one, other] = ids as [string, string];
  const later = await whileOpen(
    sql,
    async (holder) => assert.equal((await claimDeliveries(holder, { message_ids: [one] })).length, 1),
    () => claimDeliveries(sql, { message_ids: [other] }),
  );
  assert.deepEqual(later, [], "the second one waits for the next claim");
  assert.equal((await message(sql, other)).status, "pending");
  assert.deepEqual(await claimDeliveries(sql), []);
  assert.equal((await message(sql, other)).error_code, "PATIENCE_CAP");
});

dbTest(
  "a text that is tried again counts once, and one that was refused not at all",
  async ({ sql, tenant }) => {
    await withoutConsent(sql);
    await caps(sql, tenant, 1, null);
    const to_number = phone();
    const id = messageOf(await sendFor(sql, tenant, { to_number, ...PROMOTION }));
    const [first] = await claimDeliveries(sql);
    assert(first);
    await record(sql, first, "retry", { error_code: "20429", retry_after_ms: 0 });
    await sql`update sms_private.jobs set due_at = now() - interval '1 second'`;
    const [again] = await claimDeliveries(sql);
    assert.equal(again?.message_id, id);
    await record(sql, again as never, "refused", { error_code: "30500", error_message: "No." });
    assert.equal(await promote(sql, tenant, to_number), null);
  },
);

dbTest("where the law says three a day, no limit of a tenant makes it more", async ({ sql, tenant }) => {
  await withoutConsent(sql);
  await putLawBack(sql);
  await sql`update sms_private.sending_hours set opens = '0:00', closes = '24:00'`;
  await caps(sql, tenant, null, null);
  const [miami, elsewhere] = ["+13055550101", "+12025550101"];
  await contactIn(sql, tenant, miami, {});
  for (const to of [miami, elsewhere]) {
    for (let i = 0; i < 3; i++) assert.equal(await promote(sql, tenant, to), null);
  }
  assert.equal(await promote(sql, tenant, miami), "PATIENCE_CAP");
  assert.equal(await promote(sql, tenant, elsewhere), null);
});

dbTest(
  "a limit of 0 lets none go, and a person's offer to somebody who wrote is no promotion",
  async ({ sql, tenant }) => {
    await withoutConsent(sql);
    await caps(sql, tenant, 0, null);
    const to = phone();
    assert.equal(await promote(sql, tenant, to), "PATIENCE_CAP");
    await text(sql, tenant, to, "Any tables left?");
    const id = messageOf(await send(sql, tenant, { to_number: to, ...PROMOTION }));
    assert.deepEqual((await claimDeliveries(sql)).map((job) => job.message_id), [id]);
    assert.equal((await sql`select from sms_private.promotions`).length, 0);
  },
);

dbTest("the look for the cap reads the index alone", async ({ sql, tenant }) => {
  await withoutConsent(sql);
  const to = phone();
  await promote(sql, tenant, to);
  await sql`vacuum analyze sms_private.promotions`;
  await sql`set enable_seqscan = off`;
  const [row] = await sql`select id from public.sms_contacts`;
  const plan = await sql.unsafe(`set enable_seqscan = off; explain (costs off)
    select p.at from sms_private.promotions p where p.contact_id = '${row?.id}' and p.message_id <> gen_random_uuid()
      and p.at > now() - interval '1 day' order by p.at desc offset 2 limit 1`);
  assert.match(JSON.stringify(plan), /Index Only Scan Backward using promotions_contact_idx/);
  assert.equal((await call(sql, "sms_get_limits", { owner_id: tenant.userId })).outcome, "found");
});
