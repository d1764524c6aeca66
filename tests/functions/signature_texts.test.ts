import { strict as assert } from "node:assert";
import { field, fixture, fixtureNames, post, statusOfPost, textForm } from "./forms.ts";
import { storedText } from "./rows.ts";
import { stackForFile } from "./support.ts";
import { connectTenant, webhookUrl } from "./tenants.ts";

// Without a worker: these tests are about what is stored.
const stack = await stackForFile({ worker: false });
const { sql, accountSid } = stack;

for (const name of await fixtureNames("texts")) {
  Deno.test(`sms-webhook stores ${name}.form exactly as Twilio signed it, once`, async () => {
    const form = await fixture(name, accountSid);
    const response = await post(stack, { form });
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^text\/xml/);
    assert.equal(await response.text(), "<Response/>");
    assert.equal(await statusOfPost(stack, { form }), 200, "the same again");

    const row = await storedText(sql, field(form, "MessageSid"));
    const media = [0, 1].filter((n) => field(form, `MediaUrl${n}`) !== "").map((n) => ({
      url: field(form, `MediaUrl${n}`),
      content_type: field(form, `MediaContentType${n}`),
    }));
    assert.equal(row.body, field(form, "Body"));
    // WhatsApp's address is its telephone.
    assert.equal(row.from_number, field(form, "From").replace("whatsapp:", ""));
    assert.equal(row.to_number, field(form, "To").replace("whatsapp:", ""));
    assert.equal(row.account_sid, accountSid);
    assert.equal(row.num_segments, Number(field(form, "NumSegments")));
    assert.deepEqual(row.media, media);
    assert.deepEqual([row.direction, row.status, row.sender], ["inbound", "received", "contact"]);
    const isOurs = field(form, "To").replace("whatsapp:", "") === stack.number;
    assert.equal(row.user_id, isOurs ? stack.userId : null);
    assert.equal(row.kind, /stop|start|help|custom_word/.test(name) ? "keyword" : "text");
  });
}

Deno.test("sms-webhook accepts a URL with a query string, signed as it came", async () => {
  const form = textForm(stack);
  assert.equal(await statusOfPost(stack, { form, query: "?tenant=a%20b&x=%2B1&x=it's&empty=" }), 200);
  await storedText(sql, field(form, "MessageSid"));
});

Deno.test("sms-webhook refuses a query string that was not signed", async () => {
  const form = textForm(stack);
  const signedUrl = `${stack.ready.functionsUrl}/sms-webhook`;
  assert.equal(await statusOfPost(stack, { form, query: "?tenant=b", signedUrl }), 403);
});

Deno.test("sms-webhook keeps apostrophes, plus signs, line breaks and every script", async () => {
  const Body = "It's 1+1=2 & 100% “sure”\r\n– Grüße, שלום, مرحبا, 你好 👩‍👩‍👧‍👦 \u{1F3F4}\u{E0067}\u{E007F} ’";
  const form = textForm(stack, { Body });
  assert.equal(await statusOfPost(stack, { form }), 200);
  assert.equal((await storedText(sql, field(form, "MessageSid"))).body, Body);
});

Deno.test("sms-webhook accepts repeated and empty fields in any order", async () => {
  const form: [string, string][] = [
    ["Zeta", "2"],
    ["Zeta", ""],
    ["Zeta", "10"],
    ["Zeta", "2"],
    ["", "a field without a name"],
    ["OptOutType", ""],
    ["__proto__", "x"],
    ...textForm(stack),
  ];
  assert.equal(await statusOfPost(stack, { form }), 200);
  assert.equal((await storedText(sql, field(form, "MessageSid"))).kind, "text");
});

Deno.test("sms-webhook stores a signed form with NUL, lone surrogates' replacement and unknown fields", async () => {
  const form = textForm(stack, {
    Body: "Nine\u0000 o'clock\u0007 \uFFFD?",
    FutureField: "\u0000",
    From: "\u0000odd",
  });
  assert.equal(await statusOfPost(stack, { form }), 200);
  const row = await storedText(sql, field(form, "MessageSid"));
  // Postgres has no NUL in text: it is shown that something was there.
  assert.equal(row.body, "Nine\uFFFD o'clock\u0007 \uFFFD?");
});

Deno.test("sms-webhook stores a signed form of a kind that nobody has thought of", async () => {
  const form: [string, string][] = [["AccountSid", accountSid], [
    "MessageSid",
    field(textForm(stack), "MessageSid"),
  ]];
  assert.equal(await statusOfPost(stack, { form }), 200);
  const row = await storedText(sql, field(form, "MessageSid"));
  assert.deepEqual([row.body, row.from_number, row.to_number, row.user_id], ["", "", "", null]);
});

Deno.test("sms-webhook stores a text far longer than Twilio's limit, up to a hard size", async () => {
  const form = textForm(stack, { Body: "é".repeat(3_000), NumSegments: "99999", NumMedia: "many" });
  assert.equal(await statusOfPost(stack, { form }), 200);
  assert.equal((await storedText(sql, field(form, "MessageSid"))).body.length, 3_000);
});

Deno.test("sms-webhook takes texts to a number in a Messaging Service, signed by its account", async () => {
  const tenant = await connectTenant(stack);
  const { sid } = stack.carrier.addMessagingService(tenant.accountSid, {
    useInboundWebhookOnNumber: false,
    inboundRequestUrl: webhookUrl(stack),
    advancedOptOut: true,
  });
  stack.carrier.configureNumber(tenant.number, { messagingServiceSid: sid });
  const { ok, message } = await stack.carrier.text({ from: "+14155550111", to: tenant.number, body: "Hi" });
  assert(ok);
  const row = await storedText(sql, message.sid);
  assert.deepEqual([row.user_id, row.account_sid], [tenant.id, tenant.accountSid]);
});
