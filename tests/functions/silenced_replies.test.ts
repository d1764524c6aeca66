import { strict as assert } from "node:assert";
import { conversationWith, jobsOf } from "./rows.ts";
import {
  answer,
  demoClient,
  newSid,
  phone,
  sentTo,
  settled,
  stackForFile,
  text,
  until,
  wake,
  within,
  workerHealth,
} from "./support.ts";

const stack = await stackForFile();
const { sql, carrier, model } = stack;
const person = await demoClient(stack);

interface Case {
  what: string;
  /** While the model thinks. */
  happens(about: { contact: string; conversationId: string }): Promise<unknown>;
  /** What the contact gets from us all the same. */
  sent?: string[];
  reason: string | null;
  /** Makes the number answer again. */
  undo?(): Promise<unknown>;
}

async function succeeds(
  call: PromiseLike<{ error: unknown; data: { outcome?: string } | null }>,
  outcome?: string,
) {
  const { data, error } = await call;
  assert.equal(error, null);
  if (outcome !== undefined) assert.equal(data?.outcome, outcome);
}

const assign = (assistantId: string | null) =>
  sql`update public.sms_numbers set assistant_id = ${assistantId} where number = ${stack.number}`;

const cases: Case[] = [
  {
    what: "STOP",
    happens: ({ contact }) => text(stack, contact, "Stop"),
    reason: "opted_out",
  },
  {
    what: "a person's answer",
    happens: ({ conversationId }) =>
      succeeds(
        person.rpc("sms_create_message", {
          conversation_id: conversationId,
          body: "Ada's colleague here.",
          pauses_assistant: true,
        }),
        "created",
      ),
    sent: ["Ada's colleague here."],
    reason: "person",
  },
  {
    what: "sms_take_over",
    happens: ({ conversationId }) =>
      succeeds(person.rpc("sms_take_over", { conversation_id: conversationId }), "taken_over"),
    reason: "taken_over",
  },
  {
    what: "ai_enabled set to false",
    happens: ({ conversationId }) =>
      succeeds(person.from("sms_conversations").update({ ai_enabled: false }).eq("id", conversationId)),
    reason: null,
  },
  {
    what: "sms_update_conversation to ended",
    happens: ({ conversationId }) =>
      succeeds(
        person.rpc("sms_update_conversation", { conversation_id: conversationId, status: "ended" }),
        "updated",
      ),
    reason: null,
  },
  {
    what: "sms_opt_out_contact",
    happens: async ({ conversationId }) => {
      const [row] = await sql`select contact_id from public.sms_conversations where id = ${conversationId}`;
      await succeeds(person.rpc("sms_opt_out_contact", { contact_id: row?.contact_id }), "opted_out");
    },
    reason: "opted_out",
  },
  {
    what: "an unassigned number",
    happens: () => assign(null),
    undo: () => assign(stack.ready.assistantId),
    reason: "no_assistant",
  },
  {
    what: "an assistant made inactive",
    happens: () =>
      succeeds(
        person.from("sms_assistants").update({ active: false }).eq("id", stack.ready.assistantId ?? ""),
      ),
    undo: () =>
      succeeds(
        person.from("sms_assistants").update({ active: true }).eq("id", stack.ready.assistantId ?? ""),
      ),
    reason: "assistant_inactive",
  },
];

for (const { what, happens, sent = [], reason, undo } of cases) {
  Deno.test(`${what} while the model thinks: the assistant's text does not go out`, async () => {
    const contact = phone();
    const hold = model.hold();
    const stale = `Too late, ${newSid()}`;
    model.answerNext(answer(stale));
    await text(stack, contact, "What is a cleaning?");
    await within("the model is asked", hold.arrived);
    const { id: conversationId } = await conversationWith(sql, contact);
    await happens({ contact, conversationId });
    hold.release();
    await wake(stack);
    await settled(stack, contact);
    await until("the worker has nothing left", async () => (await workerHealth(stack)).replies_due === 0);
    assert.deepEqual(sentTo(stack, contact), sent);
    assert.equal(carrier.ledger.list().filter((message) => message.body === stale).length, 0);
    assert.equal((await conversationWith(sql, contact)).ai_paused_reason, reason);
    const rows =
      await sql`select from public.sms_messages where to_number = ${contact} and sender = 'assistant'`;
    assert.equal(rows.length, 0, "not even a row");
    await undo?.();
  });
}

Deno.test("after STOP nothing is answered until START, which is not answered either", async () => {
  const contact = phone();
  for (const body of ["STOP", "Are you open?", "START"]) await text(stack, contact, body);
  assert.deepEqual(await jobsOf(sql, contact), []);
  model.answerNext(answer("Yes, we are."));
  await text(stack, contact, "Are you open?");
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), ["Yes, we are."]);
});

Deno.test("a wish to stop in the contact's own words is confirmed once, and then kept", async () => {
  const contact = phone();
  model.answerNext(answer("Of course.", { opt_out: true }));
  await text(stack, contact, "Please do not write to me any more");
  await settled(stack, contact);
  assert.equal(sentTo(stack, contact).length, 1);
  assert.match(sentTo(stack, contact)[0] ?? "", /unsubscribed/);
  await text(stack, contact, "Are you open?");
  assert.deepEqual(await jobsOf(sql, contact), []);
  assert.equal(sentTo(stack, contact).length, 1);
});
