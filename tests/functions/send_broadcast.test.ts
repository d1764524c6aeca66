import { strict as assert } from "node:assert";
import { BroadcastResponse } from "../../supabase/functions/_shared/sms/contract/send.ts";
import { agree } from "../database/sending.ts";
import { send } from "./sending.ts";
import { demoClient, phones, sentTo, stackForFile, text, until } from "./support.ts";
import { connectTenant } from "./tenants.ts";

// No tick comes within this file: what is sent, sms-send woke the worker for.
const stack = await stackForFile({ tickMs: 3_600_000 });
const person = await demoClient(stack);

async function allSent(contacts: string[]): Promise<void> {
  await until(
    "everybody is texted",
    () => contacts.every((contact) => sentTo(stack, contact).length > 0),
    60_000,
  );
}

Deno.test("a broadcast is answered at once, and everybody in it is texted once", async () => {
  const to = phones(5);
  await agree(stack.sql, stack, to);
  const { status, body } = await send(person, { to, body: "We open at ten.", name: "Opening hours" });
  assert.equal(status, 202);
  const { broadcast, accepted, rejected } = BroadcastResponse.parse(body);
  assert.deepEqual([broadcast.name, broadcast.from_number, accepted, rejected], [
    "Opening hours",
    stack.number,
    5,
    [],
  ]);
  await allSent(to);
  for (const contact of to) assert.deepEqual(sentTo(stack, contact), ["We open at ten."]);
  const { data } = await person.from("sms_messages").select("to_number").eq("broadcast_id", broadcast.id);
  assert.deepEqual(data?.map((row) => row.to_number).sort(), to.toSorted());
});

Deno.test("a list of one is a broadcast too", async () => {
  const [contact = ""] = phones(1);
  await agree(stack.sql, stack, [contact]);
  const { status, body } = await send(person, { to: [contact], body: "Hello" });
  assert.deepEqual([status, Object.keys(body).sort()], [202, ["accepted", "broadcast", "rejected"]]);
  await allSent([contact]);
});

Deno.test("who cannot be texted is listed as the request wrote it, and holds up nobody", async () => {
  const [fine = "", optedOut = "", stranger = ""] = phones(3);
  await agree(stack.sql, stack, [fine]);
  await text(stack, optedOut, "STOP");
  const spelled = optedOut.replace(/^\+1(\d{3})/, "+1 ($1) ");
  const to = [fine, spelled, "Bob", "+447911123456", fine.replace("+1", "+1-"), "", stranger];
  const { status, body } = await send(person, { to, body: "Hello" });
  assert.deepEqual([status, body.accepted], [202, 1]);
  assert.deepEqual(body.rejected, [
    { to: spelled, code: "RECIPIENT_OPTED_OUT" },
    { to: "Bob", code: "INVALID_RECIPIENT" },
    { to: "+447911123456", code: "COUNTRY_NOT_ALLOWED" },
    { to: fine.replace("+1", "+1-"), code: "DUPLICATE_RECIPIENT" },
    { to: "", code: "INVALID_RECIPIENT" },
    { to: stranger, code: "NO_CONSENT" },
  ]);
  await allSent([fine]);
  assert.deepEqual([optedOut, stranger, fine].map((one) => sentTo(stack, one)), [[], [], ["Hello"]]);
});

Deno.test("a thousand recipients, however they are written, are one request", async () => {
  const tenant = await connectTenant(stack);
  const numbers = phones(1_000);
  await agree(stack.sql, { userId: tenant.id }, numbers);
  const to = numbers.map((number) => number.replace(/^\+1(\d{3})(\d{3})/, "+1 ($1) $2-"));
  const send_at = new Date(Date.now() + 86_400_000).toISOString();
  const media_urls = Array.from({ length: 10 }, () => `https://example.com/${"x".repeat(2_028)}`);
  const { status, body } = await send(tenant.client, {
    to,
    body: "\u{1F44B}".repeat(800),
    media_urls,
    send_at,
  });
  assert.deepEqual([status, body.accepted, body.rejected], [202, 1_000, []]);
});
