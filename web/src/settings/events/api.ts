import type { EventEndpoint } from "../../../../supabase/functions/_shared/sms/contract/events.ts";
import type { Client } from "../../lib/backend.ts";
import { ApiError, dataError } from "../../lib/errors.ts";

type EventVerb =
  | "sms_list_event_endpoints"
  | "sms_save_event_endpoint"
  | "sms_delete_event_endpoint"
  | "sms_rotate_event_secret"
  | "sms_test_event_endpoint"
  | "sms_replay_events";

/** What a refusal of these verbs means here. A verb that refuses answers 200. */
const WORDS: Readonly<Record<string, string>> = {
  INVALID_EVENT_URL: "Write an address that begins with https://, without a name, a password or #.",
  TOO_MANY_ENDPOINTS: "You have three addresses already. Delete one first.",
  ENDPOINT_NOT_FOUND: "This address no longer exists.",
  ENDPOINT_OFF: "This address is switched off. Switch it on first.",
  EVENT_NOT_FOUND: "This event is too old, or is being posted at this moment.",
};

/** @throws ApiError also for what the verb refuses */
async function call<T>(client: Client, verb: EventVerb, args: Record<string, unknown> = {}): Promise<T> {
  const { data, error } = await client.rpc(verb, args as never);
  if (error) throw dataError(error);
  const answer = data as unknown as T & { outcome: string };
  if (/^[A-Z]/.test(answer.outcome)) {
    throw new ApiError(422, answer.outcome, WORDS[answer.outcome] ?? "That was refused. Reload the page.");
  }
  return answer;
}

/** The secret is in this answer and in no other. */
export interface WithSecret {
  readonly secret?: string;
}

export const listEndpoints = async (client: Client) =>
  (await call<{ endpoints: EventEndpoint[] }>(client, "sms_list_event_endpoints")).endpoints;
export const saveEndpoint = (
  client: Client,
  endpoint: { endpoint_id?: string; url?: string; active?: boolean },
) => call<WithSecret>(client, "sms_save_event_endpoint", endpoint);
export const deleteEndpoint = (client: Client, endpoint_id: string) =>
  call<WithSecret>(client, "sms_delete_event_endpoint", { endpoint_id });
export const rotateSecret = (client: Client, endpoint_id: string) =>
  call<WithSecret>(client, "sms_rotate_event_secret", { endpoint_id });
export const testEndpoint = (client: Client, endpoint_id: string) =>
  call<WithSecret>(client, "sms_test_event_endpoint", { endpoint_id });
export const replayEvents = (
  client: Client,
  endpoint_id: string,
  which: { event_id: string } | { since: string },
) => call<{ events: number }>(client, "sms_replay_events", { endpoint_id, ...which });
