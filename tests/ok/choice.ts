import { parseArgs } from "node:util";
import { UsageError } from "../../local/project.ts";

/** In this order, with the minutes after which a suite is stopped; each is far more than it should take. */
const SUITES = { database: 12, stack: 6, functions: 12, edge: 6, volume: 4, reliability: 12, browser: 12 };

/** `ok` runs these; by themselves they run only where somebody names them. */
const ONLY_NAMED = { unit: 4 };

/** A suite is stopped later with `--all`: long tests take minutes. */
export const TIMES_AS_LONG = 4;

/** Run once more by `--all`, with the functions calling Postgres through the API. */
const BOTH_WAYS: readonly string[] = ["functions", "reliability"];

const THROUGH_THE_API = { name: "through the API", env: { TEST_DATABASE_WAY: "api" } };

export interface SuiteChoice {
  name: string;
  /** What is different from the other run of this suite, in words, and by which variables. */
  variant?: { name: string; env: Record<string, string> };
  minutes: number;
  /** What `deno test` gets: the suite's folder, or single files of it. */
  paths: string[];
}

/** What `deno task test` was asked for. */
export interface Choice {
  ok: boolean;
  suites: SuiteChoice[];
  /** Flags for `deno test`. */
  flags: string[];
  /** Whether long tests run as well (`support/long.ts`). */
  everything: boolean;
}

export const TEST_USAGE = [
  "deno task test                                       ok and every suite",
  "deno task test --all                                 long tests too, and both ways to the database",
  `deno task test SUITE …                               of: ok ${
    Object.keys({ ...ONLY_NAMED, ...SUITES }).join(" ")
  }`,
  "deno task test tests/database/move.test.ts           single files",
  'deno task test database --filter "sms_take_over"     tests whose name has these words; /…/ is a pattern',
].join("\n");

/** @throws UsageError for what names no suite, no file of a suite and no flag */
export function parseChoice(args: string[]): Choice {
  const { named, filter, everything } = parse(args);
  const known: Record<string, number> = { ...ONLY_NAMED, ...SUITES };
  for (const name of named) {
    if (name !== "ok" && !(suiteOf(name) in known)) {
      throw new UsageError(`There is no suite ${name}.\n${TEST_USAGE}`);
    }
  }
  const all = named.length === 0;
  const suites = Object.entries(all ? SUITES : known).flatMap(([name, minutes]) => {
    const paths = all || named.includes(name)
      ? [`tests/${name}`]
      : named.filter((path) => path !== name && suiteOf(path) === name);
    return paths.length > 0 ? [{ name, minutes, paths }] : [];
  });
  const again = everything ? suites.filter(({ name }) => BOTH_WAYS.includes(name)) : [];
  return {
    // Its checks have no names: a filter asks for tests.
    ok: named.includes("ok") || (all && filter === undefined),
    suites: [...suites, ...again.map((suite) => ({ ...suite, variant: THROUGH_THE_API }))],
    flags: filter === undefined ? [] : [`--filter=${filter}`],
    everything,
  };
}

function parse(args: string[]): { named: string[]; filter: string | undefined; everything: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { filter: { type: "string" }, all: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    const named = positionals.map((path) => path.replace(/^\.\//, ""));
    return { named, filter: values.filter, everything: values.all };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${said}\n${TEST_USAGE}`, { cause: error });
  }
}

/** `database` of `database` and of `tests/database/move.test.ts`. */
function suiteOf(name: string): string {
  return /^tests\/([^/]+)\/.+\.test\.ts$/.exec(name)?.[1] ?? name;
}
