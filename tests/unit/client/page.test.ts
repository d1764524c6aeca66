import { strict as assert } from "node:assert";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { createSms } from "../../../client/mod.ts";
import { projectRoot } from "../../../local/project.ts";

/** `send`, `messages.get`, … : what has a name of its own. The rows of `contacts` and others have theirs from one class. */
function callsOf(sms: object): string[] {
  return Object.entries(sms).flatMap(([name, value]) => {
    const inside = Object.entries(value).filter(([, part]) => typeof part === "function")
      .map(([part]) => `${name}.${part}`);
    return typeof value === "function" ? [name, ...inside] : inside;
  });
}

Deno.test("docs/client.md lists every call of the client", async () => {
  const page = await Deno.readTextFile(join(projectRoot, "docs/client.md"));
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const isListed = (call: string) => {
    const [object, method] = call.split(".");
    return rows.some((row) =>
      new RegExp(`\`${object}\\b`).test(row) && (method === undefined || row.includes(`.${method}(`))
    );
  };
  const supabase = createClient("http://127.0.0.1:1", "key", { auth: { autoRefreshToken: false } });
  const calls = callsOf(createSms(supabase));
  assert(calls.length > 30, `${calls.length}`);
  assert.deepEqual(calls.filter((call) => !isListed(call)), []);
});
