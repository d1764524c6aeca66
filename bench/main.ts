/**
 * `deno task bench name … [--option=value …]`: these benchmarks, or `all`, one after the other. With `--against COMMIT`
 * two builds are compared: `against/main.ts`. Without a name it says what there is: all of them take long.
 */
import { complain, print } from "../local/print.ts";
import { UsageError } from "../local/project.ts";

interface Benchmark {
  what: string;
  run(): Promise<unknown>;
}

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  bundle: {
    what: "How much JavaScript the inbox loads first, compressed. Fails above its budget.",
    run: () => import("./bundle.ts"),
  },
  claims: {
    what: "Whether a long queue makes claims slow: 50,000 waiting jobs beside 100.",
    run: () => import("./claims.ts"),
  },
  overload: {
    what: "One tenant is flooded: whether webhooks answer and another tenant waits.",
    run: () => import("./overload.ts"),
  },
  reads: {
    what: "Whether reads stay quick for a tenant with a million messages.",
    run: () => import("./reads.ts"),
  },
  stats: {
    what: "Whether figures stay quick for a tenant with a million messages, and what they cost.",
    run: () => import("./stats.ts"),
  },
};

function printUsage(): void {
  print(
    "deno task bench NAME … [--option=value …]: these benchmarks, one after the other; `all` for every one.",
  );
  print("deno task bench --against COMMIT: that build and this one, in turn and in one run.");
  print();
  for (const [name, { what }] of Object.entries(BENCHMARKS)) print(`  ${name.padEnd(10)} ${what}`);
}

async function runBenchmarks(): Promise<void> {
  const named = Deno.args.filter((argument) => !argument.startsWith("--"));
  if (named.length === 0) return printUsage();
  for (const name of named.includes("all") ? Object.keys(BENCHMARKS) : named) {
    const benchmark = BENCHMARKS[name];
    if (!benchmark) {
      throw new UsageError(`No benchmark ${name}; there are ${Object.keys(BENCHMARKS).join(", ")}, and all`);
    }
    print(`# ${name}`);
    await benchmark.run();
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
