/** The operator's switches go off and on, and contacts are erased, while workers claim, answer, deliver and are killed. */
import { strict as assert } from "node:assert";
import { jobsOf } from "../functions/rows.ts";
import { answer, demoClient, phones, sentTo, text, until } from "../functions/support.ts";
import { operator } from "../functions/tenants.ts";
import { stackToKill } from "./kills.ts";

/** A worker that dies at any moment may have a request on its way: a lease and a look-up have to wait for its end, as in earnest. */
const stack = await stackToKill({ worker: true, tickMs: 200, functionEnv: { SMS_LEASE_SECONDS: "5" } });
await stack.sql`update sms_private.settings set value = '2' where name = 'lookup_wait_seconds'`;
const { sql, model, carrier } = stack;
const admin = operator(stack);
const person = await demoClient(stack);

async function switches(verb: "sms_switch_off" | "sms_switch_on", what: string): Promise<void> {
  const { data, error } = await admin.rpc(verb, { what });
  assert.equal(error, null);
  assert.match(data.outcome, /^switched_o/);
}

/** The worker looks for work, unless it dies of it. */
const look = () => stack.tick().then(({ body }) => body?.cancel()).catch(() => {});

const TURNS = 24;
/** A reply of which five workers died is set aside for a person, and rightly. These are three deaths. */
const TURNS_A_DEATH = 8;

/** One switch or both off and on, and now and then the worker dies in the middle. */
async function toggle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    const what = ["sending", "answering", "all"][turn % 3] ?? "all";
    await switches("sms_switch_off", what);
    await look();
    if (turn % TURNS_A_DEATH === 1) await stack.functions.kill("sms-worker");
    await switches("sms_switch_on", what);
    await look();
  }
}

Deno.test("switches that go off and on while workers die lose nothing, double nothing, and STOP counts", async () => {
  const [asking, stopping, erased] = [phones(12), phones(6), phones(6)];
  for (let i = 0; i < 40; i++) model.answerNext(answer("We open at nine."));
  const toggling = toggle();
  await Promise.all([
    ...asking.map((contact) => text(stack, contact, "When do you open?")),
    ...[...stopping, ...erased].map((contact) => text(stack, contact, "Are you there?")),
  ]);
  const stoppedWith = new Map<string, number>();
  for (const contact of stopping) {
    await text(stack, contact, "STOP");
    stoppedWith.set(contact, sentTo(stack, contact).length);
  }
  const erasedWith = new Map<string, number>();
  for (const contact of erased) {
    const { data } = await person.rpc("sms_create_message", { to_number: contact, body: "We close at six." });
    assert.equal(data.outcome, "created");
    const [row] = await sql`select id from public.sms_contacts where number = ${contact}`;
    const { data: gone } = await person.rpc("sms_erase_contact", { contact_id: row?.id });
    assert.equal(gone.outcome, "erased");
    erasedWith.set(contact, sentTo(stack, contact).length);
  }
  await toggling;
  await switches("sms_switch_on", "all");
  for (const contact of [...asking, ...stopping]) {
    await until(
      `nothing is to be done for ${contact}`,
      async () => (await jobsOf(sql, contact)).every(({ set_aside_at }) => set_aside_at !== null),
      60_000,
    );
    assert.deepEqual(await jobsOf(sql, contact), [], `nothing of ${contact} is set aside`);
  }
  for (const contact of asking) assert.equal(sentTo(stack, contact).length, 1, `${contact} is answered once`);
  for (const [contact, before] of stoppedWith) {
    // What a worker had in hand at that moment, at most.
    assert(sentTo(stack, contact).length <= Math.max(1, before), `${contact} was texted after STOP`);
  }
  for (const [contact, before] of erasedWith) {
    assert(sentTo(stack, contact).length <= before + 1, `${contact} was texted after the erasure`);
    const rows = await sql`select from public.sms_messages where ${contact} in (from_number, to_number)`;
    assert.equal(rows.length, 0, `${contact} is gone`);
  }
  const sids = carrier.ledger.outbound().map(({ to, body }) => `${to} ${body}`);
  assert.equal(new Set(sids).size, sids.length, "nothing left twice");
});
