/** What the peaks of `memory` come to. */
import type { Figures } from "../figures.ts";
import { markdown } from "../measure/pairs.ts";

/** Half of what the platform gives an isolate: https://supabase.com/docs/guides/functions/limits */
const BUDGET_MB = 128;

/** How much of the budget each of them takes. */
export function summarize(peaks: Figures): Figures {
  const ratios = Object.entries(peaks).map(([name, peak]) => [`${name} to ${BUDGET_MB}`, peak / BUDGET_MB]);
  return Object.fromEntries(ratios);
}

/** For people. */
export function render(peaks: Figures): string {
  const rows = Object.entries(peaks).map(([name, peak]) => [
    name,
    peak.toFixed(0),
    `${(peak / BUDGET_MB).toFixed(2)} ×`,
  ]);
  return markdown(["", "MB", `to ${BUDGET_MB} MB`], rows);
}
