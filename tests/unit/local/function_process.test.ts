import assert from "node:assert/strict";
import { isProgress } from "../../../local/function_process.ts";

Deno.test("isProgress() knows what Deno says of its downloads from what a function says", () => {
  const progress = [
    "Download https://registry.example/@supabase%2fserver",
    "Download https://registry.example/pg/-/pg-8.23.1.tgz",
    "Initialize pg@8.23.1",
  ];
  assert.deepEqual(progress.filter((line) => !isProgress(line)), []);
  const said = [
    '{"level":"info","outcome":"OK"}',
    "Download failed",
    " Download x",
    "Download of a file began",
    "error: Download https://registry.example/pg",
  ];
  assert.deepEqual(said.filter(isProgress), []);
});
