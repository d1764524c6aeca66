import { dirname, join } from "node:path";
import { UsageError } from "../../local/project.ts";
import { MANIFEST, manifestText } from "./manifest.ts";
import type { Change } from "./files.ts";
import type { Plan } from "./plan.ts";

/** Ends the names of files that are not finished. */
const UNFINISHED = ".sms-unfinished";

/**
 * Does what the plan says. The manifest says first what will be written, and last that it was: a run that is stopped
 * between the two is repeated by the next.
 *
 * @param wrote is told of each step, in tests
 * @throws UsageError if a folder cannot be written; then nothing was changed
 */
export async function carryOut(
  project: string,
  plan: Plan,
  wrote: (path: string) => void = () => {},
): Promise<void> {
  const manifest = (state: "meanwhile" | "after"): Change => {
    const text = plan.manifest[state];
    return { path: MANIFEST, text: text === null ? null : manifestText(text) };
  };
  const steps = [manifest("meanwhile"), ...plan.changes, manifest("after")];
  for (const folder of foldersOf(steps)) await probe(project, folder);
  for (const step of steps) {
    await change(project, step).catch((error) => {
      throw new UsageError(
        `${step.path} could not be written: ${
          said(error)
        }. Some files are written. Remove the cause, then run this again: ` +
          "it goes on where it stopped.",
        { cause: error },
      );
    });
    wrote(step.path);
  }
}

function foldersOf(steps: Change[]): Set<string> {
  return new Set(steps.map(({ path }) => dirname(path)));
}

/** Whether something can be written in this folder, or in the nearest one that exists. */
async function probe(project: string, folder: string): Promise<void> {
  const file = join(project, folder, UNFINISHED);
  try {
    await Deno.writeTextFile(file, "");
    await Deno.remove(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && folder !== ".") return await probe(project, dirname(folder));
    throw new UsageError(
      `${join(project, folder)} cannot be written: ${said(error)}. Nothing was changed.`,
      { cause: error },
    );
  }
}

async function change(project: string, { path, text }: Change): Promise<void> {
  const file = join(project, path);
  if (text === null) {
    await Deno.remove(file).catch(unlessGone);
    return await removeEmpty(project, dirname(path));
  }
  await Deno.mkdir(dirname(file), { recursive: true });
  // A link of theirs stays one: what it leads to is written.
  const real = await Deno.realPath(file).catch(unlessGone) ?? file;
  try {
    await Deno.writeTextFile(real + UNFINISHED, text, await modeOf(real));
    await Deno.rename(real + UNFINISHED, real);
  } catch (error) {
    // It may hold a key, and no .gitignore knows its name.
    await Deno.remove(real + UNFINISHED).catch(unlessGone);
    throw error;
  }
}

/** A file of theirs keeps its rights; what holds a key is for its owner alone. */
async function modeOf(file: string): Promise<Deno.WriteFileOptions> {
  if (Deno.build.os === "windows") return {};
  const there = await Deno.stat(file).catch(unlessGone);
  const mode = there?.mode ?? (file.endsWith(".env") ? 0o600 : null);
  return mode === null ? {} : { mode: mode & 0o777 };
}

/** Folders that held nothing but ours go with them. */
async function removeEmpty(project: string, folder: string): Promise<void> {
  if (!/^(supabase\/functions\/.|supabase-sms-client)/.test(folder)) return;
  const entries = await Array.fromAsync(Deno.readDir(join(project, folder))).catch(unlessGone);
  if (entries === undefined || entries.length > 0) return;
  await Deno.remove(join(project, folder));
  await removeEmpty(project, dirname(folder));
}

function unlessGone(error: unknown): undefined {
  if (error instanceof Deno.errors.NotFound) return undefined;
  throw error;
}

function said(error: unknown): string {
  return error instanceof Error
    ? error.message.replace(/ \(os error.*$/, "").split(":")[0] ?? ""
    : String(error);
}
