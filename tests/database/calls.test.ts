/**
 * What calls of the model may cost that end in no text: one phone texts for an hour, and the answers go to waste in every way
 * that there is. A call is a job that a claim handed out.
 */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  addTenant,
  age,
  as,
  call,
  callAs,
  claimReplies,
  claimReply,
  conversation,
  exchange,
  finish,
  message,
  phone,
  type ReplyJob,
  type Tenant,
  text,
} from "./support.ts";

/** The defaults: 20 replies, and 40 calls that end in none. */
const PER_HOUR = 60;

const failure = (code: string, permanent = false) => ({
  reply: null,
  failure: { code, message: "no", permanent, retry_after_ms: null },
});

/** What becomes of a call. */
type Shape = (sql: Sql, about: { tenant: Tenant; job: ReplyJob; from: string }) => Promise<unknown>;

const SHAPES: Record<string, Shape> = {
  "is empty": (sql, { job }) => finish(sql, job, { reply: " " }),
  "is refused": (sql, { job }) => finish(sql, job, failure("MODEL_REFUSED", true)),
  fails: (sql, { job }) => finish(sql, job, failure("MODEL_UNAVAILABLE")),
  "is dropped": async (sql, { tenant, job, from }) => {
    await text(sql, tenant, from, "And another thing");
    await finish(sql, job);
  },
  "is stale": async (sql, { tenant, job, from }) => {
    await text(sql, tenant, from, "STOP");
    await finish(sql, job);
    await text(sql, tenant, from, "START");
  },
  "opts out": async (sql, { tenant, job, from }) => {
    await finish(sql, job, { reply: null, opt_out: true });
    await text(sql, tenant, from, "START");
  },
  "is taken back": async (sql, { tenant, job }) => {
    await finish(sql, job);
    await callAs(sql, tenant, "sms_take_over", { conversation_id: job.conversation_id });
    await callAs(sql, tenant, "sms_hand_back", { conversation_id: job.conversation_id });
  },
  "was too long, and was asked for again": (sql, { job }) => finish(sql, job, { calls: 2 }),
  "is lost with its worker": () => Promise.resolve(),
};

const outcomes = (jobs: ReplyJob[], from: string) =>
  jobs.filter(({ history }) => history.some(({ body }) => body.includes(from)));

for (const [what, happens] of Object.entries(SHAPES)) {
  emptyDbTest(
    `one phone costs ${PER_HOUR} calls an hour at most where the answer ${what}`,
    async ({ sql }) => {
      const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
      const [from, theirs] = [phone(), phone()];
      let calls = 0;
      for (let minute = 0; minute < 60; minute++) {
        await text(sql, tenant, from, `Question ${minute}`);
        for (const job of await claimReplies(sql, 100, 30)) {
          calls += what.startsWith("was too long") ? 2 : 1;
          await happens(sql, { tenant, job, from });
        }
        await age(sql, tenant, "1 minute");
      }
      assert(calls <= PER_HOUR, `${calls} calls`);
      assert(calls > 10, `only ${calls} calls: it was not played`);
      await sql`delete from sms_private.jobs where user_id = ${tenant.userId}`;
      // Whoever wants an answer gets one, at this tenant and at the one beside it.
      await exchange(sql, tenant, phone(), "Are you open?");
      await exchange(sql, other, theirs, "Are you open?");
      assert.deepEqual(
        [...await sql`select from sms_private.unsent_calls where user_id = ${other.userId}`],
        [],
      );
      // An hour later there is room again.
      await age(sql, tenant, "61 minutes");
      await text(sql, tenant, from, `Still there, ${from}?`);
      assert.equal(outcomes(await claimReplies(sql), from).length, 1, "and it is asked again");
    },
  );
}

emptyDbTest(
  "past the limit nobody is asked, and the conversation says why and until when",
  async ({ sql }) => {
    const tenant = await addTenant(sql, { error_message: "Sorry." });
    await sql`insert into public.sms_limits (user_id, conversation_unsent_calls_per_hour) values (${tenant.userId}, 2)`;
    const from = phone();
    const { conversation_id } = await text(sql, tenant, from, "Hello?");
    for (let times = 0; times < 2; times++) {
      await finish(sql, await claimReply(sql), { reply: " " });
      await age(sql, tenant, "1 minute");
    }
    assert.deepEqual(await claimReplies(sql), []);
    const row = await conversation(sql, conversation_id);
    assert.equal(row.ai_paused_reason, "unsent_calls_per_hour");
    const minutes = (row.ai_paused_until.getTime() - Date.now()) / 60_000;
    assert(minutes > 57 && minutes < 60, `${minutes} minutes`);
    assert.equal((await text(sql, tenant, from, "Hello again?")).reply_due_in_ms, null);
    assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "unsent_calls_per_hour");
    await age(sql, tenant, "58 minutes");
    await exchange(sql, tenant, from, "And now?");
    assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, null);
  },
);

emptyDbTest(
  "a tenant that signs for itself comes to its limit of a day with any number of phones",
  async ({ sql }) => {
    const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
    await sql`insert into public.sms_limits (user_id, tenant_unsent_calls_per_day) values (${tenant.userId}, 10)`;
    let calls = 0;
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 5; n++) await text(sql, tenant, phone(), "Forged");
      // At once: what is out may all end in no text.
      const jobs = await claimReplies(sql);
      calls += jobs.length;
      for (const job of jobs) await finish(sql, job, failure("MODEL_REFUSED", true));
      await age(sql, tenant, "1 minute");
    }
    assert.equal(calls, 10);
    const paused = await sql`select distinct ai_paused_reason from public.sms_conversations
    where user_id = ${tenant.userId} order by 1`;
    assert.deepEqual(paused.map((row) => row.ai_paused_reason), [
      "answer_failed",
      "tenant_unsent_calls_per_day",
    ]);
    await exchange(sql, other, phone());
    await age(sql, tenant, "1 day");
    await exchange(sql, tenant, phone());
  },
);

emptyDbTest(
  "a contact that is erased while the model thinks has cost its call all the same",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    const { conversation_id } = await text(sql, tenant, phone(), "Hello?");
    const job = await claimReply(sql);
    const { contact_id } = await conversation(sql, conversation_id);
    assert.equal((await callAs(sql, tenant, "sms_erase_contact", { contact_id })).outcome, "erased");
    assert.equal((await finish(sql, job, { user_id: tenant.userId, calls: 1 })).outcome, "stale");
    const [row] = await sql`select sum(calls)::int as calls from sms_private.unsent_calls
    where user_id = ${tenant.userId}`;
    assert.equal(row?.calls, 1);
  },
);

emptyDbTest("a text that is answered, and a greeting, write nothing down", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome." });
  const from = phone();
  await text(sql, tenant, from, "Hello?");
  assert.equal((await finish(sql, await claimReply(sql), { calls: 0 })).outcome, "stored");
  const replyId = await exchange(sql, tenant, from, "Are you open?");
  assert.equal((await message(sql, replyId)).kind, "reply");
  assert.deepEqual([...await sql`select from sms_private.unsent_calls`], []);
});

emptyDbTest(
  "calls of a tenant that is deleted meanwhile are nobody's, and stop no other result",
  async ({ sql }) => {
    const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
    await text(sql, tenant, phone(), "Hello?");
    await text(sql, other, phone(), "Hello?");
    const jobs = await claimReplies(sql);
    await sql`delete from auth.users where id = ${tenant.userId}`;
    const results = jobs.map((job) => ({ job, of: job.user_id }));
    for (const { job, of } of results) {
      const { outcome } = await finish(sql, job, { user_id: of, calls: 1 });
      assert.equal(outcome, of === other.userId ? "stored" : "stale");
    }
  },
);

emptyDbTest(
  "the model reads 20,000 characters of a conversation at most, the newest of them",
  async ({ sql }) => {
    const tenant = await addTenant(sql, { max_history: 50 });
    const from = phone();
    for (let n = 0; n < 12; n++) await text(sql, tenant, from, `${n} ${"x".repeat(15_000)}`);
    const { history } = await claimReply(sql);
    const length = history.reduce((sum, { body }) => sum + body.length, 0);
    assert(length > 15_000 && length <= 20_000, `${length} characters`);
    assert.deepEqual(history.map(({ body }) => body.split(" ")[0]), ["8", "9", "10", "11"]);
    // The text itself is stored as it came.
    const [stored] = await sql`select max(char_length(body)) as length from public.sms_messages`;
    assert(Number(stored?.length) > 15_000);
  },
);

dbTest(
  "who reads the notes: the secret key's role alone, and they go after a day",
  async ({ sql, tenant }) => {
    await text(sql, tenant, phone(), "Hello?");
    await finish(sql, await claimReply(sql), { reply: " " });
    await assert.rejects(
      as(
        sql,
        { role: "authenticated", userId: tenant.userId },
        (mine) => mine`select from sms_private.unsent_calls`,
      ),
    );
    await age(sql, tenant, "25 hours");
    await sql`select sms_private.purge()`;
    assert.deepEqual([...await sql`select from sms_private.unsent_calls`], []);
    assert.equal((await call(sql, "sms_worker_health")).replies_due, 1);
  },
);
