import { join } from "node:path";
import { exists } from "./files.ts";
import { BootError, type FunctionProcess, type LogLine, startFunction } from "./function_process.ts";
import type { Runtime } from "./runtime.ts";

export { BootError, type LogLine } from "./function_process.ts";

export interface FunctionsOptions {
  /** The folder that holds a folder per function, each with an `index.ts`. */
  root: string;
  /** All that functions find in their environment. */
  env: Record<string, string>;
  /** Another Deno than this one. */
  runtime?: Runtime | undefined;
  /** By how much the clock of a process that now starts is wrong. Default: it is right. */
  clockSkewMs?: (() => number) | undefined;
}

// What a function printed is evidence in tests, but a load test prints for ever.
const KEPT_LINES = 5000;
// A function that cannot start is not started anew for every request that wants it.
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 5000;

interface Entry {
  /** Set while it starts or runs. */
  process?: Promise<FunctionProcess>;
  /** Failed starts since the last one that worked. */
  failures: number;
  retryAt: number;
  lastError?: unknown;
}

/** The function processes of a stack: each started by its first request, and again by the first after its end. */
export class Functions {
  #entries = new Map<string, Entry>();
  #lines: LogLine[] = [];
  #listeners = new Set<(line: LogLine) => void>();
  #stalled = new Map<FunctionProcess, string>();
  #stopped = false;

  constructor(private readonly options: FunctionsOptions) {}

  /** Whether there is a function of that name. */
  async has(name: string): Promise<boolean> {
    return /^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && await exists(join(this.options.root, name, "index.ts"));
  }

  /**
   * The running process of a function.
   *
   * @throws BootError if it does not start, or did not a moment ago
   */
  async get(name: string): Promise<FunctionProcess> {
    if (this.#stopped) throw new BootError("The stack has stopped");
    const entry = this.#entry(name);
    const running = await entry.process?.catch(() => null);
    if (running && !running.hasEnded()) return running;
    if (this.#stopped) throw new BootError("The stack has stopped");
    // Somebody else may have started it while we looked.
    if (entry.process && running && await isSame(entry.process, running)) delete entry.process;
    if (!entry.process && Date.now() < entry.retryAt) throw entry.lastError;
    return await (entry.process ??= this.#start(name, entry));
  }

  /** SIGKILL, in the middle of whatever it does. Resolves when it is gone. */
  async kill(name: string): Promise<void> {
    const running = await this.#entry(name).process?.catch(() => null);
    await running?.kill();
  }

  /** Kills all processes of a function: those too that were stalled, and would go on beside the next one. */
  async killAll(name: string): Promise<void> {
    const stalled = [...this.#stalled].filter(([, of]) => of === name).map(([process]) => process);
    await Promise.all([this.kill(name), ...stalled.map((process) => process.kill())]);
  }

  /**
   * Stops a process in the middle of whatever it does, as a machine that is overloaded or moved; the next request starts
   * another one, as the platform would.
   *
   * @returns lets it go on, beside the other one; null where none ran
   */
  async stall(name: string): Promise<(() => void) | null> {
    const entry = this.#entry(name);
    const running = await entry.process?.catch(() => null);
    if (!running || running.hasEnded()) return null;
    running.pause();
    delete entry.process;
    this.#stalled.set(running, name);
    return () => running.resume();
  }

  /** The process id of a function, or null while it does not run. */
  async pid(name: string): Promise<number | null> {
    const running = await this.#entry(name).process?.catch(() => null);
    return running && !running.hasEnded() ? running.pid : null;
  }

  /** The newest lines that functions printed, oldest first. */
  logs(name?: string): LogLine[] {
    return this.#lines.filter((line) => name === undefined || line.function === name);
  }

  /** @returns a function that ends the subscription */
  onLog(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const starts = [...this.#entries.values()].map((entry) => entry.process?.catch(() => null));
    // As on the platform, nobody waits for what a function does in the background.
    await Promise.all(starts.map(async (start) => await (await start)?.kill()));
    await Promise.all([...this.#stalled.keys()].map((stalled) => stalled.kill()));
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name) ?? { failures: 0, retryAt: 0 };
    this.#entries.set(name, entry);
    return entry;
  }

  async #start(name: string, entry: Entry): Promise<FunctionProcess> {
    try {
      const started = await startFunction(name, {
        ...this.options,
        clockSkewMs: this.options.clockSkewMs?.(),
        onLine: (line) => this.#publish(line),
      });
      entry.failures = 0;
      return started;
    } catch (error) {
      delete entry.process;
      entry.lastError = error;
      entry.retryAt = Date.now() + Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** entry.failures++);
      throw error;
    }
  }

  #publish(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.splice(0, this.#lines.length - KEPT_LINES);
    for (const listener of this.#listeners) listener(line);
  }
}

async function isSame(start: Promise<FunctionProcess>, process: FunctionProcess): Promise<boolean> {
  return await start.catch(() => null) === process;
}
