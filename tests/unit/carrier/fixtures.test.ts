import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { validateRequest } from "twilio/webhooks";
import { signForm } from "../../../local/carrier/mod.ts";

const folder = new URL("../../fixtures/twilio/", import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith(".form"));
const forms = await Promise.all(
  names.map(async (name) => ({ name, raw: await readFile(new URL(name, folder), "utf8") })),
);

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
