/**
 * `deno task test`: `ok`, then every suite, one shared Postgres for all of them.
 * `deno task test functions edge` runs only those suites; files and `--filter` choose tests, and `--all` runs what takes
 * long as well (ok/choice.ts).
 */
import { join } from "node:path";
import { startPostgres } from "../local/postgres.ts";
import { complain, print } from "../local/print.ts";
import { projectRoot, UsageError } from "../local/project.ts";
import { deno } from "./ok/child.ts";
import { type Choice, parseChoice, type SuiteChoice, TIMES_AS_LONG } from "./ok/choice.ts";
import { type Counts, sayCounts, sum } from "./ok/counts.ts";
import { runOk } from "./ok/ok.ts";
import { reportSuite } from "./ok/report.ts";

/** Suites of which one waits for processes to start while the other works. Each is one process after the other. */
const BESIDE: Readonly<Record<string, string>> = { edge: "stack" };

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

async function main({ ok, suites, flags, everything }: Choice): Promise<Counts> {
  const counts: Counts[] = [];
  if (ok) counts.push(await runOk());
  const present = await presentSuites(suites);
  if (present.length === 0) return sum(counts);
  await using postgres = Deno.env.get("TEST_POSTGRES_URL")
    ? null
    : await startPostgres({ ephemeral: true, data: "in memory" });
  const env = {
    ...(postgres ? { TEST_POSTGRES_URL: postgres.adminUrl } : {}),
    ...(everything ? { TEST_EVERYTHING: "true" } : {}),
  };
  for (const group of groups(present)) {
    counts.push(...await Promise.all(group.map((suite) => runSuite(suite, { flags, env, everything }))));
  }
  return sum(counts);
}

/** The suites in their order; one that runs beside another is in its group. */
function groups(suites: SuiteChoice[]): SuiteChoice[][] {
  const groups: SuiteChoice[][] = [];
  for (const suite of suites) {
    const beside = groups.find((group) => group.some(({ name }) => name === BESIDE[suite.name]));
    if (beside) beside.push(suite);
    else groups.push([suite]);
  }
  return groups;
}

async function runSuite(
  { name, variant, minutes, paths }: SuiteChoice,
  { flags, env, everything }: { flags: string[]; env: Record<string, string>; everything: boolean },
): Promise<Counts> {
  const limit = minutes * 60_000 * (everything ? TIMES_AS_LONG : 1);
  const atOnce = FILES_AT_ONCE[name];
  const [parallel, jobs] = atOnce ? [["--parallel"], { DENO_JOBS: String(atOnce) }] : [[], {}];
  const args = ["test", "-A", "--no-check", ...parallel, ...flags, ...paths];
  const title = variant ? `${name} ${variant.name}` : name;
  return await reportSuite(title, () => deno(args, limit, { ...env, ...jobs, ...variant?.env }));
}

/** The suites that have tests. */
async function presentSuites(suites: SuiteChoice[]): Promise<SuiteChoice[]> {
  const present: SuiteChoice[] = [];
  for (const suite of suites) {
    if (await hasTests(join(projectRoot, "tests", suite.name))) present.push(suite);
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

function choice(): Choice {
  try {
    return parseChoice(Deno.args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    Deno.exit(2);
  }
}

const counts = await main(choice());
print();
print(sayCounts(counts));
Deno.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
