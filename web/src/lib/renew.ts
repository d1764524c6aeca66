import type { Client } from "./backend.ts";

const underWay = new WeakMap<Client, Promise<void>>();

/** What the server says of a session that is over for good; anything else may pass. */
const OVER: readonly (number | undefined)[] = [400, 401, 403, 404];

/**
 * Asks for a new session after the server refused the one there was. Where there is none to be had, the page is told
 * (SIGNED_OUT) and shows its sign-in. Once at a time: the second use of a refresh token ends the session.
 */
export function renewSession(client: Client): Promise<void> {
  const running = underWay.get(client);
  if (running) return running;
  const renewal = renew(client).catch(() => {}).finally(() => underWay.delete(client));
  underWay.set(client, renewal);
  return renewal;
}

async function renew(client: Client): Promise<void> {
  const { error } = await client.auth.refreshSession();
  // supabase-js keeps a session whose access token has not run out by its own clock, though the server refused it.
  if (error && OVER.includes(error.status)) {
    await client.auth.signOut({ scope: "local" });
  }
}
