import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { claimQuestions } from "./lookups.ts";
import {
  addTenant,
  call,
  claimReplies,
  conversation,
  messages,
  messageSid,
  phone,
  recordOne,
  type Tenant,
  text,
  theOnly,
} from "./support.ts";

interface ListingJob {
  account_sid: string;
  lease_token: string;
  since: string;
  page_token: string | null;
}

async function claimListings(sql: Sql, more: Record<string, unknown> = {}): Promise<ListingJob[]> {
  return await claimQuestions(sql, "listing", more) as ListingJob[];
}

async function theOne(sql: Sql): Promise<ListingJob> {
  return theOnly(await claimListings(sql));
}

async function recordListing(sql: Sql, job: ListingJob, result: Record<string, unknown>): Promise<string> {
  const { account_sid, lease_token } = job;
  return (await recordOne(sql, "sms_record_questions", { account_sid, lease_token, ...result })).outcome;
}

const later = (sql: Sql, by: string) =>
  sql`update sms_private.questions set due_at = due_at - ${by}::interval,
    listed_until = listed_until - ${by}::interval, began_at = began_at - ${by}::interval`;

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const hours = (since: string) => Math.round((Date.now() - Date.parse(since)) / 3_600_000);

/** Makes the tenant's account and number old enough to have missed something. */
async function connectedLongAgo(sql: Sql): Promise<void> {
  await sql.unsafe(`alter table sms_private.twilio_credentials disable trigger touch_updated_at;
    update sms_private.twilio_credentials set updated_at = updated_at - interval '10 days';
    alter table sms_private.twilio_credentials enable trigger touch_updated_at`);
  await sql`update public.sms_numbers set created_at = created_at - interval '10 days'`;
}

dbTest("an account is listed from its connection on, with an hour's overlap", async ({ sql, tenant }) => {
  const [credentials] = await sql`select updated_at from sms_private.twilio_credentials`;
  const first = await theOne(sql);
  assert.deepEqual([first.account_sid, first.page_token], [tenant.accountSid, null]);
  // In whole seconds, like Twilio's times.
  const connectedAt = Math.floor(credentials?.updated_at.getTime() / 1000) * 1000;
  assert.equal(Date.parse(first.since), connectedAt, "not its whole history");
  assert.equal(await recordListing(sql, first, { outcome: "listed" }), "listed");
  await later(sql, "290 seconds");
  assert.deepEqual(await claimListings(sql), []);
  await later(sql, "10 seconds");
  const second = await theOne(sql);
  assert.equal(second.since, first.since, "the overlap never reaches back before that");
  await recordListing(sql, second, { outcome: "listed" });
  await sql`update sms_private.questions set listed_from = listed_from - interval '1 day'`;
  await later(sql, "5 hours");
  assert.equal(hours((await theOne(sql)).since), 6, "five hours since the last one, and the overlap");
});

emptyDbTest("an account that was never listed begins a day back", async ({ sql }) => {
  await addTenant(sql);
  await connectedLongAgo(sql);
  assert.equal(hours((await theOne(sql)).since), 24);
});

emptyDbTest("an account without token or numbers is not listed, and begins anew", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const shared = `AC${"5".repeat(32)}`;
  await sql`select public.sms_save_account(${shared})`;
  await sql`insert into public.sms_numbers (user_id, account_sid, number) values (${tenant.userId}, ${shared}, ${phone()})`;
  const accounts = (await claimListings(sql)).map(({ account_sid }) => account_sid);
  assert.deepEqual(new Set(accounts), new Set([tenant.accountSid, other.accountSid, shared]));
  await later(sql, "1 hour");
  await sql`delete from sms_private.twilio_credentials t using public.sms_accounts a
    where a.id = t.account_id and a.account_sid = ${tenant.accountSid}`;
  await sql`delete from public.sms_numbers where account_sid = ${other.accountSid}`;
  assert.deepEqual((await claimListings(sql)).map(({ account_sid }) => account_sid), [shared]);
  await sql`insert into sms_private.twilio_credentials (account_id, current_token)
    select id, 'jwe' from public.sms_accounts where account_sid = ${tenant.accountSid}`;
  const [again] = await claimListings(sql);
  assert.equal(again?.account_sid, tenant.accountSid);
  assert(
    Date.now() - Date.parse(again?.since ?? "") < 60_000,
    "what came while it was disconnected is not ours",
  );
});

emptyDbTest("one worker lists an account; a lapsed lease's result is stale", async ({ sql }) => {
  const tenants = [await addTenant(sql), await addTenant(sql), await addTenant(sql)];
  const claims = (await Promise.all(tenants.map(() => claimListings(sql, { batch_size: 1 })))).flat();
  assert.equal(new Set(claims.map(({ account_sid }) => account_sid)).size, claims.length);
  await claimListings(sql);
  assert.deepEqual(await claimListings(sql), []);
  await later(sql, "91 seconds");
  const [slow] = claims;
  assert(slow);
  const again = await claimListings(sql);
  assert.equal(again.length, 3);
  assert.equal(await recordListing(sql, slow, { outcome: "listed" }), "stale");
});

emptyDbTest("a listing that fails keeps the watermark and shows in health", async ({ sql }) => {
  await addTenant(sql);
  const first = await theOne(sql);
  const failure = { outcome: "failed", error_code: "20003", error_message: "Wrong token." };
  assert.equal(await recordListing(sql, first, failure), "failed");
  const { listings } = await call(sql, "sms_worker_health") as unknown as {
    listings: Record<string, unknown>;
  };
  assert.deepEqual([listings.accounts, listings.failing, listings.last_error], [1, 1, "20003 Wrong token."]);
  await later(sql, "10 seconds");
  const second = await theOne(sql);
  assert(Date.parse(second.since) <= Date.parse(first.since));
  await recordListing(sql, second, failure);
  await later(sql, "10 seconds");
  assert.deepEqual(await claimListings(sql), [], "ever more slowly");
});

emptyDbTest("an unfinished listing goes on; only its end moves the watermark", async ({ sql }) => {
  await addTenant(sql);
  const first = await theOne(sql);
  const [{ began_at: began } = { began_at: null }] = await sql`select began_at from sms_private.questions`;
  await recordListing(sql, first, { outcome: "unfinished", page_token: "PASM1" });
  const second = await theOne(sql);
  assert.deepEqual([second.page_token, second.since], ["PASM1", first.since]);
  assert.equal(await recordListing(sql, second, { outcome: "listed" }), "listed");
  const [row] = await sql`select listed_until, page_token from sms_private.questions`;
  assert.deepEqual([row?.listed_until.getTime(), row?.page_token], [began.getTime(), null]);
});

emptyDbTest("a claim in a hurry lists every account that nobody is listing", async ({ sql }) => {
  await addTenant(sql);
  await addTenant(sql);
  const [held, done] = await claimListings(sql);
  assert(held && done);
  await recordListing(sql, done, { outcome: "listed" });
  assert.deepEqual(await claimListings(sql), []);
  const hurried = theOnly(await claimListings(sql, { hurry: true }));
  assert.equal(hurried.account_sid, done.account_sid);
});

emptyDbTest("sms_find_unknown_messages() names what came to the account's numbers", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const known = messageSid();
  await text(sql, tenant, phone(), "Known", { message_sid: known });
  const listed = (to_number: string, sent_at = ago(0), message_sid = messageSid()) => ({
    message_sid,
    to_number,
    sent_at,
  });
  const [one, two] = [listed(tenant.number), listed(tenant.number)];
  const find = (account_sid: string, texts: unknown[]) =>
    call(sql, "sms_find_unknown_messages", { account_sid, texts });
  assert.deepEqual(
    await find(tenant.accountSid, [
      two,
      listed(tenant.number, ago(0), known),
      listed(other.number),
      listed(phone()),
      listed(tenant.number, ago(5)),
      one,
    ]),
    [two.message_sid, one.message_sid],
  );
  const theirs = listed(other.number, ago(0), known);
  assert.deepEqual(await find(other.accountSid, [theirs]), [known], "a SID is known per account");
});

const BASE = Math.floor(Date.now() / 1_000) * 1_000 - 30_000;
/** Moments of the last half minute, as Twilio lists them: in whole seconds. */
const second = (n: number) => new Date(BASE + n * 1_000).toISOString();

/** STOP comes by webhook; START's webhook is lost, and Twilio lists both. @returns whether the contact is opted in then */
async function startIsRecovered(sql: Sql, tenant: Tenant, stop: number, start: number): Promise<boolean> {
  const [from, sid, startSid] = [phone(), messageSid(), messageSid()];
  await text(sql, tenant, from, "STOP", { message_sid: sid });
  // Our clock, some time after Twilio's.
  await sql`update public.sms_messages set date_created = ${
    second(start)
  }::timestamptz + interval '59 milliseconds'
    where message_sid = ${sid}`;
  const texts = [
    { message_sid: startSid, to_number: tenant.number, sent_at: second(start) },
    { message_sid: sid, to_number: tenant.number, sent_at: second(stop) },
  ];
  const unknown = await call(sql, "sms_find_unknown_messages", { account_sid: tenant.accountSid, texts });
  assert.deepEqual(unknown, [startSid]);
  await text(sql, tenant, from, "START", { message_sid: startSid, sent_at: second(start) });
  const [contact] = await sql`select opted_out_at from public.sms_contacts
    where user_id = ${tenant.userId} and number = ${from}`;
  return contact?.opted_out_at === null;
}

emptyDbTest("a recovered START counts that Twilio lists a second after STOP", async ({ sql }) => {
  const tenant = await addTenant(sql);
  assert.equal(await startIsRecovered(sql, tenant, 21, 22), true);
  assert.equal(
    await startIsRecovered(sql, tenant, 22, 22),
    false,
    "of two in one second, STOP is the last word",
  );
  assert.equal(await startIsRecovered(sql, tenant, 23, 22), false, "STOP came later");
});

emptyDbTest("a listing of another account dates nobody's STOP", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [sid, from] = [messageSid(), phone()];
  await text(sql, tenant, from, "STOP", { message_sid: sid });
  const dateOf = async () =>
    (await sql`select date_created from public.sms_messages where message_sid = ${sid}`)[0];
  const before = await dateOf();
  const texts = [{ message_sid: sid, to_number: other.number, sent_at: second(1) }];
  await call(sql, "sms_find_unknown_messages", { account_sid: other.accountSid, texts });
  assert.deepEqual(await dateOf(), before);
});

async function recover(sql: Sql, tenant: Tenant, from: string, body: string, minutes: number) {
  return await text(sql, tenant, from, body, { sent_at: ago(minutes) });
}

emptyDbTest("a late recovered text is stored in order and not answered", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome!" });
  const from = phone();
  const old = await recover(sql, tenant, from, "One", 45);
  assert.equal(old.reply_due_in_ms, null);
  assert.deepEqual(await claimReplies(sql), []);
  const fresh = await recover(sql, tenant, from, "Two", 5);
  assert.equal(fresh.reply_due_in_ms, 0);
  assert.equal((await conversation(sql, fresh.conversation_id)).greeting_pending, true);
  const [job, ...others] = await claimReplies(sql);
  assert.deepEqual(
    [job?.through_seq, job?.greeting, others.length],
    [2, true, 0],
    "greeted once, with the fresh one",
  );
  assert.deepEqual((await messages(sql, tenant)).map(({ body }) => body), ["One", "Two"]);
});

emptyDbTest("how late a recovered text is still answered is the setting of answers", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const set = (value: string) =>
    sql`update sms_private.settings set value = ${value}::text::jsonb where name = 'answer_not_after_seconds'`;
  await set("3600");
  assert.equal((await recover(sql, tenant, phone(), "One", 45)).reply_due_in_ms, 0);
  await set("600");
  assert.equal((await recover(sql, tenant, phone(), "Two", 15)).reply_due_in_ms, null);
  await set("null");
  assert.equal((await recover(sql, tenant, phone(), "Three", 45)).reply_due_in_ms, 0, "null: however late");
});

const KEYWORDS: [string, [string, number][], boolean][] = [
  ["an old STOP after a newer START", [["START", 0], ["STOP", 20]], false],
  ["an old START after a newer STOP", [["STOP", 0], ["START", 20]], true],
  ["a newer STOP after an old START", [["START", 20], ["STOP", 10]], true],
  ["a newer START after an old STOP", [["STOP", 20], ["START", 10]], false],
];
for (const [what, words, optedOut] of KEYWORDS) {
  dbTest(`${what}: the contact's latest word counts, by Twilio's clock`, async ({ sql, tenant }) => {
    const from = phone();
    for (const [word, minutes] of words) await recover(sql, tenant, from, word, minutes);
    const [contact] = await sql`select opted_out_at is not null as out from public.sms_contacts`;
    assert.equal(contact?.out, optedOut);
    assert.equal((await sql`select from public.sms_consent_events`).length, 2, "both are on record");
  });
}

dbTest(
  "accounts without numbers do not hold up the listing of one that has some",
  async ({ sql, tenant }) => {
    await sql`insert into sms_private.questions (kind, account_sid, due_at, listed_from, listed_until)
    select 'listing', 'AC' || md5(n::text), now() - interval '1 day', now(), now() from generate_series(1, 1001) n`;
    // Their accounts are connected, or opening the listings would end the questions.
    await sql`insert into auth.users (id, email) select gen_random_uuid(), n || '@example.com' from generate_series(1, 1001) n`;
    await sql`insert into public.sms_accounts (account_sid, user_id)
    select 'AC' || md5(split_part(email, '@', 1)), id from auth.users where email ~ '^[0-9]+@example.com$'`;
    await sql`insert into sms_private.twilio_credentials (account_id, current_token)
    select id, 'x' from public.sms_accounts on conflict do nothing`;
    const claimed = await claimListings(sql, { batch_size: 2 });
    assert.deepEqual(claimed.map(({ account_sid }) => account_sid), [tenant.accountSid]);
  },
);
