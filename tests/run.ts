/**
 * `deno task test`: `ok`, then every suite, one shared Postgres for all of them.
 * `deno task test functions edge` runs only those suites.
 */
import { join } from "node:path";
import { startPostgres } from "../local/postgres.ts";
import { complain, print } from "../local/print.ts";
import { projectRoot } from "../local/project.ts";
import { deno } from "./ok/child.ts";
import { type Counts, sayCounts, sum } from "./ok/counts.ts";
import { runOk } from "./ok/ok.ts";
import { reportSuite } from "./ok/report.ts";

/** In this order, with the minutes after which a suite is stopped; each is far more than it should take. */
const SUITES = { database: 6, stack: 4, functions: 8, edge: 4, volume: 3, reliability: 8, browser: 8 };

/**
 * Suites whose files are independent: each test has a database, or each file a stack, of its own. Stacks wait more than
 * they work (for leases, for processes to start), so there are more of them than cores. The other suites count processes
 * or want the whole machine.
 */
const FILES_AT_ONCE: Readonly<Record<string, number>> = {
  database: navigator.hardwareConcurrency,
  functions: navigator.hardwareConcurrency + 1,
  reliability: 2 * navigator.hardwareConcurrency,
  browser: navigator.hardwareConcurrency,
};

async function main(chosen: string[]): Promise<Counts> {
  const counts: Counts[] = [];
  if (chosen.length === 0 || chosen.includes("ok")) counts.push(await runOk());
  const suites = await presentSuites(chosen);
  if (suites.length === 0) return sum(counts);
  await using postgres = Deno.env.get("TEST_POSTGRES_URL")
    ? null
    : await startPostgres({ ephemeral: true, data: "in memory" });
  const env = postgres ? { TEST_POSTGRES_URL: postgres.adminUrl } : {};
  for (const [name, minutes] of suites) {
    const atOnce = FILES_AT_ONCE[name];
    const [flags, jobs] = atOnce ? [["--parallel"], { DENO_JOBS: String(atOnce) }] : [[], {}];
    const run = () =>
      deno(["test", "-A", "--no-check", ...flags, `tests/${name}`], minutes * 60_000, { ...env, ...jobs });
    counts.push(await reportSuite(name, run));
  }
  return sum(counts);
}

/** The suites that have tests. */
async function presentSuites(chosen: string[]): Promise<[string, number][]> {
  const present: [string, number][] = [];
  for (const [name, minutes] of Object.entries(SUITES)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    if (await hasTests(join(projectRoot, "tests", name))) present.push([name, minutes]);
  }
  return present;
}

async function hasTests(folder: string): Promise<boolean> {
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile && entry.name.endsWith(".test.ts")) return true;
      if (entry.isDirectory && await hasTests(join(folder, entry.name))) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const unknown = Deno.args.find((name) => name !== "ok" && !(name in SUITES));
if (unknown !== undefined) {
  complain(`There is no suite ${unknown}. There are: ok ${Object.keys(SUITES).join(" ")}.`);
  Deno.exit(2);
}
const counts = await main(Deno.args);
print();
print(sayCounts(counts));
Deno.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
