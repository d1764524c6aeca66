/** Which benchmarks a command line names. */
import { UsageError } from "../local/project.ts";

export interface Named {
  readonly names: readonly string[];
  /** Whether they were named by `--only`. */
  readonly only: boolean;
  /** What is left: `--option=value`, for the benchmarks themselves. */
  readonly options: readonly string[];
}

/**
 * `claims reads`, `all`, `--only claims,reads` or `--only=claims,reads`.
 *
 * @throws UsageError that names what there is not
 */
export function namesIn(args: readonly string[], known: readonly string[]): Named {
  const names: string[] = [];
  const options: string[] = [];
  let only = false;
  const left = [...args];
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    const value = argument === "--only" ? left.shift() ?? "" : /^--only=(.*)$/.exec(argument)?.[1];
    if (value !== undefined) {
      only = true;
      names.push(...value.split(",").map((name) => name.trim()));
    } else if (argument.startsWith("--")) options.push(argument);
    else names.push(argument);
  }
  if (names.includes("all")) return { names: known, only, options };
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `No benchmark ${unknown || "without a name"}; there are ${known.join(", ")}, and all`,
    );
  }
  return { names, only, options };
}
