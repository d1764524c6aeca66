import type { Calls } from "./call.ts";

/** One call of an address. */
export interface EventAttempt {
  readonly id: string;
  /** The webhook-id. */
  readonly event_id: string;
  readonly type: string;
  readonly at: string;
  /** Null when there was no HTTP answer; `error` says why. */
  readonly status: number | null;
  readonly error: "ADDRESS_NOT_ALLOWED" | "UNREACHABLE" | "TIMEOUT" | "NOT_HTTP" | null;
  readonly duration_ms: number;
}

/** An address for events, as its owner sees it. */
export interface EventEndpoint {
  readonly id: string;
  readonly user_id: string | null;
  readonly url: string;
  /** Null: all. */
  readonly types: readonly string[] | null;
  readonly active: boolean;
  readonly previous_until: string | null;
  readonly failures: number;
  readonly failing_since: string | null;
  readonly disabled_reason: "gone" | "failing" | null;
  readonly disabled_at: string | null;
  readonly last_success_at: string | null;
  readonly created_at: string;
  readonly waiting: number;
  readonly given_up: number;
  /** The last twenty, the newest first. */
  readonly attempts: readonly EventAttempt[];
}

export interface EndpointToSave {
  /** Without it, a new address; its secret is in the answer and in no other. */
  readonly endpoint_id?: string;
  readonly url?: string;
  /** Those it wants; an empty list for all. */
  readonly types?: string[];
  readonly active?: boolean;
}

/** Addresses of the tenant's own backend that are told what happens. docs/events.md */
export const events = (calls: Calls) => ({
  /** Each with what waits and its last attempts; and all types that there are. */
  list: () => calls.verb("sms_list_event_endpoints", {}),
  /** @throws SmsError INVALID_EVENT_URL, UNKNOWN_EVENT_TYPE, TOO_MANY_ENDPOINTS, ENDPOINT_NOT_FOUND */
  save: (endpoint: EndpointToSave) => calls.verb("sms_save_event_endpoint", { ...endpoint }),
  /** With its log and what waits for it. */
  delete: async (id: string): Promise<void> => {
    await calls.verb("sms_delete_event_endpoint", { endpoint_id: id });
  },
  /** A new secret, which is in this answer and in no other. The one before signs as well for some hours (24 by default). */
  rotate: (id: string, overlapHours?: number) =>
    calls.verb("sms_rotate_event_secret", {
      endpoint_id: id,
      ...(overlapHours === undefined ? {} : { overlap_hours: overlapHours }),
    }),
  /** Posts an `endpoint.test` within ten seconds; `list` tells how it went. @throws SmsError ENDPOINT_OFF */
  test: async (id: string): Promise<void> => {
    await calls.verb("sms_test_event_endpoint", { endpoint_id: id });
  },
  /** One event again, or all since a time, with the ids they had. @throws SmsError ENDPOINT_OFF, EVENT_NOT_FOUND */
  replay: (id: string, which: { readonly event_id: string } | { readonly since: string }) =>
    calls.verb("sms_replay_events", { endpoint_id: id, ...which }),
});
