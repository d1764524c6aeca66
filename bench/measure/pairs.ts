/** Two systems that take turns: each pair is one run of both, one directly after the other. */
import { quantile } from "../against/table.ts";

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The median of the pairs' own ratios: what slows both runs of a pair down is not in it. */
export function medianRatio(above: readonly number[], below: readonly number[]): number {
  return median(above.map((value, pair) => value / (below[pair] ?? NaN)));
}

/** The two in turn, and in the other order in every second pair, so that neither has the better place. */
export function inTurn<T>(systems: readonly T[], pair: number): T[] {
  return pair % 2 === 0 ? [...systems] : systems.toReversed();
}

/** Rows of cells as a table in Markdown, for `docs/results`. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
