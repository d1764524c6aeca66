/**
 * `deno task bench --against COMMIT [name …] [--pairs 9] [--limit 1.10] [--scale 0.1]`: the commit you are on beside
 * another one. Each is checked out into a temporary worktree and runs its own benchmarks, in turn: before, now, before,
 * now, … What counts is the ratio, as the median of the pairs; the machine should have nothing else to do.
 *
 * Exits 1 if a ratio is above the limit. At full size every run of `reads` and `stats` writes millions of rows first;
 * `--scale 0.1` makes the large tenants, queues and floods a tenth as large.
 */
import { parseArgs } from "node:util";
import { run } from "../../local/files.ts";
import { stopRequested } from "../../local/interrupt.ts";
import { complain, print } from "../../local/print.ts";
import { projectRoot, UsageError } from "../../local/project.ts";
import { type Builds, checkOut } from "./builds.ts";
import { compare, type Pair, renderTable } from "./table.ts";

/** Without a name, the first four: `cycle` takes long, and is here without the peer. */
const USUAL = ["claims", "overload", "reads", "stats"];
const BENCHMARKS = [...USUAL, "ack", "cycle", "sql"];
/** Of those that have no large tenant. */
const TEXTS = 1_000;

interface Wanted {
  readonly against: string;
  readonly benchmarks: readonly string[];
  readonly pairs: number;
  readonly scale: number;
  readonly limit: number;
}

/** @returns the exit status */
export async function compareBuilds(args: string[]): Promise<number> {
  const wanted = parse(args);
  const stopped = stopRequested();
  await using builds = await checkOut(wanted.against, wanted.scale);
  print(`before: ${builds.before.commit}\nnow: ${builds.now.commit}`);
  if (await run("git", ["status", "--porcelain"], { cwd: projectRoot })) {
    complain("There are uncommitted changes: they are not measured.");
  }
  const pairs: Pair[] = [];
  const end = await Promise.race([measure(builds, wanted, pairs), stopped]);
  // Also of what was measured until somebody stopped it.
  return judge(pairs, wanted) && end === "measured" ? 0 : 1;
}

async function measure(builds: Builds, wanted: Wanted, pairs: Pair[]): Promise<"measured"> {
  const { benchmarks, scale } = wanted;
  // The pairs are made here, and of two builds: those with a pair of their own in each run have one.
  const alone = ["--pairs=1", "--peer=0"];
  const options = ["--json", `--scale=${scale}`, `--texts=${Math.round(TEXTS * scale)}`, ...alone];
  for (let n = 1; n <= wanted.pairs; n++) {
    for (const benchmark of benchmarks) {
      const started = performance.now();
      const before = await builds.before.measure(benchmark, options);
      const now = await builds.now.measure(benchmark, options);
      pairs.push({ benchmark, before, now });
      const seconds = Math.round((performance.now() - started) / 1_000);
      print(`pair ${n} of ${wanted.pairs}: ${benchmark}, ${seconds} s`);
    }
  }
  return "measured";
}

/** Whether no ratio is above the limit. */
function judge(pairs: readonly Pair[], { limit }: Wanted): boolean {
  const compared = compare(pairs);
  print(`\n${renderTable(compared)}`);
  const above = compared.filter(({ ratio }) => ratio > limit);
  for (const { figure, ratio } of above) complain(`Above ${limit} ×: ${figure}, ${ratio.toFixed(3)} ×`);
  return above.length === 0;
}

function parse(args: string[]): Wanted {
  const { values, positionals } = optionsIn(args);
  const unknown = positionals.find((name) => !BENCHMARKS.includes(name));
  if (unknown !== undefined) throw new UsageError(`${unknown} is none of ${BENCHMARKS.join(", ")}`);
  return {
    against: values.against ?? "",
    benchmarks: positionals.length > 0 ? positionals : USUAL,
    pairs: positive("pairs", values.pairs ?? "9"),
    scale: positive("scale", values.scale ?? "1"),
    limit: positive("limit", values.limit ?? "Infinity"),
  };
}

function optionsIn(args: string[]) {
  const text = { type: "string" } as const;
  const options = { against: text, pairs: text, limit: text, scale: text };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`--${name} has to be a positive number`);
  return value;
}
