import type { Client } from "./backend.ts";

const underWay = new WeakMap<Client, Promise<void>>();

/**
 * Asks for a new session after the server refused the one there was. Where there is none to be had, supabase-js says so to
 * all (SIGNED_OUT), and the page shows its sign-in. Once at a time: the second use of a refresh token ends the session.
 */
export function renewSession(client: Client): Promise<void> {
  const running = underWay.get(client);
  if (running) return running;
  const renewal = client.auth.refreshSession().then(() => {}, () => {}).finally(
    () => underWay.delete(client),
  );
  underWay.set(client, renewal);
  return renewal;
}
