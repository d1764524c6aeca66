import { strict as assert } from "node:assert";
import { field, statusOfPost, textForm } from "./forms.ts";
import { rowCounts, storedText } from "./rows.ts";
import { newSid, phone, stackForFile } from "./support.ts";

const tokens = ["c".repeat(32), "b".repeat(32)];
const [token = ""] = tokens;
// A proxy in front that changes host and scheme, a domain that was moved, and the default account's token rotated.
const stack = await stackForFile({
  worker: false,
  functionEnv: {
    SMS_PUBLIC_URL: "https://sms.example.com, https://old.example.com/functions/v1/",
    TWILIO_AUTH_TOKEN: tokens.join(", "),
  },
});

const accepted = ["https://sms.example.com", "https://old.example.com"];
const refused = [
  stack.ready.apiUrl,
  "http://sms.example.com",
  "https://sms.example.com:8443",
  "https://SMS.example.com.evil.example",
  "https://sms.example.com/functions/v1",
];

for (const base of accepted) {
  Deno.test(`both endpoints accept what was signed for ${base}, though the request names another host`, async () => {
    const form = textForm(stack);
    assert.equal(
      await statusOfPost(stack, {
        form,
        token,
        signedUrl: `${base}/functions/v1/sms-webhook?a=1`,
        query: "?a=1",
      }),
      200,
    );
    await storedText(stack.sql, field(form, "MessageSid"));
    const status = textForm(stack, { MessageStatus: "sent", MessageSid: newSid(), To: phone() });
    const signedUrl = `${base}/functions/v1/sms-status`;
    assert.equal(
      await statusOfPost(stack, { form: status, token, to: "sms-status", signedUrl }),
      404,
      "nobody's message",
    );
  });
}

for (const base of refused) {
  Deno.test(`both endpoints refuse what was signed for ${base}, whatever host the request names`, async () => {
    const before = await rowCounts(stack.sql);
    const { host } = new URL(base);
    for (const to of ["sms-webhook", "sms-status"] as const) {
      const form = textForm(stack, { MessageStatus: "sent" });
      const headers = {
        host,
        "x-forwarded-host": host,
        "x-forwarded-proto": "https",
        "x-original-url": base,
      };
      const signedUrl = `${base}/functions/v1/${to}`;
      assert.equal(await statusOfPost(stack, { form, token, to, signedUrl, headers }), 403);
    }
    assert.deepEqual(await rowCounts(stack.sql), before);
  });
}

Deno.test("the old webhook's signature is checked against its public URL behind sms-api", async () => {
  const path = "sms-api/api/v1/sms/webhook";
  const post = (signedUrl: string) =>
    statusOfPost(stack, { form: textForm(stack), token, to: path, signedUrl });
  for (const base of accepted) assert.equal(await post(`${base}/functions/v1/${path}`), 200);
  for (const base of refused) assert.equal(await post(`${base}/functions/v1/${path}`), 403);
  assert.equal(await post(`${accepted[0]}/functions/v1/api/v1/sms/webhook`), 403);
});

Deno.test("every token in the settings of the default account signs, and no other", async () => {
  const signedUrl = "https://sms.example.com/functions/v1/sms-webhook";
  for (const token of tokens) {
    assert.equal(await statusOfPost(stack, { form: textForm(stack), token, signedUrl }), 200);
  }
  for (const token of ["d".repeat(32), tokens.join(", "), stack.authToken]) {
    assert.equal(await statusOfPost(stack, { form: textForm(stack), token, signedUrl }), 403);
  }
});
