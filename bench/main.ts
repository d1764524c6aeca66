/**
 * `deno task bench [name …] [--option=value …]`: these benchmarks, or all, one after the other. With `--against COMMIT`
 * two builds are compared: `against/main.ts`.
 */
import { complain, print } from "../local/print.ts";
import { UsageError } from "../local/project.ts";

const BENCHMARKS: Readonly<Record<string, () => Promise<unknown>>> = {
  bundle: () => import("./bundle.ts"),
  claims: () => import("./claims.ts"),
  overload: () => import("./overload.ts"),
  reads: () => import("./reads.ts"),
  stats: () => import("./stats.ts"),
};

async function runBenchmarks(): Promise<void> {
  const named = Deno.args.filter((argument) => !argument.startsWith("--"));
  const wanted = named.length > 0 ? named : Object.keys(BENCHMARKS);
  for (const name of wanted) {
    const run = BENCHMARKS[name];
    if (!run) throw new UsageError(`No benchmark ${name}; there are ${Object.keys(BENCHMARKS).join(", ")}`);
    print(`# ${name}`);
    await run();
  }
}

async function compareBuilds(): Promise<void> {
  const { compareBuilds } = await import("./against/main.ts");
  Deno.exit(await compareBuilds(Deno.args));
}

try {
  await (Deno.args.some((argument) => /^--against\b/.test(argument)) ? compareBuilds() : runBenchmarks());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  complain(error.message);
  Deno.exit(2);
}
