import assert from "node:assert/strict";
import { deno } from "../../ok/child.ts";

Deno.test("a child that is done says how it went", async () => {
  const good = await deno([
    "eval",
    "Deno.stdout.writeSync(new TextEncoder().encode('out')); console.error('err')",
  ], 60_000);
  assert.deepEqual(good, { success: true, output: "outerr\n" });
  const bad = await deno(["eval", "Deno.exit(3)"], 60_000);
  assert.equal(bad.success, false);
});

Deno.test("a child that never ends is stopped and has failed", async () => {
  const { success, output } = await deno(["eval", "setInterval(() => {}, 1000)"], 100);
  assert.equal(success, false);
  assert.match(output, /Stopped: not done after 0\.1 s/);
});
