import type { Models } from "../../../../client/mod.ts";

/** Which model answers for an assistant that names this one, or none: as the worker chooses. */
const modelUsed = ({ default_model, models }: Models, named: string | null): string =>
  named !== null && models.includes(named) ? named : default_model;

/** What to say where that model goes away; null where it stays. */
export function endOfModel(known: Models | undefined, named: string | null): string | null {
  if (!known) return null;
  const used = modelUsed(known, named || null);
  const ending = known.ending.find(({ model }) => model === used);
  if (!ending) return null;
  const day = new Date(`${ending.shutdown_date}T00:00:00`);
  const date = day.toLocaleDateString(undefined, { dateStyle: "long" });
  const gone = day.getTime() <= Date.now();
  return `${used} ${gone ? "was" : "will be"} shut down by its provider on ${date}. ` +
    (used === named ? "Choose another model." : "Ask the operator for another model.");
}
