/**
 * When its server goes away, the `postgres` driver may write to a socket that is gone, in a timer of its own, where
 * nobody can catch it: https://github.com/porsager/postgres/issues/1208. By then it has rejected the query, so there is
 * nothing left to do, and no reason for the whole stack to end.
 */
export function outliveDatabase(): void {
  globalThis.addEventListener("error", ignoreLateWrite);
}

function ignoreLateWrite(event: ErrorEvent): void {
  const { error } = event;
  const isLateWrite = error instanceof TypeError && /reading 'write'/.test(error.message) &&
    /postgres\/src\/connection\.js/.test(error.stack ?? "");
  if (isLateWrite) event.preventDefault();
}
