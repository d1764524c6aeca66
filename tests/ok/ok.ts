import { checks } from "./checks.ts";
import { deno } from "./child.ts";
import { type Counts, sum } from "./counts.ts";
import { reportCheck, reportSuite } from "./report.ts";

/** Runs all checks and the unit tests, each whatever the others say. */
export async function runOk(): Promise<Counts> {
  const counts: Counts[] = [];
  for (const { name, run } of checks) counts.push(await reportCheck(name, run));
  // The types were checked above.
  counts.push(await reportSuite("unit", () => deno(["test", "-A", "--no-check", "tests/unit"], 120_000)));
  return sum(counts);
}
