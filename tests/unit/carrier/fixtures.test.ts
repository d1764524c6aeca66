import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { validateRequest } from "twilio/webhooks";
import { signForm } from "../../../local/carrier/mod.ts";
import { countSegments } from "../../../local/carrier/segments.ts";

const folder = new URL("../../fixtures/twilio/", import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith(".form"));
const forms = await Promise.all(
  names.map(async (name) => ({ name, raw: await readFile(new URL(name, folder), "utf8") })),
);

Deno.test("every form is a line of URL-encoded fields that comes back byte for byte", () => {
  for (const { name, raw } of forms) assert.equal(new URLSearchParams(raw).toString(), raw, name);
});

Deno.test("every form names the account, the message, both parties and the version", () => {
  for (const { name, raw } of forms) {
    const form = new URLSearchParams(raw);
    assert.match(form.get("AccountSid") ?? "", /^AC[0-9a-f]{32}$/, name);
    assert.match(form.get("MessageSid") ?? "", /^(SM|MM)[0-9a-f]{32}$/, name);
    assert.equal(form.get("SmsSid"), form.get("MessageSid"), name);
    for (const field of ["To", "From", "ApiVersion", "SmsStatus"]) {
      assert.ok(form.get(field), `${name} ${field}`);
    }
    assert.equal(form.has("MessageStatus"), name.startsWith("status_"), name);
  }
});

Deno.test("every inbound form has a message SID of its own, and as many segments and media as it says", () => {
  const inbound = forms.filter(({ name }) => !name.startsWith("status_"));
  const parsed = inbound.map(({ raw }) => new URLSearchParams(raw));
  assert.equal(new Set(parsed.map((form) => form.get("MessageSid"))).size, inbound.length);
  for (const form of parsed) {
    const media = [...form.keys()].filter((name) => /^MediaUrl\d+$/.test(name)).length;
    assert.equal(form.get("NumMedia"), String(media));
    assert.equal(
      form.get("NumSegments"),
      String(countSegments(form.get("Body") ?? "", media)),
      form.get("Body") ?? "",
    );
  }
});

Deno.test("the long form has exactly 1,600 characters", () => {
  const long = forms.find(({ name }) => name === "long_1600.form") ?? assert.fail("no long form");
  assert.equal(new URLSearchParams(long.raw).get("Body")?.length, 1600);
});

Deno.test("every form's signature is valid by Twilio's library, and not once a field changed", () => {
  for (const { name, raw } of forms) {
    const url = "https://example.com/functions/v1/sms-webhook?a=it's";
    const signature = signForm("token", url, [...new URLSearchParams(raw)]);
    const parameters: Record<string, string | string[]> = {};
    for (const key of new URLSearchParams(raw).keys()) {
      const values = new URLSearchParams(raw).getAll(key);
      parameters[key] = values.length > 1 ? values : values[0] ?? "";
    }
    assert.ok(validateRequest("token", signature, url, parameters), name);
    assert.ok(!validateRequest("token", signature, url, { ...parameters, From: "+14155550999" }), name);
  }
});

Deno.test("the README lists every form and no other", async () => {
  const readme = await readFile(new URL("README.md", folder), "utf8");
  const listed = [...readme.matchAll(/^\| `(\w+\.form)` +\|/gm)].map((match) => match[1]);
  assert.deepEqual(listed.sort(), [...names].sort());
});
