/** Compares the blocks of the pages with what `runs.ts` says of them, and that with the tests. */
import { type Block, NOT_RUN } from "./blocks.ts";
import type { NotRun, Run } from "./runs.ts";

export interface Walk {
  readonly blocks: readonly Block[];
  readonly runs: Readonly<Record<string, readonly Run[]>>;
  readonly tooMuch: readonly NotRun[];
  /** Every test's text, by its path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** @returns a line for each block that nobody runs and each run that nobody prints */
export function problemsOf(walk: Walk): string[] {
  return [
    ...walk.blocks.flatMap((block) => blockProblems(block, walk)),
    ...Object.entries(walk.runs).flatMap(([page, runs]) =>
      runs.flatMap((run) => runProblems(page, run, walk))
    ),
    ...walk.tooMuch.flatMap((entry) => staleProblems(entry.page, entry, walk)),
    ...walk.tooMuch.flatMap(({ page, tested }) =>
      tested.filter((path) => !walk.sources.has(path)).map((path) => `${path} of ${page} is not there`)
    ),
  ];
}

/** What a block's test is, in words. Null: nobody runs it. */
export function saidOf(block: Block, { runs, tooMuch }: Pick<Walk, "runs" | "tooMuch">): string | null {
  const { page, line, language, code } = block;
  const at = `${page}:${line} ${language}`;
  const run = runs[page]?.find(({ begins }) => code.startsWith(begins));
  if (run) {
    const replaced = Object.entries(run.replaced ?? {}).map(([part, by]) => `${part} → ${by}`).join("; ");
    return `${at} is run by ${run.in}, ${replaced === "" ? "as printed" : `but for: ${replaced}`}`;
  }
  const entry = tooMuch.find((entry) => entry.page === page && code.startsWith(entry.begins));
  return entry ? `${at} is not run: ${entry.why}. See ${entry.tested.join(", ")}` : null;
}

function blockProblems(block: Block, walk: Walk): string[] {
  const at = `${block.page}:${block.line}`;
  if (block.language === "") return [`${at} does not say its language; what is no command is "text"`];
  if (NOT_RUN.includes(block.language) || saidOf(block, walk) !== null) return [];
  return [`${at} is run by no test: say in tests/support/pages/runs.ts which one does`];
}

function runProblems(page: string, run: Run, walk: Walk): string[] {
  const source = walk.sources.get(run.in);
  // As the tests call it: printed("docs/x.md", "first words").
  const calls = source?.includes(JSON.stringify(page)) && mentions(source, run.begins);
  return [
    ...staleProblems(page, run, walk),
    ...(calls ? [] : [`${run.in} does not run the block of ${page} that begins with: ${run.begins}`]),
  ];
}

function staleProblems(page: string, { begins }: Pick<Run, "begins">, { blocks }: Walk): string[] {
  const found = blocks.filter((block) => block.page === page && block.code.startsWith(begins));
  return found.length === 1 ? [] : [`${page} has ${found.length} blocks that begin with: ${begins}`];
}

function mentions(source: string, words: string): boolean {
  return [JSON.stringify(words), `'${words.replaceAll("\n", "\\n")}'`].some((literal) =>
    source.includes(literal)
  );
}
