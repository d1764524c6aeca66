import { ALL_LIBRARIES, installAllLibraries } from "../../local/libraries.ts";
import { checks } from "./checks.ts";
import { deno } from "./child.ts";
import { type Counts, sum } from "./counts.ts";
import { reportCheck, reportSuite } from "./report.ts";

const UNIT = ["test", "-A", "--no-check", "--parallel", ...ALL_LIBRARIES, "tests/unit"];

/** Runs all checks at once, then the unit tests, each whatever the others say. */
export async function runOk(): Promise<Counts> {
  await installAllLibraries();
  const counts = await Promise.all(checks.map(({ name, run }) => reportCheck(name, run)));
  // The types were checked above.
  counts.push(await reportSuite("unit", () => deno(UNIT, 240_000)));
  return sum(counts);
}
