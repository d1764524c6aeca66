/**
 * When its server goes away, the `postgres` driver may write to a socket that is gone, in an immediate of its own, where
 * nobody can catch it: https://github.com/porsager/postgres/issues/1208. Two kinds of statement are rejected where nobody
 * listens: those of a transaction that has ended by then, and the driver's own question about array types, which it
 * asks first on each connection. The caller has been answered, so nothing is left to do, and the stack goes on.
 */
export function outliveDatabase(): void {
  if (outlives) return;
  outlives = true;
  globalThis.addEventListener("error", ignoreLateWrite);
  globalThis.addEventListener("unhandledrejection", ignoreLostStatement);
  // An error that leaves an immediate makes Deno 2.9.6 keep the other immediates in a second list. If the driver clears the
  // first of them before they run, Deno ends the process ("reading '_idleNext'"). So this error does not leave it.
  const set = globalThis.setImmediate;
  globalThis.setImmediate = Object.assign(
    (callback: (...args: unknown[]) => void, ...given: unknown[]) =>
      set((...args: unknown[]) => {
        try {
          callback(...args);
        } catch (error) {
          if (!isLateWrite(error)) throw error;
        }
      }, ...given),
    set,
  );
}

let outlives = false;

function ignoreLateWrite(event: ErrorEvent): void {
  if (isLateWrite(event.error)) event.preventDefault();
}

function isLateWrite(error: unknown): boolean {
  return error instanceof TypeError && /reading 'write'/.test(error.message) &&
    /postgres\/src\/connection\.js/.test(error.stack ?? "");
}

/** The driver's words for a connection that is gone. */
const LOST = ["CONNECTION_CLOSED", "CONNECTION_DESTROYED", "CONNECTION_ENDED"];
/** The system's and the server's words for it: ours to ignore only where the driver names its statement. */
const LOST_IN_A_STATEMENT = ["ECONNRESET", "EPIPE", "57P01", "57P02", "57P03"];

function ignoreLostStatement(event: PromiseRejectionEvent): void {
  if (isLostStatement(event.reason)) event.preventDefault();
}

export function isLostStatement(reason: unknown): boolean {
  if (!(reason instanceof Error) || !("code" in reason)) return false;
  const code = String(reason.code);
  return LOST.includes(code) || ("query" in reason && LOST_IN_A_STATEMENT.includes(code));
}
