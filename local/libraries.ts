/**
 * Every `deno task` first installs all packages of `deno.lock`, so that lock has only what the stack and the functions
 * need. The inbox, the tests and the check of types need more: `deno.all.json` with `deno.all.lock`
 * (docs/decisions/0044-two-locks.md). Run by itself, this installs that.
 */
import { join } from "node:path";
import { exists, run } from "./files.ts";
import { complain } from "./print.ts";
import { projectRoot } from "./project.ts";

/** Flags of `deno run`, `test` and `check` for what imports more than the stack does. */
export const ALL_LIBRARIES = ["--config", join(projectRoot, "deno.all.json")];

/** Some of what `deno.lock` does not bring: as long as these are here, Deno adds by itself what else is new. */
const SIGNS = [
  "node_modules/playwright-core",
  "node_modules/fast-check",
  "web/node_modules/react",
  "web/node_modules/vite",
];

/** Says in one line what is fetched, and fetches it. Quick where all is there. */
export async function installAllLibraries(): Promise<void> {
  const there = await Promise.all(SIGNS.map((path) => exists(join(projectRoot, path))));
  if (there.every((is) => is)) return;
  complain("Once, the libraries of the inbox and of the tests are fetched: 160 MB …");
  await run(Deno.execPath(), ["install", "--quiet", "--frozen", ...ALL_LIBRARIES], {
    cwd: projectRoot,
    stdin: "null",
  });
}

if (import.meta.main) await installAllLibraries();
