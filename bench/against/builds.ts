/** Two builds, each in a worktree of its own that is gone afterwards. */
import { join } from "node:path";
import { exists, run } from "../../local/files.ts";
import { type GuardedProcess, spawnGuarded } from "../../local/guard.ts";
import { cloneName, projectRoot, UsageError } from "../../local/project.ts";
import { type Figures, readTold } from "../figures.ts";
import { prepareBuild, readPrinted } from "./before_json.ts";

export interface Build {
  readonly commit: string;
  /** Runs one of the build's own benchmarks to its end. */
  measure(benchmark: string, options: readonly string[]): Promise<Figures>;
}

export interface Builds extends AsyncDisposable {
  readonly before: Build;
  readonly now: Build;
}

/** A server that all share, and a database of yours, would be measured, and written to, by both. */
const NOT_INHERITED = ["DATABASE_URL", "TEST_POSTGRES_URL"];

/** @throws UsageError where there is no such commit */
export async function checkOut(against: string, scale: number): Promise<Builds> {
  const before = await commitOf(against);
  const now = await commitOf("HEAD");
  await using made = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "bench-" });
  made.defer(() => Deno.remove(folder, { recursive: true }));
  const builds = {
    before: made.use(await build(join(folder, "before"), before, scale)),
    now: made.use(await build(join(folder, "now"), now, scale)),
  };
  const kept = made.move();
  return { ...builds, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function build(folder: string, commit: string, scale: number): Promise<Build & AsyncDisposable> {
  await run("git", ["worktree", "add", "--detach", folder, commit], { cwd: projectRoot });
  await using made = new AsyncDisposableStack();
  made.defer(() => removeBuild(folder));
  // Builds from before the two locks have one.
  const all = await exists(join(folder, "deno.all.json")) ? ["--config", "deno.all.json"] : [];
  await run(Deno.execPath(), ["install", "--frozen", ...all], { cwd: folder });
  const tells = await exists(join(folder, "bench/figures.ts"));
  if (!tells) await prepareBuild(folder, scale);
  await lend(folder);
  let running: GuardedProcess | undefined;
  made.defer(async () => await running?.stop());
  const kept = made.move();
  return {
    commit,
    async measure(benchmark, options) {
      running = start(folder, await programOf(folder, benchmark), options);
      const printed = await outputOf(running, `${benchmark} of ${commit.slice(0, 7)}`);
      return tells ? readTold(printed).figures : readPrinted(benchmark, printed);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Benchmarks that came later, with what they share. */
const LATER = ["measure", "ack", "cycle", "sql"];

/** A build from before a benchmark gets today's: it needs only what the build's own stack and verbs are called. */
async function lend(folder: string): Promise<void> {
  for (const name of LATER) {
    const lent = join(folder, "bench", name);
    if (!await exists(lent)) await run("cp", ["-R", join(projectRoot, "bench", name), lent]);
  }
}

/** What is lent is not in the build's own list. */
async function programOf(folder: string, benchmark: string): Promise<string[]> {
  const own = `bench/${benchmark}/main.ts`;
  return await exists(join(folder, own)) ? [own] : ["bench/main.ts", benchmark];
}

function start(cwd: string, program: readonly string[], options: readonly string[]): GuardedProcess {
  const env = Object.entries(Deno.env.toObject()).filter(([name]) => !NOT_INHERITED.includes(name));
  return spawnGuarded([
    "/bin/sh",
    "-c",
    'exec "$0" "$@" 2>&1',
    Deno.execPath(),
    "run",
    "-A",
    ...program,
    ...options,
  ], {
    env: { ...Object.fromEntries(env), NO_COLOR: "1" },
    cwd,
    stopSignal: "TERM",
    stdout: "piped",
  });
}

async function outputOf(child: GuardedProcess, what: string): Promise<string> {
  const printed = await new Response(child.stdout).text();
  const { success } = await child.status;
  if (!success) throw new Error(`${what} failed:\n${printed.slice(-4_000)}`);
  return printed;
}

async function removeBuild(folder: string): Promise<void> {
  await run("git", ["worktree", "remove", "--force", folder], { cwd: projectRoot });
  // As root, a clone keeps its Postgres there: local/postgres_binaries.ts.
  const homes = ["/var/tmp", "/dev/shm"].map((home) => join(home, `supabase-sms-${cloneName(folder)}`));
  await run("rm", ["-rf", ...homes]);
}

async function commitOf(name: string): Promise<string> {
  try {
    return await run("git", ["rev-parse", "--verify", `${name}^{commit}`], { cwd: projectRoot });
  } catch {
    throw new UsageError(`There is no commit ${name}`);
  }
}
