import { strict as assert } from "node:assert";
import postgres from "postgres";
import type { Sql } from "postgres";
import { deliveryResult, replyResult } from "../support/results.ts";

/** What a verb answers: `outcome` and what goes with it. */
// The verbs answer jsonb; a test reads single fields of it.
export type Answer = Record<string, unknown> & { outcome: string };

export interface Tenant {
  userId: string;
  accountSid: string;
  assistantId: string;
  numberId: string;
  number: string;
}

let counter = 0;

export function hex(length = 32): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, length);
}

export function messageSid(): string {
  return `SM${hex()}`;
}

/** A phone that nobody else in this run has; in the United States like the tenants' numbers. */
export function phone(): string {
  counter += 1;
  return `+1415${String(1_000_000 + counter).padStart(7, "0")}`;
}

export async function addUser(sql: Sql): Promise<string> {
  const id = crypto.randomUUID();
  await sql`insert into auth.users (id, email) values (${id}, ${`${id}@example.com`})`;
  return id;
}

/** A tenant with an account of its own, an assistant and a number that it answers on. */
export async function addTenant(sql: Sql, assistant: Record<string, unknown> = {}): Promise<Tenant> {
  const userId = await addUser(sql);
  const accountSid = `AC${hex()}`;
  await sql`select public.sms_save_account(${accountSid}, ${userId}, 'jwe')`;
  const row = {
    user_id: userId,
    name: "Ada",
    prompt: "Answer.",
    reply_delay_ms: 0,
    ...await silence(sql),
    ...assistant,
  };
  const [made] = await sql`insert into public.sms_assistants ${sql(row)} returning id`;
  assert(made);
  const first = await saveNumber(sql, { userId, accountSid, assistantId: made.id });
  return { userId, accountSid, assistantId: made.id as string, ...first };
}

/** Most tests compare what the model said, word for word; honesty.test.ts has it on. Databases of before have no such column. */
async function silence(sql: Sql): Promise<{ discloses_machine?: boolean }> {
  const column = await sql`select from pg_attribute
    where attrelid = 'public.sms_assistants'::regclass and attname = 'discloses_machine'`;
  return column.length > 0 ? { discloses_machine: false } : {};
}

/** One more number of a tenant: the tenant as it is reached on that one. */
export async function withNumber(sql: Sql, tenant: Tenant): Promise<Tenant> {
  return { ...tenant, ...await saveNumber(sql, tenant) };
}

async function saveNumber(sql: Sql, tenant: Pick<Tenant, "userId" | "accountSid" | "assistantId">) {
  const number = phone();
  const saved = await call(sql, "sms_save_number", {
    owner_id: tenant.userId,
    account_sid: tenant.accountSid,
    number,
    assistant_id: tenant.assistantId,
    segments_per_second: 1000,
  });
  assert.equal(saved.outcome, "saved");
  return { number, numberId: (saved.phone_number as { id: string }).id };
}

/** Calls a public verb by name with named arguments, as PostgREST does. */
export async function call(sql: Sql, verb: string, args: Record<string, unknown> = {}): Promise<Answer> {
  const names = Object.keys(args);
  const list = names.map((name, i) => `${name} => $${i + 1}`).join(", ");
  const values = names.map((name) => {
    const value = args[name];
    if (Array.isArray(value) && ["results", "media", "texts", "variables"].includes(name)) {
      return sql.json(value);
    }
    return value;
  });
  const [row] = await sql.unsafe(
    `select public.${verb}(${list}) as answer`,
    values as Parameters<Sql["unsafe"]>[1],
  );
  assert(row);
  return row.answer as Answer;
}

/** Runs as a signed-in tenant (or anonymous, or the secret key) under its grants and policies. */
export async function as<T>(
  sql: Sql,
  who: { role: "authenticated"; userId: string } | { role: "anon" | "service_role" },
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const claims = "userId" in who ? { sub: who.userId, role: who.role } : { role: who.role };
  return await sql.begin(async (transaction) => {
    await transaction`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      set_config('request.jwt.claim.sub', ${"userId" in who ? who.userId : ""}, true)`;
    await transaction.unsafe(`set local role ${who.role}`);
    return await work(transaction as unknown as Sql);
  }) as T;
}

export async function text(
  sql: Sql,
  tenant: Tenant,
  from: string,
  body: string,
  more: Record<string, unknown> = {},
): Promise<Answer> {
  const given = {
    account_sid: tenant.accountSid,
    message_sid: messageSid(),
    from_number: from,
    to_number: tenant.number,
    body,
    media: [],
    num_segments: 1,
    opt_out_type: null,
    ...more,
  };
  const answer = await call(sql, "sms_receive_message", given);
  // Twilio's own list has what these contacts send.
  if (answer.outcome === "stored" && answer.keyword === "in" && !("sent_at" in given)) {
    await prove(sql, given);
  }
  return answer;
}

export interface ProofJob {
  lease_token: string;
  account_sid: string;
  message_id: string;
  message_sid: string;
}

/** Twilio is asked about the STARTs that wait, and has this one. Nothing happens where none waits. */
export async function prove(
  sql: Sql,
  text: { message_sid: string; from_number: string; to_number: string; body: string },
): Promise<string | null> {
  const { jobs } = await call(sql, "sms_claim_questions", {
    kind: "proof",
    batch_size: 100,
    lease_seconds: 90,
    per_account: 100,
  });
  const job = (jobs as ProofJob[]).find(({ message_sid }) => message_sid === text.message_sid);
  if (job === undefined) return null;
  return (await recordOne(sql, "sms_record_questions", {
    kind: "proof",
    account_sid: job.account_sid,
    lease_token: job.lease_token,
    message_id: job.message_id,
    outcome: "found",
    direction: "inbound",
    from_number: text.from_number,
    to_number: text.to_number,
    body: text.body,
    sent_at: new Date().toISOString(),
  })).outcome;
}

/** Of what was claimed: the one job that is due. */
export function theOnly<Job>(jobs: Job[]): Job {
  const [job] = jobs;
  assert(job && jobs.length === 1, `one job is due, not ${jobs.length}`);
  return job;
}

/** Hands one result to a verb that records many. Returns what became of it. */
export async function recordOne(sql: Sql, verb: string, result: Record<string, unknown>): Promise<Answer> {
  const [answer] = await call(sql, verb, { results: [result] }) as unknown as Answer[];
  return answer ?? { outcome: "nothing" };
}

export interface ReplyJob {
  job_id: string;
  lease_token: string;
  conversation_id: string;
  through_seq: number;
  greeting: boolean;
  reopened: boolean;
  attempt: number;
  user_id: string;
  assistant: { id: string };
  history: { seq: number; direction: string; sender: string; body: string }[];
}

export async function claimReplies(sql: Sql, batch = 100, lease = 90): Promise<ReplyJob[]> {
  return (await call(sql, "sms_claim_replies", { batch_size: batch, lease_seconds: lease }))
    .jobs as ReplyJob[];
}

/** The one reply that is due now. */
export async function claimReply(sql: Sql): Promise<ReplyJob> {
  return theOnly(await claimReplies(sql));
}

export async function finish(sql: Sql, job: ReplyJob, answer: Record<string, unknown> = {}): Promise<Answer> {
  return await recordOne(sql, "sms_finish_replies", replyResult(job, answer));
}

/** A text and its answer, claimed and stored. Returns the id of the answer. */
export async function exchange(sql: Sql, tenant: Tenant, from: string, body = "Hello?"): Promise<string> {
  assert.equal((await text(sql, tenant, from, body)).outcome, "stored");
  const answer = await finish(sql, await claimReply(sql));
  assert.equal(answer.outcome, "stored");
  return answer.message_id as string;
}

export interface DeliveryJob {
  job_id: string;
  lease_token: string;
  message_id: string;
  account_sid: string;
  to_number: string;
  from_number: string;
  body: string;
}

export async function claimDeliveries(
  sql: Sql,
  more: Record<string, unknown> = {},
): Promise<DeliveryJob[]> {
  const answer = await call(sql, "sms_claim_deliveries", { batch_size: 500, lease_seconds: 90, ...more });
  return answer.jobs as DeliveryJob[];
}

export async function record(
  sql: Sql,
  job: DeliveryJob,
  outcome: string,
  more: Record<string, unknown> = {},
): Promise<string> {
  return (await recordOne(sql, "sms_record_deliveries", { ...deliveryResult(job), outcome, ...more }))
    .outcome;
}

export async function messages(sql: Sql, tenant: Tenant) {
  return await sql`select * from public.sms_messages where user_id = ${tenant.userId} order by created_at, seq`;
}

export async function message(sql: Sql, id: unknown) {
  const [row] = await sql`select * from public.sms_messages where id = ${id as string}`;
  assert(row);
  return row;
}

export async function numberRow(sql: Sql, id: unknown) {
  const [row] = await sql`select * from public.sms_numbers where id = ${id as string}`;
  assert(row);
  return row;
}

export async function conversation(sql: Sql, id: unknown) {
  const [row] = await sql`select * from public.sms_conversations where id = ${id as string}`;
  assert(row);
  return row;
}

/** Makes what happened so far older, in place of waiting. */
export async function age(sql: Sql, tenant: Tenant, by: string): Promise<void> {
  await sql`update sms_private.jobs set due_at = due_at - ${by}::interval,
    first_unanswered_at = first_unanswered_at - ${by}::interval,
    lease_expires_at = lease_expires_at - ${by}::interval,
    attempted_at = attempted_at - ${by}::interval, resent_at = resent_at - ${by}::interval
    where user_id = ${tenant.userId}`;
  await sql`update sms_private.questions q set due_at = q.due_at - ${by}::interval
    from public.sms_messages m where m.id = q.message_id and m.user_id = ${tenant.userId}`;
  await sql`update public.sms_messages set created_at = created_at - ${by}::interval, send_at = send_at - ${by}::interval
    where user_id = ${tenant.userId}`;
  await sql`update public.sms_broadcasts set created_at = created_at - ${by}::interval where user_id = ${tenant.userId}`;
  await sql`update sms_private.idempotency_keys set created_at = created_at - ${by}::interval
    where user_id = ${tenant.userId}`;
  await sql`update public.sms_conversations set last_message_at = last_message_at - ${by}::interval,
    ended_at = ended_at - ${by}::interval, ai_paused_until = ai_paused_until - ${by}::interval,
    reopened_at = reopened_at - ${by}::interval where user_id = ${tenant.userId}`;
  await sql`update sms_private.unsent_calls set at = at - ${by}::interval where user_id = ${tenant.userId}`;
  await sql`update sms_private.sender_pace set next_at = next_at - ${by}::interval`;
}

/** Calls a verb as a signed-in tenant. */
export async function callAs(
  sql: Sql,
  tenant: { userId: string },
  verb: string,
  args: Record<string, unknown> = {},
): Promise<Answer> {
  return await as(sql, { role: "authenticated", userId: tenant.userId }, (mine) => call(mine, verb, args));
}

/** The SQLSTATE that some work is refused with, or "allowed". */
export async function stateOf(work: PromiseLike<unknown>): Promise<string> {
  try {
    await work;
    return "allowed";
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.code;
    throw error;
  }
}

export const PERMISSION_DENIED = "42501";

export interface FilledTenant extends Tenant {
  contact: string;
  contactId: string;
  conversationId: string;
  /** A reply that Twilio accepted. */
  replyId: string;
  /** A person's text that waits for its delivery. */
  queuedId: string;
  templateId: string;
  /** Made from the template, to the contact; its one text waits as well. */
  broadcastId: string;
  /** An address for events, to which nothing is posted. */
  endpointId: string;
}

/** A template of a tenant. Returns its id. */
export async function addTemplate(sql: Sql, { userId }: Tenant, body: string): Promise<string> {
  const row = { user_id: userId, name: `Template ${hex(8)}`, body };
  const [made] = await sql`insert into public.sms_templates ${sql(row)} returning id`;
  assert(made);
  return made.id;
}

/** An address for events: of a tenant, or of the operator (null). */
export async function addEndpoint(
  sql: Sql,
  owner: string | null,
  more: Record<string, unknown> = {},
): Promise<{ id: string; secret: string }> {
  const made = await call(sql, "sms_manage_events_for", {
    owner_id: owner,
    action: "save",
    arguments: { url: "https://example.com/events", ...more },
  });
  assert.equal(made.outcome, "saved");
  return { id: (made.endpoint as { id: string }).id, secret: made.secret as string };
}

/** A tenant with at least one row in every public table. */
export async function addFilledTenant(sql: Sql): Promise<FilledTenant> {
  const tenant = await addTenant(sql);
  const contact = phone();
  const replyId = await exchange(sql, tenant, contact);
  const [delivery] = await claimDeliveries(sql, { message_ids: [replyId] });
  assert(delivery);
  const accepted = { message_sid: messageSid(), status: "queued", num_segments: 1 };
  assert.equal(await record(sql, delivery, "accepted", accepted), "recorded");
  assert.equal((await text(sql, tenant, phone(), "STOP")).keyword, "out");
  await sql`insert into public.sms_limits (user_id) values (${tenant.userId})`;
  await sql`insert into public.sms_profiles (user_id, brand) values (${tenant.userId}, 'Bella''s')`;
  const created = await callAs(sql, tenant, "sms_create_message", {
    to_number: contact,
    body: "A person here.",
    pauses_assistant: true,
    media_urls: ["https://example.com/menu.png"],
  });
  assert.equal(created.outcome, "created");
  const { id: queuedId } = created.message as { id: string };
  const templateId = await addTemplate(sql, tenant, "Hello {{name}}");
  const sent = await callAs(sql, tenant, "sms_create_broadcast", {
    to_numbers: [contact],
    template_id: templateId,
    variables: { name: "all" },
    idempotency_key: "first",
  });
  assert.equal(sent.outcome, "created");
  const { id: broadcastId } = sent.broadcast as { id: string };
  const { conversation_id: conversationId } = await message(sql, replyId);
  const { contact_id: contactId } = await conversation(sql, conversationId);
  assert.equal((await call(sql, "sms_fold_stats")).remaining, 0);
  const { id: endpointId } = await addEndpoint(sql, tenant.userId);
  return {
    ...tenant,
    contact,
    contactId,
    conversationId,
    replyId,
    queuedId,
    templateId,
    broadcastId,
    endpointId,
  };
}

export async function publicTables(sql: Sql): Promise<string[]> {
  const rows = await sql`select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`;
  return rows.map((row) => row.relname);
}

/** All that a tenant has, by table; to show that nothing changed. */
export async function belongings(sql: Sql, userId: string): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (
    const table of [
      ...(await publicTables(sql)).map((name) => `public.${name}`),
      "sms_private.jobs",
      "sms_private.event_endpoints",
    ]
  ) {
    const rows = await sql.unsafe(
      `select to_jsonb(t)::text as content from ${table} t where user_id = $1 order by 1`,
      [userId],
    );
    all[table] = rows.map((row) => row.content);
  }
  return all;
}
