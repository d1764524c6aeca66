import assert from "node:assert/strict";
import { z } from "zod";
import { functionNames } from "../ok/import_graph.ts";
import { serveOnDeno21 } from "./deno_2_1.ts";

const Code = z.string().regex(/^[A-Z][A-Z_]+$/);
const ErrorBody = z.looseObject({ code: Code, message: z.string().min(1) });
/** In the old routes' shape `code` is Twilio's number. */
const OldErrorBody = z.looseObject({ success: z.literal(false), message: z.string().min(1), error: Code });

for (const name of await functionNames()) {
  Deno.test(`${name} serves under Deno 2.1 and refuses a stranger in JSON`, async () => {
    await using served = await serveOnDeno21(name);
    const response = await fetch(`${served.url}/${name}`, { method: "POST" });
    const text = await response.text();
    assert.ok(
      response.status >= 400 && response.status < 500,
      `${response.status} ${text}\n${served.output()}`,
    );
    (name === "sms-api" ? OldErrorBody : ErrorBody).parse(JSON.parse(text));
    const again = await fetch(`${served.url}/${name}`, { method: "POST" });
    assert.equal(again.status, response.status, "the process stays up");
    await again.body?.cancel();
  });
}
