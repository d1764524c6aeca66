import { join, relative } from "node:path";
import { UsageError } from "../../local/project.ts";

/** What one version installs: its files, by their paths in the repository. */
export interface Release {
  version: string;
  files: Map<string, string>;
}

/** What an adopter may leave out, with what is then missing. */
export const PARTS = {
  "old-routes": {
    of: /^supabase\/functions\/sms-api\//,
    is: "sms-api, the routes of the system that this replaces",
  },
  inbox: {
    of: /^supabase\/functions\/sms-preview\//,
    is: "sms-preview, which the inbox asks when somebody tries an assistant",
  },
  client: { of: /^client\//, is: "the typed client for your app" },
} as const;
export type Part = keyof typeof PARTS;

/** Where the client goes in an adopter's project. */
export const CLIENT_FOLDER = "supabase-sms-client";
const FUNCTIONS = /^supabase\/functions\/(sms-[a-z-]+|_shared\/sms)\//;
const FUNCTION_ENTRY = /^supabase\/functions\/(sms-[a-z-]+)\/index\.ts$/;
const MIGRATION = /^supabase\/migrations\/(\d+_.+)\.sql$/;
/** What an archive for `add` holds besides the tools themselves. */
export const INSTALLABLE =
  /^(supabase\/(functions|migrations)\/.+|supabase\/remove\.sql|client\/.+|import_map\.json)$/;
const NOT_COPIED = /(^|\/)(\.|node_modules\/)|\.test\.tsx?$/;

/** The release that a folder holds: a clone of the repository, or an archive that was unpacked. */
export async function readRelease(folder: string): Promise<Release> {
  const files = new Map<string, string>();
  for (const place of ["supabase/functions", "supabase/migrations", "client"]) {
    for (const path of await filesBelow(join(folder, place))) {
      await read(relative(folder, path).replaceAll("\\", "/"));
    }
  }
  for (const path of ["supabase/remove.sql", "import_map.json"]) await read(path);
  return releaseOf(files);

  async function read(path: string) {
    if (!INSTALLABLE.test(path) || NOT_COPIED.test(path)) return;
    try {
      files.set(path, await Deno.readTextFile(join(folder, path)));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** All files of a folder and the folders in it; none if it is not there. */
export async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  try {
    for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
      if (isDirectory && name !== "node_modules") files.push(...await filesBelow(join(folder, name)));
      else if (isFile) files.push(join(folder, name));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files.sort();
}

/** @throws UsageError if the files are no release */
export function releaseOf(files: Map<string, string>): Release {
  const stated = files.get("supabase/functions/_shared/sms/version.ts");
  const version = /VERSION = "([^"]+)"/.exec(stated ?? "")?.[1];
  if (version === undefined) {
    throw new UsageError("These files are no release of supabase-sms: they state no version.");
  }
  return { version, files };
}

/** The files of a release as an adopter's project gets them, by their paths there. */
export function installedFiles({ version, files }: Release, without: readonly Part[]): Map<string, string> {
  const left = without.map((part) => PARTS[part].of);
  const installed = new Map<string, string>();
  for (const [path, text] of files) {
    if (NOT_COPIED.test(path) || left.some((part) => part.test(path))) continue;
    if (FUNCTIONS.test(path)) installed.set(path, text);
    else if (PARTS.client.of.test(path)) {
      installed.set(path.replace(/^client/, CLIENT_FOLDER), clientText(path, text, version));
    }
  }
  const config = denoConfig(installed, files.get("import_map.json") ?? "{}");
  for (const name of functionsIn(installed)) installed.set(`supabase/functions/${name}/deno.json`, config);
  return installed;
}

/** The client's package has the version of what it came with. */
function clientText(path: string, text: string, version: string): string {
  return path === "client/package.json" ? text.replace(/("version": ")[^"]*"/, `$1${version}"`) : text;
}

/** The names of the functions among these files. */
export function functionsIn(files: Map<string, unknown>): string[] {
  return [...files.keys()].flatMap((path) => FUNCTION_ENTRY.exec(path)?.[1] ?? []).sort();
}

/** Our migrations in their order: name → text. */
export function migrationsOf({ files }: Release): Map<string, string> {
  const found = [...files].flatMap(([path, text]): [string, string][] => {
    const name = MIGRATION.exec(path)?.[1];
    return name === undefined ? [] : [[name, text]];
  });
  return new Map(found.sort(([one], [other]) => one < other ? -1 : 1));
}

/**
 * The `deno.json` beside each function. The CLI and the editor find it by themselves, so no import map has to lie outside
 * `supabase/`: https://supabase.com/docs/guides/functions/dependencies (read 2026-11-30).
 */
function denoConfig(files: Map<string, string>, importMap: string): string {
  const used = new Set<string>();
  for (const text of files.values()) {
    for (const [, specifier = ""] of text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
      used.add(specifier);
    }
  }
  const all: Record<string, string> = JSON.parse(importMap).imports ?? {};
  const imports = Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
  return `${JSON.stringify({ imports }, null, 2)}\n`;
}
