/**
 * What the first run of the demo costs: bytes from the registry, bytes on the disk, lines before the first of the demo's
 * own. A fresh clone of HEAD, an empty home, Deno by npx as README says. `deno task bench first-run`; it needs Node, npm and
 * the registry that npm is set up for, and fails above the budget.
 */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { run } from "../../local/files.ts";
import { print } from "../../local/print.ts";
import { cloneName, projectRoot } from "../../local/project.ts";
import { tell } from "../figures.ts";
import { type Part, sizes } from "./disk.ts";
import { startCountingRegistry } from "./registry.ts";

const BUDGET_MB = 378;
const DENO = "deno@2.9.6";

const folder = await Deno.makeTempDir({ prefix: "first-run-" });
const clone = join(folder, "supabase-sms");
const home = join(folder, "home");
/** As root, a clone keeps its Postgres there: local/postgres_binaries.ts. */
const postgres = `/var/tmp/supabase-sms-${cloneName(clone)}`;

const PARTS = {
  "Deno, by npx": [join(home, "npm/_npx")],
  "npm's own copy of it": [join(home, "npm")],
  "libraries, Postgres among them": [
    join(clone, "node_modules"),
    join(clone, "web/node_modules"),
    join(home, "deno/npm"),
  ],
  "what Deno remembers": [home],
  "Postgres beside the clone": [postgres, join(clone, ".local")],
};

/** @returns how many lines it wrote to standard error */
async function npx(args: readonly string[], registry: string): Promise<number> {
  const { code, stdout, stderr } = await new Deno.Command("npx", {
    args: ["-y", DENO, ...args],
    cwd: clone,
    env: {
      HOME: home,
      DENO_DIR: join(home, "deno"),
      npm_config_cache: join(home, "npm"),
      npm_config_registry: registry,
      NPM_CONFIG_REGISTRY: registry,
      NO_COLOR: "1",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const complained = new TextDecoder().decode(stderr);
  assert.equal(code, 0, `${new TextDecoder().decode(stdout)}\n${complained}`);
  return complained.split("\n").filter((line) => line.trim() !== "").length;
}

function inMegabytes(parts: readonly Part[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000_000;
}

function say(amount: number, what: string): void {
  print(`${amount.toFixed(1).padStart(8)} ${what}`);
}

try {
  await using registry = await startCountingRegistry(await run("npm", ["config", "get", "registry"]));
  await run("git", ["clone", "-q", "--depth", "1", `file://${projectRoot}`, clone]);
  await Deno.mkdir(home);
  const start = performance.now();
  const lines = await npx(["task", "demo"], registry.url);
  const seconds = (performance.now() - start) / 1000;
  const parts = await sizes(PARTS);
  const disk = inMegabytes(parts);
  const first = registry.received();
  for (const { name, bytes } of parts) say(bytes / 1_000_000, `MB  ${name}`);
  say(disk, `MB  on the disk, of ${BUDGET_MB} MB`);
  say(first.bytes / 1_000_000, `MB  received: ${first.packages} packages, ${first.pages} pages about them`);
  print(`${String(lines).padStart(8)} lines on standard error, where that is no terminal`);
  print(`${seconds.toFixed(0).padStart(8)} s`);
  await npx(["run", "-A", "local/libraries.ts"], registry.url);
  const moreDisk = inMegabytes(await sizes(PARTS)) - disk;
  const moreReceived = (registry.received().bytes - first.bytes) / 1_000_000;
  say(moreDisk, "MB  more on the disk for the inbox and the tests");
  say(moreReceived, "MB  more received for them");
  tell({
    "on the disk, MB": disk,
    "received, MB": first.bytes / 1_000_000,
    "lines": lines,
    "more on the disk for the inbox and the tests, MB": moreDisk,
    "more received for them, MB": moreReceived,
  }, { ratios: { "disk to its budget": disk / BUDGET_MB } });
  assert(disk <= BUDGET_MB, "the first run takes more disk than its budget");
} finally {
  await run("rm", ["-rf", folder, postgres]);
}
