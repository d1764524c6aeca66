import { join } from "node:path";
import { exists } from "../../local/files.ts";
import { UsageError } from "../../local/project.ts";
import { CONFIG, withoutBlocks } from "./config_toml.ts";
import { ENV_FILE, withoutKey } from "./env_file.ts";
import { hashOf, MANIFEST, type Manifest } from "./manifest.ts";
import { readApplied, removal } from "./migration.ts";
import {
  blocksOf,
  type Change,
  hashesOf,
  type Kept,
  patchOf,
  pathsOf,
  readOwn,
  readTheirs,
} from "./files.ts";
import { type Plan, settled } from "./plan.ts";
import { functionsIn, migrationsOf, type Release } from "./release.ts";

/**
 * Everything of ours goes; our migrations stay, because the database has applied them, and one more undoes them.
 *
 * @throws UsageError with what is in the way; then nothing was changed
 */
export async function planToRemove(
  project: string,
  release: Release,
  manifest: Manifest | null,
  now: Date,
): Promise<Plan> {
  if (manifest === null) {
    throw new UsageError(`supabase-sms is not in this project: it has no ${MANIFEST}. Nothing was changed.`);
  }
  const applied = await readApplied(project, migrationsOf(release).keys());
  const migrations = { ...manifest.migrations, ...applied.files };
  // A run that was stopped before it wrote a migration left nothing that one could undo.
  const migration = Object.keys(migrations).length > 0 ? removal(release, applied, now) : null;
  const changes: Change[] = migration ? [{ path: migration.path, text: migration.text }] : [];
  const kept: Kept[] = [];
  const paths = pathsOf(manifest);
  for (const path of paths) {
    const there = await readOwn(project, path);
    if (await exists(join(project, patchOf(path)))) changes.push({ path: patchOf(path), text: null });
    if (there === null) continue;
    if (hashesOf(manifest, path).includes(hashOf(there))) changes.push({ path, text: null });
    else kept.push({ path, patch: null });
  }
  const config = await readTheirs(project, CONFIG) ?? "";
  const functions = functionsIn(new Map(paths.map((path) => [path, null])));
  const rest = withoutBlocks(config, functions, blocksOf(manifest));
  if (rest !== config) changes.push({ path: CONFIG, text: rest });
  const env = await readTheirs(project, ENV_FILE);
  const { env: record } = settled(manifest);
  const keyless = env === null || record === null ? env : withoutKey(env, record);
  if (keyless !== env) changes.push({ path: ENV_FILE, text: keyless });
  return {
    does: "remove",
    from: manifest.version,
    to: release.version,
    changes,
    kept,
    migration,
    manifest: {
      meanwhile: { ...manifest, ...settled(manifest), migrations, pending: "removal" },
      after: null,
    },
    notices: [],
  };
}
