import { strict as assert } from "node:assert";
import { conversationWith, jobsOf, messageTo, type Row } from "../functions/rows.ts";
import { demoClient, hurry, phone, sentTo, text, until, workerHealth } from "../functions/support.ts";
import { refuseWrites } from "../support/poison.ts";
import { sentOnce, stackToKill, tick } from "./kills.ts";
import { unsettledText } from "./waiting.ts";

// What fails every time it is touched, in the midst of what does not. An account that cannot be listed is in
// tests/functions/recovered_texts.test.ts, a text that cannot be recovered in worker_recovered_texts.test.ts.
const stack = await stackToKill();
const { sql, model } = stack;
const person = await demoClient(stack);
await sql`update public.sms_assistants set error_message = 'Sorry, I cannot answer.'`;
await sql`update sms_private.settings set value = '1' where name = 'lookup_give_up_seconds'`;
await sql`update sms_private.settings set value = '[0.1, 0.1, 0.1]' where name = 'settle_gaps_seconds'`;

async function isSetAside(contact: string, reason: RegExp): Promise<void> {
  const { set_aside_reasons, last_errors } = await workerHealth(stack);
  const [job] = await jobsOf(sql, contact);
  assert(job?.set_aside_at instanceof Date);
  assert.match(job.last_error, reason);
  assert(set_aside_reasons[job.last_error.split(":")[0]] >= 1);
  assert(last_errors.some(({ error }: Row) => error === job.last_error));
}

Deno.test("a question that the model will never answer is set aside, and the others are answered", async () => {
  const poison = phone();
  model.failNext(1, "refusal");
  await text(stack, poison, "Something the model refuses");
  await tick(stack);
  const fine = phone();
  await text(stack, fine, "Are you open?");
  await tick(stack);
  await sentOnce(stack, fine);
  assert.deepEqual(sentTo(stack, poison), ["Sorry, I cannot answer."]);
  assert.equal((await conversationWith(sql, poison)).ai_paused_reason, "answer_failed");
  await isSetAside(poison, /^MODEL_REFUSED/);
});

Deno.test("an answer that can never be stored is set aside after its tries, and those beside it are sent", async () => {
  const [poison, fine] = [phone(), phone()];
  await refuseWrites(
    sql,
    "insert on public.sms_messages",
    `new.kind = 'reply' and new.to_number = '${poison}'`,
  );
  await Promise.all([text(stack, poison, "Are you open?"), text(stack, fine, "Are you open?")]);
  await hurry(stack, poison);
  await until("the neighbour is answered", () => sentTo(stack, fine).length === 1);
  await until("the poison is set aside", async () => {
    await hurry(stack, poison);
    return (await jobsOf(sql, poison))[0]?.set_aside_at instanceof Date;
  });
  await sentOnce(stack, fine);
  await isSetAside(poison, /^NOT_STORABLE: poison/);
  assert.equal((await jobsOf(sql, poison))[0]?.attempts, 3);
});

Deno.test("a delivery that can never be recorded is sent once, looked for and set aside; the others go out", async () => {
  const [poison, fine] = [phone(), phone()];
  const { data } = await person.rpc("sms_create_message", { to_number: poison, body: "Hello" });
  await refuseWrites(sql, "insert on public.sms_message_events", `new.message_id = '${data.message.id}'`);
  await person.rpc("sms_create_message", { to_number: fine, body: "Hello" });
  await tick(stack);
  await sentOnce(stack, fine);
  await until("it is set aside", async () => {
    await tick(stack);
    return (await jobsOf(sql, poison))[0]?.set_aside_at instanceof Date;
  });
  const next = phone();
  await person.rpc("sms_create_message", { to_number: next, body: "Hello" });
  await tick(stack);
  await sentOnce(stack, next);
  assert.deepEqual(sentTo(stack, poison), ["Hello"], "never sent again");
  await isSetAside(poison, /NOT_RECORDABLE/);
});

Deno.test("a price that can never be recorded is set aside, and those of the others are", async () => {
  const [poison, fine] = [phone(), phone()];
  await unsettledText(stack, person, poison);
  const { id } = await messageTo(sql, poison);
  await refuseWrites(sql, "update on public.sms_messages", `new.id = '${id}' and new.price is not null`);
  await unsettledText(stack, person, fine);
  const settlement = async () => (await sql`select * from sms_private.questions where message_id = ${id}`)[0];
  await until("it is set aside", async () => {
    await tick(stack);
    return (await settlement())?.set_aside_at instanceof Date;
  });
  await sentOnce(stack, fine);
  assert.notEqual((await messageTo(sql, fine)).price, null);
  assert.match((await settlement())?.last_error, /^NOT_RECORDABLE: P0001 poison/);
  const { last_errors, settlements_waiting, settlements_due } = await workerHealth(stack);
  assert(last_errors.some(({ kind, message_id }: Row) => kind === "settlement" && message_id === id));
  assert.deepEqual([settlements_waiting, settlements_due], [0, 0]);
});
