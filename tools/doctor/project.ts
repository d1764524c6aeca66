import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { exists, readIfThere } from "../../local/files.ts";
import { type Migration, readMigrations } from "../../local/migrations.ts";
import { projectRoot } from "../../local/project.ts";
import { VERSION } from "../../supabase/functions/_shared/sms/version.ts";
import { readEnvFile } from "./options.ts";

const Block = z.looseObject({ verify_jwt: z.boolean().optional(), import_map: z.string().optional() });
const Config = z.looseObject({ functions: z.record(z.string(), z.unknown()).optional() });
/** What `deno task add` writes. */
const Manifest = z.looseObject({ version: z.string(), files: z.record(z.string(), z.string()) });

/** The adopter's folder, as it was found. */
export interface Project {
  readonly directory: string;
  /** Null: there is no supabase/config.toml. */
  readonly config: Readonly<Record<string, z.infer<typeof Block>>> | null;
  /** Why config.toml, or the manifest, cannot be read. */
  readonly unreadable: readonly string[];
  readonly manifest: z.infer<typeof Manifest> | null;
  /** The version that the files say they are; null where there are none of ours. */
  readonly version: string | null;
  /** Names of our functions that are there. */
  readonly functions: readonly string[];
  /** Of everything below supabase/functions that has one of our names: path from the folder, and hash. */
  readonly files: ReadonlyMap<string, string>;
  readonly migrations: readonly Migration[];
  readonly env: Readonly<Record<string, string | undefined>> | null;
}

export async function readProject(directory: string): Promise<Project> {
  const unreadable: string[] = [];
  const toml = await readIfThere(join(directory, "supabase/config.toml"));
  const json = await readIfThere(join(directory, "supabase-sms.json"));
  const files = await ownNames(directory);
  return {
    directory,
    config: toml === null ? null : readBlocks(toml, unreadable),
    manifest: json === null ? null : readManifest(json, unreadable),
    unreadable,
    version: await versionIn(directory),
    functions: [
      ...new Set([...files.keys()].flatMap((path) => /\/(sms-[^/]+)\/index\.ts$/.exec(path)?.[1] ?? [])),
    ].sort(),
    files,
    migrations: await exists(join(directory, "supabase/migrations"))
      ? await readMigrations(join(directory, "supabase/migrations"))
      : [],
    env: await readEnvFile(directory),
  };
}

function readBlocks(text: string, unreadable: string[]): NonNullable<Project["config"]> {
  try {
    const { functions = {} } = Config.parse(parse(text));
    return Object.fromEntries(
      Object.entries(functions).map(([name, block]) => [name, Block.safeParse(block).data ?? {}]),
    );
  } catch (error) {
    const line = error instanceof Error && "line" in error ? `, line ${error.line}` : "";
    unreadable.push(`supabase/config.toml does not parse${line}`);
    return {};
  }
}

function readManifest(text: string, unreadable: string[]): Project["manifest"] {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch {
    unreadable.push("supabase-sms.json is not what `deno task add` wrote");
    return null;
  }
}

async function versionIn(directory: string): Promise<string | null> {
  const text = await readIfThere(join(directory, "supabase/functions/_shared/sms/version.ts"));
  return /VERSION = "([^"]+)"/.exec(text ?? "")?.[1] ?? null;
}

/** Every file below `_shared/sms` and `sms-*`. */
async function ownNames(directory: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const functions = join(directory, "supabase/functions");
  if (!await exists(functions)) return found;
  const visit = async (folder: string): Promise<void> => {
    for await (const entry of Deno.readDir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory) await visit(path);
      else if (entry.isFile) found.set(relative(directory, path), await hashOf(path));
    }
  };
  for await (const { name, isDirectory } of Deno.readDir(functions)) {
    if (isDirectory && name.startsWith("sms-")) await visit(join(functions, name));
  }
  const shared = join(functions, "_shared/sms");
  if (await exists(shared)) await visit(shared);
  return found;
}

/** As `deno task add` counts it: whatever ends of lines a checkout gave it. */
async function hashOf(path: string): Promise<string> {
  const text = await Deno.readTextFile(path);
  return createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
}

/** What this version of ours consists of: the clone that the doctor runs from. */
export interface Release {
  readonly version: string;
  readonly functions: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly migrations: readonly Migration[];
}

export async function readRelease(): Promise<Release> {
  const { functions, files, migrations } = await readProject(projectRoot);
  return { version: VERSION, functions, files, migrations };
}

/** Names of our migrations that a file of the adopter's holds: as it was copied, or as `deno task add` joined them. */
export function migrationsIn(file: Omit<Migration, "path">, release: Release): string[] {
  const own = release.migrations.map(({ version, name }) => `${version}_${name}`);
  const joined = [...file.text.matchAll(/^-- supabase-sms contains (\S+)$/gm)].map(([, name = ""]) => name);
  return own.includes(`${file.version}_${file.name}`) ? [`${file.version}_${file.name}`] : joined;
}
