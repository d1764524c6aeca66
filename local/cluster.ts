import { basename, dirname, join } from "node:path";
import { exists, readIfThere, run } from "./files.ts";
import type { PostgresHome } from "./postgres_binaries.ts";
import { UsageError } from "./project.ts";

/**
 * Makes the data folder with `initdb`, once. `folder` then holds `cluster/` (Postgres' own), `postgres.log` and
 * `password`. A half-made one, of a run that was killed meanwhile, is made anew.
 */
export async function initializeCluster(home: PostgresHome, folder: string): Promise<{ password: string }> {
  const passwordFile = join(folder, "password");
  const known = await readIfThere(passwordFile);
  if (known && await exists(join(folder, "initialized"))) return { password: known.trim() };

  await Deno.mkdir(folder, { recursive: true });
  const cluster = join(folder, "cluster");
  if (await exists(cluster)) await Deno.remove(cluster, { recursive: true });
  const password = crypto.randomUUID().replaceAll("-", "");
  await Deno.writeTextFile(passwordFile, password, { mode: 0o600 });
  if (home.user) await run("chown", ["-R", `${home.user.uid}:${home.user.gid}`, folder]);
  await run(join(home.binaries, "bin/initdb"), [
    `--pgdata=${cluster}`,
    "--username=supabase_admin",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    // Rounds of hashing slow down guesses at short passwords. This one is random, and each connection pays for them.
    "--set=scram_iterations=1",
    "--encoding=UTF8",
    // The same order of words on every machine, close to the hosted platform's en_US.UTF-8.
    "--locale=C",
    "--locale-provider=icu",
    "--icu-locale=en-US",
    "--no-sync",
    "--no-instructions",
  ], { cwd: folder, clearEnv: true, env: { LC_ALL: "C", PATH: "/usr/bin:/bin" }, ...home.user });
  await Deno.writeTextFile(join(folder, "initialized"), "");
  return { password };
}

/**
 * A killed run leaves `postmaster.pid`. Postgres removes it itself, except where its process id now belongs to
 * somebody else: then it would refuse to start for ever.
 *
 * @throws UsageError if a server really runs on this folder
 */
export async function removeStalePidFile(cluster: string): Promise<void> {
  const pidFile = join(cluster, "postmaster.pid");
  const deadline = Date.now() + 10_000;
  while (true) {
    const pid = (await readIfThere(pidFile))?.split("\n")[0]?.trim();
    if (!pid) return;
    const running = await run("ps", ["-o", "args=", "-p", pid]).catch(() => "");
    if (!running.includes(cluster)) {
      return await Deno.remove(pidFile).catch(() => {/* it removed it itself */});
    }
    // The server of a run that has just ended may still be shutting down.
    if (Date.now() > deadline) {
      throw new UsageError(
        `Another stack (process ${pid}) uses ${
          basename(dirname(cluster))
        }; stop it, or use --ephemeral or another --port`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
