/** Runs the blocks of the pages as they are printed. Which test runs which, and with what replaced, is in `runs.ts`. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectRoot } from "../../../local/project.ts";
import { QUIET } from "../../../local/supabase_cli.ts";
import { type Block, readBlocks } from "./blocks.ts";
import { RUNS } from "./runs.ts";

export interface Printed extends Block {
  /**
   * The code to run. The values are for exactly the parts that `runs.ts` says are replaced.
   */
  as(values?: Readonly<Record<string, string>>): string;
}

/** The block of a page that begins with these words. */
export async function printed(page: string, begins: string): Promise<Printed> {
  const run = RUNS[page]?.find((run) => run.begins === begins);
  assert(run, `tests/support/pages/runs.ts says that a block of ${page} begins with: ${begins}`);
  const block = (await readBlocks(page)).find(({ code }) => code.startsWith(begins));
  assert(block, `${page} has a block that begins with: ${begins}`);
  return {
    ...block,
    as(values = {}) {
      assert.deepEqual(
        Object.keys(values).sort(),
        Object.keys(run.replaced ?? {}).sort(),
        `${page}: ${begins}`,
      );
      return Object.entries(values).reduce((code, [part, by]) => {
        assert(code.includes(part), `${page} has ${part} in: ${code}`);
        return code.replaceAll(part, by);
      }, block.code);
    },
  };
}

export interface Told {
  readonly code: number;
  /** Both outputs, as a terminal shows them. */
  readonly said: string;
}

/** A script as somebody pastes it into a terminal, which stops at the first command that fails. */
export async function paste(script: string, cwd: string, env: Record<string, string> = {}): Promise<Told> {
  // The task that runs these tests has set it, and a task inside a task leaves it as it is.
  const { INIT_CWD: _, ...machine } = Deno.env.toObject();
  const { code, stdout } = await new Deno.Command("bash", {
    args: ["-euc", `exec 2>&1; ${script}`],
    cwd,
    clearEnv: true,
    env: { ...machine, ...QUIET, ...env },
    stdin: "null",
  }).output();
  return { code, said: new TextDecoder().decode(stdout) };
}

/** What a script says that has to succeed. */
export async function bash(
  script: string,
  cwd = projectRoot,
  env: Record<string, string> = {},
): Promise<string> {
  const { code, said } = await paste(script, cwd, env);
  assert.equal(code, 0, said);
  return said;
}

const CLIENT = pathToFileURL(join(projectRoot, "client/mod.ts")).href;
const NAMES = /^(?:export )?(?:const|async function|function) (\w+)/gm;
const DESTRUCTURED = /^const \{ (?:data: )?(\w+) \} = /gm;

/**
 * A snippet as a module: what it imports stays in front, the rest becomes a function of what a reader has. The client is
 * imported from this clone.
 *
 * @returns what it declares, by name
 */
// deno-lint-ignore no-explicit-any -- whatever the page declares
export async function evaluate(code: string, given: Readonly<Record<string, unknown>>): Promise<any> {
  const imports = code.match(/^import .*$/gm) ?? [];
  const rest = code.replaceAll(/^import .*$/gm, "");
  const declared = [...rest.matchAll(NAMES), ...rest.matchAll(DESTRUCTURED)].map(([, name]) => name);
  const module = [
    ...imports.map((line) => line.replace("./supabase-sms-client/mod.ts", CLIENT)),
    `export default async ({ ${Object.keys(given).join(", ")} }: any) => {`,
    rest.replaceAll(/^export /gm, ""),
    `  return { ${declared.join(", ")} };`,
    "};",
  ];
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, module.join("\n"));
    const { default: main } = await import(pathToFileURL(path).href);
    return await main(given);
  } finally {
    await Deno.remove(path);
  }
}

/** The shape of a value of JSON: its keys, all the way down, and of a list the shape of its first entry. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (value === null || typeof value !== "object") return "…";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
