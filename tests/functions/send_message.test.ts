import { strict as assert } from "node:assert";
import { SendResponse } from "../../supabase/functions/_shared/sms/contract/send.ts";
import { field } from "./forms.ts";
import { conversationWith, eventsOf, jobsOf, messageTo } from "./rows.ts";
import { addNumber, formsTo, refused, send, sent } from "./sending.ts";
import { becomes, demoClient, hurry, phone, phones, sentTo, settled, stackForFile, text } from "./support.ts";
import { connectTenant, operator } from "./tenants.ts";

const stack = await stackForFile();
const { sql, carrier } = stack;
const person = await demoClient(stack);
const app = operator(stack);

Deno.test("a text is at the carrier before it is answered, and the answer is the row", async () => {
  const contact = phone();
  const spelled = contact.replace(/^\+1(\d{3})(\d{3})/, "+1 ($1) $2-");
  const { status, body, headers } = await send(person, { to: spelled, body: "See you at nine." });
  assert.equal(status, 201);
  assert.match(headers.get("x-request-id") ?? "", /^[\w-]{16,64}$/);
  const { message } = SendResponse.parse(body);
  assert.deepEqual(sentTo(stack, contact), ["See you at nine."]);
  const [atCarrier] = carrier.ledger.outbound({ to: contact });
  assert.deepEqual(
    [message.to_number, message.from_number, message.message_sid, message.num_segments, message.sender],
    [contact, stack.number, atCarrier?.sid, 1, "system"],
  );
  await becomes(stack, contact, "delivered");
  assert.equal((await messageTo(sql, contact)).id, message.id);
  assert.equal((await eventsOf(sql, message.id))[0], "create queued");
  assert.deepEqual(await jobsOf(sql, contact), []);
});

Deno.test("texts that are sent at one moment are all at the carrier before they are answered", async () => {
  const contacts = phones(20);
  const answers = await Promise.all(contacts.map((to) => send(person, { to, body: "Hello" })));
  assert.deepEqual(answers.map(({ status }) => status), contacts.map(() => 201));
  for (const contact of contacts) assert.deepEqual(sentTo(stack, contact), ["Hello"]);
});

Deno.test("a conversation is answered without naming its contact, and from its number", async () => {
  const tenant = await connectTenant(stack);
  const second = phone();
  await addNumber(stack, tenant, second);
  const contact = phone();
  await sent(tenant.client, { to: contact, from: second, body: "First" });
  const { id } = await conversationWith(sql, contact);
  const message = await sent(tenant.client, { conversation_id: id, body: "Second" });
  assert.deepEqual([message.to_number, message.from_number, message.conversation_id], [contact, second, id]);
  assert.deepEqual(sentTo(stack, contact), ["First", "Second"]);
  const mismatch = await refused(tenant.client, { conversation_id: id, to: phone(), body: "Third" });
  assert.deepEqual([mismatch.status, mismatch.code], [422, "RECIPIENT_MISMATCH"]);
});

Deno.test("the only number sends; of several one has to be named; without any there is a clear error", async () => {
  const tenant = await connectTenant(stack);
  const contact = phone();
  assert.equal((await sent(tenant.client, { to: contact, body: "One" })).from_number, tenant.number);
  const second = phone();
  await addNumber(stack, tenant, second);
  const unclear = await refused(tenant.client, { to: contact, body: "Two" });
  assert.deepEqual([unclear.status, unclear.code], [400, "FROM_REQUIRED"]);
  assert.equal((await sent(tenant.client, { to: contact, body: "Two", from: second })).from_number, second);
  const none = await refused((await stack.createUser()).client, { to: contact, body: "Three" });
  assert.deepEqual([none.status, none.code], [422, "NO_NUMBER"]);
  assert.deepEqual(sentTo(stack, contact), ["One", "Two"]);
});

Deno.test("1,600 characters are sent whole, 1,601 are refused and never cut", async () => {
  const contact = phone();
  const longest = "abcdefgh".repeat(200);
  const message = await sent(person, { to: contact, body: longest });
  assert.equal(message.num_segments, 11);
  const { status, code } = await refused(person, { to: contact, body: `${longest}!` });
  assert.deepEqual([status, code], [400, "BODY_TOO_LONG"]);
  assert.deepEqual(sentTo(stack, contact), [longest]);
});

Deno.test("control and invisible characters are taken out; emoji and other scripts stay", async () => {
  const contact = phone();
  const body =
    "  Hi\u0000\u0007 \u202Ethere\u200B,\r\nAnn \u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 ";
  await sent(person, { to: contact, body });
  const clean =
    "Hi there,\nAnn \u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645";
  assert.deepEqual(sentTo(stack, contact), [clean]);
  assert.equal((await messageTo(sql, contact)).body, clean);
});

Deno.test("media are sent with a text or without one", async () => {
  const contact = phone();
  const media_urls = ["https://example.com/menu.png", "https://example.com/map.png"];
  await sent(person, { to: contact, body: "Our menu", media_urls });
  const message = await sent(person, { to: contact, media_urls: media_urls.slice(0, 1) });
  assert.deepEqual(message.media, [{ url: media_urls[0] }]);
  const media = formsTo(stack, contact).map((form) =>
    form.filter(([name]) => name === "MediaUrl").map(([, url]) => url)
  );
  assert.deepEqual(media, [media_urls, media_urls.slice(0, 1)]);
});

Deno.test("a template is sent with its variables, and refused without them", async () => {
  const contact = phone();
  const { data, error } = await person.from("sms_templates")
    .insert({ name: "Reminder", body: "Hi {{name}}, see you in {{days}} days." }).select("id").single();
  assert.equal(error, null);
  const template = { to: contact, template_id: data?.id };
  const missing = await refused(person, { ...template, variables: { days: 3 } });
  assert.deepEqual([missing.status, missing.code, missing.details], [400, "TEMPLATE_VARIABLE_MISSING", {
    missing: ["name"],
  }]);
  const message = await sent(person, { ...template, variables: { name: "Ann\u202E", days: 3 } });
  assert.equal(message.template_id, data?.id);
  assert.deepEqual(sentTo(stack, contact), ["Hi Ann, see you in 3 days."]);
});

Deno.test("a scheduled text waits for its time", async () => {
  const contact = phone();
  const send_at = new Date(Date.now() + 3_600_000).toISOString();
  const { status, body: { message } } = await send(person, { to: contact, body: "Later", send_at });
  assert.deepEqual([status, message.status, message.message_sid], [202, "scheduled", null]);
  assert.equal(Date.parse(message.send_at), Date.parse(send_at));
  assert.deepEqual(sentTo(stack, contact), []);
  await hurry(stack, contact);
  await becomes(stack, contact, "delivered");
  assert.deepEqual(sentTo(stack, contact), ["Later"]);
});

Deno.test("a text scheduled for a time that is over is sent now", async () => {
  const contact = phone();
  await sent(person, { to: contact, body: "Now", send_at: "2020-01-01T00:00:00+05:45" });
  assert.deepEqual(sentTo(stack, contact), ["Now"]);
});

Deno.test("a contact who opted out is not texted: not by a person, an app, a conversation, or in a broadcast", async () => {
  const contact = phone();
  await text(stack, contact, "Are you open on Sunday?");
  await settled(stack, contact);
  await text(stack, contact, "STOP");
  const before = sentTo(stack, contact);
  const { id } = await conversationWith(sql, contact);
  const body = "We miss you.";
  for (
    const [client, request] of [
      [person, { to: contact, body }],
      [person, { to: contact.replace("+1", "+1 "), body }],
      [person, { conversation_id: id, body }],
      [person, { to: contact, body, send_at: "2026-12-24T18:00:00Z" }],
      [app, { to: contact, body, user_id: stack.userId }],
    ] as const
  ) {
    const { status, code } = await refused(client, request);
    assert.deepEqual([status, code], [422, "RECIPIENT_OPTED_OUT"]);
  }
  const { status, body: answer } = await send(person, { to: [contact], body });
  assert.deepEqual([status, answer.accepted, answer.rejected], [202, 0, [{
    to: contact,
    code: "RECIPIENT_OPTED_OUT",
  }]]);
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), before, "nothing in the carrier's ledger");
});

Deno.test("the log tells what became of a text, and neither its words nor its numbers", async () => {
  const contact = phone();
  const message = await sent(person, { to: contact, body: "A xylophone for Ann" });
  carrier.refuse(contact, 21614);
  await refused(person, { to: contact, body: "A zeppelin for Ann" });
  const lines = stack.functions.logs("sms-send").map((line) => line.text);
  const ours = lines.map((line) => JSON.parse(line)).find((line) => line.message_id === message.id);
  assert.deepEqual([ours?.function, ours?.outcome, ours?.status], ["sms-send", "sent", 201]);
  assert(lines.some((line) => line.includes("TWILIO_21614")));
  for (const secret of [contact, contact.slice(2), "xylophone", "zeppelin", stack.ready.publishableKey]) {
    assert(!lines.some((line) => line.includes(secret)), secret);
  }
});

Deno.test("the callback comes to our own address, by the text's own id", async () => {
  const contact = phone();
  const { id } = await sent(person, { to: contact, body: "Hello" });
  const [form = []] = formsTo(stack, contact);
  assert.equal(
    field(form, "StatusCallback"),
    `${stack.ready.functionsUrl}/sms-status?message_id=${id}#rc=3&rp=5xx,ct,rt`,
  );
});
