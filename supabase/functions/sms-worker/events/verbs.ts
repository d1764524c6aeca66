import { z } from "zod";
import { rpc, type RpcClient } from "../../_shared/sms/database/rpc.ts";
import {
  type Claim,
  type ClaimSize,
  Milliseconds,
  type Outcome,
} from "../../_shared/sms/database/verbs/claims.ts";

/** One event for one address. */
const EventJob = z.object({
  endpoint_id: z.string(),
  event_id: z.string(),
  lease_token: z.string(),
  type: z.string(),
  url: z.string(),
  /** The current secret, and during a rotation the one before. */
  secrets: z.array(z.string()),
  payload: z.record(z.string(), z.unknown()),
});
export type EventJob = z.infer<typeof EventJob>;

/** What became of one call. */
export type EventResult = {
  endpoint_id: string;
  event_id: string;
  lease_token: string;
  status: number | null;
  error: string | null;
  duration_ms: number;
  retry_after_ms: number | null;
};

const Claimed = z.object({
  jobs: z.array(EventJob),
  next_due_in_ms: Milliseconds,
  /** Whether any address is switched on. */
  listening: z.boolean(),
});

export const claimEvents = (
  client: RpcClient,
  size: ClaimSize,
): Promise<Claim<EventJob> & { listening: boolean }> =>
  rpc(client, "sms_claim_events", { args: { ...size }, returns: Claimed });

export const recordEvents = (client: RpcClient, results: EventResult[]): Promise<Outcome[]> =>
  rpc(client, "sms_record_events", {
    args: { results },
    returns: z.array(z.object({ outcome: z.string() })),
  });
