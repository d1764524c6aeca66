import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import {
  claimLookup,
  claimLookups,
  claimQuestions,
  findNothing,
  jobOf,
  listed,
  recordLookup,
  story,
} from "./lookups.ts";
import { outbound } from "./outbound.ts";
import { messageOf, send } from "./sending.ts";
import {
  addTenant,
  age,
  as,
  call,
  callAs,
  claimDeliveries,
  claimReplies,
  claimReply,
  conversation,
  exchange,
  finish,
  message,
  messageSid,
  PERMISSION_DENIED,
  phone,
  record,
  recordOne,
  stateOf,
  type Tenant,
  text,
} from "./support.ts";

const restore = (sql: Sql, more: Record<string, unknown> = {}) => call(sql, "sms_after_restore", more);
/** Restored, and switched on before the lists are read. */
async function restoreAndStart(sql: Sql): Promise<void> {
  assert.equal((await restore(sql)).outcome, "restored");
  assert.equal((await call(sql, "sms_switch_on", { anyway: true })).outcome, "switched_on");
}
const ids = async (sql: Sql) => (await claimDeliveries(sql)).map((job) => job.message_id);

/** What Twilio lists as sent from the tenant's number. */
function sent(tenant: Tenant, to: string, body: string, more: Record<string, unknown> = {}) {
  return {
    message_sid: messageSid(),
    from_number: tenant.number,
    to_number: to,
    body,
    num_segments: 1,
    status: "delivered",
    error_code: null,
    error_message: null,
    sent_at: new Date().toISOString(),
    ...more,
  };
}
const recover = (sql: Sql, tenant: Tenant, given: Record<string, unknown>) =>
  call(sql, "sms_recover_sent_message", { account_sid: tenant.accountSid, sent: given });

dbTest("after a restore what was due is looked for first, and new texts leave at once", async (t) => {
  const { sql, tenant } = t;
  const [contact, other] = [phone(), await addTenant(sql)];
  const due = await outbound(sql, tenant, contact, "Your order is ready.");
  await restoreAndStart(sql);
  const fresh = await outbound(sql, other, phone(), "Hi");
  assert.deepEqual(await ids(sql), [fresh]);
  assert.equal((await message(sql, due)).status, "unconfirmed");
  assert.deepEqual(await story(sql, due), ["worker unconfirmed restored"]);
  const lookup = await claimLookup(sql);
  assert(
    new Date(lookup.since) < new Date((await message(sql, due)).created_at),
    "back to when it was stored",
  );
  const ours = listed(lookup, { body: "Your order is ready." });
  const more = listed(lookup, { body: "We close at six." });
  assert.equal(await recordLookup(sql, lookup, [more, ours]), "adopted");
  assert.equal((await message(sql, due)).message_sid, ours.message_sid);
  assert.deepEqual(await ids(sql), []);
});

dbTest("a text that Twilio does not list is sent once, also hours after it was stored", async (t) => {
  const { sql, tenant } = t;
  const due = await outbound(sql, tenant, phone(), "Hi");
  await age(sql, tenant, "3 hours");
  await restoreAndStart(sql);
  assert.deepEqual(await ids(sql), []);
  assert.equal(await findNothing(sql, tenant), "resent");
  assert.deepEqual(await ids(sql), [due]);
  assert.deepEqual(await ids(sql), [], "once");
});

dbTest("a text that is too late after a restore is failed, not called EXPIRED", async ({ sql, tenant }) => {
  const due = await outbound(sql, tenant, phone(), "Hi");
  await age(sql, tenant, "5 hours");
  await restoreAndStart(sql);
  assert.deepEqual(await ids(sql), []);
  assert.equal(await findNothing(sql, tenant), "given_up");
  const { status, error_code } = await message(sql, due);
  assert.deepEqual([status, error_code], ["failed", "OUTCOME_UNKNOWN"]);
});

dbTest(
  "other words between the two since the backup are ambiguous, and set aside",
  async ({ sql, tenant }) => {
    const due = await outbound(sql, tenant, phone(), "Your order is ready.");
    await restoreAndStart(sql);
    assert.deepEqual(await ids(sql), []);
    const lookup = await claimLookup(sql);
    assert.equal(await recordLookup(sql, lookup, [listed(lookup, { body: "Yes" })]), "ambiguous");
    assert.match((await jobOf(sql, due))?.last_error, /^OUTCOME_AMBIGUOUS/);
    assert.deepEqual(await ids(sql), []);
  },
);

dbTest("twins of one pair get the SIDs of their twins, one after the other", async ({ sql, tenant }) => {
  const contact = phone();
  const [one, two] = [await outbound(sql, tenant, contact, "Hi"), await outbound(sql, tenant, contact, "Hi")];
  await restoreAndStart(sql);
  assert.deepEqual(await ids(sql), []);
  const first = await claimLookup(sql);
  assert.equal(first.message_id, one, "a pair has one in doubt at a time");
  const now = Date.now();
  const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
  const [older, newer] = [1, 2].map((s) => listed(first, { body: "Hi", date_created: at(s) }));
  assert(older && newer);
  assert.equal(await recordLookup(sql, first, [newer, older]), "adopted");
  assert.deepEqual(await ids(sql), []);
  const second = await claimLookup(sql);
  assert.equal(second.message_id, two);
  assert.equal(await recordLookup(sql, second, [newer, older]), "adopted");
  assert.deepEqual(
    [(await message(sql, one)).message_sid, (await message(sql, two)).message_sid],
    [older.message_sid, newer.message_sid],
  );
});

dbTest(
  "what was in a worker's hand, or to be sent once more, is looked for again",
  async ({ sql, tenant }) => {
    const [inHand, again] = [
      await outbound(sql, tenant, phone(), "Hi"),
      await outbound(sql, tenant, phone(), "Ho"),
    ];
    const jobs = await claimDeliveries(sql);
    const job = jobs.find(({ message_id }) => message_id === inHand);
    assert(job);
    await sql`update sms_private.jobs set in_flight = false, lease_token = null, lease_expires_at = null,
    resent_at = now() where message_id = ${again}`;
    await restoreAndStart(sql);
    assert.equal(await record(sql, job, "not_started"), "stale", "its worker is not believed any more");
    assert.deepEqual(await ids(sql), []);
    await age(sql, tenant, "1 minute");
    const lookups = await claimLookups(sql);
    assert.deepEqual(lookups.map(({ message_id }) => message_id).sort(), [inHand, again].sort());
  },
);

dbTest("a text for later is looked for when it is due, and not before", async ({ sql, tenant }) => {
  const send_at = new Date(Date.now() + 3_600_000);
  const later = messageOf(await send(sql, tenant, { send_at }));
  await restoreAndStart(sql);
  assert.deepEqual(await ids(sql), []);
  assert.equal((await message(sql, later)).status, "scheduled");
  // The same words that left today are another text.
  const { to_number, body } = await message(sql, later);
  assert.equal((await recover(sql, tenant, sent(tenant, to_number, body))).outcome, "stored");
  await sql`update sms_private.jobs set due_at = now()`;
  assert.deepEqual(await ids(sql), []);
  assert.equal((await message(sql, later)).status, "unconfirmed");
});

dbTest(
  "what was sent since the backup is stored, and a waiting text gets its SID",
  async ({ sql, tenant }) => {
    const contact = phone();
    const waiting = await outbound(sql, tenant, contact, "Your order’s ready – come!");
    await restore(sql);
    const same = sent(tenant, contact, "Your order's ready - come!");
    assert.equal((await recover(sql, tenant, same)).outcome, "adopted");
    assert.equal((await recover(sql, tenant, same)).outcome, "duplicate");
    assert.equal((await message(sql, waiting)).message_sid, same.message_sid);
    const unknown = sent(tenant, contact, "We close at six.", { status: "sent" });
    const stored = await recover(sql, tenant, unknown);
    assert.equal(stored.outcome, "stored");
    const row = await message(sql, stored.message_id);
    assert.deepEqual([row.sender, row.body, row.status, row.seq], [
      "system",
      "We close at six.",
      "sent",
      "2",
    ]);
    assert.deepEqual(await story(sql, row.id), ["lookup sent restored"]);
    const [question] = await sql`select kind from sms_private.questions where message_id = ${row.id}`;
    assert.equal(question?.kind, "settlement", "its price is asked for");
  },
);

dbTest("a text that may be a waiting one is left to that one's look-up", async ({ sql, tenant }) => {
  const contact = phone();
  const waiting = await outbound(sql, tenant, contact, "See https://example.com/long");
  await restore(sql);
  const changed = sent(tenant, contact, "See https://twil.io/x");
  assert.equal((await recover(sql, tenant, changed)).outcome, "left");
  assert.deepEqual(await ids(sql), []);
  const lookup = await claimLookup(sql);
  assert.equal(lookup.message_id, waiting, "also while all is off");
  assert.equal(await recordLookup(sql, lookup, [listed(lookup, changed)]), "ambiguous");
});

dbTest("numbers of another account or of nobody get nothing", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  await restore(sql);
  const theirs = sent(other, phone(), "Hi");
  assert.equal((await recover(sql, tenant, theirs)).outcome, "unowned");
  assert.equal((await recover(sql, tenant, sent(tenant, "rcs:brand", "Hi"))).outcome, "unowned");
  assert.equal((await sql`select from public.sms_messages`).length, 0);
});

dbTest("a question that was answered since the backup is not answered again", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "Are you open?");
  const other = await text(sql, tenant, phone(), "Are you open?");
  const job = await claimReply(sql).catch(() => null);
  assert.equal(job, null, "two are due");
  await sql`update sms_private.jobs set lease_token = null, lease_expires_at = null`;
  await restore(sql);
  const answer = sent(tenant, contact, "Until six.", { sent_at: new Date(Date.now() + 2_000).toISOString() });
  assert.equal((await recover(sql, tenant, answer)).outcome, "stored");
  await call(sql, "sms_switch_on", { anyway: true });
  assert.deepEqual((await claimReplies(sql)).map((j) => j.conversation_id), [other.conversation_id]);
  assert.equal((await conversation(sql, conversation_id)).waiting_for_person, false);
  await text(sql, tenant, contact, "And on Sunday?");
  const next = await claimReply(sql);
  assert.deepEqual(next.history.map(({ body }) => body), ["Are you open?", "Until six.", "And on Sunday?"]);
});

dbTest(
  "of several questions nobody knows which was answered: a person is called",
  async ({ sql, tenant }) => {
    const contact = phone();
    const { conversation_id } = await text(sql, tenant, contact, "Are you open?");
    await text(sql, tenant, contact, "And on Sunday?");
    await restore(sql);
    const answer = sent(tenant, contact, "Until six.", {
      sent_at: new Date(Date.now() + 2_000).toISOString(),
    });
    await recover(sql, tenant, answer);
    await call(sql, "sms_switch_on", { anyway: true });
    assert.deepEqual(await claimReplies(sql), []);
    const { waiting_for_person, ai_paused_reason } = await conversation(sql, conversation_id);
    assert.deepEqual([waiting_for_person, ai_paused_reason], [true, "restored"]);
    assert.deepEqual((await call(sql, "sms_worker_health")).set_aside_reasons, { RESTORED: 1 });
  },
);

dbTest("a question that is recovered after its answer is not answered again", async ({ sql, tenant }) => {
  const contact = phone();
  await sql`update public.sms_numbers set created_at = now() - interval '1 day'`;
  await restore(sql);
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  await recover(sql, tenant, sent(tenant, contact, "Until six.", { sent_at: ago(5).toISOString() }));
  const old = await text(sql, tenant, contact, "Are you open?", { sent_at: ago(6) });
  const later = await text(sql, tenant, contact, "And on Sunday?", { sent_at: ago(4) });
  await call(sql, "sms_switch_on", { anyway: true });
  assert.equal(old.reply_due_in_ms, null);
  assert.equal(later.reply_due_in_ms, 0);
  assert.equal((await claimReplies(sql)).length, 1);
});

dbTest("a text that is recovered has 30 minutes since it was sent, not since it was stored", async (t) => {
  const { sql, tenant } = t;
  const sent_at = new Date(Date.now() - 29 * 60_000);
  const { conversation_id, reply_due_in_ms } = await text(sql, tenant, phone(), "Open?", { sent_at });
  assert.equal(reply_due_in_ms, 0);
  await age(sql, tenant, "2 minutes");
  await sql`update public.sms_messages set date_created = date_created - interval '2 minutes'`;
  assert.deepEqual(await claimReplies(sql), []);
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "expired");
});

dbTest(
  "switching on is refused until all lists are read, twice where they may lag",
  async ({ sql, tenant }) => {
    await claimQuestions(sql, "listing");
    const { accounts } = await restore(sql);
    assert.deepEqual(accounts, [tenant.accountSid]);
    const refused = await call(sql, "sms_switch_on");
    assert.deepEqual([refused.outcome, refused.details], ["RESTORE_UNFINISHED", {
      accounts: [tenant.accountSid],
    }]);
    assert.equal((await call(sql, "sms_switch_on", { what: "answering" })).outcome, "RESTORE_UNFINISHED");
    const list = async () => {
      const [job] = await claimQuestions(sql, "listing") as { lease_token: string; sent_too: boolean }[];
      assert(job);
      await recordOne(sql, "sms_record_questions", {
        ...job,
        account_sid: tenant.accountSid,
        outcome: "listed",
      });
      return job.sent_too;
    };
    assert.equal(await list(), true);
    assert.equal((await call(sql, "sms_switch_on")).outcome, "RESTORE_UNFINISHED");
    await sql`update sms_private.restores set restored_at = restored_at - interval '6 minutes'`;
    await sql`update sms_private.questions set due_at = now(), listed_until = listed_until - interval '6 minutes'`;
    assert.equal(await list(), true);
    assert.deepEqual(await call(sql, "sms_switch_on"), { outcome: "switched_on", stopped: [] });
    await sql`update sms_private.questions set due_at = now()`;
    assert.equal(await list(), false, "then only what comes in is compared");
  },
);

dbTest("an older backup reads further back, and is told only to the operator", async ({ sql, tenant }) => {
  await claimQuestions(sql, "listing");
  const backup_at = new Date(Date.now() - 3 * 86_400_000);
  await restore(sql, { backup_at });
  const [row] = await sql`select listed_until from sms_private.questions where kind = 'listing'`;
  assert.equal(row?.listed_until.getTime(), Math.floor(backup_at.getTime() / 1_000) * 1_000);
  assert.equal(await stateOf(callAs(sql, tenant, "sms_after_restore")), PERMISSION_DENIED);
  const byKey = await as(sql, { role: "service_role" }, (key) => restore(key));
  assert.equal(byKey.outcome, "restored");
});

dbTest("an answer that waited in the backup is looked for like any text", async ({ sql, tenant }) => {
  const contact = phone();
  const answer = await exchange(sql, tenant, contact, "Are you open?");
  const { body } = await message(sql, answer);
  await text(sql, tenant, contact, "And on Sunday?");
  await restore(sql);
  assert.equal((await recover(sql, tenant, sent(tenant, contact, body))).outcome, "adopted");
  await call(sql, "sms_switch_on", { anyway: true });
  const job = await claimReply(sql);
  assert.equal((await finish(sql, job)).outcome, "stored", "the second question is still open");
});

dbTest("an apology that was sent since the backup is no answer, and not said again", async (t) => {
  const { sql, tenant } = t;
  const contact = phone();
  await sql`update public.sms_assistants set error_message = 'Sorry, not now.'`;
  const { conversation_id } = await text(sql, tenant, contact, "Are you open?");
  await restore(sql);
  const sent_at = new Date(Date.now() + 2_000).toISOString();
  const { message_id } = await recover(sql, tenant, sent(tenant, contact, "Sorry, not now.", { sent_at }));
  assert.equal((await message(sql, message_id)).kind, "error");
  await call(sql, "sms_switch_on", { anyway: true });
  assert.deepEqual(await claimReplies(sql), []);
  const { waiting_for_person, ai_paused_reason } = await conversation(sql, conversation_id);
  assert.deepEqual([waiting_for_person, ai_paused_reason], [true, "answer_failed"]);
});
