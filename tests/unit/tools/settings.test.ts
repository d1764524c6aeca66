import assert from "node:assert/strict";
import { parseEnv } from "node:util";
import { SETTINGS } from "../../../supabase/functions/_shared/sms/setting_table.ts";
import { environmentExample, settingsPage } from "../../../tools/reference/settings.ts";

Deno.test("a copy of .env.example sets nothing, and has every setting that a person gives", () => {
  const example = environmentExample();
  assert.deepEqual({ ...parseEnv(example) }, {});
  const shown = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name);
  const given = Object.entries(SETTINGS).filter(([, { group }]) => group !== "platform" && group !== "tools");
  assert.deepEqual(shown, given.map(([name]) => name));
});

Deno.test("the page has every setting once", () => {
  const rows = [...settingsPage().matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(rows.sort(), Object.keys(SETTINGS).sort());
});
