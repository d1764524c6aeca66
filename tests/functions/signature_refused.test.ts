import { strict as assert } from "node:assert";
import { field, post, type Posting, refusal, statusOfPost, textForm, withField } from "./forms.ts";
import { messageTo, rowCounts } from "./rows.ts";
import { demoClient, newSid, phone, stackForFile, until } from "./support.ts";
import { connectTenant } from "./tenants.ts";

// No worker but by hand: rows that come by themselves would hide rows that must not come.
const stack = await stackForFile({ worker: false });
const { sql, accountSid } = stack;
const other = await connectTenant(stack);
stack.carrier.faults.set({ autoDeliver: false });

/** A text of the demo tenant at Twilio, to which a status could be reported. */
const person = await demoClient(stack);
const contact = phone();
await person.rpc("sms_create_message", { to_number: contact, body: "Hello" });
await stack.tick().then((response) => response.body?.cancel());
await until("Twilio's answer is stored", async () => (await messageTo(sql, contact)).status === "queued");
const sent = await messageTo(sql, contact);

const forms = {
  "sms-webhook": () => textForm(stack),
  "sms-status": (): [string, string][] => [
    ["AccountSid", accountSid],
    ["MessageSid", sent.message_sid],
    ["From", stack.number],
    ["To", contact],
    ["MessageStatus", "delivered"],
  ],
};

async function refusedWithoutTrace(posting: Posting, expected = 403): Promise<string> {
  const before = await rowCounts(sql);
  const { status, code } = await refusal(await post(stack, posting));
  assert.equal(status, expected);
  assert.deepEqual(await rowCounts(sql), before, "no row anywhere");
  assert.equal((await messageTo(sql, contact)).status, "queued", "nothing changed");
  return code;
}

for (const to of ["sms-webhook", "sms-status"] as const) {
  const query = to === "sms-status" ? `?message_id=${sent.id}` : "";

  Deno.test(`${to} refuses a signature made with another account's token`, async () => {
    const posting = { to, query, form: forms[to](), token: other.authToken };
    assert.equal(await refusedWithoutTrace(posting), "SIGNATURE_MISMATCH");
  });

  Deno.test(`${to} refuses a form that was altered, extended or shortened after it was signed`, async () => {
    const form = forms[to]();
    const encode = (entries: [string, string][]) => new URLSearchParams(entries).toString();
    const altered = [
      encode(withField(form, "To", phone())),
      encode([...form, ["Body", "Call me"]]),
      encode(form.slice(0, -1)),
    ];
    for (const body of altered) {
      assert.equal(await refusedWithoutTrace({ to, query, form, body }), "SIGNATURE_MISMATCH");
    }
  });

  Deno.test(`${to} refuses a request without signature, or with one that is none`, async () => {
    const form = forms[to]();
    assert.equal(await refusedWithoutTrace({ to, query, form, token: null }), "SIGNATURE_MISSING");
    for (const signature of ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "=".repeat(10_000)]) {
      const headers = { "x-twilio-signature": signature };
      await refusedWithoutTrace({ to, query, form, token: null, headers });
    }
  });

  Deno.test(`${to} refuses an account that nobody connected, like a wrong signature`, async () => {
    const form = withField(forms[to](), "AccountSid", newSid("AC"));
    assert.equal(await refusedWithoutTrace({ to, query, form }), "SIGNATURE_MISMATCH");
    assert.equal(await refusedWithoutTrace({ to, query, form, token: "" }), "SIGNATURE_MISMATCH");
  });

  Deno.test(`${to} refuses a signature over the other endpoint's URL`, async () => {
    const elsewhere = to === "sms-status" ? "sms-webhook" : "sms-status";
    const signedUrl = `${stack.ready.functionsUrl}/${elsewhere}${query}`;
    assert.equal(
      await refusedWithoutTrace({ to, query, form: forms[to](), signedUrl }),
      "SIGNATURE_MISMATCH",
    );
  });
}

/** @returns how a text is answered, and whose it became */
async function answeredAs(posting: Posting): Promise<[status: number, owner: unknown]> {
  const status = await statusOfPost(stack, posting);
  const [row] = await sql`select user_id, conversation_id from public.sms_messages
    where message_sid = ${field(posting.form, "MessageSid") ?? ""}`;
  return [status, row && [row.user_id, row.conversation_id]];
}

Deno.test("another account's signature over this tenant's number is answered as for a number of nobody", async () => {
  const form = textForm(stack, { AccountSid: other.accountSid });
  const nobodys = withField(withField(form, "To", "+14155559999"), "MessageSid", newSid());
  assert.deepEqual(await answeredAs({ form, token: other.authToken }), [200, [null, null]]);
  assert.deepEqual(await answeredAs({ form: nobodys, token: other.authToken }), [200, [null, null]]);
  // The same account over its own number is welcome.
  const own = withField(withField(form, "To", other.number), "MessageSid", newSid());
  assert.equal(await statusOfPost(stack, { form: own, token: other.authToken }), 200);
});

Deno.test("the operator's signature over a connected tenant's number stores nothing of that tenant", async () => {
  const form = textForm({ accountSid, number: other.number });
  assert.deepEqual(await answeredAs({ form }), [200, [null, null]]);
});

Deno.test("sms-webhook lets no account occupy the MessageSid of another one's text", async () => {
  const MessageSid = newSid();
  const theirs = textForm(other, { MessageSid });
  assert.equal(await statusOfPost(stack, { form: theirs, token: other.authToken }), 200);
  assert.equal(await statusOfPost(stack, { form: textForm(stack, { MessageSid }) }), 200);
  const rows =
    await sql`select user_id from public.sms_messages where message_sid = ${MessageSid} order by 1`;
  assert.deepEqual(rows.map((row) => row.user_id).sort(), [stack.userId, other.id].sort());
});

Deno.test("sms-status does not find this tenant's message id for another account's signature", async () => {
  const form = withField(forms["sms-status"](), "AccountSid", other.accountSid);
  const posting: Posting = { to: "sms-status", form, token: other.authToken };
  const query = `?message_id=${sent.id}`;
  assert.equal(await refusedWithoutTrace({ ...posting, query }, 404), "MESSAGE_NOT_FOUND");
  const foreignSid = withField(form, "MessageSid", newSid());
  assert.equal(
    await refusedWithoutTrace({ ...posting, form: foreignSid, query }, 404),
    "MESSAGE_NOT_FOUND",
  );
});

Deno.test("sms-status does not find this tenant's SID for another account, without a message id", async () => {
  const before = await rowCounts(sql);
  const form = withField(forms["sms-status"](), "AccountSid", other.accountSid);
  assert.equal(field(form, "MessageSid"), sent.message_sid);
  assert.equal(await statusOfPost(stack, { to: "sms-status", form, token: other.authToken }), 404);
  assert.deepEqual(await rowCounts(sql), before);
});

Deno.test("after all of that the owner's own callback is still taken", async () => {
  assert.equal(await statusOfPost(stack, { to: "sms-status", form: forms["sms-status"]() }), 200);
  assert.equal((await messageTo(sql, contact)).status, "delivered");
});
