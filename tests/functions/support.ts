/**
 * What the functions' tests share: a stack a file, phones that nobody else has, people who text and sign in. "Sent" is
 * what the carrier's ledger says, never what the database says.
 */
import { strict as assert } from "node:assert";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Carrier } from "../../local/carrier/mod.ts";
import type { Model } from "../../local/model/mod.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { testServer } from "../support/postgres.ts";
import { CREDENTIALS_KEY } from "../support/tenants.ts";
import { jobsOf, messageTo, type Row } from "./rows.ts";

export { CREDENTIALS_KEY };

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
  const functionEnv = { SMS_CREDENTIALS_KEY: CREDENTIALS_KEY, ...options.functionEnv };
  const stack = await startStack({ server: testServer, unpaced: true, ...options, functionEnv });
  const { carrier, model, ready } = stack;
  assert(carrier && model && ready.number);
  Deno.test.afterAll(async () => {
    // First, so that it calls nobody who is gone.
    await carrier.stop();
    await stack.stop();
  });
  const quick = { reply_delay_ms: 0, first_message: null, goodbye_message: null, ...assistant };
  await stack.sql`update public.sms_assistants set ${stack.sql(quick)}`;
  const { number, user, carrier: { accountSid } } = ready;
  return { ...stack, carrier, model, number, accountSid, authToken: carrier.authToken, userId: user.id };
}

let given = 0;

/** A phone that nobody else in this file has; in the United States like the tenants' numbers. */
export function phone(): string {
  given += 1;
  return `+1415${String(2_000_000 + given)}`;
}

export function phones(count: number): string[] {
  return Array.from({ length: count }, phone);
}

/** A promise that may never settle, with a deadline. */
export async function within<T>(what: string, promise: Promise<T>, deadlineMs = 20_000): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`Not within ${deadlineMs} ms: ${what}`)), deadlineMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
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

/** Until nothing is to be done for the contact any more: what was not sent by then never will be. */
export async function settled(stack: TestStack, contact: string): Promise<void> {
  await until(
    `nothing is to be done for ${contact}`,
    async () => (await jobsOf(stack.sql, contact)).length === 0,
  );
}

/** Makes what is due later due now, in place of waiting, and wakes the worker. */
export async function hurry(stack: TestStack, contact: string): Promise<void> {
  await stack.sql`update sms_private.jobs j set due_at = least(j.due_at, clock_timestamp())
    from public.sms_contacts k where k.id = j.contact_id and k.number = ${contact}`;
  await wake(stack);
}

export async function wake(stack: TestStack): Promise<void> {
  const response = await stack.tick();
  await response.body?.cancel();
  assert.equal(response.status, 202);
}

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
          attempt.status === 200 &&
          attempt.form.some(([name, value]) => name === "MessageStatus" && value === "delivered")
        )
      ),
    { timeoutMs },
  );
}

/** Until nothing is under way for anybody: from here on rows change only by what a test does. */
export async function quiet(stack: TestStack): Promise<void> {
  await until("nothing is left to do", async () => {
    const [row] = await stack.sql`select count(*)::int from sms_private.jobs where set_aside_at is null`;
    return row?.count === 0;
  });
  await allDelivered(stack);
}

/** The worker's health, read as a monitor reads it. */
export async function workerHealth(stack: TestStack): Promise<Row> {
  const url = `${stack.ready.functionsUrl}/sms-worker`;
  return await (await fetch(url, { headers: { apikey: stack.workerKey } })).json();
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

/** A person's text, on its way. Returns its id. */
export async function send(
  stack: TestStack,
  person: SupabaseClient,
  contact: string,
  body = "We close at six today.",
): Promise<string> {
  const { data, error } = await person.rpc("sms_create_message", {
    to_number: contact,
    body,
    pauses_assistant: true,
  });
  assert.equal(error, null);
  assert.equal(data.outcome, "created");
  await wake(stack);
  return data.message.id;
}

/** Until the one text to a contact has this status. */
export async function becomes(stack: TestStack, contact: string, status: string): Promise<void> {
  await until(`the text is ${status}`, async () => (await messageTo(stack.sql, contact)).status === status);
}
