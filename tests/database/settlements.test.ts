import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { claimQuestions, story } from "./lookups.ts";
import { outbound } from "./outbound.ts";
import {
  addTenant,
  age,
  type Answer,
  call,
  claimDeliveries,
  message,
  messageSid,
  phone,
  record,
  recordOne,
  type Tenant,
  theOnly,
} from "./support.ts";

interface SettlementJob {
  message_id: string;
  lease_token: string;
  account_sid: string;
  message_sid: string;
}

async function claimSettlements(sql: Sql, more: Record<string, unknown> = {}): Promise<SettlementJob[]> {
  return await claimQuestions(sql, "settlement", more) as SettlementJob[];
}

async function settle(sql: Sql, job: SettlementJob, result: Record<string, unknown>): Promise<string> {
  const { message_id, lease_token, account_sid } = job;
  return (await recordOne(sql, "sms_record_questions", { message_id, lease_token, account_sid, ...result }))
    .outcome;
}

const found = (status: string, more: Record<string, unknown> = {}) => ({
  outcome: "found",
  status,
  error_code: null,
  error_message: null,
  num_segments: 1,
  price: null,
  price_unit: "USD",
  ...more,
});

/** A text that Twilio accepted. */
async function accepted(sql: Sql, tenant: Tenant): Promise<string> {
  const id = await outbound(sql, tenant, phone(), "Hello");
  const [job] = await claimDeliveries(sql, { message_ids: [id] });
  assert(job);
  await record(sql, job, "accepted", { message_sid: messageSid(), status: "queued" });
  return id;
}

async function theOne(sql: Sql): Promise<SettlementJob> {
  return theOnly(await claimSettlements(sql));
}

const waiting = async (sql: Sql) => (await sql`select from sms_private.questions`).length;

dbTest("Twilio is asked ten minutes after it took a message", async ({ sql, tenant }) => {
  const id = await accepted(sql, tenant);
  assert.deepEqual(await claimSettlements(sql), [], "not at once");
  await age(sql, tenant, "10 minutes");
  const job = await theOne(sql);
  const { message_sid } = await message(sql, id);
  assert.deepEqual([job.message_id, job.account_sid, job.message_sid], [id, tenant.accountSid, message_sid]);
  const told = found("delivered", { price: "-0.01660", num_segments: 2 });
  assert.equal(await settle(sql, job, told), "settled");
  const row = await message(sql, id);
  assert.deepEqual([row.status, row.price, row.price_unit, row.num_segments], [
    "delivered",
    "-0.01660",
    "USD",
    2,
  ]);
  assert.deepEqual(await story(sql, id), ["create queued", "lookup delivered"]);
  assert.equal(await waiting(sql), 0);
});

dbTest(
  "a settlement that brings 21610 blocks the pair, and one without a code does not",
  async ({ sql, tenant }) => {
    const [refused, lost] = [await accepted(sql, tenant), await accepted(sql, tenant)];
    await age(sql, tenant, "10 minutes");
    for (const job of await claimSettlements(sql)) {
      const why = job.message_id === refused ? { error_code: "21610", error_message: "Opted out." } : {};
      assert.equal(await settle(sql, job, found("failed", why)), "settled");
    }
    assert.deepEqual([(await message(sql, refused)).error_code, (await message(sql, lost)).error_code], [
      "21610",
      null,
    ]);
    const blocked = await sql`select k.number from sms_private.sender_blocks b
    join public.sms_contacts k on k.id = b.contact_id`;
    assert.deepEqual(blocked.map(({ number }) => number), [(await message(sql, refused)).to_number]);
    const events = await sql`select change, evidence from public.sms_consent_events`;
    assert.deepEqual(events.map((row) => ({ ...row })), [{ change: "sender_blocked", evidence: "21610" }]);
  },
);

dbTest("what Twilio repeats is no event, and what is late changes nothing", async ({ sql, tenant }) => {
  const id = await accepted(sql, tenant);
  const { message_sid, to_number } = await message(sql, id);
  await call(sql, "sms_record_status", {
    account_sid: tenant.accountSid,
    message_sid,
    from_number: tenant.number,
    to_number,
    status: "delivered",
    error_code: null,
    error_message: null,
  });
  await age(sql, tenant, "10 minutes");
  assert.equal(await settle(sql, await theOne(sql), found("sent", { price: "-0.0083" })), "settled");
  assert.equal((await message(sql, id)).status, "delivered");
  assert.deepEqual(await story(sql, id), ["create queued", "callback delivered"]);
});

dbTest("a message without end or price is asked about five times in 3 days", async ({ sql, tenant }) => {
  const id = await accepted(sql, tenant);
  const gaps = ["10 minutes", "50 minutes", "10 hours", "14 hours", "2 days"];
  for (const [asked, gap] of gaps.entries()) {
    await age(sql, tenant, gap);
    assert.equal(await settle(sql, await theOne(sql), found("sent")), asked < 4 ? "not_yet" : "left");
    assert.deepEqual(await claimSettlements(sql), [], "not again before its time");
  }
  assert.equal((await message(sql, id)).status, "sent", "many carriers say no more than that");
  assert.equal(await waiting(sql), 0);
});

dbTest("what failed costs nothing; a price may come after the end", async ({ sql, tenant }) => {
  const [failed, delivered] = [await accepted(sql, tenant), await accepted(sql, tenant)];
  await age(sql, tenant, "10 minutes");
  for (const job of await claimSettlements(sql)) {
    if (job.message_id === failed) {
      const told = found("failed", { error_code: "30001", error_message: "Queue full." });
      assert.equal(await settle(sql, job, told), "settled");
    } else assert.equal(await settle(sql, job, found("delivered")), "not_yet");
  }
  const row = await message(sql, failed);
  assert.deepEqual([row.status, row.error_code, row.error_message], ["failed", "30001", "Queue full."]);
  await age(sql, tenant, "50 minutes");
  assert.equal(await settle(sql, await theOne(sql), found("delivered", { price: "-0.0083" })), "settled");
  assert.equal((await message(sql, delivered)).price, "-0.0083");
  assert.deepEqual(await story(sql, delivered), ["create queued", "lookup delivered"]);
});

dbTest("a failed question is no answer; what Twilio deleted stays as it is", async ({ sql, tenant }) => {
  const id = await accepted(sql, tenant);
  const failure = {
    outcome: "failed",
    error_code: "HTTP_503",
    error_message: "Twilio answered with HTTP 503.",
  };
  for (let i = 0; i < 8; i++) {
    await age(sql, tenant, "10 minutes");
    assert.equal(await settle(sql, await theOne(sql), failure), "postponed");
  }
  await age(sql, tenant, "10 minutes");
  assert.equal(await settle(sql, await theOne(sql), { outcome: "gone" }), "left");
  assert.equal((await message(sql, id)).status, "queued");
  const hopeless = await accepted(sql, tenant);
  await age(sql, tenant, "6 days");
  assert.equal(
    await settle(sql, await theOne(sql), failure),
    "left",
    `${hopeless} is not asked about for ever`,
  );
});

emptyDbTest("a settlement has one worker and one account, and its lease ends", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  await accepted(sql, tenant);
  await age(sql, tenant, "10 minutes");
  const claims = (await Promise.all(Array.from({ length: 5 }, () => claimSettlements(sql)))).flat();
  assert.equal(claims.length, 1);
  const [slow] = claims;
  assert(slow);
  assert.equal(await settle(sql, { ...slow, account_sid: other.accountSid }, found("read")), "not_found");
  await age(sql, tenant, "91 seconds");
  const quick = await theOne(sql);
  assert.equal(await settle(sql, slow, found("sent")), "stale");
  assert.equal(await settle(sql, quick, found("delivered", { price: "-1" })), "settled");
});

dbTest("an answer that cannot be recorded leaves its neighbours alone", async ({ sql, tenant }) => {
  const [poison] = [await accepted(sql, tenant), await accepted(sql, tenant)];
  for (let round = 0; round < 5; round++) {
    await age(sql, tenant, "10 minutes");
    const jobs = await claimSettlements(sql);
    const results = jobs.map(({ message_id, lease_token, account_sid }) => ({
      message_id,
      lease_token,
      account_sid,
      ...found("delivered", { price: message_id === poison ? "much" : "-1" }),
    }));
    const answers = await call(sql, "sms_record_questions", { results }) as unknown as Answer[];
    assert.deepEqual(
      answers.map(({ outcome }) => outcome).sort(),
      round === 0 ? ["error", "settled"] : [round < 4 ? "error" : "set_aside"],
    );
  }
  await age(sql, tenant, "10 days");
  assert.deepEqual(await claimSettlements(sql), [], "nobody asks any more");
  const health = await call(sql, "sms_worker_health");
  assert.deepEqual([health.set_aside_reasons, health.settlements_waiting], [{ NOT_RECORDABLE: 1 }, 0]);
  const [error] = health.last_errors as Record<string, unknown>[];
  assert.deepEqual([error?.kind, error?.message_id], ["settlement", poison]);
});

for (const size of [1, 4, 20]) {
  emptyDbTest(
    `accounts with large backlogs do not hold up another's question: ${size} a claim`,
    async ({ sql }) => {
      const busy = [await addTenant(sql), await addTenant(sql), await addTenant(sql)];
      const other = await addTenant(sql);
      for (const [account, tenant] of busy.entries()) {
        await accepted(sql, tenant);
        await sql`with copies as (
          insert into public.sms_messages select (jsonb_populate_record(m, jsonb_build_object(
            'id', gen_random_uuid(), 'message_sid', 'SM' || ${account}::text || '_' || n, 'seq', 1000 + n))).*
          from public.sms_messages m cross join generate_series(1, 500) n where m.account_sid = ${tenant.accountSid}
          returning id)
        insert into sms_private.questions (kind, account_sid, message_id, due_at)
        select 'settlement', ${tenant.accountSid}, id, now() - interval '1 day' from copies`;
      }
      const id = await accepted(sql, other);
      await sql`update sms_private.questions set due_at = now() - interval '1 minute' where message_id = ${id}`;
      const asked: string[] = [];
      while (!asked.includes(id) && asked.length < 40) {
        const claimed = await claimSettlements(sql, { batch_size: size });
        assert.equal(claimed.length, size);
        asked.push(...claimed.map(({ message_id }) => message_id));
      }
      assert(asked.includes(id), "the other account has its turn");
    },
  );
}

emptyDbTest(
  "an account with a large backlog does not hold up another account's question",
  async ({ sql }) => {
    const [busy, other] = [await addTenant(sql), await addTenant(sql)];
    await accepted(sql, busy);
    await sql`with copies as (
      insert into public.sms_messages select (jsonb_populate_record(m, jsonb_build_object(
        'id', gen_random_uuid(), 'message_sid', 'SM' || n, 'seq', 1000 + n))).*
      from public.sms_messages m cross join generate_series(1, 1500) n where m.account_sid = ${busy.accountSid}
      returning id)
    insert into sms_private.questions (kind, account_sid, message_id, due_at)
    select 'settlement', ${busy.accountSid}, id, now() - interval '1 day' from copies`;
    const id = await accepted(sql, other);
    await sql`update sms_private.questions set due_at = now() - interval '1 minute' where message_id = ${id}`;
    const claimed = await claimSettlements(sql, { batch_size: 20 });
    assert.equal(claimed.length, 20);
    assert(claimed.some(({ message_id }) => message_id === id), "the other account has its turn");
  },
);

emptyDbTest("accounts take turns at being asked about their texts", async ({ sql }) => {
  const [loud, quiet] = [await addTenant(sql), await addTenant(sql)];
  for (let i = 0; i < 5; i++) await accepted(sql, loud);
  await accepted(sql, quiet);
  await age(sql, loud, "20 minutes");
  await age(sql, quiet, "10 minutes");
  const accounts = (await claimSettlements(sql, { batch_size: 2 })).map(({ account_sid }) => account_sid);
  assert.deepEqual(new Set(accounts), new Set([loud.accountSid, quiet.accountSid]));
  assert.equal((await claimSettlements(sql, { per_account: 3 })).length, 2, "one is asked already");
});
