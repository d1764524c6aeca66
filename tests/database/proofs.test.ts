/**
 * A START that the account's tenant could have signed itself: it counts when Twilio's list has it. `text()` has it proved, so
 * here texts come by the verb alone.
 */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import {
  addTenant,
  age,
  call,
  claimReplies,
  conversation,
  exchange,
  messageSid,
  phone,
  type ProofJob,
  prove,
  recordOne,
  type Tenant,
  text,
} from "./support.ts";

interface Form {
  account_sid: string;
  message_sid: string;
  from_number: string;
  to_number: string;
  body: string;
}

const formOf = (tenant: Tenant, from_number: string, body = "START"): Form => ({
  account_sid: tenant.accountSid,
  message_sid: messageSid(),
  from_number,
  to_number: tenant.number,
  body,
});

const post = (sql: Sql, form: Form, more: Record<string, unknown> = {}) =>
  call(sql, "sms_receive_message", { ...form, media: [], num_segments: 1, opt_out_type: null, ...more });

async function claim(sql: Sql): Promise<ProofJob[]> {
  return (await call(sql, "sms_claim_questions", { kind: "proof", batch_size: 10, lease_seconds: 30 }))
    .jobs as ProofJob[];
}

async function answered(sql: Sql, answer: Record<string, unknown>): Promise<string> {
  const [job] = await claim(sql);
  assert(job, "it is asked");
  const { account_sid, lease_token, message_id } = job;
  return (await recordOne(sql, "sms_record_questions", {
    kind: "proof",
    account_sid,
    lease_token,
    message_id,
    ...answer,
  })).outcome;
}

const found = (
  { message_sid: _sid, account_sid: _account, ...form }: Form,
  more: Record<string, unknown> = {},
) => ({
  outcome: "found",
  direction: "inbound",
  ...form,
  sent_at: new Date().toISOString(),
  ...more,
});

async function isOptedOut(sql: Sql, number: string): Promise<boolean> {
  const [row] = await sql`select opted_out_at from public.sms_contacts where number = ${number}`;
  return row?.opted_out_at !== null;
}

async function optedOut(sql: Sql, tenant: Tenant): Promise<string> {
  const from = phone();
  await exchange(sql, tenant, from);
  await text(sql, tenant, from, "STOP");
  assert(await isOptedOut(sql, from));
  return from;
}

emptyDbTest(
  "a START counts when Twilio has it, and what the contact wrote since is answered",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    const from = await optedOut(sql, tenant);
    const form = formOf(tenant, from);
    const stored = await post(sql, form);
    assert.deepEqual([stored.outcome, stored.keyword, stored.reply_due_in_ms], ["stored", "in", 0]);
    assert(await isOptedOut(sql, from), "not by the form alone");
    const question = await text(sql, tenant, from, "Are you open?");
    assert.equal(question.reply_due_in_ms, null);
    assert.equal((await conversation(sql, question.conversation_id)).ai_paused_reason, "opted_out");
    assert.equal(await answered(sql, found(form)), "recovered");
    assert.equal(await isOptedOut(sql, from), false);
    const [job] = await claimReplies(sql);
    assert.equal(job?.history.at(-1)?.body, "Are you open?");
    assert.deepEqual(await claim(sql), [], "asked once");
  },
);

emptyDbTest(
  "a START that Twilio does not have never counts, and is asked about for an hour",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    const from = await optedOut(sql, tenant);
    await post(sql, formOf(tenant, from));
    let asked = 0;
    for (let minutes = 0; minutes < 90; minutes += 5) {
      for (const { account_sid, lease_token, message_id } of await claim(sql)) {
        asked += 1;
        const { outcome } = await recordOne(sql, "sms_record_questions", {
          kind: "proof",
          account_sid,
          lease_token,
          message_id,
          outcome: "gone",
        });
        assert.equal(outcome, minutes < 60 ? "not_found_yet" : "left");
      }
      await age(sql, tenant, "5 minutes");
    }
    assert(asked >= 5 && asked <= 15, `${asked} times`);
    assert(await isOptedOut(sql, from));
    assert.deepEqual([...await sql`select from sms_private.questions where kind = 'proof'`], []);
    const consents = await sql`select change from public.sms_consent_events where user_id = ${tenant.userId}`;
    assert.deepEqual(consents.map(({ change }) => change), ["opt_out"], "nor is it on record as consent");
  },
);

for (
  const [what, difference] of [
    ["was sent by us", { direction: "outbound-api" }],
    ["is another contact's", { from_number: "+14155550199" }],
    ["went to another number", { to_number: "+14155550198" }],
    ["says something else", { body: "Hello there" }],
  ] as const
) {
  emptyDbTest(`a START with the SID of a text that ${what} does not count`, async ({ sql }) => {
    const tenant = await addTenant(sql);
    const from = await optedOut(sql, tenant);
    const form = formOf(tenant, from);
    await post(sql, form);
    assert.equal(await answered(sql, found(form, difference)), "not_found_yet");
    assert(await isOptedOut(sql, from));
    await age(sql, tenant, "10 seconds");
    assert.equal(await answered(sql, found(form)), "recovered");
    assert.equal(await isOptedOut(sql, from), false);
  });
}

emptyDbTest("a real START of long ago does not undo a STOP that came since", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const from = await optedOut(sql, tenant);
  const form = formOf(tenant, from);
  await post(sql, form);
  const sent_at = new Date(Date.now() - 3 * 86_400_000).toISOString();
  assert.equal(await answered(sql, found(form, { sent_at })), "recovered");
  assert(await isOptedOut(sql, from));
});

emptyDbTest("while Twilio cannot be asked, a START waits for days and then counts", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const from = await optedOut(sql, tenant);
  const form = formOf(tenant, from);
  await post(sql, form);
  const failed = {
    outcome: "failed",
    error_code: "UNREACHABLE",
    error_message: "Twilio could not be asked.",
  };
  for (let times = 0; times < 3; times++) {
    assert.equal(await answered(sql, failed), "postponed");
    await age(sql, tenant, "1 hour");
  }
  assert(await isOptedOut(sql, from));
  assert.equal(await answered(sql, found(form)), "recovered");
  assert.equal(await isOptedOut(sql, from), false);
});

emptyDbTest("the operator's account and Twilio's list are believed at once", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const listed = await optedOut(sql, tenant);
  await post(sql, formOf(tenant, listed), { sent_at: new Date().toISOString() });
  assert.equal(await isOptedOut(sql, listed), false, "it came from the list");
  const from = await optedOut(sql, tenant);
  await sql`update public.sms_accounts set shared = true, user_id = null where account_sid = ${tenant.accountSid}`;
  await post(sql, formOf(tenant, from));
  assert.equal(await isOptedOut(sql, from), false, "no tenant holds its token");
  assert.deepEqual(await claim(sql), []);
});

emptyDbTest(
  "an opt-out that the model understands is not undone by a START nobody has seen",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    const from = phone();
    await text(sql, tenant, from, "We are done here.");
    const [job] = await claimReplies(sql);
    assert(job);
    const form = formOf(tenant, from);
    await post(sql, form);
    await recordOne(sql, "sms_finish_replies", {
      job_id: job.job_id,
      lease_token: job.lease_token,
      conversation_id: job.conversation_id,
      assistant_id: job.assistant.id,
      through_seq: job.through_seq,
      greeting: false,
      reply: null,
      intent: null,
      end_conversation: false,
      opt_out: true,
      handoff: false,
      shortened: false,
      failure: null,
    });
    assert(await isOptedOut(sql, from));
    assert.equal(await prove(sql, form), "recovered");
    assert.equal(await isOptedOut(sql, from), false, "the contact's own, later word");
  },
);
