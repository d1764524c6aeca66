/** Attachments of texts, as an app gets them: without credentials, and nobody else's. */
import { strict as assert } from "node:assert";
import { call, type Endpoint, headersOf, refusesStrangers } from "./callers.ts";
import { refusal } from "./forms.ts";
import { storedText } from "./rows.ts";
import { demoClient, phone, quiet, stackForFile } from "./support.ts";
import { connectTenant, saveToken } from "./tenants.ts";

const stack = await stackForFile();
const { sql } = stack;
const person = await demoClient(stack);
const other = await connectTenant(stack);
const contact = phone();
const PIXELS = new Uint8Array(300_000).map((_, i) => i * 31 % 256);

const MEDIA = [
  { contentType: "image/png", content: PIXELS },
  { contentType: "image/svg+xml", content: "<svg onload='alert(1)'/>" },
  { contentType: "text/html", content: "<script>alert(1)</script>" },
  { contentType: "text/plain", content: "Grüße" },
  { contentType: "application/pdf", content: "%PDF-1.7" },
];
const received = await stack.carrier.text({
  from: contact,
  to: stack.number,
  body: "See these",
  media: MEDIA,
});
const own = await storedText(sql, received.message.sid);
const sentToOther = await stack.carrier.text({
  from: contact,
  to: other.number,
  body: "Bob's",
  media: MEDIA,
});
const theirs = await storedText(sql, sentToOther.message.sid);
await quiet(stack);

const name = "sms-conversation";
const at = (path: string): Endpoint => ({ name, method: "GET", path, secretKey: "accepted" });
const attachment = (n: number | string, message = own) =>
  at(`/${message.conversation_id}/media/${message.id}/${n}`);

async function get(endpoint: Endpoint, more: Record<string, string> = {}): Promise<Response> {
  return await call(stack, endpoint, { headers: { ...await headersOf(stack, person), ...more } });
}

refusesStrangers(stack, attachment(0));
Deno.test("an attachment comes byte by byte as it was sent, with headers that let nothing run", async () => {
  const response = await get(attachment(0));
  assert.equal(response.status, 200);
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), PIXELS);
  const { headers } = response;
  assert.equal(headers.get("content-type"), "image/png");
  assert.equal(headers.get("content-disposition"), `inline; filename="${own.id}-0.png"`);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'.*sandbox/);
  assert.match(headers.get("cache-control") ?? "", /^private, max-age=\d+$/);
  assert.equal(headers.get("access-control-allow-origin"), "*");
  for (const [header, value] of headers) {
    for (const secret of [stack.authToken, "Basic", stack.carrier.url]) {
      assert(!value.includes(secret), header);
    }
  }
});

Deno.test("what could run in a browser is bytes to save", async () => {
  const expected: [number, string, string][] = [
    [1, "application/octet-stream", "bin"],
    [2, "application/octet-stream", "bin"],
    [3, "text/plain; charset=utf-8", "txt"],
    [4, "application/pdf", "pdf"],
  ];
  for (const [n, type, extension] of expected) {
    const { headers, body } = await get(attachment(n));
    await body?.cancel();
    assert.equal(headers.get("content-type"), type);
    assert.equal(headers.get("content-disposition"), `attachment; filename="${own.id}-${n}.${extension}"`);
  }
});

Deno.test("supabase-js gets an image whole when it asks for bytes", async () => {
  const { data, error } = await person.functions.invoke(`${name}${attachment(0).path}`, {
    method: "GET",
    headers: { accept: "application/octet-stream" },
  });
  assert.equal(error, null);
  assert(data instanceof Blob);
  assert.deepEqual(new Uint8Array(await data.arrayBuffer()), PIXELS);
});

Deno.test("an attachment is found under its conversation's number too", async () => {
  for (const id of [`phone-${contact}`, `conv_${encodeURIComponent(contact)}`]) {
    const response = await get(at(`/${id}/media/${own.id}/0`));
    assert.equal(response.status, 200);
    await response.body?.cancel();
  }
  const elsewhere = await get(at(`/phone-${phone()}/media/${own.id}/0`));
  assert.deepEqual(await refusal(elsewhere), { status: 404, code: "MEDIA_NOT_FOUND" });
});

Deno.test("what is no attachment is 404", async (t) => {
  for (const n of ["5", "9", "10", "-1", "1e0", "%00", "99999999999999999999"]) {
    await t.step(n, async () => {
      assert.deepEqual(await refusal(await get(attachment(n))), { status: 404, code: "MEDIA_NOT_FOUND" });
    });
  }
  await t.step("of no message", async () => {
    const response = await get(at(`/${own.conversation_id}/media/nonsense/0`));
    assert.deepEqual(await refusal(response), { status: 404, code: "MEDIA_NOT_FOUND" });
  });
});

Deno.test("an attachment that was deleted at Twilio is 404", async () => {
  const sent = await stack.carrier.text({ from: contact, to: stack.number, body: "Gone soon", media: MEDIA });
  const row = await storedText(sql, sent.message.sid);
  await sql`update public.sms_messages set media = ${
    sql.json([{ url: row.media[0].url.replace(/.{4}$/, "ffff"), content_type: "image/png" }])
  } where id = ${row.id}`;
  assert.deepEqual(await refusal(await get(attachment(0, row))), { status: 404, code: "MEDIA_NOT_FOUND" });
});

Deno.test("a text that names other places as its media makes us call none of them", async (t) => {
  const called: string[] = [];
  await using trap = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    called.push(request.url);
    return new Response("secret");
  });
  const sid = "f".repeat(32);
  const path = `/2010-04-01/Accounts/${stack.accountSid}/Messages/MM${sid}/Media/ME${sid}`;
  const trapUrl = `http://127.0.0.1:${trap.addr.port}`;
  const evil = [
    `${trapUrl}${path}`,
    `http://169.254.169.254${path}`,
    `https://api.twilio.com.example.com${path}`,
    `https://api.twilio.com@127.0.0.1:${trap.addr.port}${path}`,
    `${stack.carrier.url}/2010-04-01/Accounts/${other.accountSid}/Messages/MM${sid}/Media/ME${sid}`,
    `${stack.carrier.url}/2010-04-01/Accounts/${stack.accountSid}/Messages.json`,
    `${stack.carrier.url}${path}/../../../../Messages.json`,
    `${stack.carrier.url}${path}?x=1`,
    "file:///etc/passwd",
    "nonsense",
  ];
  for (const url of evil) {
    await t.step(url, async () => {
      const sent = await stack.carrier.text({ from: contact, to: stack.number, body: "Click" });
      const row = await storedText(sql, sent.message.sid);
      await sql`update public.sms_messages set media = ${sql.json([{ url, content_type: "image/png" }])}
        where id = ${row.id}`;
      assert.deepEqual(await refusal(await get(attachment(0, row))), {
        status: 404,
        code: "MEDIA_NOT_FOUND",
      });
    });
  }
  assert.deepEqual(called, []);
});

Deno.test("an attachment that went out is the public URL it came from", async () => {
  const url = "https://example.com/menu.png";
  const { data } = await person.rpc("sms_create_message", {
    to_number: phone(),
    body: "Our menu",
    media_urls: [url],
  });
  const response = await get(attachment(0, data.message));
  assert.equal(response.status, 409);
  const { code, details } = await response.json();
  assert.deepEqual([code, details], ["MEDIA_IS_PUBLIC", { url }]);
});

Deno.test("a tenant's own account: a token that was rotated meanwhile is read afresh", async () => {
  const seen = async () => {
    const headers = await headersOf(stack, other.client);
    return await call(stack, attachment(0, theirs), { headers });
  };
  const first = await seen();
  assert.deepEqual(new Uint8Array(await first.arrayBuffer()), PIXELS);
  const token = stack.carrier.rotateToken(other.accountSid);
  await saveToken(stack, other, token);
  const second = await seen();
  assert.deepEqual(new Uint8Array(await second.arrayBuffer()), PIXELS);
});

Deno.test("an account whose token Twilio does not take is 502, and says no more than that", async () => {
  stack.carrier.rotateToken(other.accountSid);
  const response = await call(stack, attachment(0, theirs), {
    headers: await headersOf(stack, other.client),
  });
  const told = await response.clone().text();
  assert.deepEqual(await refusal(response), { status: 502, code: "MEDIA_UNAVAILABLE" });
  assert(!told.includes(other.authToken) && !told.includes("AC"));
});

Deno.test("attachments take turns, each tenant apart, and Twilio is not asked past them", async () => {
  await sql`insert into sms_private.turns (user_id, action, next_at)
    values (${stack.userId}, 'attachments', now() + interval '10 minutes')
    on conflict (user_id, action) do update set next_at = excluded.next_at`;
  const refused = await get(attachment(0));
  assert(Number(refused.headers.get("retry-after")) > 0);
  assert.deepEqual(await refusal(refused), { status: 429, code: "RATE_LIMITED" });
  const others = await call(stack, attachment(0, theirs), { headers: await headersOf(stack, other.client) });
  assert.notEqual(others.status, 429);
  await others.body?.cancel();
  await sql`delete from sms_private.turns where user_id = ${stack.userId} and action = 'attachments'`;
  const again = await get(attachment(0));
  assert.equal(again.status, 200);
  await again.body?.cancel();
});
