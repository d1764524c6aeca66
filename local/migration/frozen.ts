/**
 * Which migrations are frozen: their sums stand in `supabase/migrations.sha256` (`sha256sum -c` reads it as well). Somebody
 * has applied them, so that nobody may change them.
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { readIfThere } from "../files.ts";
import type { Migration } from "../migrations.ts";
import { projectRoot } from "../project.ts";

export const frozenFile = join(projectRoot, "supabase/migrations.sha256");

/** File name → sum. */
export async function readFrozen(file: string = frozenFile): Promise<Map<string, string>> {
  const lines = (await readIfThere(file) ?? "").split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => {
    const [sum = "", path = ""] = line.split(/\s+/, 2);
    return [basename(path), sum];
  }));
}

/** Freezes what is not frozen yet. @returns the names of those files */
export async function freeze(migrations: Migration[], file: string = frozenFile): Promise<string[]> {
  const frozen = await readFrozen(file);
  const open = migrations.filter(({ path }) => !frozen.has(basename(path)));
  for (const { path, text } of open) frozen.set(basename(path), sumOf(text));
  const lines = [...frozen].map(([name, sum]) => `${sum}  migrations/${name}\n`);
  await Deno.writeTextFile(file, lines.join(""));
  return open.map(({ path }) => basename(path));
}

/** Sentences about frozen migrations that are not what they were. */
export async function frozenProblems(migrations: Migration[], file: string = frozenFile): Promise<string[]> {
  const texts = new Map(migrations.map(({ path, text }) => [basename(path), text]));
  return [...await readFrozen(file)].flatMap(([name, sum]) => {
    const text = texts.get(name);
    if (text === undefined) return [`${name} is frozen and missing. Bring it back.`];
    if (sumOf(text) === sum) return [];
    return [`${name} is frozen and was changed. Bring it back, and write a new migration.`];
  });
}

function sumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
