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
import { sizes } from "./disk.ts";
import { startCountingRegistry } from "./registry.ts";

const BUDGET_MB = 378;
const DENO = "deno@2.9.6";

const folder = await Deno.makeTempDir({ prefix: "first-run-" });
const clone = join(folder, "supabase-sms");
const home = join(folder, "home");
/** As root, a clone keeps its Postgres there: local/postgres_binaries.ts. */
const postgres = `/var/tmp/supabase-sms-${cloneName(clone)}`;
try {
  await using registry = await startCountingRegistry(await run("npm", ["config", "get", "registry"]));
  await run("git", ["clone", "-q", "--depth", "1", `file://${projectRoot}`, clone]);
  await Deno.mkdir(home);
  const start = performance.now();
  const { code, stdout, stderr } = await new Deno.Command("npx", {
    args: ["-y", DENO, "task", "demo"],
    cwd: clone,
    env: {
      HOME: home,
      DENO_DIR: join(home, "deno"),
      npm_config_cache: join(home, "npm"),
      npm_config_registry: registry.url,
      NPM_CONFIG_REGISTRY: registry.url,
      NO_COLOR: "1",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const seconds = (performance.now() - start) / 1000;
  const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, `${said}\n${complained}`);
  const parts = await sizes({
    "Deno, by npx": [join(home, "npm/_npx")],
    "npm's own copy of it": [join(home, "npm")],
    "libraries, Postgres among them": [join(clone, "node_modules"), join(home, "deno/npm")],
    "what Deno remembers": [home],
    "Postgres beside the clone": [postgres, join(clone, ".local")],
  });
  const megabytes = (bytes: number) => bytes / 1_000_000;
  const disk = parts.reduce((sum, { bytes }) => sum + megabytes(bytes), 0);
  const { bytes, packages, pages } = registry.received();
  for (const { name, bytes } of parts) print(`${megabytes(bytes).toFixed(1).padStart(8)} MB  ${name}`);
  print(`${disk.toFixed(1).padStart(8)} MB  on the disk, of ${BUDGET_MB} MB`);
  print(
    `${
      megabytes(bytes).toFixed(1).padStart(8)
    } MB  received: ${packages} packages, ${pages} pages about them`,
  );
  const lines = complained?.split("\n").filter((line) => line.trim() !== "").length ?? 0;
  print(`${String(lines).padStart(8)} lines on standard error, where that is no terminal`);
  print(`${seconds.toFixed(0).padStart(8)} s`);
  tell({ "on the disk, MB": disk, "received, MB": megabytes(bytes), "lines": lines }, {
    ratios: { "disk to its budget": disk / BUDGET_MB },
  });
  assert(disk <= BUDGET_MB, "the first run takes more disk than its budget");
} finally {
  await run("rm", ["-rf", folder, postgres]);
}
