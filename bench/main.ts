/**
 * `deno task bench name … [--option=value …]`: these benchmarks, or `all`, one after the other. `--json --only NAME,NAME`
 * prints one JSON object and nothing else. With `--against COMMIT` two builds are compared: `against/main.ts`. With
 * `--svg FOLDER FILE …` graphs are drawn of such objects: `graphs/main.ts`. Without a name, or with `--help`, it says what
 * there is: all of them take long.
 */
import { complain, print } from "../local/print.ts";
import { UsageError } from "../local/project.ts";
import { benchmarkNamed, BENCHMARKS } from "./benchmarks.ts";
import { namesIn } from "./names.ts";

function printUsage(): void {
  print(
    "deno task bench NAME … [--option=value …]: these benchmarks, one after the other; `all` for every one.",
  );
  print("deno task bench --json --only NAME,NAME: their figures as one JSON object, and nothing else.");
  print("deno task bench --against COMMIT: that build and this one, in turn and in one run.");
  print("deno task bench --svg FOLDER FILE …: graphs of such objects, for docs/performance.md.");
  print();
  for (const [name, { what }] of Object.entries(BENCHMARKS)) print(`  ${name.padEnd(10)} ${what}`);
}

async function runBenchmarks(): Promise<void> {
  const { names, only, options } = namesIn(Deno.args, Object.keys(BENCHMARKS));
  if (only && Deno.args.includes("--json")) {
    const { tellAll } = await import("./tell_all.ts");
    return await tellAll(names, options);
  }
  if (names.length === 0) return printUsage();
  for (const name of names) {
    print(`# ${name}`);
    await benchmarkNamed(name).run();
  }
}

async function compareBuilds(): Promise<void> {
  const { compareBuilds } = await import("./against/main.ts");
  Deno.exit(await compareBuilds(Deno.args));
}

async function writeGraphs(): Promise<void> {
  const { writeGraphs } = await import("./graphs/main.ts");
  for (const file of await writeGraphs(Deno.args)) print(file);
}

const has = (option: RegExp) => Deno.args.some((argument) => option.test(argument));

function chooseWork(): Promise<void> | void {
  if (has(/^(--help|-h)$/)) return printUsage();
  if (has(/^--svg\b/)) return writeGraphs();
  return has(/^--against\b/) ? compareBuilds() : runBenchmarks();
}

try {
  await chooseWork();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  complain(error.message);
  Deno.exit(2);
}
