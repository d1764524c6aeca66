/** Two builds side by side, figure by figure. */
import type { Figures } from "../figures.ts";

/** One run of a benchmark on each build, one directly after the other. */
export interface Pair {
  readonly benchmark: string;
  readonly before: Figures;
  readonly now: Figures;
}

export interface Compared {
  readonly figure: string;
  /** Medians over the pairs, in milliseconds where the name gives no other unit. */
  readonly before: number;
  readonly now: number;
  /** The median of the pairs' own ratios: what slows both runs of a pair down is not in it. */
  readonly ratio: number;
  /** Between these is the middle half of the pairs' ratios. */
  readonly spread: readonly [from: number, to: number];
}

/** @throws Error naming figures that one of the builds does not have */
export function compare(pairs: readonly Pair[]): Compared[] {
  const ofFigure = Map.groupBy(pairs.flatMap(eachFigure), ({ figure }) => figure);
  return [...ofFigure].map(([figure, times]) => {
    const ratios = times.map(({ before, now }) => now / before);
    return {
      figure,
      before: quantile(times.map(({ before }) => before), 0.5),
      now: quantile(times.map(({ now }) => now), 0.5),
      ratio: quantile(ratios, 0.5),
      spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    };
  });
}

function eachFigure({ benchmark, before, now }: Pair) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.map((name) => {
    const figure = `${benchmark}: ${name}`;
    const [then, today] = [before[name], now[name]];
    // Not a number is not above any limit.
    if (!then || !today) throw new Error(`One of the builds has no figure "${figure}": ${then}, ${today}`);
    return { figure, before: then, now: today };
  });
}

/** Linear between the two nearest values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low = NaN, high = NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

/** In Markdown, for `docs/results`. */
export function renderTable(compared: readonly Compared[]): string {
  const rows = compared.map(({ figure, before, now, ratio, spread: [from, to] }) =>
    `| ${figure} | ${before.toFixed(2)} | ${now.toFixed(2)} | ${ratio.toFixed(2)} × | ${from.toFixed(2)} to ${
      to.toFixed(2)
    } |`
  );
  const head = "| figure | before | now | ratio | middle half |\n| --- | --- | --- | --- | --- |";
  return [head, ...rows].join("\n");
}
