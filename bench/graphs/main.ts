/**
 * `deno task bench --svg FOLDER FILE …`: graphs of what `--json --only …` printed into these files. A benchmark that is in
 * several of them is drawn from the last one.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { complain } from "../../local/print.ts";
import { UsageError } from "../../local/project.ts";
import { drawGraphs, GRAPHS, type ToldByName } from "./graphs.ts";

/** Null is what JSON makes of a figure that nothing told. */
const Figures = z.record(z.string(), z.number().nullable().transform((value) => value ?? NaN));
const Answer = z.record(
  z.string(),
  z.object({ figures: Figures, ratios: Figures.default({}), counts: Figures.default({}) }),
);

/** @returns the files that were written @throws UsageError */
export async function writeGraphs(args: string[]): Promise<string[]> {
  const { folder, files } = parse(args);
  const told: Record<string, ToldByName[string]> = {};
  for (const file of files) Object.assign(told, await readAnswer(file));
  const drawn = drawGraphs(told);
  await Deno.mkdir(folder, { recursive: true });
  for (const { file, benchmark } of GRAPHS) {
    if (!told[benchmark]) complain(`${file} is not drawn: the answers have no figures of ${benchmark}`);
  }
  return await Promise.all(
    Object.entries(drawn).map(async ([file, svg]) => {
      await Deno.writeTextFile(join(folder, file), svg);
      return join(folder, file);
    }),
  );
}

function parse(args: string[]): { folder: string; files: string[] } {
  const { values, positionals } = parseArgs({
    args,
    options: { svg: { type: "string" } },
    allowPositionals: true,
    strict: false,
  });
  if (typeof values.svg !== "string" || positionals.length === 0) {
    throw new UsageError("--svg needs a folder and the answers to draw: --svg docs/performance run.json");
  }
  return { folder: values.svg, files: positionals };
}

async function readAnswer(file: string): Promise<ToldByName> {
  try {
    return Answer.parse(JSON.parse(await Deno.readTextFile(file)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} is no answer of --json --only: ${why}`, { cause: error });
  }
}
