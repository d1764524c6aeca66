/** What happens to texts that are under way, or set aside, when a person, a STOP or a canceled broadcast wants them back. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { testDatabase } from "../support/postgres.ts";
import { claimLookup, findNothing, listed, recordLookup, unconfirmed } from "./lookups.ts";
import { broadcastTo } from "./sending.ts";
import {
  addTenant,
  age,
  call,
  callAs,
  claimDeliveries,
  exchange,
  message,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

const status = async (sql: Sql, id: string) => {
  const { status, error_code } = await message(sql, id);
  return [status, error_code];
};

/** An answer whose outcome is unknown. Returns its id. */
async function unknownAnswer(sql: Sql, tenant: Tenant, from: string): Promise<string> {
  const id = await exchange(sql, tenant, from);
  const [job] = await claimDeliveries(sql, { message_ids: [id] });
  assert(job);
  await record(sql, job, "unknown");
  await age(sql, tenant, "2 minutes");
  return id;
}

const TAKING_BACK: [
  string,
  (sql: Sql, tenant: Tenant, from: string, conversation: string) => Promise<unknown>,
][] = [
  ["a STOP", (sql, tenant, from) => text(sql, tenant, from, "STOP")],
  [
    "a person's answer",
    (sql, tenant, from) => callAs(sql, tenant, "sms_create_message", { to_number: from, body: "Me" }),
  ],
  [
    "a take-over",
    (sql, tenant, _, conversation_id) => callAs(sql, tenant, "sms_take_over", { conversation_id }),
  ],
  [
    "an end",
    (sql, tenant, _, conversation_id) => callAs(sql, tenant, "sms_end_conversation", { conversation_id }),
  ],
];

for (const [what, takeBack] of TAKING_BACK) {
  Deno.test(`${what} does not call a text canceled that was set aside because nobody knows whether it left`, async () => {
    await using database = await testDatabase();
    const { sql } = database;
    const tenant = await addTenant(sql);
    const from = phone();
    const id = await unknownAnswer(sql, tenant, from);
    const job = await claimLookup(sql);
    assert.equal(await recordLookup(sql, job, [listed(job), listed(job)]), "ambiguous");
    await takeBack(sql, tenant, from, (await message(sql, id)).conversation_id);
    assert.deepEqual(await status(sql, id), ["unconfirmed", "OUTCOME_UNKNOWN"]);
    assert.equal((await call(sql, "sms_worker_health")).set_aside, 1, "the operator still sees it");
  });
}

for (const outcome of ["retry", "not_started"]) {
  for (const [what, takeBack] of TAKING_BACK.slice(1)) {
    Deno.test(`${what} while a worker has the assistant's text, which comes back unsent (${outcome}): it is not sent`, async () => {
      await using database = await testDatabase();
      const { sql } = database;
      const tenant = await addTenant(sql);
      const from = phone();
      const id = await exchange(sql, tenant, from);
      const [job] = await claimDeliveries(sql);
      assert(job);
      await takeBack(sql, tenant, from, (await message(sql, id)).conversation_id);
      await record(sql, job, outcome, { error_code: "20429", error_message: "Too many requests." });
      await age(sql, tenant, "10 minutes");
      const claimed = await claimDeliveries(sql);
      assert(claimed.every(({ message_id }) => message_id !== id));
      assert.deepEqual(await status(sql, id), ["canceled", "PERSON_ANSWERED"]);
    });
  }
}

Deno.test("a person who took over while the last look-up was recorded: the text is not sent once more", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const id = await unknownAnswer(sql, tenant, phone());
  assert.equal(await findNothing(sql, tenant), "resent");
  const { conversation_id } = await message(sql, id);
  // As the one of two transactions leaves it that did not see the other.
  await sql`update public.sms_conversations set ai_paused_until = 'infinity', ai_paused_reason = 'taken_over'
    where id = ${conversation_id}`;
  assert.deepEqual(await claimDeliveries(sql), []);
  assert.deepEqual(await status(sql, id), ["failed", "OUTCOME_UNKNOWN"]);
});

Deno.test("a broadcast, and a text for later, are no take-over: the answer that was not found is sent once more", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const from = phone();
  await unknownAnswer(sql, tenant, from);
  await broadcastTo(sql, tenant, [from]);
  await callAs(sql, tenant, "sms_create_message", {
    to_number: from,
    body: "Until tomorrow",
    send_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  assert.equal(await findNothing(sql, tenant), "resent");
});

Deno.test("a text that waits to be sent once more in a paused broadcast is settled when the broadcast is canceled", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const broadcast_id = await broadcastTo(sql, tenant, [phone()]);
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "unknown");
  await age(sql, tenant, "2 minutes");
  assert.equal(await findNothing(sql, tenant), "resent");
  await callAs(sql, tenant, "sms_pause_broadcast", { broadcast_id });
  await callAs(sql, tenant, "sms_cancel_broadcast", { broadcast_id });
  assert.deepEqual(await claimDeliveries(sql), []);
  assert.deepEqual(await status(sql, job.message_id), ["failed", "OUTCOME_UNKNOWN"]);
  assert.equal((await sql`select from sms_private.jobs`).length, 0);
});

Deno.test("what waits is taken back as before", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const [from, other] = [phone(), phone()];
  const id = await exchange(sql, tenant, from);
  const unknown = await unconfirmed(sql, tenant, other);
  await text(sql, tenant, from, "STOP");
  assert.deepEqual(await status(sql, id), ["canceled", "RECIPIENT_OPTED_OUT"]);
  assert.deepEqual(await status(sql, unknown), ["unconfirmed", "OUTCOME_UNKNOWN"]);
});
