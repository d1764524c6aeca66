/**
 * What the functions' tests share: a stack a file, phones that nobody else has, forms signed as Twilio signs them.
 * They speak HTTP and read rows; "sent" is what the carrier's ledger says, never what the database says.
 */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Sql } from "postgres";
import { type Carrier, type Entries, signForm } from "../../local/carrier/mod.ts";
import type { LocalUser } from "../../local/demo_tenant.ts";
import type { Model } from "../../local/model/mod.ts";
import { projectRoot } from "../../local/project.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { createVault } from "../../supabase/functions/_shared/credentials.ts";
import { testServer } from "../support/postgres.ts";

/** Known to the tests, so that they can connect accounts as the operator's own tools do. */
export const CREDENTIALS_KEY = btoa("k".repeat(32));
const vault = createVault([new TextEncoder().encode("k".repeat(32))]);

export interface TestStack extends Stack {
  carrier: Carrier;
  model: Model;
  number: string;
  accountSid: string;
  authToken: string;
  userId: string;
}

/**
 * A stack for all tests of the file that calls this, stopped after the last of them. The demo tenant's assistant
 * answers at once and greets nobody, unless told otherwise.
 */
export async function stackForFile(
  options: StackOptions = {},
  assistant: Record<string, string | number | boolean | null> = {},
): Promise<TestStack> {
  const functionEnv = { CREDENTIALS_KEY, ...options.functionEnv };
  const stack = await startStack({ server: testServer, unpaced: true, ...options, functionEnv });
  Deno.test.afterAll(() => stack.stop());
  const { carrier, model, ready } = stack;
  assert(carrier && model && ready.number);
  const quick = { reply_delay_ms: 0, first_message: null, goodbye_message: null, ...assistant };
  await stack.sql`update public.assistants set ${stack.sql(quick)}`;
  const { number, user, carrier: { accountSid } } = ready;
  return { ...stack, carrier, model, number, accountSid, authToken: carrier.authToken, userId: user.id };
}

let phones = 0;

/** A phone that nobody else in this file has; in the United States like the tenants' numbers. */
export function phone(): string {
  phones += 1;
  return `+1415${String(2_000_000 + phones)}`;
}

export function newSid(prefix = "SM"): string {
  return prefix + crypto.randomUUID().replaceAll("-", "");
}

/** Waits for a cause where there is nothing to await: looks until it holds, and says what was missing if it never does. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!await holds()) {
    assert(performance.now() < deadline, `Not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// Forms, as Twilio posts them.

/** A form of tests/fixtures/twilio, of this account. */
export async function fixture(name: string, accountSid: string): Promise<[string, string][]> {
  const text = await Deno.readTextFile(join(projectRoot, "tests/fixtures/twilio", `${name}.form`));
  return [...new URLSearchParams(text.replaceAll("ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", accountSid))];
}

export async function fixtureNames(of: "texts" | "statuses"): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(join(projectRoot, "tests/fixtures/twilio"))) {
    const isStatus = name.startsWith("status_");
    if (name.endsWith(".form") && isStatus === (of === "statuses")) {
      names.push(name.slice(0, -".form".length));
    }
  }
  return names.sort();
}

/** The fields of a text, as few as there can be. */
export function textForm(
  stack: { accountSid: string; number: string },
  more: Record<string, string> = {},
): [string, string][] {
  const form = {
    AccountSid: stack.accountSid,
    MessageSid: newSid(),
    From: phone(),
    To: stack.number,
    Body: "Are you open on Sunday?",
    NumMedia: "0",
    NumSegments: "1",
    ...more,
  };
  return Object.entries(form);
}

export function field(form: Entries, name: string): string {
  return form.find(([other]) => other === name)?.[1] ?? "";
}

export function withField(form: Entries, name: string, value: string): [string, string][] {
  return [...form.filter(([other]) => other !== name).map(([n, v]): [string, string] => [n, v]), [
    name,
    value,
  ]];
}

export interface Posting {
  form: Entries;
  /** Signs; null sends no signature. Default: the default account's. */
  token?: string | null;
  to?: "sms-webhook" | "sms-status";
  /** With its question mark. */
  query?: string;
  /** What was signed, where that is not where it goes. */
  signedUrl?: string;
  /** What is sent, where that is not what was signed. */
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Posts a signed form straight to a function. */
export async function post(stack: TestStack, posting: Posting): Promise<Response> {
  const { form, token = stack.authToken, to = "sms-webhook", query = "" } = posting;
  const url = `${stack.ready.functionsUrl}/${to}${query}`;
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    ...posting.headers,
  };
  if (token !== null) headers["x-twilio-signature"] = signForm(token, posting.signedUrl ?? url, form);
  const body = posting.body ?? new URLSearchParams(form.map(([name, value]) => [name, value])).toString();
  return await fetch(url, { method: "POST", headers, body });
}

/** The status of a signed form's answer. */
export async function statusOfPost(stack: TestStack, posting: Posting): Promise<number> {
  const response = await post(stack, posting);
  await response.body?.cancel();
  return response.status;
}

/** An error is JSON of `code` and `message`, with a request id, and nothing else. */
export async function refusal(response: Response): Promise<{ status: number; code: string }> {
  assert.match(response.headers.get("x-request-id") ?? "", /^[\w-]{16,64}$/);
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  const { code, message, ...more } = await response.json();
  assert.match(code, /^[A-Z][A-Z0-9_]+$/);
  assert(typeof message === "string" && message.length > 5, code);
  assert.deepEqual(more, {});
  return { status: response.status, code };
}

// Rows.

/** How many rows every table of ours has. */
export async function rowCounts(sql: Sql): Promise<Record<string, number>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') order by 1`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await sql.unsafe(`select count(*)::int as count from ${name}`);
    counts[name] = row?.count;
  }
  return counts;
}

// Rows are read as they are: a test compares single columns of them.
// deno-lint-ignore no-explicit-any
export type Row = Record<string, any>;

export async function storedText(sql: Sql, sid: string): Promise<Row> {
  const [row, ...others] = await sql`select * from public.sms_messages where message_sid = ${sid}`;
  assert(row, `${sid} is stored`);
  assert.equal(others.length, 0, `${sid} is stored once`);
  return row;
}

export async function messageTo(sql: Sql, contact: string): Promise<Row> {
  const [row, ...others] = await sql`
    select * from public.sms_messages where to_number = ${contact} and direction = 'outbound'`;
  assert(row, `there is a text to ${contact}`);
  assert.equal(others.length, 0, `there is one text to ${contact}`);
  return row;
}

/** A text's events as `source status`, in the order they came. */
export async function eventsOf(sql: Sql, messageId: string): Promise<string[]> {
  const rows = await sql`select source, status from public.message_events
    where message_id = ${messageId} order by received_at, id`;
  return rows.map(({ source, status }) => `${source} ${status}`);
}

export async function conversationWith(sql: Sql, contact: string): Promise<Row> {
  const [row] = await sql`select c.* from public.conversations c join public.contacts k on k.id = c.contact_id
    where k.number = ${contact} order by c.id desc limit 1`;
  assert(row, `there is a conversation with ${contact}`);
  return row;
}

export async function jobsOf(sql: Sql, contact: string): Promise<Row[]> {
  const rows = await sql`select j.* from private.jobs j join public.contacts k on k.id = j.contact_id
    where k.number = ${contact} order by j.id`;
  return [...rows];
}

/** Until nothing is to be done for the contact any more: what was not sent by then never will be. */
export async function settled(stack: TestStack, contact: string): Promise<void> {
  await until(
    `nothing is to be done for ${contact}`,
    async () => (await jobsOf(stack.sql, contact)).length === 0,
  );
}

/** Makes what is due later due now, in place of waiting, and wakes the worker. */
export async function hurry(stack: TestStack, contact: string): Promise<void> {
  await stack.sql`update private.jobs j set due_at = least(j.due_at, clock_timestamp())
    from public.contacts k where k.id = j.contact_id and k.number = ${contact}`;
  await wake(stack);
}

export async function wake(stack: TestStack): Promise<void> {
  const response = await stack.tick();
  await response.body?.cancel();
  assert.equal(response.status, 202);
}

// People.

/** What the ledger has for a contact, by body. */
export function sentTo(stack: TestStack, contact: string): string[] {
  return stack.carrier.ledger.outbound({ to: contact }).map((message) => message.body);
}

/** A text from a contact's phone; the webhook takes it. */
export async function text(stack: TestStack, from: string, body: string, more: { copies?: number } = {}) {
  const received = await stack.carrier.text({ from, to: stack.number, body, ...more });
  assert(received.ok, "the webhook takes the text");
  return received.message;
}

/** Until Twilio has told the end of every text, and has been heard: nothing is under way any more. */
export async function allDelivered(stack: TestStack, timeoutMs = 20_000): Promise<void> {
  await stack.carrier.ledger.waitFor(
    (ledger) =>
      ledger.outbound().every((message) =>
        message.webhooks.some((attempt) =>
          attempt.status === 200 && field(attempt.form, "MessageStatus") === "delivered"
        )
      ),
    { timeoutMs },
  );
}

/** A scripted answer of the model. */
export function answer(reply: string, more: Record<string, unknown> = {}) {
  return { reply, intent: "question", end_conversation: false, opt_out: false, handoff: false, ...more };
}

/** Signs the demo user in. */
export async function demoClient(stack: TestStack): Promise<SupabaseClient> {
  const client = anonymous(stack);
  const { error } = await client.auth.signInWithPassword(stack.ready.user);
  assert.equal(error, null);
  return client;
}

export function anonymous(stack: TestStack): SupabaseClient {
  return createClient(stack.ready.apiUrl, stack.ready.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

export function operator(stack: TestStack): SupabaseClient {
  return createClient(stack.ready.apiUrl, stack.ready.secretKey, { auth: { persistSession: false } });
}

export interface ConnectedTenant extends LocalUser {
  accountSid: string;
  authToken: string;
  number: string;
  assistantId: string;
}

/** A second tenant: a real user with a Twilio account, an assistant and a number of their own. */
export async function connectTenant(stack: TestStack): Promise<ConnectedTenant> {
  const user = await stack.createUser();
  const { accountSid, authToken } = stack.carrier.addAccount();
  await saveToken(stack, { id: user.id, accountSid }, authToken);
  const { data, error } = await user.client.from("assistants")
    .insert({ user_id: user.id, name: "Bob", prompt: "Answer.", reply_delay_ms: 0 }).select("id").single();
  assert.equal(error, null);
  const assistantId: string = data?.id;
  const number = phone();
  const saved = await operator(stack).rpc("save_phone_number", {
    owner_id: user.id,
    account_sid: accountSid,
    number,
    assistant_id: assistantId,
    segments_per_second: 1000,
  });
  assert.equal(saved.error, null);
  assert.equal(saved.data.outcome, "saved");
  stack.carrier.addNumber(accountSid, { number, smsUrl: webhookUrl(stack) });
  return { ...user, accountSid, authToken, number, assistantId };
}

export function webhookUrl(stack: TestStack): string {
  return `${stack.ready.functionsUrl}/sms-webhook#rc=3&rp=5xx,ct,rt`;
}

/** Stores an account's token as the product does: sealed, the one before kept as previous. */
export async function saveToken(
  stack: TestStack,
  owner: { id: string; accountSid: string },
  token: string,
): Promise<void> {
  const saved = await operator(stack).rpc("save_twilio_account", {
    account_sid: owner.accountSid,
    owner_id: owner.id,
    encrypted_token: await vault.seal({ account_sid: owner.accountSid, auth_token: token }),
  });
  assert.equal(saved.error, null);
  assert.equal(saved.data.outcome, "saved");
}
