/** Texts as a worker that was lost left them, made with the verbs it would have called, so that the next one begins there. */
import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { TestStack } from "../functions/support.ts";

/** A text that is stored and claimed. Returns its claimed job. */
async function claimed(stack: TestStack, person: SupabaseClient, to: string, leaseSeconds: number) {
  const { data, error } = await person.rpc("sms_create_message", { to_number: to, body: "We close at six." });
  assert.equal(error, null);
  assert.equal(data.outcome, "created");
  const [claim] = await stack
    .sql`select public.sms_claim_deliveries(1, ${leaseSeconds}, array[${data.message.id}::uuid])
    -> 'jobs' -> 0 as job`;
  assert(claim?.job);
  return claim.job;
}

/** Has Twilio take a text; nobody is told. Returns its SID. */
async function takenByTwilio(stack: TestStack, to: string): Promise<string> {
  const { carrier, accountSid, authToken, number } = stack;
  const response = await fetch(`${carrier.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
    body: new URLSearchParams({ To: to, From: number, Body: "We close at six." }),
  });
  const { sid } = await response.json();
  await carrier.ledger.waitFor((ledger) => ledger.get(sid)?.status === "delivered");
  return sid;
}

/** A text of unknown outcome that Twilio delivered, and that is to be looked for now. */
export async function unconfirmedText(stack: TestStack, person: SupabaseClient, to: string): Promise<void> {
  await claimed(stack, person, to, 0);
  await takenByTwilio(stack, to);
  // Whoever claims next notices that the lease has lapsed.
  await stack.sql`select public.sms_claim_deliveries(0, 2)`;
}

/** A text that Twilio took and delivered, of whose end no callback told, and that Twilio is to be asked about now. */
export async function unsettledText(stack: TestStack, person: SupabaseClient, to: string): Promise<void> {
  const job = await claimed(stack, person, to, 90);
  const accepted = {
    ...job,
    outcome: "accepted",
    message_sid: await takenByTwilio(stack, to),
    status: "queued",
    num_segments: 1,
  };
  await stack.sql`select public.sms_record_deliveries(${stack.sql.json([accepted])})`;
  await stack
    .sql`update sms_private.questions set due_at = clock_timestamp() where message_id = ${job.message_id}`;
}
