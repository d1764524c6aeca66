import assert from "node:assert/strict";
import { functionNames, type ImportGraph, importGraph, importProblems } from "../ok/import_graph.ts";

for (const name of await functionNames()) {
  Deno.test(`${name} imports narrowly`, async () => {
    assert.deepEqual(importProblems(await importGraph(name)), []);
  });
}

const WEBHOOKS = "twilio@6.3.1/lib/webhooks/webhooks.js";

function graph(name: string, packages: string[], files: string[] = []): ImportGraph {
  return { name, files: [`supabase/functions/${name}/index.ts`, ...files], packages };
}

Deno.test("the import check accepts what each function needs", () => {
  assert.deepEqual(importProblems(graph("sms-webhook", [WEBHOOKS, "zod@4.6.7"])), []);
  const worker = ["openai@7.57.0", "openai@7.57.0/helpers/zod", "twilio@6.3.1/lib/rest/Twilio.js"];
  assert.deepEqual(
    importProblems(graph("sms-worker", worker, ["supabase/functions/_shared/sms/log.ts"])),
    [],
  );
});

Deno.test("the import check names what is too much or missing", () => {
  const cases: [ImportGraph, RegExp][] = [
    [graph("sms-webhook", [WEBHOOKS, "twilio@6.3.1"]), /sms-webhook imports twilio@6\.3\.1;/],
    [graph("sms-status", [WEBHOOKS, "twilio@6.3.1/lib/rest/Twilio.js"]), /lib\/rest/],
    [graph("sms-status", ["zod@4.6.7"]), /does not import Twilio's signature check/],
    [graph("sms-send", ["openai@7.57.0"]), /only sms-worker and sms-preview may/],
    [graph("sms-worker", ["postgres@3.4.9"]), /tests and the local stack/],
    [graph("sms-worker", [], ["supabase/functions/sms-send/handler.ts"]), /belongs into _shared\/sms/],
    [graph("sms-worker", [], ["local/print.ts"]), /imports local\/print\.ts/],
  ];
  for (const [wrong, message] of cases) {
    const problems = importProblems(wrong);
    assert.equal(problems.length, 1, JSON.stringify(problems));
    assert.match(problems[0] ?? "", message);
  }
});
