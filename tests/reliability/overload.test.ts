/**
 * More work than the worker can do: webhooks answer, the worker takes no more than it has slots for, nothing is lost, and
 * no tenant's flood keeps another tenant waiting.
 */
import { strict as assert } from "node:assert";
import { mapBounded } from "../../supabase/functions/_shared/sms/bounded_map.ts";
import {
  phone,
  phones,
  quiet,
  sentTo,
  stackForFile,
  text,
  until,
  wake,
  within,
} from "../functions/support.ts";
import { connectTenant } from "../functions/tenants.ts";

/** What one tenant may have in hand of the worker's 200 slots. */
const SHARE = 180;
const FLOOD = 220;

// Nobody wakes the worker but the tests: what waits does so for a reason.
const stack = await stackForFile({ worker: false });
const { carrier, model } = stack;
const other = await connectTenant(stack);

/** Texts from as many contacts, many at once; every webhook takes its text. */
async function flood(count: number): Promise<string[]> {
  const contacts = phones(count);
  await mapBounded(
    contacts,
    { concurrency: 40 },
    (contact) => text(stack, contact, "Are you open on Sunday?"),
  );
  return contacts;
}

/** The other tenant's contact asks something and is answered, whatever else is waiting. */
async function otherIsAnswered(): Promise<void> {
  const contact = phone();
  const received = await carrier.text({ from: contact, to: other.number, body: "Do you deliver?" });
  assert(received.ok, "the webhook takes the text");
  await wake(stack);
  await within(
    "the other tenant's contact is answered",
    carrier.ledger.waitFor((ledger) => ledger.outbound({ to: contact }).length > 0),
  );
}

async function allAnsweredOnce(contacts: string[]): Promise<void> {
  await until("the backlog is gone", async () => {
    await wake(stack);
    const [row] = await stack.sql`select count(*)::int from sms_private.jobs`;
    return row?.count === 0;
  }, 60_000);
  await quiet(stack);
  assert.deepEqual(contacts.filter((contact) => sentTo(stack, contact).length !== 1), [], "one answer each");
}

Deno.test("while a flood's answers hang at the model, webhooks answer, the queue waits in the database, and others are served", async () => {
  const waiting = await flood(FLOOD);
  const thinking = model.hold(SHARE);
  await wake(stack);
  await until("the flood has its share of the slots", () => thinking.waiting === SHARE);
  const late = await flood(40);
  await otherIsAnswered();
  assert.equal(model.requests.length, SHARE + 1, "the flood got no slot beyond its share");
  const contacts = [...waiting, ...late];
  assert.deepEqual(contacts.flatMap((contact) => sentTo(stack, contact)), []);
  thinking.release();
  await allAnsweredOnce(contacts);
  assert.equal(model.requests.length, contacts.length + 1, "each was asked about once");
});

Deno.test("while a flood's texts hang at Twilio, others are sent", async () => {
  const sending = carrier.hold({ call: "create", from: stack.number });
  const contacts = await flood(FLOOD);
  await wake(stack);
  await within("the flood has its share of the slots", sending.reached(SHARE));
  await otherIsAnswered();
  assert.equal(sending.calls.length, SHARE, "the flood got no slot beyond its share");
  sending.release();
  await allAnsweredOnce(contacts);
});
