/** What the runs of `sql` come to, for each text. */
import type { Figures } from "../figures.ts";
import { markdown, median, medianRatio } from "../measure/pairs.ts";
import { type Step, STEPS } from "./steps.ts";
import { rowsOf, total, type Writes, type WritesByTable } from "./writes.ts";

/** In milliseconds and rows, of all texts together. */
export interface Cost {
  readonly milliseconds: number;
  /** NaN where nothing tells. */
  readonly cpu: number;
  readonly writes: WritesByTable;
}

export type Run = Readonly<Record<Step, Cost>>;

/** The verbs, and the same rows written bare. */
export interface Pair {
  readonly verbs: Run;
  readonly bare: Cost;
}

const costs = (run: Run): readonly Cost[] => STEPS.map((step) => run[step]);
const sum = (numbers: readonly number[]) => numbers.reduce((before, number) => before + number, 0);

/** By table, of all steps. */
export function writesOf(run: Run): WritesByTable {
  const all = new Map<string, Writes>();
  for (const { writes } of costs(run)) {
    for (const [table, more] of Object.entries(writes)) {
      all.set(table, total({ before: all.get(table) ?? NONE, more }));
    }
  }
  return Object.fromEntries(all);
}

const NONE: Writes = { inserts: 0, updates: 0, hot: 0, deletes: 0 };

/** The count of what is written where contact and conversation are there already. */
export const AGAIN = "rows written a text, known contact";

export function summarize(
  pairs: readonly Pair[],
  again: Run,
  texts: number,
): { figures: Figures; ratios: Figures; counts: Figures } {
  const each = (of: (pair: Pair) => number) => median(pairs.map((pair) => of(pair) / texts));
  const all = pairs.map(({ verbs }) => total(writesOf(verbs)));
  const cpu = (pair: Pair) => sum(costs(pair.verbs).map((cost) => cost.cpu));
  const time = (pair: Pair) => sum(costs(pair.verbs).map((cost) => cost.milliseconds));
  const rows = median(all.map(rowsOf)) / texts;
  const figures: Figures = {
    "rows written a text, rows": rows,
    "time a text": each(time),
    "time a text, bare": each(({ bare }) => bare.milliseconds),
  };
  const ratios: Figures = {
    "time, verbs to bare": medianRatio(pairs.map(time), pairs.map(({ bare }) => bare.milliseconds)),
  };
  const counts: Figures = {
    [AGAIN]: rowsOf(total(writesOf(again))) / texts,
    "rows written a text, bare": median(pairs.map(({ bare }) => rowsOf(total(bare.writes)))) / texts,
    "share of updates that are HOT": median(all.map(({ hot, updates }) => hot / updates)),
  };
  if (pairs.every((pair) => cpu(pair) > 0 && pair.bare.cpu > 0)) {
    figures["CPU a text"] = each(cpu);
    figures["CPU a text, bare"] = each(({ bare }) => bare.cpu);
    ratios["CPU, verbs to bare"] = medianRatio(pairs.map(cpu), pairs.map(({ bare }) => bare.cpu));
    for (const step of STEPS) counts[`CPU a text, ${step}`] = each(({ verbs }) => verbs[step].cpu);
  }
  for (const step of STEPS) {
    counts[`rows a text, ${step}`] = each(({ verbs }) => rowsOf(total(verbs[step].writes)));
  }
  return { figures, ratios, counts };
}

/** For people: what each step costs, and which tables the last run wrote. */
export function render(pairs: readonly Pair[], texts: number): string {
  const each = (of: (pair: Pair) => number) => (median(pairs.map(of)) / texts).toFixed(2);
  const row = (name: string, of: (pair: Pair) => Cost) => [
    name,
    each((pair) => of(pair).milliseconds),
    each((pair) => of(pair).cpu),
    each((pair) => rowsOf(total(of(pair).writes))),
  ];
  const whole = ({ verbs }: Pair): Cost => ({
    milliseconds: sum(costs(verbs).map(({ milliseconds }) => milliseconds)),
    cpu: sum(costs(verbs).map(({ cpu }) => cpu)),
    writes: writesOf(verbs),
  });
  const steps = [...STEPS.map((step) => row(step, ({ verbs }) => verbs[step])), row("all", whole)];
  const last = pairs.at(-1);
  const tables = Object.entries(last ? writesOf(last.verbs) : {}).toSorted(([, a], [, b]) =>
    rowsOf(b) - rowsOf(a)
  );
  return [
    markdown(["step", "ms a text", "CPU ms a text", "rows a text"], [
      ...steps,
      row("bare", ({ bare }) => bare),
    ]),
    "",
    markdown(
      ["table", "inserts a text", "updates a text", "of them HOT", "deletes a text"],
      tables.map(tableRow(texts)),
    ),
  ].join("\n");
}

const tableRow =
  (texts: number) => ([table, { inserts, updates, hot, deletes }]: [string, Writes]): string[] => [
    table,
    (inserts / texts).toFixed(2),
    (updates / texts).toFixed(2),
    updates === 0 ? "" : `${(100 * hot / updates).toFixed(0)} %`,
    (deletes / texts).toFixed(2),
  ];
