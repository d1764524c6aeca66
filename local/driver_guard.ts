/**
 * When its server goes away, the `postgres` driver may write to a socket that is gone, in a timer of its own, where
 * nobody can catch it: https://github.com/porsager/postgres/issues/1208. Statements of a transaction that has ended by
 * then are rejected where nobody listens any more. The caller has been answered, so nothing is left to do, and
 * the stack goes on.
 */
export function outliveDatabase(): void {
  globalThis.addEventListener("error", ignoreLateWrite);
  globalThis.addEventListener("unhandledrejection", ignoreLostStatement);
}

function ignoreLateWrite(event: ErrorEvent): void {
  const { error } = event;
  const isLateWrite = error instanceof TypeError && /reading 'write'/.test(error.message) &&
    /postgres\/src\/connection\.js/.test(error.stack ?? "");
  if (isLateWrite) event.preventDefault();
}

function ignoreLostStatement(event: PromiseRejectionEvent): void {
  const { reason } = event;
  if (!(reason instanceof Error) || !("code" in reason)) return;
  if (reason.code === "CONNECTION_DESTROYED" || reason.code === "CONNECTION_CLOSED") event.preventDefault();
}
