import { ALL_LIBRARIES } from "../../local/libraries.ts";
import { checkSchemas } from "../../local/migration/check.ts";
import { checkTypes } from "../../local/types.ts";
import { checkClient } from "../../tools/client.ts";
import { checkReference } from "../../tools/reference.ts";
import { deno, type Outcome } from "./child.ts";
import { checkLinks } from "./links.ts";
import { checkImportGraphs } from "./import_graph.ts";
import { checkOwnVersion, checkVersions } from "./versions.ts";

export interface Check {
  name: string;
  run(): Promise<Outcome>;
}

const MINUTE = 60_000;

/** What `deno task ok` looks at before the unit tests, all at once. */
export const checks: Check[] = [
  { name: "format", run: () => deno(["fmt", "--check"], MINUTE) },
  { name: "lint", run: () => deno(["lint"], MINUTE) },
  { name: "versions", run: () => asOutcome(checkVersions()) },
  { name: "version", run: () => asOutcome(checkOwnVersion()) },
  { name: "links", run: () => asOutcome(checkLinks()) },
  { name: "imports", run: () => asOutcome(checkImportGraphs()) },
  { name: "types of TypeScript", run: () => deno(["check", ...ALL_LIBRARIES, "."], 5 * MINUTE) },
  {
    name: "types of the database",
    run: () => asOutcome(checkTypes().then((problem) => problem ? [problem] : [])),
  },
  { name: "schemas and migrations", run: () => asOutcome(checkSchemas()) },
  { name: "reference", run: () => asOutcome(checkReference()) },
  { name: "types of the client", run: () => asOutcome(checkClient()) },
];

async function asOutcome(check: Promise<string[]>): Promise<Outcome> {
  const problems = await check;
  return { success: problems.length === 0, output: problems.join("\n") };
}
