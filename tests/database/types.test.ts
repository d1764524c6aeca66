import {} from "./db_test.ts";
import assert from "node:assert/strict";
import { join } from "node:path";
import { checkTypes, writeTypes } from "../../local/types.ts";
import { testServer } from "../support/postgres.ts";

Deno.test("checkTypes() finds what was changed since writeTypes()", async () => {
  const folder = await Deno.makeTempDir({ prefix: "supabase-sms-types-" });
  const options = { server: testServer, file: join(folder, "database.types.ts") };
  try {
    assert.match(await checkTypes(options) ?? "", /run `deno task types`/, "a missing file");

    await writeTypes(options);
    const text = await Deno.readTextFile(options.file);
    assert.match(text, /"sms_messages": \{/);
    assert.equal(await checkTypes(options), null);

    await Deno.writeTextFile(options.file, text.replace(/^.*\n/, "// made from other migrations\n"));
    assert.equal(await checkTypes(options), null, "another fingerprint, but the same types");

    await Deno.writeTextFile(options.file, text.replace('"sms_messages": {', '"smsMessages": {'));
    assert.match(await checkTypes(options) ?? "", /run `deno task types`/, "an edited file");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
