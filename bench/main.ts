/** `deno task bench [name …] [--option=value …]`: these benchmarks, or all, one after the other. */
import { complain, print } from "../local/print.ts";

const BENCHMARKS: Readonly<Record<string, () => Promise<unknown>>> = {
  bundle: () => import("./bundle.ts"),
  claims: () => import("./claims.ts"),
  overload: () => import("./overload.ts"),
  reads: () => import("./reads.ts"),
  stats: () => import("./stats.ts"),
};

const named = Deno.args.filter((argument) => !argument.startsWith("--"));
const wanted = named.length > 0 ? named : Object.keys(BENCHMARKS);
for (const name of wanted) {
  const run = BENCHMARKS[name];
  if (!run) {
    complain(`No benchmark ${name}; there are ${Object.keys(BENCHMARKS).join(", ")}`);
    Deno.exit(2);
  }
  print(`# ${name}`);
  await run();
}
