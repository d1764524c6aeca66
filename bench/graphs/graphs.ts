/** The graphs of docs/performance.md, of what the benchmarks told. */
import { nameOf } from "../cycle/told.ts";
import type { Figures, Told } from "../figures.ts";
import { TARGETS } from "../growth/told.ts";
import { READS } from "../measure/readers.ts";
import { STEPS } from "../sql/steps.ts";
import { type Bar, type Chart, drawBars, type Group } from "./svg.ts";

/** What each benchmark told, by its name. */
export type ToldByName = Readonly<Record<string, Told>>;

export interface Graph {
  readonly file: string;
  /** The benchmark whose figures it shows. */
  readonly benchmark: string;
  chart(told: Told): Chart;
}

export const GRAPHS: readonly Graph[] = [
  { file: "cycle.svg", benchmark: "cycle", chart: cycle },
  { file: "postgres.svg", benchmark: "sql", chart: postgres },
  { file: "growth.svg", benchmark: "growth", chart: growth },
];

/** By file. Without those whose benchmark did not run. */
export function drawGraphs(told: ToldByName): Record<string, string> {
  const drawn = GRAPHS.flatMap(({ file, benchmark, chart }) => {
    const one = told[benchmark];
    return one ? [[file, drawBars(chart(one))]] : [];
  });
  return Object.fromEntries(drawn);
}

const isThere = (value: number | undefined): value is number => Number.isFinite(value);

/** @returns no group where there is no bar */
function group(label: string, bars: readonly (Bar | null)[]): Group[] {
  const there = bars.filter((bar) => bar !== null);
  return there.length === 0 ? [] : [{ label, bars: there }];
}

function bar(of: Bar["of"], value: number | undefined, say: (value: number) => string): Bar | null {
  return isThere(value) ? { of, value, said: say(value) } : null;
}

function cycle({ figures }: Told): Chart {
  const cases = [100, 1].flatMap((numbers) =>
    [false, true].map((callbacks) => nameOf({ numbers, callbacks }))
  );
  const seconds = (name: string, system: "ours" | "peer") => {
    const milliseconds = figures[`${name}, ${system}: last answer`];
    return milliseconds === undefined ? undefined : milliseconds / 1_000;
  };
  return {
    title: `Until the last of ${textsOf(figures, cases)} texts is answered`,
    note: "Seconds, medians; a model that takes 200 ms. Shorter is better.",
    groups: cases.flatMap((name) =>
      group(name, [
        bar("ours", seconds(name, "ours"), (value) => `${value.toFixed(2)} s, ours`),
        bar("other", seconds(name, "peer"), (value) => `${value.toFixed(2)} s, the peer`),
      ])
    ),
  };
}

function textsOf(figures: Figures, cases: readonly string[]): string {
  const each = cases.map((name) =>
    (figures[`${name}, ours: last acknowledgement`] ?? NaN) /
    (figures[`${name}, ours: one acknowledgement`] ?? NaN)
  );
  return Math.round(each.find(isThere) ?? NaN).toLocaleString("en");
}

function postgres({ figures, counts = {} }: Told): Chart {
  const milliseconds = (value: number) => `${value.toFixed(2)} ms`;
  const all = figures["CPU a text"];
  return {
    title: "Where Postgres' CPU time goes, for each answered text",
    note: `Milliseconds, medians; two statuses a text.${
      isThere(all) ? ` All verbs: ${milliseconds(all)}.` : ""
    }`,
    groups: [
      ...STEPS.flatMap((step) => group(step, [bar("ours", counts[`CPU a text, ${step}`], milliseconds)])),
      ...group("the same rows, written bare", [bar("other", figures["CPU a text, bare"], milliseconds)]),
    ],
  };
}

function growth({ ratios = {}, counts = {} }: Told): Chart {
  const times = (value: number) => `${value.toFixed(2)} ×`;
  const ratio = (label: string, name: string) =>
    group(label, [bar("ours", ratios[`${name}, large to small`], times)]);
  const count = (side: string) => counts[`messages, ${side}`]?.toLocaleString("en") ?? "";
  return {
    title: `With ${count("large")} messages, to ${count("small")}`,
    note:
      "How many times as long it takes: verbs of the pipeline in SQL, reads over HTTP. Shorter is better.",
    groups: [
      ...STEPS.flatMap((step) => ratio(step, step)),
      ...READS.flatMap(({ what }) => ratio(what, `${what}, HTTP`)),
    ],
    marks: [
      { value: TARGETS.list, label: `pipeline, lists: ${times(TARGETS.list)}` },
      { value: TARGETS.search, label: `search, stats: ${times(TARGETS.search)}` },
    ],
  };
}
