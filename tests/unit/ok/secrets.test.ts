import assert from "node:assert/strict";
import { reportSuite } from "../../ok/report.ts";
import { withoutSecrets } from "../../ok/secrets.ts";

const KEY = `sb_secret_${"a".repeat(22)}_${"b".repeat(8)}`;
const TOKEN = `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(40)}`;

Deno.test("keys and tokens are taken out of what a suite printed, and other words stay", () => {
  for (
    const secret of [
      KEY,
      TOKEN,
      `eyJ${"a".repeat(20)}..iv${"c".repeat(20)}.x.y`,
      `Basic ${btoa("AC1:".repeat(20))}`,
    ]
  ) {
    const { text, had } = withoutSecrets(`was ${secret}, it said`);
    assert(had && !text.includes(secret.slice(4, 30)), text);
    assert(text.startsWith("was ") && text.includes("[secret]"));
  }
  for (const words of ["sb_secret_…", "sb_secret_one", "eyJ.eyJ.x", "Basic rules", "1 passed"]) {
    assert.deepEqual(withoutSecrets(words), { text: words, had: false });
  }
});

Deno.test("a suite that passes and prints a secret fails", async () => {
  const passed = "ok | 3 passed | 0 failed (1s)";
  const run = (output: string) =>
    reportSuite("a suite", () => Promise.resolve({ success: true, output }), () => {});
  assert.deepEqual(await run(passed), { passed: 3, failed: 0, skipped: 0 });
  assert.deepEqual(await run(`${TOKEN}\n${passed}`), { passed: 3, failed: 1, skipped: 0 });
});
