/** Forms with a genuine signature whose fields are not what Twilio sends: who holds an account's token may sign anything. */
import { strict as assert } from "node:assert";
import { field, fixture, post, refusal, statusOfPost, textForm, withField } from "./forms.ts";
import { demoClient, newSid, phone, send, stackForFile, until } from "./support.ts";
import { messageTo } from "./rows.ts";

const stack = await stackForFile({ worker: false });
stack.carrier.faults.set({ autoDeliver: false });
const contact = phone();
await send(stack, await demoClient(stack), contact);
await until("Twilio has the text", async () => (await messageTo(stack.sql, contact)).message_sid !== null);
const sent = await messageTo(stack.sql, contact);

/** Random, so that nothing that compresses makes it short again. */
const long = (length: number) =>
  Array.from({ length: Math.ceil(length / 32) }, () => newSid("").slice(0, 32)).join("");

type Form = [string, string][];

/** Every way in which one field can be wrong. */
const DEFORMED: Record<string, (form: Form, name: string) => Form> = {
  "missing": (form, name) => form.filter(([other]) => other !== name),
  "empty": (form, name) => withField(form, name, ""),
  "doubled": (form, name) => [...form, [name, field(form, name)]],
  "doubled with another value": (form, name) => [[name, long(64)], ...form],
  "a list": (form, name) => [...withField(form, name, ""), [`${name}[]`, "1"]],
  "too long": (form, name) => withField(form, name, long(40_000)),
  "too long, as a number": (form, name) => withField(form, name, "1".repeat(40_000)),
  "a negative number": (form, name) => withField(form, name, "-1"),
  "a number out of range": (form, name) => withField(form, name, "99999999999999999999"),
  "an object": (form, name) => withField(form, name, '{"a": [1, null]}'),
  "blank": (form, name) => withField(form, name, " \t\n "),
  "NUL and half characters": (form, name) => withField(form, name, "a\u0000b\ud800c\uffff"),
  "an address of another kind": (form, name) => withField(form, name, `rcs:${long(300)}`),
};

const forms: Record<"sms-webhook" | "sms-status", { query: string; form: () => Promise<Form> }> = {
  "sms-webhook": {
    query: "",
    form: async () => [
      ...(await fixture("mms", stack.accountSid)).filter(([name]) =>
        !["From", "To", "MessageSid"].includes(name)
      ),
      ["From", phone()],
      ["To", stack.number],
      ["MessageSid", newSid()],
      ["OptOutType", "HELP"],
    ],
  },
  "sms-status": {
    query: `?message_id=${sent.id}`,
    form: () =>
      Promise.resolve([
        ["AccountSid", stack.accountSid],
        ["MessageSid", sent.message_sid],
        ["SmsSid", sent.message_sid],
        ["From", stack.number],
        ["To", contact],
        ["MessageStatus", "sent"],
        ["SmsStatus", "sent"],
        ["ErrorCode", "30008"],
        ["MessagingServiceSid", newSid("MG")],
        ["RawDlrDoneDate", "2611301200"],
        ["ApiVersion", "2010-04-01"],
      ]),
  },
};

for (
  const [to, { query, form }] of Object.entries(forms) as [keyof typeof forms, typeof forms["sms-webhook"]][]
) {
  for (const [what, deform] of Object.entries(DEFORMED)) {
    Deno.test(`${to} answers signed forms with 200 or 4xx, each field ${what}`, async () => {
      for (const name of new Set((await form()).map(([name]) => name))) {
        const signed = deform(await form(), name);
        const response = await post(stack, { to, query, form: signed });
        assert(response.status < 500, `${name} ${what}: ${response.status} ${await response.clone().text()}`);
        if (response.status >= 400) assert.equal((await refusal(response)).status, response.status);
        else await response.body?.cancel();
      }
      assert.equal(await statusOfPost(stack, { form: textForm(stack) }), 200, "the next text is stored");
    });
  }
}

Deno.test("a status with the SID of another text is 422, and neither text changes", async () => {
  const other = textForm(stack);
  assert.equal(await statusOfPost(stack, { form: other }), 200);
  await stack.sql`update public.sms_messages set message_sid = null where id = ${sent.id}`;
  const form: Form = [
    ["AccountSid", stack.accountSid],
    ["MessageSid", field(other, "MessageSid")],
    ["From", stack.number],
    ["To", contact],
    ["MessageStatus", "delivered"],
  ];
  const response = await post(stack, { to: "sms-status", query: `?message_id=${sent.id}`, form });
  assert.deepEqual(await refusal(response), { status: 422, code: "MESSAGE_MISMATCH" });
  assert.equal((await messageTo(stack.sql, contact)).message_sid, null);
  const own = withField(form, "MessageSid", sent.message_sid);
  assert.equal(
    await statusOfPost(stack, { to: "sms-status", query: `?message_id=${sent.id}`, form: own }),
    200,
  );
  assert.equal((await messageTo(stack.sql, contact)).message_sid, sent.message_sid);
});
