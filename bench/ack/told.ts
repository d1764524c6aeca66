/** What the runs of `ack` come to. */
import { quantile } from "../against/table.ts";
import type { Figures } from "../figures.ts";
import { markdown, median, medianRatio } from "../measure/pairs.ts";

/** `held`: the worker does not run. The others: it runs, with such a model. */
export const WAYS = ["floor", "held", "model of 0 s", "model of 10 s"] as const;
export type Way = typeof WAYS[number];

/** In milliseconds: all texts, and each of them. */
export interface Run {
  readonly milliseconds: number;
  readonly each: readonly number[];
}

/** The runs of each way, pair by pair. */
export type Runs = Readonly<Record<Way, readonly Run[]>>;

const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
type Share = keyof typeof SHARES;

const ofOne = ({ milliseconds, each }: Run) => milliseconds / each.length;
const at = (share: Share) => ({ each }: Run) => quantile(each, SHARES[share]);

export function summarize(runs: Runs): { figures: Figures; ratios: Figures } {
  const figures: Figures = {};
  for (const way of WAYS) {
    figures[`${way}: one acknowledgement`] = median(runs[way].map(ofOne));
    for (const share of ["p50", "p95", "p99"] as const) {
      figures[`${way}: ${share}`] = median(runs[way].map(at(share)));
    }
  }
  const ratio = (above: Way, below: Way, of: (run: Run) => number) =>
    medianRatio(runs[above].map(of), runs[below].map(of));
  const ratios = {
    // The other way round: many acknowledgements a second are little time for each.
    "acknowledgements a second, held to floor": ratio("floor", "held", ofOne),
    "acknowledgements a second, model of 0 s to floor": ratio("floor", "model of 0 s", ofOne),
    "p99, held to floor": ratio("held", "floor", at("p99")),
    "p99, model of 0 s to floor": ratio("model of 0 s", "floor", at("p99")),
    "p95, model of 10 s to model of 0 s": ratio("model of 10 s", "model of 0 s", at("p95")),
  };
  return { figures, ratios };
}

/** For people. */
export function render(runs: Runs): string {
  const milliseconds = (of: (run: Run) => number, way: Way) => median(runs[way].map(of)).toFixed(1);
  const rows = WAYS.map((way) => [
    way,
    (1_000 / median(runs[way].map(ofOne))).toFixed(0),
    ...(["p50", "p95", "p99"] as const).map((share) => milliseconds(at(share), way)),
  ]);
  return markdown(["", "acks/s", "p50 ms", "p95 ms", "p99 ms"], rows);
}
