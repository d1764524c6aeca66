/** The baseline: the tree, joined. It follows the tree until it is frozen. */
import { basename } from "node:path";
import { readIfThere } from "../files.ts";
import { type Migration } from "../migrations.ts";
import { UsageError } from "../project.ts";
import { baselineFile, joinTree, type SchemaFile } from "../schemas.ts";
import { readFrozen } from "./frozen.ts";

/**
 * Joins the tree anew.
 *
 * @returns whether the file is another one now
 * @throws UsageError if the baseline is frozen, or has migrations after it that would then apply twice
 */
export async function writeBaseline(
  tree: SchemaFile[],
  migrations: Migration[],
  frozen?: string,
): Promise<boolean> {
  if ((await readFrozen(frozen)).has(basename(baselineFile))) {
    throw new UsageError("The baseline is frozen: projects have it. Use `deno task migration NAME`.");
  }
  const later = migrations.find(({ path }) => basename(path) > basename(baselineFile));
  if (later) {
    throw new UsageError(
      `${basename(later.path)} comes after the baseline, and its changes would apply twice.`,
    );
  }
  const text = joinTree(tree);
  if (await readIfThere(baselineFile) === text) return false;
  await Deno.writeTextFile(baselineFile, text);
  return true;
}
