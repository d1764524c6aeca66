/** A folder of functions: the project's own, and the floor beside them. */
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";

export const FLOOR = "bench-floor";

/** What the floor calls: the least that a call can be. */
export const TRIVIAL_CALL = `
  create function public.bench_nothing() returns jsonb language sql stable set search_path = '' as $$ select '{}'::jsonb $$;
  revoke all on function public.bench_nothing() from public;
  grant execute on function public.bench_nothing() to service_role`;

/** @returns a new folder; the stack that runs it removes it */
export async function makeRoot(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "bench-functions-" });
  const functions = join(projectRoot, "supabase/functions");
  for await (const { name, isDirectory } of Deno.readDir(functions)) {
    if (isDirectory) await Deno.symlink(join(functions, name), join(folder, name));
  }
  await Deno.mkdir(join(folder, FLOOR));
  const floor = new URL("floor.ts", import.meta.url).href;
  await Deno.writeTextFile(
    join(folder, FLOOR, "index.ts"),
    `export { default } from ${JSON.stringify(floor)};\n`,
  );
  return folder;
}
