/** What the first run of the demo installs (`deno.lock`), and what it needs (its imports). */
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { projectRoot } from "../../local/project.ts";
import { functionNames } from "./import_graph.ts";

const Package = z.object({
  integrity: z.string().optional(),
  dependencies: z.array(z.string()).default([]),
});
const Lock = z.object({
  specifiers: z.record(z.string(), z.string()),
  npm: z.record(z.string(), Package),
  workspace: z.object({ links: z.record(z.string(), z.unknown()).default({}) }),
});
export type Lock = z.infer<typeof Lock>;

export async function readLock(name: string): Promise<Lock> {
  return Lock.parse(await readJson(name));
}

export async function readJson(name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(join(projectRoot, name)));
}

/** `zod` of `npm:zod@4.6.7/v4` and of `zod@4.6.7_x@1.0.0`. */
export function packageName(specifier: string): string {
  return /^(?:npm:\/?)?((?:@[^/]+\/)?[^@/]+)/.exec(specifier)?.[1] ?? specifier;
}

/** Names of the packages that a lock is asked for; what they bring along is in `npm`. */
export function askedFor(lock: Lock): string[] {
  return Object.keys(lock.specifiers).map(packageName).sort();
}

/** Types too: Deno installs those as well. `resolve()` is how the binaries of Postgres are found. */
const IMPORT = /(?:\bfrom|\bimport|\bimport\(|\bimport\.meta\.resolve\()\s*"([^"]+)"/g;

/** Names of the packages that the demo and the functions that it starts import, from file to file. */
export async function neededByDemo(): Promise<string[]> {
  const { imports } = z.object({ imports: z.record(z.string(), z.string()) }).parse(
    await readJson("import_map.json"),
  );
  const functions = (await functionNames()).map((name) => `supabase/functions/${name}/index.ts`);
  const files = new Set(["local/demo.ts", ...functions]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const specifier of importsIn(await Deno.readTextFile(join(projectRoot, file)))) {
      const target = imports[specifier];
      if (target !== undefined) packages.add(packageName(target));
      else if (specifier.startsWith(".")) {
        files.add(relative(projectRoot, join(projectRoot, dirname(file), specifier)));
      }
    }
  }
  return [...packages].sort();
}

export function importsIn(text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap(([, specifier]) => specifier ?? []);
}

/** Sentences about what a lock has and the demo does not need, or the other way round; none if all is well. */
export function firstRunProblems(
  lock: Lock,
  needed: readonly string[],
  also: Readonly<Record<string, string>>,
): string[] {
  const asked = askedFor(lock);
  const linked = Object.keys(lock.workspace.links).map(packageName);
  return [
    ...asked.filter((name) => !needed.includes(name) && !(name in also)).map((name) =>
      `deno.lock has ${name}, which the demo does not need: take it out with \`git checkout deno.lock\`. ` +
      "Commands that need it take --config deno.all.json (docs/decisions/0044-two-locks.md)."
    ),
    ...needed.filter((name) => !asked.includes(name)).map((name) =>
      `the demo imports ${name}, which is not in deno.lock`
    ),
    ...Object.entries(lock.npm)
      .filter(([id, { integrity }]) => linked.includes(packageName(id)) && integrity !== undefined)
      .map(([id]) => `deno.lock fetches ${id}, which local/unused stands in for`),
    ...Object.entries(lock.npm)
      .filter(([id, { integrity }]) => !linked.includes(packageName(id)) && integrity === undefined)
      .map(([id]) => `deno.lock has no integrity of ${id}`),
  ];
}

/** Sentences about packages of `lock` that `all` has otherwise, or not. */
export function differences(lock: Lock, all: Lock): string[] {
  const versions = (of: Lock) =>
    new Map(Object.entries(of.npm).map(([id, { integrity }]) => [withoutPeers(id), integrity]));
  const theirs = versions(all);
  return [...versions(lock)].filter(([id, integrity]) => !theirs.has(id) || theirs.get(id) !== integrity)
    .map(([id]) => `${id} is in deno.lock, and otherwise or not at all in deno.all.lock`);
}

function withoutPeers(id: string): string {
  const [, version = id] = /^(@?[^@]+@[^_]+)/.exec(id) ?? [];
  return version;
}
