import { strict as assert } from "node:assert";
import { field, fixture, fixtureNames, post, statusOfPost, withField } from "./forms.ts";
import { eventsOf, messageTo } from "./rows.ts";
import { demoClient, phone, stackForFile, type TestStack, until, workerHealth } from "./support.ts";

/** What a text that Twilio has queued becomes by each form. */
const BECOMES: Record<string, string> = {
  status_canceled: "canceled",
  status_delivered: "delivered",
  status_failed: "failed",
  status_future: "queued",
  status_partially_delivered: "partially_delivered",
  status_queued: "queued",
  status_read: "read",
  status_sent: "sent",
  status_undelivered: "undelivered",
};

const stack = await stackForFile();
const { sql, accountSid } = stack;
const person = await demoClient(stack);
// Twilio says nothing by itself: the tests do.
stack.carrier.faults.set({ autoDeliver: false });

/** A text that Twilio has accepted and said nothing more about. */
async function acceptedText(stack: TestStack): Promise<{ id: string; sid: string; contact: string }> {
  const contact = phone();
  const created = await person.rpc("sms_create_message", {
    to_number: contact,
    body: "We close at six today.",
  });
  assert.equal(created.data.outcome, "created");
  await stack.tick().then((response) => response.body?.cancel());
  await until("Twilio's answer is stored", async () => (await messageTo(sql, contact)).status === "queued");
  const row = await messageTo(sql, contact);
  return { id: row.id, sid: row.message_sid, contact };
}

/** The fixture, about this text. */
async function statusForm(
  name: string,
  about: { sid: string; contact: string },
): Promise<[string, string][]> {
  let form = await fixture(name, accountSid);
  for (const sid of ["MessageSid", "SmsSid"]) form = withField(form, sid, about.sid);
  form = withField(form, "From", stack.number);
  return withField(form, "To", about.contact);
}

for (const name of await fixtureNames("statuses")) {
  Deno.test(`sms-status takes ${name}.form as Twilio signed it: ${BECOMES[name]}, and again`, async () => {
    const about = await acceptedText(stack);
    const form = await statusForm(name, about);
    const reported = field(form, "MessageStatus");
    const response = await post(stack, { form, to: "sms-status" });
    assert.deepEqual([response.status, await response.text()], [200, ""]);
    const row = await messageTo(sql, about.contact);
    assert.equal(row.status, BECOMES[name]);
    assert.equal(row.error_code, field(form, "ErrorCode") || null);
    if (row.error_code) assert.match(row.error_message, /^[A-Z].{20,}\.$/);
    // A different order of the same news changes nothing.
    assert.equal(
      await statusOfPost(stack, { form, to: "sms-status", query: `?message_id=${about.id}` }),
      200,
    );
    assert.equal(
      await statusOfPost(stack, { form: await statusForm("status_queued", about), to: "sms-status" }),
      200,
    );
    assert.equal((await messageTo(sql, about.contact)).status, BECOMES[name]);
    assert.deepEqual(await eventsOf(sql, about.id), [
      "create queued",
      `callback ${reported}`,
      `callback ${reported}`,
      "callback queued",
    ]);
  });
}

Deno.test("sms-status answers 404 about a text that nobody sent", async () => {
  const form = await statusForm("status_sent", { sid: `SM${"0".repeat(32)}`, contact: phone() });
  assert.equal(await statusOfPost(stack, { form, to: "sms-status" }), 404);
});

Deno.test("sms-status answers 422 where sender or recipient are not those of the text", async () => {
  const about = await acceptedText(stack);
  const form = await statusForm("status_delivered", { sid: about.sid, contact: phone() });
  for (const query of ["", `?message_id=${about.id}`]) {
    assert.equal(await statusOfPost(stack, { form, to: "sms-status", query }), 422);
  }
  assert.equal((await messageTo(sql, about.contact)).status, "queued");
  assert.deepEqual(await eventsOf(sql, about.id), ["create queued"]);
});

Deno.test("sms-status keeps a second SID for one text as an event, and the worker's health counts it", async () => {
  const about = await acceptedText(stack);
  const form = await statusForm("status_sent", { ...about, sid: `SM${"d".repeat(32)}` });
  assert.equal(await statusOfPost(stack, { form, to: "sms-status", query: `?message_id=${about.id}` }), 200);
  const row = await messageTo(sql, about.contact);
  assert.deepEqual([row.status, row.message_sid], ["queued", about.sid]);
  const [event] =
    await sql`select * from public.sms_message_events where message_id = ${about.id} and flags @> '{doubled}'`;
  assert.equal(event?.message_sid, `SM${"d".repeat(32)}`);
  assert.equal((await workerHealth(stack)).doubled, 1);
});
