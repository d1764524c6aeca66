import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { join } from "node:path";
import { projectRoot } from "../../../local/project.ts";
import { functionNames } from "../../ok/import_graph.ts";

const text = await Deno.readTextFile(join(projectRoot, "docs/reference/openapi.json"));

Deno.test("docs/reference/openapi.json is OpenAPI 3.1", async () => {
  const result = await new Validator().validate(JSON.parse(text));
  assert.deepEqual(result, { valid: true });
});

Deno.test("docs/reference/openapi.json describes every function but the old routes", async () => {
  const described = new Set(Object.keys(JSON.parse(text).paths).map((path) => path.split("/")[1]));
  assert.deepEqual([...described].sort(), (await functionNames()).filter((name) => name !== "sms-api"));
});

Deno.test("docs/reference/openapi.json describes every call of sms-accounts and sms-numbers", () => {
  const paths: Record<string, Record<string, unknown>> = JSON.parse(text).paths;
  const calls = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`)
  );
  assert.deepEqual(calls.filter((call) => / .sms-(accounts|numbers)/.test(call)).sort(), [
    "DELETE /sms-accounts/{account_sid}",
    "DELETE /sms-accounts/{account_sid}/shared-keys/{key_id}",
    "DELETE /sms-numbers/{id}",
    "GET /sms-accounts",
    "GET /sms-accounts/{account_sid}",
    "GET /sms-numbers",
    "GET /sms-numbers/look",
    "GET /sms-numbers/unassigned",
    "GET /sms-numbers/{id}",
    "POST /sms-accounts",
    "POST /sms-numbers",
    "POST /sms-numbers/{id}/repair",
  ]);
});

Deno.test("every code that docs/reference/openapi.json names is explained in docs/reference/errors.md", async () => {
  const errors = await Deno.readTextFile(join(projectRoot, "docs/reference/errors.md"));
  const codes = new Set([...text.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, code = ""]) => code));
  const unexplained = [...codes].filter((code) =>
    !/^TWILIO_\d+$/.test(code) && !errors.includes(`\`${code}\``)
  );
  assert.deepEqual(unexplained, []);
});
