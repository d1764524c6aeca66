import { UsageError } from "../../local/project.ts";
import { CONFIG, parseConfig, warningsOf, withBlocks } from "./config_toml.ts";
import { ENV_FILE, withKey } from "./env_file.ts";
import { blocksOf, type Change, decideFiles, type Kept, readTheirs } from "./files.ts";
import { ABOUT, compareVersions, MANIFEST, type Manifest, type Written } from "./manifest.ts";
import { type Applied, nextMigration, readApplied } from "./migration.ts";
import { functionsIn, installedFiles, migrationsOf, type Part, PARTS, type Release } from "./release.ts";

/** Everything that a run will do, decided before anything is written. */
export interface Plan {
  does: "add" | "update" | "finish" | "remove";
  from: string | null;
  to: string;
  /** In the order in which they are written. */
  changes: Change[];
  kept: Kept[];
  /** Which file of migrations is among the changes. */
  migration: { path: string; contains: string[] } | null;
  /** As it is while files are written, and at the end; at the end null if it goes as well. */
  manifest: { meanwhile: Manifest; after: Manifest | null };
  notices: string[];
}

export interface AddOptions {
  update: boolean;
  /** Parts to leave out; undefined: as before. */
  without: Part[] | undefined;
  now: Date;
}

/**
 * @throws UsageError with what is in the way; then nothing was changed
 */
export async function planToAdd(
  project: string,
  release: Release,
  manifest: Manifest | null,
  { update, without: wanted, now }: AddOptions,
): Promise<Plan> {
  refuseWrongOrder(manifest, release, update);
  const without = wanted ?? partsOf(manifest);
  const files = installedFiles(release, without);
  const decided = await decideFiles(project, files, manifest);
  const configured = await configure(project, files, manifest);
  const env = await readTheirs(project, ENV_FILE);
  const applied = await readApplied(project, migrationsOf(release).keys());
  const missing = withKey(env);
  const keyed = isFirst(manifest, applied) ? missing : null;
  for (const names of Object.values(manifest?.migrations ?? {})) {
    for (const name of names) applied.ours.add(name);
  }
  const migration = nextMigration(release, applied, now);

  const changes = [...decided.changes];
  if (migration) changes.push({ path: migration.path, text: migration.text });
  if (configured.changed) changes.push({ path: CONFIG, text: configured.text });
  if (keyed) changes.push({ path: ENV_FILE, text: keyed.text });
  const written: Written = {
    version: release.version,
    without,
    files: decided.hashes,
    config: configured.added,
    env: (manifest && settled(manifest).env) ??
      (keyed ? { created: keyed.created, ended: keyed.ended } : null),
  };
  const migrations = {
    ...manifest?.migrations,
    ...applied.files,
    ...(migration ? { [migration.path]: migration.contains } : {}),
  };
  const before = manifest ? settled(manifest) : { ...written, files: {}, config: null };
  return {
    does: manifest?.pending ? "finish" : manifest ? "update" : "add",
    from: manifest?.version ?? null,
    to: release.version,
    changes,
    kept: decided.kept,
    migration,
    manifest: {
      // The migration is found by its own head if this run is stopped after it was written.
      meanwhile: { about: ABOUT, ...before, migrations: manifest?.migrations ?? {}, pending: written },
      after: { about: ABOUT, ...written, migrations },
    },
    notices: [...configured.notices, ...(missing && !keyed ? [KEY_IS_ELSEWHERE] : [])],
  };
}

const KEY_IS_ELSEWHERE =
  `${ENV_FILE} has no SMS_CREDENTIALS_KEY, and none was made: what is stored of Twilio accounts opens only with the key that ` +
  "your project has. Its secrets stay as they are; for a stack on this machine, bring the key from where you keep it.";

/** Whether no database can hold what an earlier key sealed: git has our files and the manifest, and the env file it has not. */
function isFirst(manifest: Manifest | null, applied: Applied): boolean {
  return manifest === null ? applied.ours.size === 0 : Object.keys(manifest.files).length === 0;
}

/** What a run that was stopped meant to write counts as written: some of it may be there. */
export function settled(manifest: Manifest): Written {
  const { version, without, files, config, env, pending } = manifest;
  if (typeof pending !== "object") return { version, without, files, config, env };
  return {
    version,
    without,
    files: { ...pending.files, ...files },
    config: config ?? pending.config,
    env: env ?? pending.env,
  };
}

function refuseWrongOrder(manifest: Manifest | null, release: Release, update: boolean): void {
  const nothing = "Nothing was changed.";
  if (manifest === null) {
    if (update) {
      throw new UsageError(`supabase-sms is not in this project: it has no ${MANIFEST}. ${nothing}`);
    }
    return;
  }
  if (manifest.pending === "removal") {
    throw new UsageError(
      `An earlier \`--remove\` was stopped half-way. Run it again to finish it. ${nothing}`,
    );
  }
  const versions = [manifest.version, ...(manifest.pending ? [manifest.pending.version] : [])];
  const newest = versions.sort(compareVersions).at(-1);
  if (newest !== undefined && compareVersions(newest, release.version) > 0) {
    throw new UsageError(
      `This project has supabase-sms ${newest}, which is newer than this ${release.version}. Take that release or a newer ` +
        `one: a database does not go back. ${nothing}`,
    );
  }
  if (!update && !manifest.pending) {
    const update = manifest.version === release.version
      ? "`--update` looks whether all of it is there"
      : `\`--update\` brings it to ${release.version}`;
    throw new UsageError(
      `supabase-sms ${manifest.version} is in this project already. ${update}, ` +
        `\`--remove\` takes it out. ${nothing}`,
    );
  }
}

/** What was left out before. A part that a release no longer knows is no part any more. */
function partsOf(manifest: Manifest | null): Part[] {
  const pending = typeof manifest?.pending === "object" ? manifest.pending : manifest;
  return (pending?.without ?? []).filter((name): name is Part => name in PARTS);
}

async function configure(project: string, files: Map<string, string>, manifest: Manifest | null) {
  const before = await readTheirs(project, CONFIG) ?? "";
  const { text, added, edited } = withBlocks(before, functionsIn(files), blocksOf(manifest));
  const edits = edited ? [`${CONFIG}: the blocks of ours were edited. They stay as they are.`] : [];
  return { text, added, changed: text !== before, notices: [...edits, ...warningsOf(parseConfig(text))] };
}
