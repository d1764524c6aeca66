/** The benchmarks by name. */
import { UsageError } from "../local/project.ts";

export interface Benchmark {
  readonly what: string;
  run(): Promise<unknown>;
}

export const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  ack: {
    what: "How quickly a webhook answers, beside a function that makes one trivial call.",
    run: () => import("./ack/main.ts"),
  },
  bundle: {
    what: "How much JavaScript the inbox loads first, compressed. Fails above its budget.",
    run: () => import("./bundle.ts"),
  },
  claims: {
    what: "Whether a long queue makes claims slow: 50,000 waiting jobs beside 100.",
    run: () => import("./claims.ts"),
  },
  cold: {
    what: "Process start to first answer, each function beside one with nothing in it.",
    run: () => import("./cold/main.ts"),
  },
  cycle: {
    what: "A thousand texts until everybody is answered, beside the best peer. Needs Node and npm.",
    run: () => import("./cycle/main.ts"),
  },
  "first-run": {
    what: "What the first run of the demo downloads and takes on the disk. Needs Node and npm.",
    run: () => import("./first_run/main.ts"),
  },
  growth: {
    what: "A million messages beside 10,000: the pipeline's verbs, lists, search and figures.",
    run: () => import("./growth/main.ts"),
  },
  memory: {
    what: "The most memory that worker and webhook hold at once in cycle.",
    run: () => import("./memory/main.ts"),
  },
  overload: {
    what: "One tenant is flooded: whether webhooks answer and another tenant waits.",
    run: () => import("./overload.ts"),
  },
  reads: {
    what: "Whether reads stay quick for a tenant with a million messages.",
    run: () => import("./reads.ts"),
  },
  sql: {
    what: "What an answered text costs Postgres: CPU time and rows written, beside bare writes.",
    run: () => import("./sql/main.ts"),
  },
  stats: {
    what: "Whether figures stay quick for a tenant with a million messages, and what they cost.",
    run: () => import("./stats.ts"),
  },
  words: {
    what: "What it costs Postgres to read a text for an opt-out. Fails above 0.2 ms.",
    run: () => import("./words.ts"),
  },
};

/** @throws UsageError */
export function benchmarkNamed(name: string): Benchmark {
  const benchmark = BENCHMARKS[name];
  if (!benchmark) throw new UsageError(`No benchmark ${name}`);
  return benchmark;
}
