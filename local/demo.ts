/**
 * `deno task demo`: an ephemeral stack, one contact, a short conversation, printed as it happens. Exits 0 only if
 * every text arrived and everything shown was true. Always with the look-alikes: it needs no account and costs nothing.
 */
import { strict as assert } from "node:assert";
import type { Carrier, CarrierEvent } from "./carrier/mod.ts";
import { type Outcome, type Turn, TURNS } from "./demo/conversation.ts";
import { stopRequested } from "./interrupt.ts";
import { MODEL_NOTICE } from "./model/mod.ts";
import { complain, print } from "./print.ts";
import { UsageError } from "./project.ts";
import { type Stack, startStack } from "./stack.ts";

const CONTACT = "+14155550101";
/** A reply is due 3 seconds after the text; the rest is for slow machines. */
const PATIENCE_MS = 60_000;

interface Phones {
  stack: Stack;
  carrier: Carrier;
  number: string;
}

async function main(): Promise<boolean> {
  print("Starting Postgres, the API, the functions, a carrier and a model on this machine …");
  await using stack = await startStack({ ephemeral: true, environment: {} });
  const { carrier, ready: { number } } = stack;
  assert(carrier && number, "The demo runs on the look-alike carrier");
  carrier.on((event) => transcribe(event));
  print(`A contact (${CONTACT}) texts the assistant's number (${number}).`);
  print(MODEL_NOTICE);
  let failed = 0;
  for (const turn of TURNS) {
    if (!await play({ stack, carrier, number }, turn)) failed++;
  }
  const sent = carrier.ledger.outbound({ to: CONTACT });
  const delivered = sent.filter((message) => message.status === "delivered").length;
  print(
    `\n${sent.length} texts sent, ${delivered} delivered, ${
      TURNS.length - failed
    } of ${TURNS.length} as they should be.`,
  );
  const expected = TURNS.filter((turn) => turn.answered).length;
  if (sent.length !== expected) complain(`The carrier took ${sent.length} texts where ${expected} were due.`);
  return failed === 0 && sent.length === expected && delivered === expected;
}

/** One text and what it causes. */
async function play(phones: Phones, turn: Turn): Promise<boolean> {
  const { carrier, number } = phones;
  const before = carrier.ledger.outbound({ to: CONTACT }).length;
  const { ok, carrierReply } = await carrier.text({ from: CONTACT, to: number, body: turn.says });
  if (!ok) complain("  The webhook did not take the text.");
  if (turn.answered) await deliveryReported(carrier, before);
  const outcome = await outcomeOf(phones, { answered: turn.answered, carrierReply: carrierReply !== null });
  const holds = ok && turn.holds(outcome);
  (holds ? print : complain)(`           ${holds ? "✓" : "✗ not"} ${turn.shows}`);
  if (!holds) complain(JSON.stringify(outcome));
  return holds;
}

/** Until the carrier's last report about the next text has been taken. */
async function deliveryReported(carrier: Carrier, before: number): Promise<void> {
  await carrier.ledger.waitFor((ledger) => {
    const message = ledger.outbound({ to: CONTACT })[before];
    return message?.webhooks.some(({ form, status }) =>
      status === 200 && [...form].some(([name, value]) => name === "MessageStatus" && value === "delivered")
    ) ?? false;
  }, { timeoutMs: PATIENCE_MS }).catch((error) =>
    complain(`  ${error instanceof Error ? error.message : error}`)
  );
}

/**
 * What the database says after a text. Whether a text is answered is decided in the transaction that stores it: where
 * no reply is due after the webhook, none will come.
 */
async function outcomeOf(
  { stack: { sql } }: Phones,
  known: { answered: boolean; carrierReply: boolean },
): Promise<Outcome> {
  const [row] = await sql`
    select c.status, k.opted_out_at is not null as opted_out, inbound.intent,
      (select jsonb_build_object('body', m.body, 'kind', m.kind, 'status', m.status) from public.sms_messages m
       where m.conversation_id = c.id and m.direction = 'outbound' and m.seq > inbound.seq) as reply,
      exists (select from sms_private.jobs j where j.conversation_id = c.id) as due
    from public.sms_contacts k
    join public.sms_conversations c on c.contact_id = k.id
    join lateral (select m.intent, m.seq from public.sms_messages m
      where m.conversation_id = c.id and m.direction = 'inbound' order by m.seq desc limit 1) inbound on true
    where k.number = ${CONTACT} order by c.id desc limit 1`;
  assert(row, "The text is stored");
  assert(known.answered || !row.due, "No reply is due where none should come");
  return {
    reply: row.reply,
    intent: row.intent,
    conversationStatus: row.status,
    optedOut: row.opted_out,
    carrierReply: known.carrierReply,
  };
}

function transcribe(event: CarrierEvent): void {
  if (event.type === "inbound") print(`\n  Contact  ${event.message.body}`);
  if (event.type === "carrier-reply") print(`  Carrier  ${event.message.body}`);
  if (event.type === "accepted") {
    print(`      Ada  ${event.message.body}`);
    print(`           · ${event.message.status}`);
  }
  if (event.type === "status" && !event.message.carrierMade && event.message.direction !== "inbound") {
    print(`           · ${event.change.status}`);
  }
}

try {
  const finished = await Promise.race([main(), stopRequested()]);
  Deno.exit(finished ? 0 : 1);
} catch (error) {
  complain(
    error instanceof UsageError
      ? error.message
      : `The demo failed: ${error instanceof Error ? error.stack : error}`,
  );
  Deno.exit(1);
}
