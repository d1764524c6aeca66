import { join } from "node:path";

/** The SQL files of `supabase/schemas`, in the order in which they are applied. */
export async function schemaFiles(root: string): Promise<{ path: string; text: string }[]> {
  const paths = (await sqlFilesIn(join(root, "supabase/schemas"))).sort();
  return await Promise.all(paths.map(async (path) => ({ path, text: await Deno.readTextFile(path) })));
}

async function sqlFilesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) found.push(...await sqlFilesIn(path));
    else if (name.endsWith(".sql")) found.push(path);
  }
  return found;
}

/** Puts back the migrations that a project has. */
export async function copyMigrations(from: string, to: string): Promise<void> {
  const folder = "supabase/migrations";
  await Deno.remove(join(to, folder), { recursive: true });
  await Deno.mkdir(join(to, folder));
  for await (const { name } of Deno.readDir(join(from, folder))) {
    await Deno.copyFile(join(from, folder, name), join(to, folder, name));
  }
}

/** Makes the tree the only migration, so that a mistake in it is what the tests get. */
export async function applyTree(root: string): Promise<void> {
  const folder = join(root, "supabase/migrations");
  await Deno.remove(folder, { recursive: true });
  await Deno.mkdir(folder);
  const files = (await schemaFiles(root)).map(({ text }) => text);
  const joined = ["set check_function_bodies = off;", ...files, "reset check_function_bodies;"].join("\n");
  await Deno.writeTextFile(join(folder, "20261130000000_sms_baseline.sql"), joined);
}
