/** Every path on which a text leaves for a contact, as tests of opt-outs walk it: each asks for one text, and stops there. */
import { strict as assert } from "node:assert";
import type { Row } from "../functions/rows.ts";
import { agree } from "../database/sending.ts";
import { addNumber, type Answer, send as sendThrough } from "../functions/sending.ts";
import { phone, sentTo, type TestStack, until } from "../functions/support.ts";
import { type ConnectedTenant, connectTenant, operator, webhookUrl } from "../functions/tenants.ts";

export interface Sender {
  readonly stack: TestStack;
  readonly tenant: ConnectedTenant;
  /** A second number of the tenant. Who says STOP to it is not refused by Twilio on the first: only we can stop a text there. */
  readonly otherNumber: string;
}

/** A tenant with two numbers on an account of their own, whose token has to be read. */
export async function newSender(stack: TestStack): Promise<Sender> {
  const tenant = await connectTenant(stack);
  const otherNumber = phone();
  await addNumber(stack, tenant, otherNumber);
  stack.carrier.configureNumber(otherNumber, { smsUrl: webhookUrl(stack) });
  const unlimited = { user_id: tenant.id, allowed_countries: null, sends_per_minute: null };
  await stack.sql`insert into public.sms_limits ${stack.sql(unlimited)}
    on conflict (user_id) do update set allowed_countries = null, sends_per_minute = null`;
  return { stack, tenant, otherNumber };
}

export interface Path {
  readonly name: string;
  /** Which function hands the text to Twilio when nothing is in its way. */
  readonly by: "sms-worker" | "sms-send" | "sms-api";
  /** Whether an assistant answers, by asking the model or with words that it was given. */
  readonly answers?: "by the model" | "with given words";
  /** Asks for the text. What the worker does is not done when this resolves; what the function does itself is. */
  begin(sender: Sender, contact: string): Promise<unknown>;
  /** Of the assistant, while this path is walked. */
  readonly assistant?: Row;
  /** How the model fails on this path. */
  readonly modelFails?: "filtered";
  /** What lets a text go that waits: an hour passes, a person resumes the broadcast. */
  release?(sender: Sender, contact: string): Promise<unknown>;
}

const asks = async ({ stack, tenant }: Sender, contact: string): Promise<void> => {
  const { ok } = await stack.carrier.text({ from: contact, to: tenant.number, body: "When do you open?" });
  assert(ok, "the webhook takes the text");
};

const sends = ({ tenant }: Sender, contact: string, more: Row = {}): Promise<Answer> =>
  sendThrough(tenant.client, { to: contact, from: tenant.number, body: "We close at six.", ...more });

/** A list with somebody else on it, who gets theirs. */
async function sendsMany({ stack, tenant }: Sender, contact: string, more: Row = {}): Promise<Answer> {
  const to = [contact, phone()];
  await agree(stack.sql, { userId: tenant.id }, to);
  return await sendThrough(tenant.client, { to, from: tenant.number, body: "We are on holiday.", ...more });
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

async function anHourPasses({ stack }: Pick<Sender, "stack">, contact: string): Promise<void> {
  await stack.sql`update sms_private.jobs j set due_at = least(j.due_at, clock_timestamp())
    from public.sms_contacts k where k.id = j.contact_id and k.number = ${contact}`;
}

async function writes({ tenant }: Sender, verb: "sms_create_message", message: Row): Promise<void> {
  const { data, error } = await tenant.client.rpc(verb, message);
  assert.equal(error, null);
  assert(["created", "RECIPIENT_OPTED_OUT"].includes(data.outcome), data.outcome);
}

async function pauses(sender: Sender, contact: string): Promise<void> {
  const { body } = await sendsMany(sender, contact);
  const { data } = await sender.tenant.client.rpc("sms_pause_broadcast", { broadcast_id: body.broadcast.id });
  assert.equal(data.outcome, "paused");
}

async function resumes({ stack, tenant }: Sender, contact: string): Promise<void> {
  const broadcasts = await stack.sql`select b.id from public.sms_broadcasts b
    where b.user_id = ${tenant.id} and b.paused_at is not null`;
  for (const { id } of broadcasts) {
    const { data } = await tenant.client.rpc("sms_resume_broadcast", { broadcast_id: id });
    assert.equal(data.outcome, "resumed", contact);
  }
}

async function asksTheOldServer({ stack, tenant }: Sender, contact: string): Promise<void> {
  const { data: { session } } = await tenant.client.auth.getSession();
  const response = await fetch(`${stack.ready.functionsUrl}/sms-api/api/v1/sms/send`, {
    method: "POST",
    headers: { authorization: `Bearer ${session?.access_token}`, "content-type": "application/json" },
    body: JSON.stringify({ accountSid: tenant.accountSid, to: contact, from: tenant.number, body: "Hello" }),
  });
  await response.body?.cancel();
}

const NOTHING_SAID = { first_message: null, error_message: null };

export const PATHS: readonly Path[] = [
  { name: "an answer", by: "sms-worker", answers: "by the model", begin: asks, assistant: NOTHING_SAID },
  {
    name: "a greeting",
    by: "sms-worker",
    answers: "with given words",
    begin: asks,
    assistant: { ...NOTHING_SAID, first_message: "Bob here." },
  },
  {
    name: "an apology for an answer that failed",
    by: "sms-worker",
    answers: "by the model",
    begin: asks,
    modelFails: "filtered",
    assistant: { ...NOTHING_SAID, error_message: "Sorry, we will call you." },
  },
  { name: "a text of an app", by: "sms-send", begin: sends },
  {
    name: "a person's text in the inbox",
    by: "sms-send",
    begin: (sender, contact) => sends(sender, contact, { pauses_assistant: true }),
  },
  {
    name: "a text by the operator's key for a tenant",
    by: "sms-send",
    begin: ({ stack, tenant }, contact) =>
      sendThrough(operator(stack), {
        user_id: tenant.id,
        to: contact,
        from: tenant.number,
        body: "We close at six.",
      }),
  },
  { name: "a text by the old server's route", by: "sms-api", begin: asksTheOldServer },
  {
    name: "a text by the verb",
    by: "sms-worker",
    begin: (sender, contact) =>
      writes(sender, "sms_create_message", {
        to_number: contact,
        from_number: sender.tenant.number,
        body: "We close at six.",
      }),
  },
  { name: "a broadcast", by: "sms-worker", begin: sendsMany },
  {
    name: "a scheduled text",
    by: "sms-worker",
    begin: (sender, contact) => sends(sender, contact, { send_at: inAnHour() }),
    release: anHourPasses,
  },
  {
    name: "a scheduled broadcast",
    by: "sms-worker",
    begin: (sender, contact) => sendsMany(sender, contact, { send_at: inAnHour() }),
    release: anHourPasses,
  },
  { name: "a broadcast that was paused and goes on", by: "sms-worker", begin: pauses, release: resumes },
];

/** The contact wants no more texts. Each way is stored before this resolves. */
export type OptOut = (sender: Sender, contact: string) => Promise<void>;

const says = (words: string): OptOut => async ({ stack, otherNumber }, contact) => {
  const { ok } = await stack.carrier.text({ from: contact, to: otherNumber, body: words });
  assert(ok, "the webhook takes the opt-out");
  const [row] = await stack.sql`select opted_out_at from public.sms_contacts where number = ${contact}`;
  assert(row?.opted_out_at, `${words} counts at once`);
};

/** A person of the tenant notes it. */
export const byAPerson: OptOut = async ({ stack, tenant }, contact) => {
  const [row] = await stack.sql`select id from public.sms_contacts where number = ${contact}`;
  const { data, error } = await tenant.client.rpc("sms_opt_out_contact", { contact_id: row?.id });
  assert.equal(error, null);
  assert.equal(data.outcome, "opted_out");
};

export const OPT_OUTS: Readonly<Record<string, OptOut>> = {
  "STOP to the tenant's other number": says("STOP"),
};

/** How many texts reached Twilio for a contact, by its ledger, and how often Twilio was asked to send one. */
export function counted(stack: TestStack): (contact: string) => { sent: number; asked: number } {
  const asked = new Map<string, number>();
  stack.carrier.beforeCreate(({ to = "" }) => void asked.set(to, (asked.get(to) ?? 0) + 1));
  return (contact) => ({ sent: sentTo(stack, contact).length, asked: asked.get(contact) ?? 0 });
}

/** Until nothing is left that could still send the contact a text, however often the worker looks. */
export async function nothingWaits(
  stack: TestStack,
  contact: string,
  wake: () => Promise<void>,
): Promise<void> {
  await until(`nothing waits for ${contact}`, async () => {
    await stack.sql`update sms_private.questions set due_at = clock_timestamp()
      where kind = 'lookup' and lease_token is null`;
    await anHourPasses({ stack }, contact);
    const [row] = await stack.sql`select count(*)::int from sms_private.jobs j
      join public.sms_contacts k on k.id = j.contact_id where k.number = ${contact} and j.set_aside_at is null`;
    if (row?.count === 0) return true;
    await wake();
    return false;
  }, 40_000);
}
