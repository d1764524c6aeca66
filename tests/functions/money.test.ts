/**
 * What a stranger with one phone, and a tenant that signs for itself, may cost in an hour. Calls are counted at the model,
 * segments at the carrier. The hour passes by moving rows back in time.
 */
import { strict as assert } from "node:assert";
import { age } from "../database/support.ts";
import { statusOfPost, textForm } from "./forms.ts";
import { answer, newSid, phone, phones, stackForFile, until, wake } from "./support.ts";
import { type ConnectedTenant, connectTenant, operator } from "./tenants.ts";

const stack = await stackForFile({ tickMs: 300 });
const { sql, carrier, model } = stack;
const LIMITS = {
  conversation_replies_per_hour: 3,
  conversation_unsent_calls_per_hour: 5,
  tenant_replies_per_day: 10,
  tenant_unsent_calls_per_day: 12,
};
const PER_HOUR = LIMITS.conversation_replies_per_hour + LIMITS.conversation_unsent_calls_per_hour;
const PER_DAY = LIMITS.tenant_replies_per_day + LIMITS.tenant_unsent_calls_per_day;
const MAX_SEGMENTS = 3;

async function limitedTenant(): Promise<ConnectedTenant> {
  const tenant = await connectTenant(stack);
  const { data, error } = await operator(stack).rpc("sms_set_limits", {
    owner_id: tenant.id,
    limits: LIMITS,
  });
  assert.deepEqual([error, data?.outcome], [null, "saved"]);
  return tenant;
}

/** Until nothing is to be done for a tenant. What is due later is due now. */
async function playedOut(tenant: ConnectedTenant): Promise<void> {
  await until("all of it was played", async () => {
    const rows = await sql`update sms_private.jobs set due_at = clock_timestamp()
      where user_id = ${tenant.id} and set_aside_at is null and lease_token is null and due_at > clock_timestamp()
      returning id`;
    if (rows.length > 0) await wake(stack);
    const [left] = await sql`select count(*)::int as jobs from sms_private.jobs
      where user_id = ${tenant.id} and set_aside_at is null`;
    return left?.jobs === 0;
  }, 60_000);
}

const passes = (tenant: ConnectedTenant, time: string) =>
  age(sql, { ...tenant, userId: tenant.id, numberId: "" }, time);

const isAnswered = (from: string, to: string) => async () => {
  await wake(stack);
  return carrier.ledger.outbound({ from, to }).length > 0;
};

/** Whoever really wants an answer gets one, of this tenant and of the one beside it. */
async function othersAreAnswered(...tenants: ConnectedTenant[]): Promise<void> {
  model.reset();
  for (const tenant of tenants) {
    const contact = phone();
    assert((await carrier.text({ from: contact, to: tenant.number, body: "Are you open?" })).ok);
    await until("the person is answered", isAnswered(tenant.number, contact));
    await playedOut(tenant);
  }
}

type Play = (about: { tenant: ConnectedTenant; from: string }) => Promise<unknown> | void;

const SHAPES: Record<string, { model: Play; after?: Play }> = {
  "empty answers": { model: () => model.answerAll(answer(" ")) },
  refusals: { model: () => model.failAll("refusal") },
  failures: { model: () => model.failAll("500") },
  garbage: { model: () => model.failAll("garbage") },
  "answers that are too long": { model: () => model.answerAll(answer("More and more of it. ".repeat(60))) },
  "opt-outs, each taken back": {
    model: () => model.answerAll(answer("", { opt_out: true })),
    after: async ({ tenant, from }) => {
      assert((await carrier.text({ from, to: tenant.number, body: "START" })).ok);
      await wake(stack);
      await until("Twilio was asked", async () => {
        const open = await sql`select from sms_private.questions where kind = 'proof'`;
        if (open.length > 0) await wake(stack);
        return open.length === 0;
      });
    },
  },
  "take-overs while it thinks": {
    model: ({ tenant, from }) => {
      model.hooks.beforeAnswer = async () => {
        const [row] = await sql`select c.id from public.sms_conversations c
          join public.sms_contacts k on k.id = c.contact_id where k.number = ${from}`;
        for (const verb of ["sms_take_over", "sms_hand_back"]) {
          await tenant.client.rpc(verb, { conversation_id: row?.id });
        }
      };
    },
  },
};

for (const [what, { model: told, after }] of Object.entries(SHAPES)) {
  Deno.test(`an hour of ${what} costs no more than the limits, and others are answered`, async () => {
    const [tenant, other, from] = [await limitedTenant(), await limitedTenant(), phone()];
    model.reset();
    await told({ tenant, from });
    for (let n = 0; n < 12; n++) {
      assert((await carrier.text({ from, to: tenant.number, body: `Question ${n}` })).ok);
      await playedOut(tenant);
      await after?.({ tenant, from });
      await passes(tenant, "4 minutes");
    }
    const calls = model.requests.length;
    assert(calls <= PER_HOUR, `${calls} calls`);
    assert(calls >= LIMITS.conversation_replies_per_hour, `only ${calls} calls`);
    const segments = carrier.ledger.outbound({ to: from }).reduce((sum, text) => sum + text.numSegments, 0);
    assert(segments <= LIMITS.conversation_replies_per_hour * MAX_SEGMENTS, `${segments} segments`);
    const [rows] =
      await sql`select count(*)::int as notes from sms_private.unsent_calls where user_id = ${tenant.id}`;
    assert(Number(rows?.notes) <= LIMITS.conversation_unsent_calls_per_hour, `${rows?.notes} notes`);
    const [conversation] =
      await sql`select ai_paused_reason from public.sms_conversations where user_id = ${tenant.id}`;
    assert.match(conversation?.ai_paused_reason, /^(unsent_calls|replies)_per_hour$/);
    await othersAreAnswered(tenant, other);
    assert.deepEqual([...await sql`select from sms_private.unsent_calls where user_id = ${other.id}`], []);
  });
}

Deno.test("a tenant that signs texts of its own costs a day's limit, and the one beside it nothing", async () => {
  const [tenant, other] = [await limitedTenant(), await limitedTenant()];
  model.reset();
  model.failAll("refusal");
  const before = (await sql`select from public.sms_messages`).length;
  const forged = phones(40);
  await Promise.all(forged.map(async (from) => {
    const form = textForm(tenant, { From: from, MessageSid: newSid() });
    assert.equal(await statusOfPost(stack, { form, token: tenant.authToken }), 200);
  }));
  await playedOut(tenant);
  assert(model.requests.length <= PER_DAY, `${model.requests.length} calls`);
  assert.equal(carrier.ledger.outbound({ from: tenant.number }).length, 0);
  assert.equal((await sql`select from public.sms_messages`).length, before + forged.length, "a row a text");
  const paused = await sql`select distinct ai_paused_reason as reason from public.sms_conversations
    where user_id = ${tenant.id} order by 1`;
  assert.deepEqual(paused.map(({ reason }) => reason), ["answer_failed", "tenant_unsent_calls_per_day"]);
  await othersAreAnswered(other);
  await passes(tenant, "1 day");
  await othersAreAnswered(tenant);
});
