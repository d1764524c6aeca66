/**
 * Children that end with us. The child runs under a small shell that holds the
 * other end of a pipe from this process: when this process ends, however it
 * ends (SIGKILL too), the pipe closes and the shell stops the child. Neither
 * Linux's PDEATHSIG nor a pid file does that on macOS as well.
 */
const GUARD = `
exec 3<&0
"$@" 3<&- </dev/null & child=$!
(read -r _ <&3; kill -s "$STOP_SIGNAL" $child) >/dev/null 2>&1 & watcher=$!
exec 3<&-
wait $child; status=$?
kill $watcher 2>/dev/null
[ -z "$REMOVE_AFTER" ] || rm -rf "$REMOVE_AFTER"
exit $status
`;

export interface GuardedOptions {
  env: Record<string, string>;
  cwd: string;
  /** What the child gets when it is asked to stop, or when we are gone. */
  stopSignal: "INT" | "TERM" | "KILL";
  stdout?: "piped" | "null";
  stderr?: "piped" | "null";
  /** A folder to remove once the child has ended. */
  removeAfter?: string | undefined;
  /** Another user to run as; needs root. */
  user?: { uid: number; gid: number } | undefined;
}

export interface GuardedProcess {
  pid: number;
  stdout: ReadableStream<Uint8Array> | null;
  stderr: ReadableStream<Uint8Array> | null;
  status: Promise<Deno.CommandStatus>;
  /** Sends the stop signal and waits for the end. */
  stop(): Promise<void>;
  /** To the child and its shell, while they run. */
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  /** SIGKILL to the child and its shell, at once. */
  kill(): Promise<void>;
}

/** Starts `command` so that it ends when this process does. It gets its own process group: Ctrl-C in the
 * terminal reaches only us, and we stop the children in order. */
export function spawnGuarded(command: string[], options: GuardedOptions): GuardedProcess {
  const stdout = options.stdout ?? "null";
  const stderr = options.stderr ?? "null";
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", GUARD, "guard", ...command],
    clearEnv: true,
    env: { ...options.env, STOP_SIGNAL: options.stopSignal, REMOVE_AFTER: options.removeAfter ?? "" },
    cwd: options.cwd,
    detached: true,
    stdin: "piped",
    stdout,
    stderr,
    ...options.user,
  }).spawn();
  // The child does not keep this process alive. So a script that is done need not call stop().
  child.unref();
  let ended = false;
  const status = child.status.finally(() => ended = true);
  return {
    pid: child.pid,
    stdout: stdout === "piped" ? child.stdout : null,
    stderr: stderr === "piped" ? child.stderr : null,
    status,
    async stop() {
      waitFor(child);
      if (!ended) await child.stdin.close().catch(() => {/* it has just ended by itself */});
      await status;
    },
    signal(name) {
      if (!ended) signalGroup(child.pid, name);
    },
    async kill() {
      waitFor(child);
      if (!ended) signalGroup(child.pid, "SIGKILL");
      await status;
      await child.stdin.close().catch(() => {/* its reader is gone */});
    },
  };
}

/** Keeps us alive until the child has ended. */
function waitFor(child: Deno.ChildProcess): void {
  try {
    child.ref();
  } catch (error) {
    // It has ended by itself a moment ago.
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

function signalGroup(leader: number, signal: Deno.Signal): void {
  try {
    Deno.kill(-leader, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
