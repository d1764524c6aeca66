import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { exists } from "../../local/files.ts";
import { UsageError } from "../../local/project.ts";
import { hashOf, type Manifest } from "./manifest.ts";

/** A file as it will be; null: it goes. */
export interface Change {
  path: string;
  text: string | null;
}

/** A file that somebody edited. It stays; the patch makes ours of it. */
export interface Kept {
  path: string;
  patch: string | null;
}

export interface Decided {
  changes: Change[];
  kept: Kept[];
  hashes: Record<string, string>;
}

/** Which files are written, which go, and which stay because somebody edited them. */
export async function decideFiles(
  project: string,
  files: Map<string, string>,
  manifest: Manifest | null,
): Promise<Decided> {
  const decided: Decided = { changes: [], kept: [], hashes: {} };
  const notOurs: string[] = [];
  for (const [path, text] of files) {
    decided.hashes[path] = hashOf(text);
    const there = await readOwn(project, path);
    const known = hashesOf(manifest, path);
    if (there === null) decided.changes.push({ path, text });
    else if (hashOf(there) === hashOf(text)) await dropPatch(path);
    else if (known.includes(hashOf(there))) {
      decided.changes.push({ path, text });
      await dropPatch(path);
    } else if (known.length === 0) notOurs.push(path);
    else keep(path, there, text);
  }
  if (notOurs.length > 0) throw new UsageError(refusal(notOurs));
  for (const path of pathsOf(manifest)) {
    if (files.has(path)) continue;
    const there = await readOwn(project, path);
    if (there === null) await dropPatch(path);
    else if (hashesOf(manifest, path).includes(hashOf(there))) {
      decided.changes.push({ path, text: null });
      await dropPatch(path);
    } else decided.kept.push({ path, patch: null });
  }
  return decided;

  function keep(path: string, there: string, text: string) {
    const unchanged = manifest?.files[path] === hashOf(text);
    const patch = unchanged ? null : patchOf(path);
    if (patch) decided.changes.push({ path: patch, text: createTwoFilesPatch(path, path, there, text) });
    decided.kept.push({ path, patch });
  }
  /** A patch of an earlier update that is of no use any more. */
  async function dropPatch(path: string) {
    if (hashesOf(manifest, path).length === 0) return;
    if (await exists(join(project, patchOf(path)))) decided.changes.push({ path: patchOf(path), text: null });
  }
}

export function patchOf(path: string): string {
  return `${path}.sms-update.patch`;
}

/** All hashes that a file of ours may have: as it was installed, and as a run that was stopped meant to write it. */
export function hashesOf(manifest: Manifest | null, path: string): string[] {
  const pending = typeof manifest?.pending === "object" ? manifest.pending.files[path] : undefined;
  return [manifest?.files[path], pending].filter((hash) => hash !== undefined);
}

/** All files that were written, or were about to be. */
export function pathsOf(manifest: Manifest | null): string[] {
  const pending = typeof manifest?.pending === "object" ? manifest.pending.files : {};
  return Object.keys({ ...manifest?.files, ...pending });
}

/** What was put into config.toml, or was about to be. */
export function blocksOf(manifest: Manifest | null): string[] {
  const pending = typeof manifest?.pending === "object" ? manifest.pending.config : null;
  return [manifest?.config ?? null, pending].filter((added) => added !== null);
}

/**
 * A file at one of our paths, or null.
 *
 * @throws UsageError if something that is no file stands there
 */
export async function readOwn(project: string, path: string): Promise<string | null> {
  try {
    const { isFile } = await Deno.lstat(join(project, path));
    if (!isFile) throw new UsageError(`${path} is no ordinary file. Move it away. Nothing was changed.`);
    return await Deno.readTextFile(join(project, path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.FilesystemLoop) {
      throw new UsageError(
        `${path} cannot be written: a part of this path is no folder. Nothing was changed.`,
      );
    }
    throw error;
  }
}

/**
 * A file of theirs that we write into, byte by byte as it is, or null.
 *
 * @throws UsageError where what is written back would not be the same
 */
export async function readTheirs(project: string, path: string): Promise<string | null> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(join(project, path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    const isFile = await Deno.stat(join(project, path)).then((there) => there.isFile, () => true);
    if (isFile) throw error;
    throw new UsageError(`${path} is no ordinary file. Move it away. Nothing was changed.`, { cause: error });
  }
  try {
    // A mark of byte order stays too.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new UsageError(`${path} is not UTF-8. Save it as that. Nothing was changed.`, { cause: error });
  }
}

function refusal(paths: string[]): string {
  return [
    "These files are in the way, because `add` did not write them:",
    ...paths.slice(0, 10).map((path) => `  ${path}`),
    ...(paths.length > 10 ? [`  and ${paths.length - 10} more`] : []),
    "Rename yours, or delete what you copied by hand from an earlier version. Nothing was changed.",
  ].join("\n");
}
