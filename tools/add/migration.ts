import { join } from "node:path";
import { UsageError } from "../../local/project.ts";
import { migrationsOf, type Release } from "./release.ts";

export const MIGRATIONS = "supabase/migrations";
const CONTAINS = /^-- supabase-sms contains (\S+)$/gm;
const REMOVED = "-- supabase-sms removed.";

/** A migration file to be written. */
export interface MigrationFile {
  path: string;
  text: string;
  /** Our migrations that it holds. */
  contains: string[];
}

/** What a project's folder of migrations says. */
export interface Applied {
  /** All versions there, ours and theirs. */
  versions: string[];
  /** Our migrations since the last removal. */
  ours: Set<string>;
  /** The files that hold them. */
  files: Record<string, string[]>;
  /** The newest file of ours is a removal. */
  removed: boolean;
}

/** @param names of our migrations, by which a copy made by hand is known */
export async function readApplied(project: string, names: Iterable<string>): Promise<Applied> {
  const known = new Set(names);
  const applied: Applied = { versions: [], ours: new Set(), files: {}, removed: false };
  for (const file of await filesOf(join(project, MIGRATIONS))) {
    applied.versions.push(/^\d+/.exec(file)?.[0] ?? "");
    const text = await Deno.readTextFile(join(project, MIGRATIONS, file));
    if (text.startsWith(REMOVED)) Object.assign(applied, { ours: new Set(), files: {}, removed: true });
    const ours = [...text.matchAll(CONTAINS)].map(([, name = ""]) => name);
    if (known.has(file.replace(/\.sql$/, ""))) ours.push(file.replace(/\.sql$/, ""));
    if (ours.length === 0) continue;
    applied.removed = false;
    applied.files[`${MIGRATIONS}/${file}`] = ours;
    for (const name of ours) applied.ours.add(name);
  }
  return applied;
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    // As the CLI sorts them: by their names.
    return entries.map(({ name }) => name).filter((name) => /^\d+_.*\.sql$/.test(name)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** All that the project does not have yet, as one file; null if it has everything. */
export function nextMigration(release: Release, applied: Applied, now: Date): MigrationFile | null {
  const missing = [...migrationsOf(release)].filter(([name]) => !applied.ours.has(name));
  if (missing.length === 0) return null;
  const contains = missing.map(([name]) => name);
  const head = [
    `-- supabase-sms ${release.version}: its database, written by \`add\`. Do not edit it.`,
    ...contains.map((name) => `-- supabase-sms contains ${name}`),
  ];
  const parts = missing.map(([name, text]) => `-- ── ${name}\n\n${text.trimEnd()}\n`);
  const version = release.version.replaceAll(/[^0-9A-Za-z]/g, "_");
  return {
    path: `${MIGRATIONS}/${stampAfter(applied.versions, now)}_sms_${version}.sql`,
    text: `${head.join("\n")}\n\n${parts.join("\n")}`,
    contains,
  };
}

/**
 * Takes everything out; null if the newest file does so already.
 *
 * @throws UsageError if the release cannot
 */
export function removal(release: Release, applied: Applied, now: Date): MigrationFile | null {
  if (applied.removed) return null;
  const text = release.files.get("supabase/remove.sql");
  if (text === undefined) {
    throw new UsageError(
      `supabase-sms ${release.version} has no supabase/remove.sql, so the migration that takes its database out cannot be ` +
        "written. Take a release that has it. Nothing was changed.",
    );
  }
  const head =
    `${REMOVED} It takes every object, job, secret and policy of supabase-sms out, with all messages.\n`;
  return {
    path: `${MIGRATIONS}/${stampAfter(applied.versions, now)}_sms_removed.sql`,
    text: `${head}\n${text}`,
    contains: [],
  };
}

/**
 * The time as the CLI writes it, or what comes just after the newest version, where that is later. `20261201_menus.sql` is
 * a version too; so the result is later both as a number and as a text.
 */
export function stampAfter(versions: string[], now: Date): string {
  let stamp = now.toISOString().replaceAll(/\D/g, "").slice(0, 14);
  for (const version of versions) {
    const later = BigInt(stamp) > BigInt(version) && `${stamp}_` > `${version}_`;
    if (!later) stamp = (BigInt(version) + 1n).toString().padStart(version.length, "0").padEnd(14, "0");
  }
  return stamp;
}
