import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type GuardedProcess, spawnGuarded } from "./guard.ts";
import { projectRoot } from "./project.ts";
import type { Runtime } from "./runtime.ts";

/** One line that a function printed. */
export interface LogLine {
  function: string;
  stream: "stdout" | "stderr";
  text: string;
}

/** A running `deno serve` of one function. */
export interface FunctionProcess {
  pid: number;
  /** Where it listens; its paths start with the function's name, as on the platform. */
  origin: string;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<void>;
  hasEnded(): boolean;
  /** Stops it in the middle of whatever it does, until `resume()`. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface StartOptions {
  /** The folder that holds a folder per function. */
  root: string;
  env: Record<string, string>;
  /** Another Deno than this one. */
  runtime?: Runtime | undefined;
  /** By how much the clock of the process is wrong. */
  clockSkewMs?: number | undefined;
  onLine(line: LogLine): void;
}

/** The function ended before it listened: a syntax error, a missing setting, an import that is not there. */
export class BootError extends Error {
  override name = "BootError";
}

// The first start may have to download what the function imports.
const BOOT_TIMEOUT_MS = 120_000;

/**
 * What of our own environment a function gets: what the runtime needs to find its cache and to trust the machine's
 * proxies. Everything else comes from the stack, as it would from the platform.
 */
const PASSED_ON = [
  "HOME",
  "PATH",
  "TMPDIR",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "NPM_CONFIG_REGISTRY",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
];

/**
 * Starts a function as the platform sees it: its own process, no deno.json, npm packages from the global cache.
 *
 * @returns when it listens
 * @throws BootError
 */
export async function startFunction(name: string, options: StartOptions): Promise<FunctionProcess> {
  const { clockSkewMs = 0, runtime } = options;
  const entry = join(options.root, name, "index.ts");
  const skewed = { FUNCTION_ENTRY: pathToFileURL(entry).href, CLOCK_SKEW_MS: String(clockSkewMs) };
  const child = spawnGuarded([
    runtime?.path ?? Deno.execPath(),
    "serve",
    "--no-config",
    "--no-lock",
    "--node-modules-dir=none",
    `--import-map=${join(projectRoot, "import_map.json")}`,
    "--no-prompt",
    // The platform's limit for a function's heap, in MiB. Without it V8 sizes itself by the machine's memory.
    // https://supabase.com/docs/guides/functions/limits
    "--v8-flags=--max-heap-size=256",
    "--allow-net",
    "--allow-env",
    "--allow-read",
    "--allow-sys",
    "--host=127.0.0.1",
    "--port=0",
    clockSkewMs === 0 ? entry : join(projectRoot, "local/skewed_function.ts"),
  ], {
    env: {
      ...passedOn(),
      ...runtime?.env,
      NO_COLOR: "1",
      ...options.env,
      ...(clockSkewMs === 0 ? {} : skewed),
    },
    cwd: projectRoot,
    stopSignal: "TERM",
    stdout: "piped",
    stderr: "piped",
  });
  let ended = false;
  const end = child.status.then(() => void (ended = true));
  const origin = await listening(name, child, options.onLine);
  return {
    pid: child.pid,
    origin,
    ended: end,
    hasEnded: () => ended,
    pause: () => child.signal("SIGSTOP"),
    resume: () => child.signal("SIGCONT"),
    stop: () => child.stop(),
    kill: () => child.kill(),
  };
}

/** What Deno prints when a function starts for the first time on a machine: two hundred lines that say nothing of it. */
export function isProgress(line: string): boolean {
  return /^(Download https?:\/\/|Initialize @?[a-z])\S+$/.test(line);
}

function listening(name: string, child: GuardedProcess, onLine: StartOptions["onLine"]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const last: string[] = [];
  const watch = (stream: LogLine["stream"]) => async (text: string) => {
    const origin = /^deno serve: Listening on (http:\S+?)\/?$/.exec(text)?.[1];
    if (origin !== undefined) return resolve(origin);
    last.push(text);
    if (last.length > 20) last.shift();
    if (!isProgress(text)) await onLine({ function: name, stream, text });
  };
  const streams = Promise.all([
    readLines(child.stdout, watch("stdout")),
    readLines(child.stderr, watch("stderr")),
  ]);
  const timeout = setTimeout(() => {
    reject(new BootError(`${name} did not listen within ${BOOT_TIMEOUT_MS / 1000} s`));
    child.kill();
  }, BOOT_TIMEOUT_MS);
  child.status.then(async () => {
    await streams;
    reject(new BootError(`${name} ended before it listened:\n${last.join("\n")}`));
  });
  return promise.finally(() => clearTimeout(timeout));
}

async function readLines(
  stream: ReadableStream<Uint8Array> | null,
  onLine: (text: string) => Promise<void>,
): Promise<void> {
  if (!stream) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) await onLine(line);
  }
  if (rest) await onLine(rest);
}

function passedOn(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of PASSED_ON.flatMap((name) => [name, name.toLowerCase()])) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return env;
}
