// What the verbs for addresses of events answer, for pages and apps that call them (docs/events.md).

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
