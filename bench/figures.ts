/** What the benchmarks share: their options, and figures that `--against` compares between two builds. */
import { print } from "../local/print.ts";

/**
 * By name: milliseconds, where the name gives no other unit. Less is better. The names stay the same when verbs are renamed:
 * two builds are compared by them.
 */
export type Figures = Record<string, number>;

/** What is told besides the figures. */
export interface More {
  /** Of two figures of the same run: the machine is not in them. */
  readonly ratios?: Figures;
  /** What was counted: messages lost, for instance. */
  readonly counts?: Figures;
}

/** What a benchmark says with `--json`. */
export interface Told extends More {
  readonly figures: Figures;
}

/** The last line that a benchmark prints with `--json`. */
export function tell(figures: Figures, more: More = {}): void {
  const told: Told = { figures, ...more };
  if (Deno.args.includes("--json")) print(JSON.stringify(told));
}

/** Of what a benchmark printed. @throws Error where it told nothing */
export function readTold(printed: string): Told {
  const told = printed.split("\n").findLast((line) => line.startsWith('{"figures":'));
  if (told === undefined) throw new Error(`No figures in:\n${printed.slice(-4_000)}`);
  return JSON.parse(told);
}

/** Of `--name=value`. */
export function option(name: string, fallback: number): number {
  const given = Deno.args.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1];
  return given === undefined ? fallback : Number(given);
}

/** A number of rows, with `--scale=0.1` a tenth of it: quicker, and good enough to compare two builds. */
export function scaled(rows: number): number {
  return Math.max(1, Math.round(rows * option("scale", 1)));
}

interface Spread {
  readonly p50: number;
}

/** What `overload.ts` prints, as far as it is compared. */
export interface Overload {
  readonly webhook_ms: { readonly at_rest: Spread; readonly flood: Spread };
  readonly other_tenants_reply_ms: { readonly at_rest: Spread; readonly flood: Spread };
  readonly answers_a_second: number;
}

export function overloadFigures(told: Overload): Figures {
  return {
    "webhook at rest": told.webhook_ms.at_rest.p50,
    "webhook in the flood": told.webhook_ms.flood.p50,
    "other tenant's reply at rest": told.other_tenants_reply_ms.at_rest.p50,
    "other tenant's reply in the flood": told.other_tenants_reply_ms.flood.p50,
    "one answer of the flood": 1_000 / told.answers_a_second,
  };
}
