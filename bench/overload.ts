/**
 * One tenant is flooded while another one's contact texts now and then: do webhooks answer, does the other one wait, does
 * memory grow, is anything lost? Everything is compared with the same stack at rest: the ratios are what counts.
 *
 * `deno task bench overload [--texts=1000] [--at-once=100] [--model-ms=300] [--heap-mb=48]` prints one JSON
 * object.
 */
import { strict as assert } from "node:assert";
import { connectTenant } from "../tests/functions/tenants.ts";
import { CREDENTIALS_KEY, phone, type TestStack, until } from "../tests/functions/support.ts";
import { startStack } from "../local/stack.ts";
import { testServer } from "../tests/support/postgres.ts";
import { print } from "../local/print.ts";
import { option, overloadFigures, tell } from "./figures.ts";
import { mapBounded } from "../supabase/functions/_shared/sms/bounded_map.ts";

/** Texts of the quiet tenant's contact that are measured at rest. */
const AT_REST = 20;
/** The worker's slots: answers of one claim are asked for at the same time, so that their order says nothing. */
const SLOTS = 200;

interface Measured {
  webhookMs: number;
  /** From the webhook's answer until Twilio has the reply. */
  replyMs: number;
}

await using stack = await benchStack();
const { carrier, model } = stack;
const texts = option("texts", 1_000);
const modelMs = option("model-ms", 300);
model.hooks.beforeAnswer = () => new Promise((resolve) => setTimeout(resolve, modelMs));

const quiet = await connectTenant(stack);
await askQuietly();
const atRest: Measured[] = [];
for (let n = 0; n < AT_REST; n++) atRest.push(await askQuietly());

const memory = await watchMemory();
const startedAt = performance.now();
const bodies = Array.from({ length: texts }, (_, n) => `Flood ${n}: are you open on Sunday?`);
const contacts = bodies.map(phone);
const flooding = mapBounded(
  bodies.map((body, n) => ({ body, from: contacts[n] ?? "" })),
  { concurrency: option("at-once", 100) },
  ({ body, from }) => timed(stack.number, from, body),
);
const meanwhile: Measured[] = [];
let answered = 0;
while (answered < texts) {
  meanwhile.push(await askQuietly());
  answered = carrier.ledger.outbound({ from: stack.number }).length;
}
const drainedAfterMs = performance.now() - startedAt;
const webhooks = (await flooding).filter((milliseconds) => milliseconds !== undefined);
await until(
  "nothing is left to do",
  async () => (await stack.sql`select from sms_private.jobs`).length === 0,
);

const told = {
  texts,
  model_ms: modelMs,
  webhook_ms: {
    at_rest: spread(atRest.map(({ webhookMs }) => webhookMs)),
    flood: spread(webhooks),
    other_tenant: spread(meanwhile.map(({ webhookMs }) => webhookMs)),
  },
  other_tenants_reply_ms: {
    at_rest: spread(atRest.map(({ replyMs }) => replyMs)),
    flood: spread(meanwhile.map(({ replyMs }) => replyMs)),
  },
  heap_limit_mb: option("heap-mb", 48),
  memory_mb: memory.stop(),
  answers_a_second: Math.round(texts / drainedAfterMs * 1_000),
  out_of_turn: await outOfTurn(),
  lost: contacts.filter((contact) => carrier.ledger.outbound({ to: contact }).length === 0).length,
  doubled: contacts.filter((contact) => carrier.ledger.outbound({ to: contact }).length > 1).length,
};
print(JSON.stringify(told, null, 2));
tell(overloadFigures(told), {
  ratios: {
    "webhook, flood to rest": told.webhook_ms.flood.p50 / told.webhook_ms.at_rest.p50,
    "other tenant's reply, flood to rest": told.other_tenants_reply_ms.flood.p50 /
      told.other_tenants_reply_ms.at_rest.p50,
  },
  counts: { "out of turn": told.out_of_turn, lost: told.lost, doubled: told.doubled },
});

async function benchStack(): Promise<TestStack & AsyncDisposable> {
  // V8 collects garbage when it has to: a function that needs more than this for what it holds ends here.
  const functionEnv = {
    SMS_CREDENTIALS_KEY: CREDENTIALS_KEY,
    DENO_V8_FLAGS: `--max-old-space-size=${option("heap-mb", 48)}`,
  };
  const started = await startStack({ server: testServer, unpaced: true, database: "straight", functionEnv });
  const { carrier, model, ready } = started;
  assert(carrier && model && ready.number);
  await started.sql`update public.sms_assistants set reply_delay_ms = 0, first_message = null`;
  const { accountSid } = ready.carrier;
  const { number, user } = ready;
  return { ...started, carrier, model, number, accountSid, authToken: carrier.authToken, userId: user.id };
}

/** Milliseconds until the webhook of a text has answered; it must be 200. */
async function timed(to: string, from: string, body: string): Promise<number> {
  const startedAt = performance.now();
  assert((await carrier.text({ from, to, body })).ok, "the webhook takes the text");
  return performance.now() - startedAt;
}

/** A text to the quiet tenant from a contact of its own, until Twilio has the answer. */
async function askQuietly(): Promise<Measured> {
  const contact = phone();
  const webhookMs = await timed(quiet.number, contact, "Do you deliver?");
  const startedAt = performance.now();
  await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: contact }).length > 0, {
    timeoutMs: 60_000,
  });
  return { webhookMs, replyMs: performance.now() - startedAt };
}

/** How many of the flood were asked about more than one claim before or after their turn. */
async function outOfTurn(): Promise<number> {
  const stored = await stack.sql`select body from public.sms_messages
    where direction = 'inbound' and to_number = ${stack.number} order by created_at`;
  const turn = new Map(stored.map(({ body }, place) => [body as string, place]));
  const asked = model.requests.map(({ messages }) => String(messages.at(-1)?.content ?? ""))
    .map((content) => bodies.find((body) => content.includes(body))).filter((body) => body !== undefined);
  assert.equal(asked.length, texts, "every text was asked about once");
  return asked.filter((body, place) => Math.abs((turn.get(body) ?? NaN) - place) > SLOTS).length;
}

/** Samples what the functions' processes hold in memory. */
async function watchMemory() {
  const names = ["sms-webhook", "sms-worker"];
  const pids = await Promise.all(names.map((name) => stack.functions.pid(name)));
  const now = () => pids.map((pid) => residentMb(pid));
  const before = now();
  let peak = before;
  const timer = setInterval(() => peak = peak.map((mb, n) => Math.max(mb, now()[n] ?? 0)), 200);
  return {
    stop() {
      clearInterval(timer);
      return Object.fromEntries(names.map((name, n) => [name, { before: before[n], peak: peak[n] }]));
    },
  };
}

/** Of a function, which runs under a shell (local/guard.ts). https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function residentMb(shell: number | null): number {
  const children = Deno.readTextFileSync(`/proc/${shell}/task/${shell}/children`).trim().split(" ");
  const kilobytes = children.map((pid) =>
    Number(/^VmRSS:\s+(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1])
  );
  return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1_024);
}

function spread(milliseconds: number[]) {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? NaN);
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}
