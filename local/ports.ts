import { UsageError } from "./project.ts";

/** Below the ports that systems give to outgoing connections (Linux from 32768, macOS from 49152), so none takes it. */
const FIRST = 20_000;
const COUNT = 12_000;

/** A port that nobody listens on at this moment, drawn at random so that stacks which start together differ. */
export function freePort(): number {
  while (true) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (isFree(port)) return port;
  }
}

export function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}

/**
 * Says which port is in the way instead of failing later, half-started.
 *
 * @throws UsageError "Port 54321 is already taken: …; use --port"
 */
export function assertFree(port: number, whatFor: string): void {
  if (isFree(port)) return;
  throw new UsageError(
    `Port ${port} is already taken: something else (another stack?) listens where ${whatFor} should; ` +
      `stop it or use --port with another number`,
  );
}

/** That port if it is free, else any free one. */
export function freePortNear(port: number): number {
  return port <= 65_535 && isFree(port) ? port : freePort();
}
