import assert from "node:assert/strict";
import { getExpectedTwilioSignature, validateRequest } from "twilio/webhooks";
import { signForm } from "../../../local/carrier/mod.ts";
import { awkwardForms } from "./signature_test_cases.ts";

const token = "12345";
const url = "https://example.com/myapp.php?foo=1&bar=2";

Deno.test("signForm() gives the signature of Twilio's documented example", () => {
  const form = [
    ["CallSid", "CA1234567890ABCDE"],
    ["Caller", "+14158675310"],
    ["Digits", "1234"],
    ["From", "+14158675310"],
    ["To", "+18005551212"],
  ] as const;
  assert.equal(signForm(token, url, form), "L/OH5YylLD5NRKLltdqwSvS0BnU=");
});

/** As an application passes a form to the library: repeated names become arrays. */
function toParameters(form: readonly (readonly [string, string])[]): Record<string, string | string[]> {
  const names = new Set(form.map(([name]) => name));
  return Object.fromEntries([...names].map((name) => {
    const values = form.filter(([other]) => other === name).map(([, value]) => value);
    return [name, values.length > 1 ? values : values[0] ?? ""];
  }));
}

for (const [what, form] of Object.entries(awkwardForms)) {
  Deno.test(`signForm() agrees with Twilio's library about a form with ${what}`, () => {
    const parameters = toParameters(form);
    assert.equal(signForm(token, url, form), getExpectedTwilioSignature(token, url, parameters));
    assert.equal(validateRequest(token, signForm(token, url, form), url, parameters), true);
  });
}

Deno.test("signForm() agrees with Twilio's library about HMAC-SHA256", () => {
  const form = [["Body", "Hello"], ["To", "+18005551212"]] as const;
  const signature = signForm("secret", url, form, { algorithm: "HMAC_SHA256" });
  assert.equal(validateRequest("secret", signature, url, toParameters(form), "HMAC_SHA256"), true);
  assert.equal(validateRequest("secret", signature, url, toParameters(form), "HMAC_SHA1"), false);
});
