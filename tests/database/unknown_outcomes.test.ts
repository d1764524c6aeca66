import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { agreed } from "./sending.ts";
import type { Sql } from "postgres";
import {
  claimLookup,
  claimLookups,
  findNothing,
  jobOf,
  listed,
  questionOf,
  recordLookup,
  story,
  unconfirmed,
} from "./lookups.ts";
import { outbound } from "./outbound.ts";
import {
  addTenant,
  age,
  call,
  callAs,
  claimDeliveries,
  exchange,
  hex,
  message,
  messageSid,
  phone,
  record,
  type Tenant,
} from "./support.ts";

const status = async (sql: Sql, id: string) => {
  const { status, error_code } = await message(sql, id);
  return [status, error_code];
};

async function callback(sql: Sql, tenant: Tenant, id: string, sid = messageSid(), state = "delivered") {
  const { to_number } = await message(sql, id);
  return await call(sql, "sms_record_status", {
    account_sid: tenant.accountSid,
    message_sid: sid,
    from_number: tenant.number,
    to_number,
    status: state,
    error_code: null,
    error_message: null,
    message_id: id,
  });
}

dbTest("a look-up is due only after the lease and a request's time-out", async ({ sql, tenant }) => {
  const told = await outbound(sql, tenant, phone(), "Told");
  const silent = await outbound(sql, tenant, phone(), "Silent");
  const jobs = await claimDeliveries(sql);
  const job = jobs.find(({ message_id }) => message_id === told);
  assert(job);
  await record(sql, job, "unknown");
  await age(sql, tenant, "91 seconds");
  await claimDeliveries(sql);
  assert.deepEqual(await status(sql, silent), ["unconfirmed", "OUTCOME_UNKNOWN"]);
  assert.deepEqual(await claimLookups(sql), [], "the late worker may still be at it");
  const waiting = await call(sql, "sms_claim_questions", {
    kind: "lookup",
    batch_size: 10,
    lease_seconds: 90,
  });
  assert((waiting.next_due_in_ms as number) <= 14_000 && (waiting.next_due_in_ms as number) > 0);
  await age(sql, tenant, "15 seconds");
  const due = await claimLookups(sql);
  assert.deepEqual(due.map(({ message_id }) => message_id).sort(), [told, silent].sort());
});

dbTest("a look-up reaches back to ten minutes before the attempt", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  const job = await claimLookup(sql);
  const [row] =
    await sql`select (attempted_at - ${job.since}::text::timestamptz) = interval '10 minutes' as exact,
    attempted_at < clock_timestamp() - interval '119 seconds' as aged from sms_private.jobs where message_id = ${id}`;
  assert.deepEqual({ ...row }, { exact: true, aged: true });
  const before = new Date(Date.parse(job.since) - 1_000).toISOString();
  assert.equal(await recordLookup(sql, job, [listed(job, { date_created: before })]), "not_found_yet");
  await age(sql, tenant, "150 seconds");
  const again = await claimLookup(sql);
  const within = new Date(Date.parse(again.since) + 1_000).toISOString();
  assert.equal(await recordLookup(sql, again, [listed(again, { date_created: within })]), "adopted");
});

dbTest("one unknown message is adopted, and the pair goes on", async ({ sql, tenant }) => {
  const to = phone();
  const id = await unconfirmed(sql, tenant, to);
  await outbound(sql, tenant, to, "Second");
  assert.deepEqual(await claimDeliveries(sql), [], "the pair waits");
  const job = await claimLookup(sql);
  const text = listed(job, { status: "delivered", num_segments: 2 });
  assert.equal(await recordLookup(sql, job, [text]), "adopted");
  const row = await message(sql, id);
  assert.deepEqual([row.message_sid, row.status, row.error_code, row.num_segments], [
    text.message_sid,
    "delivered",
    null,
    2,
  ]);
  assert.deepEqual(await story(sql, id), ["worker unconfirmed", "lookup delivered"]);
  assert.deepEqual((await claimDeliveries(sql)).map(({ body }) => body), ["Second"]);
});

dbTest("a text that Twilio lists as failed is adopted as failed", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  const job = await claimLookup(sql);
  const failed = listed(job, { status: "failed", error_code: "30001", error_message: "Queue full." });
  assert.equal(await recordLookup(sql, job, [failed]), "adopted");
  assert.deepEqual(await status(sql, id), ["failed", "30001"]);
});

dbTest("21610 that a look-up finds blocks the pair", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  const job = await claimLookup(sql);
  const failed = listed(job, { status: "failed", error_code: "21610", error_message: "Opted out." });
  assert.equal(await recordLookup(sql, job, [failed]), "adopted");
  assert.deepEqual(await status(sql, id), ["failed", "21610"]);
  assert.equal((await sql`select from sms_private.sender_blocks`).length, 1);
});

dbTest("what is known, not ours or not sent through the API is no candidate", async ({ sql, tenant }) => {
  const to = phone();
  const earlier = await outbound(sql, tenant, to, "Earlier");
  const [first] = await claimDeliveries(sql);
  assert(first);
  const known = messageSid();
  await record(sql, first, "accepted", { message_sid: known, status: "queued" });
  const doubled = messageSid();
  await record(sql, first, "accepted", { message_sid: doubled, status: "queued" });
  assert((await story(sql, earlier)).includes("create queued doubled"));
  await unconfirmed(sql, tenant, to);
  const job = await claimLookup(sql);
  const others = [
    listed(job, { message_sid: known }),
    listed(job, { message_sid: doubled }),
    listed(job, { direction: "outbound-reply" }),
    listed(job, { direction: "inbound" }),
    listed(job, { to_number: phone() }),
    listed(job, { from_number: phone() }),
  ];
  assert.equal(await recordLookup(sql, job, others), "not_found_yet");
});

emptyDbTest("another tenant's message with the same numbers is never adopted", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  // The same number, once in each account: it was ported.
  await sql`update public.sms_numbers set number = ${tenant.number} where id = ${other.numberId}`;
  const to = phone();
  const [ours, theirs] = [
    await unconfirmed(sql, tenant, to),
    await unconfirmed(sql, { ...other, number: tenant.number }, to),
  ];
  const jobs = await claimLookups(sql);
  const [mine, foreign] = [ours, theirs].map((id) => jobs.find(({ message_id }) => message_id === id));
  assert(mine && foreign);
  assert.notEqual(mine.account_sid, foreign.account_sid);
  // Somebody answers with the other one's token or account: it is not theirs to say.
  assert.equal(
    await recordLookup(sql, { ...mine, lease_token: foreign.lease_token }, [listed(mine)]),
    "stale",
  );
  assert.equal(
    await recordLookup(sql, { ...mine, account_sid: foreign.account_sid }, [listed(mine)]),
    "not_found",
  );
  const text = listed(foreign);
  assert.equal(await recordLookup(sql, foreign, [text]), "adopted");
  assert.deepEqual(await status(sql, ours), ["unconfirmed", "OUTCOME_UNKNOWN"]);
  // SIDs are known per account.
  assert.equal(await recordLookup(sql, mine, [listed(mine, { message_sid: text.message_sid })]), "adopted");
});

dbTest("two candidates: set aside, never sent again; a callback settles it", async ({ sql, tenant }) => {
  const to = phone();
  const id = await unconfirmed(sql, tenant, to);
  await outbound(sql, tenant, to, "Second");
  const job = await claimLookup(sql);
  assert.equal(await recordLookup(sql, job, [listed(job), listed(job)]), "ambiguous");
  const row = await message(sql, id);
  assert.deepEqual([row.status, row.error_code, row.message_sid], ["unconfirmed", "OUTCOME_AMBIGUOUS", null]);
  assert.match(row.error_message, /not sent again; look into the carrier's log/);
  assert.deepEqual(await story(sql, id), ["worker unconfirmed", "lookup unconfirmed ambiguous"]);
  const health = await call(sql, "sms_worker_health");
  assert.deepEqual([health.set_aside, health.set_aside_reasons], [1, { OUTCOME_AMBIGUOUS: 1 }]);
  await age(sql, tenant, "2 hours");
  assert.deepEqual((await claimDeliveries(sql)).map(({ body }) => body), ["Second"]);
  assert.deepEqual(await claimLookups(sql), []);
  assert.equal((await callback(sql, tenant, id)).outcome, "recorded");
  assert.deepEqual([await status(sql, id), await jobOf(sql, id)], [["delivered", null], null]);
});

dbTest("one candidate that may be either of two of our texts is nobody's", async ({ sql, tenant }) => {
  const to = phone();
  await unconfirmed(sql, tenant, to, "First");
  const first = await claimLookup(sql);
  const late = listed(first);
  assert.equal(await recordLookup(sql, first, [late, listed(first)]), "ambiguous");
  const second = await unconfirmed(sql, tenant, to, "Second");
  const job = await claimLookup(sql);
  assert.equal(await recordLookup(sql, job, [late]), "ambiguous");
  assert.deepEqual(await status(sql, second), ["unconfirmed", "OUTCOME_AMBIGUOUS"]);
});

dbTest("the words tell two texts of a pair apart, where the list has them", async ({ sql, tenant }) => {
  const to = phone();
  await unconfirmed(sql, tenant, to, "First, at nine.");
  const first = await claimLookup(sql);
  assert.equal(await recordLookup(sql, first, [listed(first), listed(first)]), "ambiguous");
  const second = await unconfirmed(sql, tenant, to, "Second, at ten.");
  const job = await claimLookup(sql);
  const [mine, other] = [listed(job, { body: "Second, at ten." }), listed(job, { body: "First, at nine." })];
  assert.equal(await recordLookup(sql, job, [other, mine]), "adopted");
  assert.equal((await message(sql, second)).message_sid, mine.message_sid);
});

dbTest("words that two texts share, or that Twilio changed, tell nothing", async ({ sql, tenant }) => {
  for (
    const [ours, bodies] of [["Same words.", ["Same words.", "Same words."]], ["See x.com/long", [
      "See s.co/1",
    ]]] as const
  ) {
    const to = phone();
    await unconfirmed(sql, tenant, to, ours);
    const first = await claimLookup(sql);
    assert.equal(await recordLookup(sql, first, [listed(first), listed(first)]), "ambiguous");
    await unconfirmed(sql, tenant, to, ours);
    const job = await claimLookup(sql);
    assert.equal(await recordLookup(sql, job, bodies.map((body) => listed(job, { body }))), "ambiguous");
  }
});

dbTest("a refused message of the pair explains a failed entry only", async ({ sql, tenant }) => {
  for (const [state, outcome] of [["failed", "ambiguous"], ["sent", "adopted"]] as const) {
    const to = phone();
    const refused = await outbound(sql, tenant, to, "Refused");
    const [first] = await claimDeliveries(sql, { message_ids: [refused] });
    assert(first);
    await record(sql, first, "refused", { error_code: "21408", error_message: "No." });
    await unconfirmed(sql, tenant, to);
    const job = await claimLookup(sql);
    assert.equal(await recordLookup(sql, job, [listed(job, { status: state })]), outcome);
  }
});

dbTest("nothing in three look-ups: sent once more, never a third time", async ({ sql, tenant }) => {
  const to = phone();
  const id = await unconfirmed(sql, tenant, to, "First");
  await outbound(sql, tenant, to, "Second");
  for (
    const [wait, outcome] of [["150 seconds", "not_found_yet"], ["150 seconds", "not_found_yet"], [
      "0 seconds",
      "resent",
    ]]
  ) {
    assert.deepEqual(await claimDeliveries(sql), [], "the pair waits");
    assert.equal(await recordLookup(sql, await claimLookup(sql), []), outcome);
    assert.deepEqual(await claimLookups(sql), [], "not before its time");
    await age(sql, tenant, wait ?? "");
  }
  assert.deepEqual(await status(sql, id), ["unconfirmed", "OUTCOME_UNKNOWN"], "it may still have left");
  const [again, ...others] = await claimDeliveries(sql);
  assert.deepEqual([again?.message_id, others.length], [id, 0]);
  assert(again);
  await record(sql, again, "unknown");
  await age(sql, tenant, "2 minutes");
  assert.equal(await findNothing(sql, tenant), "given_up");
  assert.deepEqual(await status(sql, id), ["failed", "OUTCOME_UNKNOWN"]);
  assert.deepEqual(await story(sql, id), [
    "worker unconfirmed",
    "lookup unconfirmed resent",
    "worker unconfirmed",
    "worker failed given_up",
  ]);
  assert.equal(await jobOf(sql, id), null);
  assert.deepEqual((await claimDeliveries(sql)).map(({ body }) => body), ["Second"]);
  assert.equal((await callback(sql, tenant, id, messageSid(), "sent")).status, "sent", "Twilio knows better");
});

dbTest("two entries after a resend are both ours: set aside, double told", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  assert.equal(await findNothing(sql, tenant), "resent");
  const [again] = await claimDeliveries(sql);
  assert(again);
  await record(sql, again, "unknown");
  await age(sql, tenant, "2 minutes");
  const job = await claimLookup(sql);
  const [first, second] = [listed(job), listed(job)];
  assert.equal(await recordLookup(sql, job, [first, second]), "ambiguous");
  assert.equal((await callback(sql, tenant, id, first.message_sid)).outcome, "recorded");
  assert.equal((await callback(sql, tenant, id, second.message_sid)).outcome, "doubled");
  assert.equal((await call(sql, "sms_worker_health")).doubled, 1);
});

dbTest("a second attempt is looked for from the first one on", async ({ sql, tenant }) => {
  await unconfirmed(sql, tenant);
  assert.equal(await findNothing(sql, tenant), "resent");
  const [again] = await claimDeliveries(sql);
  assert(again);
  await record(sql, again, "unknown");
  await age(sql, tenant, "2 minutes");
  const job = await claimLookup(sql);
  const minutes = (Date.now() - Date.parse(job.since)) / 60_000;
  assert(minutes > 18, `${minutes} minutes: ten before the first attempt, which was over eight minutes ago`);
});

const NOT_WORTH: [string, (sql: Sql, tenant: Tenant, id: string) => Promise<unknown>][] = [
  ["too late", (sql) => sql`update sms_private.jobs set attempted_at = attempted_at - interval '1 hour'`],
  [
    "the contact opted out",
    (sql) => sql`update public.sms_contacts set opted_out_at = now(), opt_out_source = 'person'`,
  ],
  ["the number is gone", (sql) => sql`update public.sms_numbers set number = '+14155550000'`],
  ["the assistant was switched off", (sql) => sql`update public.sms_conversations set ai_enabled = false`],
  [
    "a person answered",
    async (sql, tenant, id) => {
      const { to_number } = await message(sql, id);
      await callAs(sql, tenant, "sms_create_message", { to_number, body: "Me", pauses_assistant: true });
    },
  ],
  [
    "a person took over",
    async (sql, tenant, id) => {
      const { conversation_id } = await message(sql, id);
      await callAs(sql, tenant, "sms_take_over", { conversation_id });
    },
  ],
  [
    "a person ended the conversation",
    async (sql, tenant, id) => {
      const { conversation_id } = await message(sql, id);
      await callAs(sql, tenant, "sms_update_conversation", { conversation_id, status: "ended" });
    },
  ],
];

emptyDbTest("an assistant's text that was not found is not sent once more when", async ({ sql }, t) => {
  for (const [what, happen] of NOT_WORTH) {
    await t.step(what, async () => {
      const tenant = await addTenant(sql);
      const id = await exchange(sql, tenant, phone());
      const [job] = await claimDeliveries(sql, { message_ids: [id] });
      assert(job);
      await record(sql, job, "unknown");
      await age(sql, tenant, "2 minutes");
      await happen(sql, tenant, id);
      assert.equal(await findNothing(sql, tenant), "given_up");
      assert.deepEqual(await status(sql, id), ["failed", "OUTCOME_UNKNOWN"]);
      assert.match(
        (await message(sql, id)).error_message,
        /^The carrier does not have this text, and it is not sent again\. ./,
      );
      await sql`delete from sms_private.jobs`;
      await sql`update public.sms_contacts set opted_out_at = null, opt_out_source = null`;
    });
  }
  await t.step("but it is when nothing happened", async () => {
    const tenant = await addTenant(sql);
    const id = await exchange(sql, tenant, phone());
    const [job] = await claimDeliveries(sql, { message_ids: [id] });
    assert(job);
    await record(sql, job, "unknown");
    await age(sql, tenant, "2 minutes");
    assert.equal(await findNothing(sql, tenant), "resent");
  });
});

dbTest("a look-up that fails does not count, and ends after an hour", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  for (let i = 0; i < 5; i++) {
    assert.equal(await recordLookup(sql, await claimLookup(sql), "failed"), "postponed");
    assert.deepEqual(await claimLookups(sql), [], "not at once");
    await age(sql, tenant, "5 minutes");
  }
  assert.equal((await questionOf(sql, id))?.tries, 0);
  assert.match((await jobOf(sql, id))?.last_error, /^LOOKUP_FAILED: HTTP_503/);
  await age(sql, tenant, "1 hour");
  assert.equal(await recordLookup(sql, await claimLookup(sql), "failed"), "set_aside");
  assert.deepEqual(await status(sql, id), ["unconfirmed", "OUTCOME_AMBIGUOUS"]);
  assert.deepEqual((await call(sql, "sms_worker_health")).set_aside_reasons, { LOOKUP_FAILED: 1 });
  assert.equal((await callback(sql, tenant, id)).outcome, "recorded");
});

dbTest("a look-up that cannot be recorded ends like one that fails", async ({ sql, tenant }) => {
  const [poison, fine] = [await unconfirmed(sql, tenant), await unconfirmed(sql, tenant)];
  const jobs = await claimLookups(sql);
  const results = jobs.map((job) => ({
    lease_token: job.lease_token,
    message_id: job.message_id,
    account_sid: job.account_sid,
    outcome: "listed",
    texts: [listed(job, job.message_id === poison ? { num_segments: "many" } : {})],
  }));
  const answers = await call(sql, "sms_record_questions", { results }) as unknown as {
    message_id: string;
    outcome: string;
  }[];
  const outcomes = Object.fromEntries(answers.map(({ message_id, outcome }) => [message_id, outcome]));
  assert.deepEqual([outcomes[poison], outcomes[fine]], ["postponed", "adopted"]);
  assert.match((await jobOf(sql, poison))?.last_error, /NOT_RECORDABLE 22P02/);
});

dbTest("a look-up has one worker; a lapsed lease's result is stale", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  const claims = await Promise.all(Array.from({ length: 6 }, () => claimLookups(sql)));
  const [slow, ...others] = claims.flat();
  assert(slow);
  assert.equal(others.length, 0);
  await age(sql, tenant, "91 seconds");
  const quick = await claimLookup(sql);
  assert.equal(await recordLookup(sql, slow, [listed(slow)]), "stale");
  assert.equal(await recordLookup(sql, quick, [listed(quick)]), "adopted");
  assert.equal(await recordLookup(sql, quick, []), "stale", "what was recorded is recorded once");
  assert.equal((await story(sql, id)).length, 2);
});

dbTest("a callback that comes during a look-up wins", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  const job = await claimLookup(sql);
  const text = listed(job);
  assert.equal((await callback(sql, tenant, id, text.message_sid)).outcome, "recorded");
  assert.equal(await recordLookup(sql, job, [text]), "stale");
  assert.equal(await recordLookup(sql, job, []), "stale");
  assert.deepEqual(await status(sql, id), ["delivered", null]);
});

dbTest("a callback and a look-up at the same moment tie the text once", async ({ sql, tenant }) => {
  for (let i = 0; i < 10; i++) {
    const id = await unconfirmed(sql, tenant);
    const job = await claimLookup(sql);
    const text = listed(job);
    const [told, looked] = await Promise.all([
      callback(sql, tenant, id, text.message_sid),
      recordLookup(sql, job, [text]),
    ]);
    assert.equal(told.outcome, "recorded");
    assert(["adopted", "stale"].includes(looked), looked);
    assert.deepEqual(await status(sql, id), ["delivered", null]);
  }
  assert.equal((await call(sql, "sms_worker_health")).doubled, 0);
});

for (const outcome of ["not_started", "retry", "refused"]) {
  dbTest(`a late ${outcome} during a look-up is believed: the look-up is stale`, async ({ sql, tenant }) => {
    const id = await outbound(sql, tenant, phone(), "Hello");
    const [late] = await claimDeliveries(sql);
    assert(late);
    await age(sql, tenant, "2 minutes");
    await claimDeliveries(sql);
    const job = await claimLookup(sql);
    assert.equal(await record(sql, late, outcome, { error_code: "21614", error_message: "No." }), "recorded");
    assert.deepEqual((await status(sql, id))[0], outcome === "refused" ? "failed" : "pending");
    assert.equal(await recordLookup(sql, job, []), "stale");
    assert.deepEqual(await claimLookups(sql), []);
  });
}

dbTest("a late unknown changes nothing about a look-up that is under way", async ({ sql, tenant }) => {
  await outbound(sql, tenant, phone(), "Hello");
  const [late] = await claimDeliveries(sql);
  assert(late);
  await age(sql, tenant, "2 minutes");
  await claimDeliveries(sql);
  const job = await claimLookup(sql);
  assert.equal(await record(sql, late, "unknown"), "recorded");
  assert.deepEqual(await claimLookups(sql), []);
  assert.equal(await recordLookup(sql, job, [listed(job)]), "adopted");
});

dbTest("a first worker that wakes after the resend: the double is told", async ({ sql, tenant }) => {
  const id = await outbound(sql, tenant, phone(), "Hello");
  const [first] = await claimDeliveries(sql);
  assert(first);
  await age(sql, tenant, "2 minutes");
  await claimDeliveries(sql);
  assert.equal(await findNothing(sql, tenant), "resent");
  const [second] = await claimDeliveries(sql);
  assert(second);
  for (const outcome of ["not_started", "retry", "refused", "unknown"]) {
    assert.equal(await record(sql, first, outcome), "stale", "its lease is another's");
  }
  const [sid, other] = [messageSid(), messageSid()];
  assert.equal(await record(sql, second, "accepted", { message_sid: sid, status: "queued" }), "recorded");
  assert.equal(await record(sql, first, "accepted", { message_sid: other, status: "queued" }), "doubled");
  assert.equal((await message(sql, id)).message_sid, sid);
  assert.equal((await call(sql, "sms_worker_health")).doubled, 1);
});

dbTest("a later attempt does not take the first one's doubt back", async ({ sql, tenant }) => {
  const id = await unconfirmed(sql, tenant);
  assert.equal(await findNothing(sql, tenant), "resent");
  for (let attempt = 2; attempt <= 8; attempt++) {
    const [again] = await claimDeliveries(sql);
    assert(again, `attempt ${attempt}`);
    assert.equal(
      await record(sql, again, "retry", { error_code: "20429", error_message: "Slowly." }),
      "recorded",
    );
    assert.equal((await message(sql, id)).error_code, "OUTCOME_UNKNOWN");
    await age(sql, tenant, "10 minutes");
  }
  assert.deepEqual([await status(sql, id), await jobOf(sql, id)], [["failed", "OUTCOME_UNKNOWN"], null]);
});

const TAKEN_BACK: [string, (sql: Sql, tenant: Tenant, id: string) => Promise<unknown>][] = [
  [
    "by the claim",
    async (sql) => {
      await sql`update public.sms_numbers set number = '+14155550000'`;
      assert.deepEqual(await claimDeliveries(sql), []);
    },
  ],
  [
    "by an opt-out",
    (sql) => sql`select sms_private.opt_out(id, 'person', null, null) from public.sms_contacts`,
  ],
  [
    "by its author",
    async (sql, tenant, id) => {
      const answer = await callAs(sql, tenant, "sms_cancel_message", { message_id: id });
      assert.deepEqual(answer, { outcome: "TOO_LATE", status: "failed" });
    },
  ],
];

for (const [how, happen] of TAKEN_BACK) {
  dbTest(`a message to be resent that is taken back ${how} is not canceled`, async ({ sql, tenant }) => {
    const id = await unconfirmed(sql, tenant);
    assert.equal(await findNothing(sql, tenant), "resent");
    await happen(sql, tenant, id);
    assert.deepEqual([await status(sql, id), await jobOf(sql, id)], [["failed", "OUTCOME_UNKNOWN"], null]);
  });
}

emptyDbTest("accounts take turns at being asked, within their share", async ({ sql }) => {
  const [loud, quiet] = [await addTenant(sql), await addTenant(sql)];
  for (let i = 0; i < 8; i++) await unconfirmed(sql, loud);
  await unconfirmed(sql, quiet);
  const first = await claimLookups(sql, { batch_size: 3, per_account: 5 });
  assert.equal(first.filter(({ account_sid }) => account_sid === quiet.accountSid).length, 1);
  const second = await claimLookups(sql, { per_account: 5 });
  assert.equal(second.length, 3, "five in hand, with the two from before");
  assert.deepEqual(await claimLookups(sql, { per_account: 5 }), []);
  const [job] = first.filter(({ account_sid }) => account_sid === loud.accountSid);
  assert(job);
  await recordLookup(sql, job, []);
  assert.equal((await claimLookups(sql, { per_account: 5 })).length, 1);
});

dbTest("sms_worker_health() counts look-ups, since when, and resends", async ({ sql, tenant }) => {
  await unconfirmed(sql, tenant);
  const before = await call(sql, "sms_worker_health");
  assert.deepEqual([before.deliveries_unconfirmed, before.lookups_due, before.deliveries_resent], [1, 1, 0]);
  assert((before.oldest_unconfirmed_seconds as number) >= 120);
  assert.equal(await findNothing(sql, tenant), "resent");
  const after = await call(sql, "sms_worker_health");
  assert.deepEqual([after.deliveries_unconfirmed, after.lookups_due, after.deliveries_resent], [0, 0, 1]);
});

dbTest("the numbers and times are settings", async ({ sql, tenant }) => {
  await sql`update sms_private.settings set value = '1' where name = 'lookup_count'`;
  await sql`update sms_private.settings set value = '0' where name = 'lookup_wait_seconds'`;
  const id = await outbound(sql, tenant, phone(), hex());
  const [job] = await claimDeliveries(sql, { lease_seconds: 1 });
  assert(job);
  await record(sql, job, "unknown");
  await age(sql, tenant, "1 second");
  assert.equal(await recordLookup(sql, await claimLookup(sql), []), "resent");
  assert.deepEqual((await claimDeliveries(sql)).map(({ message_id }) => message_id), [id]);
});

dbTest("canceling a broadcast does not deny a message that may have left", async ({ sql, tenant }) => {
  const sent = await callAs(sql, tenant, "sms_create_broadcast", {
    to_numbers: [await agreed(sql, tenant), await agreed(sql, tenant)],
    body: "Sale!",
  });
  const { id } = sent.broadcast as { id: string };
  const [doubtful] =
    await sql`update public.sms_messages set status = 'unconfirmed', error_code = 'OUTCOME_UNKNOWN'
    where id = (select id from public.sms_messages where broadcast_id = ${id} order by id limit 1) returning id`;
  await sql`update sms_private.jobs set resent_at = now() where message_id = ${doubtful?.id}`;
  assert.equal((await callAs(sql, tenant, "sms_cancel_broadcast", { broadcast_id: id })).outcome, "canceled");
  assert.deepEqual(await claimDeliveries(sql), []);
  const rows =
    await sql`select status, error_code from public.sms_messages where broadcast_id = ${id} order by id`;
  assert.deepEqual([...rows], [
    { status: "failed", error_code: "OUTCOME_UNKNOWN" },
    { status: "canceled", error_code: "CANCELED_BY_USER" },
  ]);
});
