import { strict as assert } from "node:assert";
import { field, post, refusal, textForm } from "./forms.ts";
import { eventsOf, messageTo, rowCounts, storedText } from "./rows.ts";
import { answer, phone, quiet, sentTo, settled, stackForFile, text } from "./support.ts";
import { connectTenant, saveToken } from "./tenants.ts";

const stack = await stackForFile();
const { sql, carrier, failPoints, model } = stack;

/** The statuses of one webhook's attempts. */
async function attemptsOf(body: string, contact: string) {
  const { message, attempts, ok } = await carrier.text({ from: contact, to: stack.number, body });
  return { sid: message.sid, statuses: attempts.map((attempt) => attempt.status), ok };
}

const outages = {
  "is refused by the database": { status: 500 },
  "does not come back from the database": "drop",
} as const;

for (const [what, action] of Object.entries(outages)) {
  Deno.test(`a text whose storing ${what} is a 503, and Twilio's retry stores it once`, async () => {
    const contact = phone();
    model.answerNext(answer("We open at nine."));
    failPoints.arm({ on: "rpc", name: "sms_receive_message", moment: "before", action });
    const { sid, statuses, ok } = await attemptsOf("When do you open?", contact);
    assert.deepEqual(statuses, [503, 200]);
    assert(ok);
    await storedText(sql, sid);
    await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: contact }).length > 0);
    await settled(stack, contact);
    assert.deepEqual(sentTo(stack, contact), ["We open at nine."]);
  });

  Deno.test(`a text that was stored, but whose storing's answer ${what}, is stored and answered once`, async () => {
    const contact = phone();
    model.answerNext(answer("We open at nine."));
    failPoints.arm({ on: "rpc", name: "sms_receive_message", moment: "after", action });
    const { sid, statuses } = await attemptsOf("When do you open?", contact);
    assert.deepEqual(statuses, [503, 200]);
    await storedText(sql, sid);
    // Nobody was woken: the first answer was an error, the second a repetition. The ticker comes by.
    await stack.tick().then((response) => response.body?.cancel());
    await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: contact }).length > 0);
    await settled(stack, contact);
    assert.deepEqual(sentTo(stack, contact), ["We open at nine."]);
  });
}

Deno.test("a database that stays down is a 503 with retry-after for every attempt, and nothing stored", async () => {
  await quiet(stack);
  const before = await rowCounts(sql);
  failPoints.arm({
    on: "rpc",
    name: "sms_receive_message",
    moment: "before",
    action: { status: 503 },
    times: 4,
  });
  const { statuses } = await attemptsOf("When do you open?", phone());
  assert.deepEqual(statuses, [503, 503, 503, 503]);
  assert.deepEqual(await rowCounts(sql), before);
});

Deno.test("a status that cannot be recorded is a 503, and Twilio's retry records it once", async () => {
  const contact = phone();
  model.answerNext(answer("We open at nine."));
  failPoints.arm({ on: "rpc", name: "sms_record_status", moment: "before", action: { status: 500 } });
  await text(stack, contact, "When do you open?");
  await carrier.ledger.waitFor((ledger) =>
    ledger.outbound({ to: contact }).some((sent) =>
      sent.webhooks.some((attempt) =>
        attempt.status === 200 && field(attempt.form, "MessageStatus") === "delivered"
      )
    )
  );
  const [sent] = carrier.ledger.outbound({ to: contact });
  assert.deepEqual(sent?.webhooks.map((attempt) => attempt.status), [503, 200, 200]);
  await settled(stack, contact);
  const row = await messageTo(sql, contact);
  assert.equal(row.status, "delivered");
  assert.deepEqual((await eventsOf(sql, row.id)).sort(), [
    "callback delivered",
    "callback sent",
    "create queued",
  ]);
});

Deno.test("a token that cannot be loaded is a 503, on both endpoints, and the next try is taken", async () => {
  const tenant = await connectTenant(stack);
  const form = textForm(tenant, { MessageStatus: "sent" });
  for (const [to, then] of [["sms-webhook", 200], ["sms-status", 404]] as const) {
    failPoints.arm({ on: "rpc", name: "sms_get_account", moment: "before", action: { status: 500 } });
    const posting = { to, form, token: tenant.authToken };
    assert.deepEqual(await refusal(await post(stack, posting)), { status: 503, code: "UNAVAILABLE" });
    const again = await post(stack, posting);
    assert.equal(again.status, then);
    await again.body?.cancel();
  }
  await storedText(sql, field(form, "MessageSid"));
});

Deno.test("a token that cannot be decrypted is a 503, never a 403, and stores nothing", async () => {
  const tenant = await connectTenant(stack);
  await sql`update sms_private.twilio_credentials t set current_token = (
      select o.current_token from sms_private.twilio_credentials o where o.account_id <> t.account_id limit 1)
    from public.sms_accounts a where a.id = t.account_id and a.account_sid = ${tenant.accountSid}`;
  await quiet(stack);
  const before = await rowCounts(sql);
  const posting = { form: textForm(tenant), token: tenant.authToken };
  assert.deepEqual(await refusal(await post(stack, posting)), { status: 503, code: "UNAVAILABLE" });
  assert.deepEqual(await rowCounts(sql), before);
  // The account connected again: its token opens, and the one that does not is the previous one.
  await saveToken(stack, tenant, tenant.authToken);
  await stack.functions.kill("sms-webhook");
  const again = await post(stack, posting);
  await again.body?.cancel();
  assert.equal(again.status, 200);
});
