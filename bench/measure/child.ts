/** A program that a benchmark starts beside itself: it prints `ready {json}` when it can be used. */
import { type GuardedProcess, spawnGuarded } from "../../local/guard.ts";
import { projectRoot } from "../../local/project.ts";

/** A server that all share, and a database of yours, would be measured, and written to. */
const NOT_INHERITED = ["DATABASE_URL", "TEST_POSTGRES_URL"];

export interface Child extends AsyncDisposable {
  /** What it said after `ready`. */
  readonly ready: unknown;
}

export interface ChildOptions {
  /** Besides what the benchmark itself has. */
  readonly env: Record<string, string>;
  /** Default: the project. */
  readonly cwd?: string;
  /** A folder to remove once it has ended, however the benchmark ends. */
  readonly removeAfter?: string;
}

/** @throws Error with its last lines, if it ends before it is ready */
export async function startChild(
  command: string[],
  { env, cwd = projectRoot, removeAfter }: ChildOptions,
): Promise<Child> {
  const child = spawnGuarded(["/bin/sh", "-c", 'exec "$0" "$@" 2>&1', ...command], {
    env: { ...inherited(), NO_COLOR: "1", ...env },
    cwd,
    stopSignal: "TERM",
    stdout: "piped",
    removeAfter,
  });
  const stop = () => child.stop();
  try {
    return { ready: await readiness(child), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function inherited(): Record<string, string> {
  const all = Object.entries(Deno.env.toObject());
  return Object.fromEntries(all.filter(([name]) => !NOT_INHERITED.includes(name)));
}

async function readiness(child: GuardedProcess): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  void follow(child, (line) => resolve(JSON.parse(line))).then(reject, reject);
  return await promise;
}

/** Reads what it prints until it ends, because a full pipe would stop it. @returns the error that it ended early */
async function follow(child: GuardedProcess, onReady: (line: string) => void): Promise<Error> {
  const last: string[] = [];
  let rest = "";
  for await (const chunk of child.stdout?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("ready ")) onReady(line.slice("ready ".length));
      last.push(line);
      if (last.length > 30) last.shift();
    }
  }
  return new Error(`A program of the benchmark ended before it was ready:\n${last.join("\n")}\n${rest}`);
}
