import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import { ConversationListResponse } from "../../supabase/functions/_shared/sms/contract/conversation.ts";
import { jobsOf } from "../functions/rows.ts";
import { answer, demoClient, phone, quiet, stackForFile, text, until } from "../functions/support.ts";
import { type ConnectedTenant, connectTenant, operator, webhookUrl } from "../functions/tenants.ts";

// Two assistants that text each other answer every answer: what ends it is the cap.
const stack = await stackForFile({ tickMs: 500 });
const { sql, carrier, model } = stack;
const CAP = 5;

/** Scripted, so that neither of them says goodbye. */
function keepTalking(): void {
  for (let n = 0; n < 10 * CAP; n++) model.answerNext(answer(`And then? (${n})`));
}

type Cap = "conversation_replies_per_hour" | "tenant_replies_per_day";

async function cap(userId: string, name: Cap): Promise<void> {
  const limits = { user_id: userId, conversation_replies_per_hour: null, [name]: CAP };
  await sql`insert into public.sms_limits ${sql(limits)} on conflict (user_id) do update set ${
    sql({ [name]: CAP })
  }`;
}

/** Until the conversation with that contact says why it is silent, and nothing is under way any more. */
async function silenced(contact: string, reason: string): Promise<void> {
  await until(`the conversation with ${contact} says why`, async () => {
    const rows =
      await sql`select from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id
      where k.number = ${contact} and c.ai_paused_reason = ${reason}`;
    return rows.length === 1;
  });
  await quiet(stack);
}

/** A second number of a tenant's, on which the same assistant answers. */
async function addNumber(tenant: ConnectedTenant): Promise<string> {
  const number = phone();
  const { error } = await operator(stack).rpc("sms_save_number", {
    owner_id: tenant.id,
    account_sid: tenant.accountSid,
    number,
    assistant_id: tenant.assistantId,
    segments_per_second: 1000,
  });
  assert.equal(error, null);
  carrier.addNumber(tenant.accountSid, { number, smsUrl: webhookUrl(stack) });
  return number;
}

/** What a person sees of the conversation with that contact. */
async function seen(person: SupabaseClient, contact: string) {
  const { data, error } = await person.functions.invoke(
    `sms-conversation?search=${encodeURIComponent(contact)}`,
    { method: "GET" },
  );
  assert.equal(error, null);
  const { conversations: [conversation] } = ConversationListResponse.parse(data);
  assert(conversation);
  return conversation;
}

const answersOf = (from: string, to: string) => carrier.ledger.outbound({ from, to }).length;

Deno.test("two tenants' bots that text each other stop at the cap, and the conversation says why", async () => {
  const other = await connectTenant(stack);
  await cap(stack.userId, "conversation_replies_per_hour");
  await cap(other.id, "conversation_replies_per_hour");
  keepTalking();
  // Someone texts the demo tenant's number from the other's: from then on they are among themselves.
  await text(stack, other.number, "Hello?");
  await silenced(other.number, "replies_per_hour");

  const answers = [answersOf(stack.number, other.number), answersOf(other.number, stack.number)];
  assert.deepEqual(answers, [CAP, CAP], "the one who was asked first is the first to be silent");
  assert.equal(carrier.ledger.inbound({ from: other.number, to: stack.number }).length, CAP + 1);
  assert.deepEqual(await jobsOf(sql, other.number), []);

  const silent = await seen(await demoClient(stack), other.number);
  assert.deepEqual([silent.ai_paused_reason, silent.status], ["replies_per_hour", "active"]);
  assert(silent.ai_paused_until !== null, "and until when");
  const waiting = await seen(other.client, stack.number);
  assert.deepEqual([waiting.ai_paused_reason, waiting.ai_paused_until], [null, null], "it was not silenced");
});

Deno.test("two numbers of one tenant stop at the tenant's cap, and a person is heard all the same", async () => {
  const tenant = await connectTenant(stack);
  const twin = await addNumber(tenant);
  await cap(tenant.id, "tenant_replies_per_day");
  keepTalking();
  const started = await carrier.text({ from: twin, to: tenant.number, body: "Hello?" });
  assert(started.ok);
  // The odd ones are the first number's: its fifth is the one that the second must not answer any more.
  await silenced(tenant.number, "tenant_replies_per_day");

  assert.equal(answersOf(tenant.number, twin) + answersOf(twin, tenant.number), CAP);
  const { data, error } = await tenant.client.functions.invoke("sms-send", {
    body: { to: twin, from: tenant.number, body: "A person here.", pauses_assistant: true },
  });
  assert.equal(error, null);
  await carrier.ledger.waitFor((ledger) =>
    ledger.inbound({ to: twin }).some((message) =>
      message.body === "A person here." && message.webhooks.length > 0
    )
  );
  await quiet(stack);
  assert.equal(data.message.sender, "person");
  assert.equal(
    answersOf(tenant.number, twin) + answersOf(twin, tenant.number),
    CAP + 1,
    "and nobody answers",
  );
  assert.equal((await seen(tenant.client, tenant.number)).ai_paused_reason, "tenant_replies_per_day");
});
