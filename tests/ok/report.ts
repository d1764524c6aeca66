import { print } from "../../local/print.ts";
import type { Outcome } from "./child.ts";
import { withoutSecrets } from "./secrets.ts";
import { type Counts, countTests, sayCounts } from "./counts.ts";

/** Runs one check, prints its line, and its output if it failed. It counts as one test. */
export async function reportCheck(name: string, run: () => Promise<Outcome>): Promise<Counts> {
  const { outcome, seconds } = await timed(run);
  printLine(outcome.success, name, seconds);
  if (!outcome.success) printOutput(outcome.output);
  return { passed: outcome.success ? 1 : 0, failed: outcome.success ? 0 : 1, skipped: 0 };
}

/** Runs one suite of tests, prints its line with the counts, and its output if it failed. Printing a secret is a failure. */
export async function reportSuite(
  name: string,
  run: () => Promise<Outcome>,
  say: typeof print = print,
): Promise<Counts> {
  const { outcome, seconds } = await timed(run);
  const { text, had } = withoutSecrets(outcome.output);
  const counted = countTests(outcome.output, outcome.success);
  const counts = had ? { ...counted, failed: counted.failed + 1 } : counted;
  const success = outcome.success && !had;
  printLine(success, name, seconds, sayCounts(counts) + (had ? ": its output has a secret" : ""), say);
  if (!success) printOutput(text, say);
  return counts;
}

async function timed(run: () => Promise<Outcome>): Promise<{ outcome: Outcome; seconds: number }> {
  const start = performance.now();
  // A check that cannot even run has failed, and the others still tell what they know.
  const outcome = await run().catch((error) => ({ success: false, output: String(error?.stack ?? error) }));
  return { outcome, seconds: (performance.now() - start) / 1000 };
}

function printLine(success: boolean, name: string, seconds: number, more = "", say = print): void {
  const time = `${seconds.toFixed(1)} s`.padStart(8);
  say(`${success ? "ok    " : "FAILED"} ${name.padEnd(24)} ${time}   ${more}`.trimEnd());
}

function printOutput(output: string, say = print): void {
  for (const line of output.trimEnd().split("\n")) say(`       ${line}`);
}
