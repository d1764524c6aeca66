/** `deno task migration NAME`, without its printing: finds the folders' contents, makes the file, keeps it. */
import { basename, join } from "node:path";
import type { ServerAddress } from "../database.ts";
import { migrationsFolder, readMigrations } from "../migrations.ts";
import { UsageError } from "../project.ts";
import { readTree, schemasFolder } from "../schemas.ts";
import { type Made, makeMigration } from "./make.ts";

export interface WriteOptions {
  server: ServerAddress;
  name: string;
  tree?: string;
  migrations?: string;
  /** Default: now. */
  at?: Date;
}

export interface Written extends Omit<Made, "migration"> {
  /** The new file. Its name ends in `.unfinished` where there are problems, so that nothing applies it. Null: nothing to write. */
  file: string | null;
}

/**
 * @throws UsageError if the name is none
 * @throws MigrationError if the tree or the migrations that there are cannot be applied
 */
export async function writeMigration(options: WriteOptions): Promise<Written> {
  const folder = options.migrations ?? migrationsFolder;
  const [tree, migrations] = await Promise.all([
    readTree(options.tree ?? schemasFolder),
    readMigrations(folder),
  ]);
  const name = fileName(options.name);
  const version = nextVersion(options.at ?? new Date(), migrations.at(-1)?.version);
  const { migration, ...made } = await makeMigration({
    server: options.server,
    tree,
    migrations,
    version,
    name,
  });
  if (migration === null) return { ...made, file: null };
  const file = join(folder, `${basename(migration.path)}${made.problems.length > 0 ? ".unfinished" : ""}`);
  await Deno.writeTextFile(file, migration.text, { createNew: true });
  return { ...made, file };
}

/** Files of ours lie among a project's own, so all carry our name. */
function fileName(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new UsageError(
      `"${name}" is no name for a migration. Use small letters, digits and _, such as add_notes.`,
    );
  }
  return name.startsWith("sms_") ? name : `sms_${name}`;
}

/** The time as the CLI writes it, and later than every migration that there is. */
export function nextVersion(now: Date, last = "0"): string {
  const version = now.toISOString().replaceAll(/\D/g, "").slice(0, 14);
  return BigInt(version) > BigInt(last) ? version : String(BigInt(last) + 1n);
}
