import assert from "node:assert/strict";
import { validateRequest } from "twilio/webhooks";
import { clientOf, contact, errorOf, number, twiml, withApplication, withCarrier } from "./support.ts";

Deno.test("a text reaches the number's webhook as a complete, signed form", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, {
      number,
      smsUrl: `${application.url}/sms?tenant=1#rc=3&rp=5xx,ct,rt`,
    });
    const received = await carrier.text({ from: contact, to: number, body: "Grüße, it's 1+1" });
    const { form, path, headers } = application.received[0] ?? assert.fail("no webhook");
    assert.equal(received.ok, true);
    assert.equal(path, "/sms?tenant=1");
    assert.deepEqual([...form.keys()].sort(), [
      "AccountSid",
      "ApiVersion",
      "Body",
      "From",
      "FromCity",
      "FromCountry",
      "FromState",
      "FromZip",
      "MessageSid",
      "NumMedia",
      "NumSegments",
      "SmsMessageSid",
      "SmsSid",
      "SmsStatus",
      "To",
      "ToCity",
      "ToCountry",
      "ToState",
      "ToZip",
    ]);
    assert.deepEqual(
      ["Body", "From", "To", "MessageSid", "SmsSid", "SmsStatus"].map((name) => form.get(name)),
      ["Grüße, it's 1+1", contact, number, received.message.sid, received.message.sid, "received"],
    );
    assert.match(headers["i-twilio-idempotency-token"] ?? "", /^[0-9a-f-]{36}$/);
    const signature = headers["x-twilio-signature"] ?? "";
    assert.ok(
      validateRequest(carrier.authToken, signature, application.url + path, Object.fromEntries(form)),
    );
  });
});

Deno.test("a 5xx is tried again as the fragment says, with one idempotency token and a fresh signature", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, { number, smsUrl: `${application.url}/sms#rc=3&rp=5xx,ct,rt` });
    const before = carrier.authToken;
    application.answer = () => {
      if (application.received.length === 1) carrier.rotateToken(carrier.accountSid);
      return application.received.length < 3 ? twiml("", 503) : twiml("<Response/>");
    };
    const { attempts, ok } = await carrier.text({ from: contact, to: number, body: "Hi" });
    assert.deepEqual(attempts.map(({ status, attempt }) => [status, attempt]), [[503, 1], [503, 2], [
      200,
      3,
    ]]);
    assert.equal(ok, true);
    const tokens = new Set(application.received.map(({ headers }) => headers["i-twilio-idempotency-token"]));
    assert.equal(tokens.size, 1);
    const signers = application.received.map(({ headers, form, path }) =>
      [before, carrier.authToken].findIndex((token) =>
        validateRequest(
          token,
          headers["x-twilio-signature"] ?? "",
          application.url + path,
          Object.fromEntries(form),
        )
      )
    );
    assert.deepEqual(signers, [0, 1, 1]);
  });
});

Deno.test("without a fragment a 5xx is not tried again, and the text is still in Twilio's list", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, { number, smsUrl: `${application.url}/sms` });
    application.answer = () => twiml("", 500);
    const { attempts, ok, message } = await carrier.text({ from: contact, to: number, body: "Hi" });
    assert.deepEqual([attempts.length, ok], [1, false]);
    const [listed] = await clientOf(carrier).messages.list({ to: number });
    assert.deepEqual([listed?.sid, listed?.direction, listed?.status], [message.sid, "inbound", "received"]);
  });
});

Deno.test("STOP blocks the contact for that sender, is answered by Twilio and still reaches the webhook", async () => {
  await withApplication(async (carrier, application) => {
    const other = "+14155550199";
    for (const one of [number, other]) {
      carrier.addNumber(carrier.accountSid, { number: one, smsUrl: application.url });
    }
    const client = clientOf(carrier);
    const { carrierReply } = await carrier.text({ from: contact, to: number, body: " stop " });
    assert.match(carrierReply?.body ?? "", /unsubscribed/);
    assert.equal(application.received[0]?.form.get("Body"), " stop ");
    assert.equal(application.received[0]?.form.has("OptOutType"), false);
    assert.equal(
      (await errorOf(client.messages.create({ to: contact, from: number, body: "Hi" }))).code,
      21610,
    );
    await client.messages.create({ to: contact, from: other, body: "Another sender" });
    assert.equal(carrier.ledger.outbound({ to: contact }).length, 1);
    assert.equal(carrier.ledger.carrierMade({ to: contact }).length, 1);
    assert.equal((await client.messages.list({ from: number })).length, 0);

    await carrier.text({ from: contact, to: number, body: "yes" });
    assert.equal(carrier.isBlocked(number, contact), false);
    await client.messages.create({ to: contact, from: number, body: "Welcome back" });
  });
});

Deno.test("only a whole word is a keyword, and YES only from a contact who is opted out", async () => {
  await withCarrier(async (carrier) => {
    carrier.addNumber(carrier.accountSid, { number });
    for (const body of ["STOP PLEASE", "please cancel", "yes", "Stop.", ""]) {
      assert.equal((await carrier.text({ from: contact, to: number, body })).carrierReply, null, body);
    }
    for (const body of ["STOPALL", "Unsubscribe", "END", "quit", "REVOKE", "optout", "CANCEL"]) {
      await carrier.text({ from: contact, to: number, body });
      assert.equal(carrier.isBlocked(number, contact), true, body);
      await carrier.text({ from: contact, to: number, body: "UNSTOP" });
      assert.equal(carrier.isBlocked(number, contact), false, body);
    }
    assert.match(
      (await carrier.text({ from: contact, to: number, body: "info" })).carrierReply?.body ?? "",
      /STOP/,
    );
  });
});

Deno.test("an answer with a Message verb or plain text is sent to the contact, an empty Response is not", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, { number, smsUrl: application.url });
    const answers = [
      twiml("<Response/>"),
      twiml("<Response><Message>Tom &amp; Jerry</Message><Message><Body>2</Body></Message></Response>"),
      new Response("OK", { headers: { "content-type": "text/plain" } }),
      new Response('{"ok":true}', { headers: { "content-type": "application/json" } }),
    ];
    const sent: string[][] = [];
    for (const answer of answers) {
      application.answer = () => answer;
      const { replies } = await carrier.text({ from: contact, to: number, body: "Hi" });
      sent.push(replies.map(({ body }) => body));
    }
    assert.deepEqual(sent, [[], ["Tom & Jerry", "2"], ["OK"], []]);
    assert.equal(carrier.ledger.outbound({ to: contact }).length, 3);
  });
});

Deno.test("one webhook can be delivered many times at once, and again later", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, { number, smsUrl: application.url });
    const { message, deliveries } = await carrier.text({ from: contact, to: number, body: "Hi", copies: 10 });
    assert.equal(deliveries.length, 10);
    await carrier.text({ from: contact, to: number, body: "Hi", messageSid: message.sid });
    const sids = application.received.map(({ form }) => form.get("MessageSid"));
    assert.deepEqual(new Set(sids), new Set([message.sid]));
    assert.deepEqual([sids.length, carrier.ledger.inbound().length], [11, 1]);
  });
});

Deno.test("a number without a URL, or with an application, gets no webhook", async () => {
  await withApplication(async (carrier, application) => {
    carrier.addNumber(carrier.accountSid, { number });
    assert.deepEqual((await carrier.text({ from: contact, to: number, body: "Hi" })).attempts, []);
    carrier.configureNumber(number, { smsUrl: application.url, smsApplicationSid: "AP1" });
    assert.deepEqual((await carrier.text({ from: contact, to: number, body: "Hi" })).attempts, []);
    assert.equal(carrier.ledger.inbound({ to: number }).length, 2);
    await assert.rejects(carrier.text({ from: contact, to: "+14155550188", body: "Hi" }), /has no number/);
  });
});

Deno.test("a text to another number of the carrier's arrives there as a message of its own, whoever has that number", async () => {
  await withApplication(async (carrier, application) => {
    const other = { account: carrier.addAccount(), number: "+14155550177" };
    carrier.addNumber(carrier.accountSid, { number, smsUrl: `${application.url}/sender` });
    carrier.addNumber(other.account.accountSid, {
      number: other.number,
      smsUrl: `${application.url}/receiver`,
    });
    const client = clientOf(carrier);
    const sent = await client.messages.create({ to: other.number, from: number, body: "Anybody there?" });
    await carrier.ledger.waitFor((ledger) =>
      ledger.inbound({ to: other.number }).some(({ webhooks }) => webhooks.length > 0)
    );
    const [arrived, ...more] = carrier.ledger.inbound();
    assert.equal(more.length, 0);
    assert.notEqual(arrived?.sid, sent.sid);
    assert.deepEqual([arrived?.accountSid, arrived?.from], [other.account.accountSid, number]);
    const { form, path, headers } = application.received[0] ?? assert.fail("no webhook");
    assert.deepEqual([path, form.get("MessageSid"), form.get("Body")], [
      "/receiver",
      arrived?.sid,
      "Anybody there?",
    ]);
    assert.ok(
      validateRequest(
        other.account.authToken,
        headers["x-twilio-signature"] ?? "",
        application.url + path,
        Object.fromEntries(form),
      ),
    );
  });
});
