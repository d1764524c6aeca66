import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { functionNames } from "../ok/import_graph.ts";

const text = await Deno.readTextFile(join(projectRoot, "docs/openapi.json"));

Deno.test("docs/openapi.json is OpenAPI 3.1", async () => {
  const result = await new Validator().validate(JSON.parse(text));
  assert.deepEqual(result, { valid: true });
});

Deno.test("docs/openapi.json describes every function but the old routes", async () => {
  const described = new Set(Object.keys(JSON.parse(text).paths).map((path) => path.split("/")[1]));
  assert.deepEqual([...described].sort(), (await functionNames()).filter((name) => name !== "api"));
});

Deno.test("every code that docs/openapi.json names is explained in docs/errors.md", async () => {
  const errors = await Deno.readTextFile(join(projectRoot, "docs/errors.md"));
  const codes = new Set([...text.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, code = ""]) => code));
  const unexplained = [...codes].filter((code) =>
    !/^TWILIO_\d+$/.test(code) && !errors.includes(`\`${code}\``)
  );
  assert.deepEqual(unexplained, []);
});
