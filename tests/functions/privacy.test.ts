import { strict as assert } from "node:assert";
import { conversationWith } from "./rows.ts";
import {
  anonymous,
  answer,
  demoClient,
  phone,
  quiet,
  sentTo,
  settled,
  stackForFile,
  text,
  within,
} from "./support.ts";
import { connectTenant } from "./tenants.ts";

const stack = await stackForFile();
const { sql, model } = stack;
const owner = await demoClient(stack);

async function contactOf(number: string): Promise<string> {
  return (await conversationWith(sql, number)).contact_id;
}

Deno.test("a tenant exports and erases a contact over the API, and nobody else does", async () => {
  const contact = phone();
  model.answerNext(answer("Hello!"));
  await text(stack, contact, "My knee hurts");
  await settled(stack, contact);
  const contact_id = await contactOf(contact);
  const other = await connectTenant(stack);
  for (const verb of ["sms_export_contact", "sms_erase_contact"]) {
    const theirs = await other.client.rpc(verb, { contact_id });
    assert.deepEqual(theirs.data, { outcome: "CONTACT_NOT_FOUND" }, verb);
    const nobody = await anonymous(stack).rpc(verb, { contact_id });
    assert.equal(nobody.error?.code, "42501", verb);
    const operators = await owner.rpc(`${verb}_for`, { owner_id: other.id, contact_id });
    assert.equal(operators.error?.code, "42501", verb);
  }
  const { data } = await owner.rpc("sms_export_contact", { contact_id });
  assert.deepEqual(
    data.messages.map((message: { body: string }) => message.body),
    ["My knee hurts", "Hello!"],
  );
  const erased = await owner.rpc("sms_erase_contact", { contact_id });
  assert.equal(erased.data.outcome, "erased");
  const [left] =
    await sql`select count(*)::int as rows from public.sms_messages where body = 'My knee hurts'`;
  assert.equal(left?.rows, 0);
});

Deno.test("a contact that is erased while the model thinks gets no answer, and none twice", async () => {
  const contact = phone();
  const hold = model.hold();
  model.answerNext(answer("Too late"));
  await text(stack, contact, "Hello?");
  await within("the model is asked", hold.arrived);
  const erased = await owner.rpc("sms_erase_contact", { contact_id: await contactOf(contact) });
  assert.equal(erased.data.outcome, "erased");
  hold.release();
  await quiet(stack);
  assert.deepEqual(sentTo(stack, contact), []);
});
