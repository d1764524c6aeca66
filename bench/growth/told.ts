/** What the runs of `growth` come to: how many times as long everything takes in the large database. */
import type { Figures, Told } from "../figures.ts";
import { markdown, median, medianRatio } from "../measure/pairs.ts";
import { type Step, STEPS } from "../sql/steps.ts";
import type { Round, Spent } from "./pipeline.ts";

/** Rounds of the pipeline, pair by pair. */
export interface Pair {
  readonly large: Round;
  readonly small: Round;
}

/** A read in both: medians in milliseconds. */
export interface ReadTimes {
  readonly what: string;
  readonly way: "verb" | "HTTP";
  readonly large: number;
  readonly small: number;
}

export interface Measured {
  readonly texts: number;
  readonly pairs: readonly Pair[];
  readonly reads: readonly ReadTimes[];
}

/** At most so many times as long: verbs of the pipeline and lists, and what searches or sums up. */
export const TARGETS = { list: 1.3, search: 1.5 } as const;

const each = (pairs: readonly Pair[], side: keyof Pair, step: Step, of: keyof Spent) =>
  pairs.map((pair) => pair[side][step][of]);

export function summarize({ texts, pairs, reads }: Measured): Told {
  const figures: Figures = {};
  const ratios: Figures = {};
  for (const step of STEPS) {
    for (const side of ["large", "small"] as const) {
      figures[`${step}, ${side}: a text`] = median(each(pairs, side, step, "milliseconds")) / texts;
    }
    ratios[`${step}, large to small`] = ratioOf(pairs, step, "milliseconds");
  }
  for (const { what, way, large, small } of reads) {
    Object.assign(figures, { [`${what}, ${way}, large`]: large, [`${what}, ${way}, small`]: small });
    ratios[`${what}, ${way}, large to small`] = large / small;
  }
  return { figures, ratios };
}

function ratioOf(pairs: readonly Pair[], step: Step, of: keyof Spent): number {
  return medianRatio(each(pairs, "large", step, of), each(pairs, "small", step, of));
}

/** For people. */
export function render({ texts, pairs, reads }: Measured): string {
  const row = (what: string, [large, small, ratio]: readonly [number, number, number], cpu = "") => [
    what,
    large.toFixed(2),
    small.toFixed(2),
    `${ratio.toFixed(2)} ×`,
    cpu,
  ];
  const rows = STEPS.map((step) => {
    const [large, small] = (["large", "small"] as const).map((side) =>
      median(each(pairs, side, step, "milliseconds")) / texts
    );
    const cpu = ratioOf(pairs, step, "cpu");
    return row(
      `${step}, a text`,
      [large ?? NaN, small ?? NaN, ratioOf(pairs, step, "milliseconds")],
      Number.isFinite(cpu) ? `${cpu.toFixed(2)} ×` : "",
    );
  });
  const read = reads.map(({ what, way, large, small }) =>
    row(`${what}, ${way}`, [large, small, large / small])
  );
  return markdown(["", "large ms", "small ms", "large to small", "CPU time"], [...rows, ...read]);
}
