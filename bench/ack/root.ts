/** A folder of functions: the project's own, and those of a benchmark beside them. */
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";

export const FLOOR = "bench-floor";

/** What the floor calls: the least that a call can be. */
export const TRIVIAL_CALL = `
  create function public.bench_nothing() returns jsonb language sql stable set search_path = '' as $$ select '{}'::jsonb $$;
  revoke all on function public.bench_nothing() from public;
  grant execute on function public.bench_nothing() to service_role`;

/**
 * @param beside by name: the module whose default export is the function
 * @returns a new folder; the stack that runs it removes it
 */
export async function makeRoot(
  beside: Readonly<Record<string, URL>> = { [FLOOR]: new URL("floor.ts", import.meta.url) },
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "bench-functions-" });
  const functions = join(projectRoot, "supabase/functions");
  for await (const { name, isDirectory } of Deno.readDir(functions)) {
    if (isDirectory) await Deno.symlink(join(functions, name), join(folder, name));
  }
  for (const [name, { href }] of Object.entries(beside)) {
    await Deno.mkdir(join(folder, name));
    await Deno.writeTextFile(
      join(folder, name, "index.ts"),
      `export { default } from ${JSON.stringify(href)};\n`,
    );
  }
  return folder;
}
