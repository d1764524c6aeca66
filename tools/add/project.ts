import { basename, dirname, join, resolve } from "node:path";
import { exists } from "../../local/files.ts";
import { projectRoot, UsageError } from "../../local/project.ts";

/** How deep a monorepo is looked through for a project. */
const DEPTH = 3;
const SKIPPED = /^(\.|node_modules$|dist$|build$)/;

/**
 * The folder that holds `supabase/config.toml`: DIR itself, what is above it if DIR is that `supabase` folder, or the only
 * one below it. Never our own clone.
 *
 * @param from the folder that a relative DIR starts at
 * @param own where this clone is
 * @throws UsageError if there is none, or several
 */
export async function findProject(dir: string, from: string, own = projectRoot): Promise<string> {
  const folder = resolve(from, dir);
  const kind = await Deno.stat(folder).catch((error) => notThere(error, dir));
  if (!kind.isDirectory) throw new UsageError(`${dir} is no folder. Nothing was changed.`);
  if (folder === own) {
    throw new UsageError(
      `${dir} is supabase-sms itself. Give the folder of your project, such as ../my-project. Nothing was changed.`,
    );
  }
  if (await holdsProject(folder)) return folder;
  const inside = basename(folder) === "supabase" && await exists(join(folder, "config.toml"));
  if (inside) return dirname(folder);
  const [found, ...others] = await projectsBelow(folder, DEPTH, own);
  if (found === undefined) {
    throw new UsageError(
      `There is no Supabase project in ${dir}: it has no supabase/config.toml. \`npx supabase init\` makes one. ` +
        "Nothing was changed.",
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `There are several Supabase projects in ${dir}: ${[found, ...others].join(", ")}. Name one of them. ` +
        "Nothing was changed.",
    );
  }
  return found;
}

function notThere(error: unknown, dir: string): never {
  const missing = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
  if (missing) throw new UsageError(`There is no folder ${dir}. Nothing was changed.`);
  throw error;
}

function holdsProject(folder: string): Promise<boolean> {
  return exists(join(folder, "supabase/config.toml"));
}

async function projectsBelow(folder: string, depth: number, own: string): Promise<string[]> {
  if (depth === 0) return [];
  const found: string[] = [];
  for (const { name, isDirectory } of await Array.fromAsync(Deno.readDir(folder))) {
    if (!isDirectory || SKIPPED.test(name)) continue;
    const below = join(folder, name);
    if (below === own) continue;
    if (await holdsProject(below)) found.push(below);
    else found.push(...await projectsBelow(below, depth - 1, own));
  }
  return found.sort();
}
