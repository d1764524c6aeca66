/** What the starts of `cold` come to. */
import type { Figures } from "../figures.ts";
import { markdown, median, medianRatio } from "../measure/pairs.ts";

/** Milliseconds from the start of a process to its first answer, pair by pair. */
export interface Starts {
  readonly function: readonly number[];
  readonly bare: readonly number[];
}

export type StartsByFunction = Readonly<Record<string, Starts>>;

export function summarize(all: StartsByFunction): { figures: Figures; ratios: Figures } {
  const figures: Figures = {};
  const ratios: Figures = {};
  for (const [name, starts] of Object.entries(all)) {
    figures[`${name}: first answer`] = median(starts.function);
    ratios[`${name}: first answer, to a bare function's`] = medianRatio(starts.function, starts.bare);
  }
  figures["bare function: first answer"] = median(Object.values(all).flatMap(({ bare }) => bare));
  return { figures, ratios };
}

/** For people. */
export function render(all: StartsByFunction): string {
  const rows = Object.entries(all).map(([name, starts]) => [
    name,
    median(starts.function).toFixed(0),
    median(starts.bare).toFixed(0),
    `${medianRatio(starts.function, starts.bare).toFixed(2)} ×`,
  ]);
  return markdown(["function", "first answer ms", "bare ms", "to bare"], rows);
}
