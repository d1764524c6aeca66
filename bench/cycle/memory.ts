/** Runs of a stage, and what its processes hold in memory meanwhile: for `cycle` and `memory`. */
import type { Figures } from "../figures.ts";
import { forgetPeaks, peakOf, type Role } from "../measure/roles.ts";
import { newContacts } from "../measure/texts.ts";
import { type Run, runCycle } from "./run.ts";
import type { Stage, System } from "./stage.ts";
import type { Case } from "./told.ts";

const WARM_UP = 100;
/** Whose memory is told. */
const HOLDERS: readonly Role[] = ["worker", "webhook", "peer"];

export async function runOf(
  { carrier, model }: Stage,
  { numbers: all, settled }: System,
  { numbers, callbacks, texts }: Case & { readonly texts: number },
): Promise<Run> {
  return await runCycle({
    carrier,
    model,
    numbers: all.slice(0, numbers),
    contacts: newContacts(texts),
    callbacks,
    ...settled ? { settled } : {},
  });
}

/** From here on `memoryPeaks()` tells what happens from here on: starts of processes are left out. */
export async function warmUp(stage: Stage): Promise<void> {
  for (const system of stage.systems) {
    await runOf(stage, system, { numbers: system.numbers.length, callbacks: true, texts: WARM_UP });
  }
  forgetPeaks(HOLDERS);
}

/** What each process holds at most, in MB; nothing where nobody tells. */
export function memoryPeaks(): Figures {
  const figures: Figures = {};
  for (const role of HOLDERS) {
    const peak = peakOf(role);
    if (peak !== null) figures[`memory of ${role} at most, MB`] = peak;
  }
  return figures;
}
