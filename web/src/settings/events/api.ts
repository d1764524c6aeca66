import { smsOf } from "../../lib/api.ts";
import type { Client } from "../../lib/backend.ts";

/** The secret is in the answer to a new address and to a rotation, and in no other. */
export interface WithSecret {
  readonly secret?: string;
}

export const listEndpoints = async (client: Client) => (await smsOf(client).events.list()).endpoints;
export const saveEndpoint = (
  client: Client,
  endpoint: { readonly endpoint_id?: string; readonly url?: string; readonly active?: boolean },
): Promise<WithSecret> => smsOf(client).events.save(endpoint);
export const deleteEndpoint = (client: Client, id: string) => smsOf(client).events.delete(id);
export const rotateSecret = (client: Client, id: string): Promise<WithSecret> =>
  smsOf(client).events.rotate(id);
export const testEndpoint = (client: Client, id: string) => smsOf(client).events.test(id);
export const replayEvents = (
  client: Client,
  id: string,
  which: { readonly event_id: string } | { readonly since: string },
) => smsOf(client).events.replay(id, which);
