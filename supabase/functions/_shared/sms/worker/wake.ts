import type { Settings } from "../settings.ts";
import { describeError, type Logger } from "../log.ts";

/** Runs work after the answer. On the platform it keeps the isolate alive, but it is lost if the isolate ends. */
export function runInBackground(work: Promise<unknown>, log: Logger): void {
  const logged = work.catch((error) =>
    log.error({ outcome: "BACKGROUND_FAILED", error: describeError(error) })
  );
  const runtime: unknown = Reflect.get(globalThis, "EdgeRuntime");
  if (typeof runtime === "object" && runtime !== null && "waitUntil" in runtime) {
    if (typeof runtime.waitUntil === "function") runtime.waitUntil(logged);
  }
}

/** How a wake is sent, and the pause between two. */
export interface WakerDependencies {
  post(): Promise<void>;
  pause(): Promise<void>;
  readonly log: Logger;
}

/**
 * Wakes the worker, but not once per call: at most one wake runs and one waits behind it, with a pause after each (the
 * platform allows about 5,000 calls a minute from function to function). The waiting wake stands for all calls since. A
 * wake that fails is logged and not repeated: the schedule wakes the worker too.
 *
 * @returns a promise that ends when no wake runs or waits any more
 */
export function createWaker(deps: WakerDependencies): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await deps.post().catch((error) =>
        deps.log.warn({ outcome: "WAKE_FAILED", error: describeError(error) })
      );
      await deps.pause();
    } while (again);
    running = undefined;
  };
  return () => {
    if (running) again = true;
    return running ??= run();
  };
}

const WAKE_TIMEOUT_MS = 5_000;
const WAKE_PAUSE_MS = 200;

/** A waker that posts to `sms-worker` with the key it accepts. */
export function workerWaker(settings: Settings, log: Logger): () => Promise<void> {
  const key = settings.supabase.secretKeys[workerKeyName(settings)] ?? "";
  return createWaker({
    log,
    async post() {
      const response = await fetch(`${settings.supabase.url}/functions/v1/sms-worker`, {
        method: "POST",
        headers: { apikey: key, "content-type": "application/json" },
        body: "{}",
        signal: AbortSignal.timeout(WAKE_TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`sms-worker answered ${response.status}`);
    },
    pause: () => new Promise((resolve) => setTimeout(resolve, WAKE_PAUSE_MS)),
  });
}

/** The worker accepts the secret key named `worker`; where there is none, the default one. */
export function workerKeyName(settings: Settings): "worker" | "default" {
  return "worker" in settings.supabase.secretKeys ? "worker" : "default";
}
