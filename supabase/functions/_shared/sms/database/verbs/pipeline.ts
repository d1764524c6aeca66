import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";

// One typed function a verb. The database decides; these only carry and check.

/** A span that a verb gives; null when there is nothing to wait for. */
export const Milliseconds = z.number().nonnegative().nullish().transform((value) => value ?? null);

/** What `sms_receive_message` answers. */
export const ReceivedText = z.object({
  outcome: z.enum(["stored", "duplicate", "unowned", "other_account"]),
  message_id: z.string().nullish(),
  conversation_id: z.string().nullish(),
  keyword: z.enum(["out", "in", "help"]).nullish(),
  reply_due_in_ms: Milliseconds,
});
export type Received = z.infer<typeof ReceivedText>;

export type InboundText = {
  account_sid: string;
  message_sid: string;
  from_number: string;
  to_number: string;
  body: string;
  media: { url: string; content_type: string | null }[];
  num_segments: number | null;
  opt_out_type: string | null;
};

const Recorded = z.object({
  outcome: z.enum(["recorded", "doubled", "other_account", "mismatch", "not_found"]),
  status: z.string().nullish(),
});
export type Recorded = z.infer<typeof Recorded>;

export type StatusReport = {
  account_sid: string;
  message_sid: string;
  from_number: string;
  to_number: string;
  status: string;
  error_code: string | null;
  error_message: string | null;
  message_id: string | null;
};

const TwilioAccount = z.object({
  account_id: z.string().nullish(),
  account_sid: z.string(),
  user_id: z.string().nullish(),
  shared: z.boolean().nullish(),
  current_token: z.string().nullish(),
  previous_token: z.string().nullish(),
}).nullable();
export type TwilioAccount = z.infer<typeof TwilioAccount>;

const HistoryText = z.object({
  seq: z.number(),
  direction: z.enum(["inbound", "outbound"]),
  sender: z.string(),
  body: z.string(),
  media_count: z.number(),
  created_at: z.string(),
});

const ReplyJob = z.object({
  job_id: z.string(),
  lease_token: z.string(),
  conversation_id: z.string(),
  user_id: z.string(),
  contact_id: z.string(),
  through_seq: z.number(),
  attempt: z.number(),
  greeting: z.boolean(),
  reopened: z.boolean(),
  waiting_for_person: z.boolean(),
  assistant: z.object({
    id: z.string(),
    name: z.string(),
    prompt: z.string(),
    model: z.string().nullable(),
    temperature: z.number().nullable(),
    language: z.string().nullable(),
    max_segments: z.number().int().positive(),
  }),
  contact: z.object({ name: z.string().nullable(), time_zone: z.string().nullable() }),
  history: z.array(HistoryText),
});
export type ReplyJob = z.infer<typeof ReplyJob>;

export type ReplyFailure = {
  code: string;
  message: string;
  permanent: boolean;
  retry_after_ms: number | null;
};

export type ReplyResult = {
  job_id: string;
  lease_token: string;
  conversation_id: string;
  assistant_id: string;
  through_seq: number;
  greeting: boolean;
  reply: string | null;
  intent: string | null;
  end_conversation: boolean;
  opt_out: boolean;
  handoff: boolean;
  shortened: boolean;
  failure: ReplyFailure | null;
};

/** Outcomes stay plain strings here: they are counted and logged, and one more must not stop the worker. */
const Finished = z.array(
  z.object({ job_id: z.string().nullish(), message_id: z.string().nullish(), outcome: z.string() }),
);

const DeliveryJob = z.object({
  job_id: z.string(),
  lease_token: z.string(),
  message_id: z.string(),
  user_id: z.string(),
  account_sid: z.string(),
  from_number: z.string(),
  to_number: z.string(),
  body: z.string(),
  media_urls: z.array(z.string()),
});
export type DeliveryJob = z.infer<typeof DeliveryJob>;

export type DeliveryResult = {
  job_id: string;
  lease_token: string;
  message_id: string;
  account_sid: string;
  outcome: "accepted" | "refused" | "retry" | "unknown" | "not_started";
  message_sid: string | null;
  status: string | null;
  num_segments: number | null;
  error_code: string | null;
  error_message: string | null;
  retry_after_ms: number | null;
};

const ClaimedReplies = z.object({ jobs: z.array(ReplyJob), next_due_in_ms: Milliseconds });
const ClaimedDeliveries = z.object({ jobs: z.array(DeliveryJob), next_due_in_ms: Milliseconds });
const Health = z.record(z.string(), z.unknown());

export interface Claim<Job> {
  jobs: Job[];
  next_due_in_ms: number | null;
}
export interface Outcome {
  outcome: string;
  /** The message concerned: for a reply, the text that was stored, if one was. */
  message_id?: string | null | undefined;
}
export interface ClaimSize {
  batch_size: number;
  lease_seconds: number;
}
/** What a worker claims: of its free slots, and only so many for each tenant that not all can be one tenant's. */
export interface WorkerClaim extends ClaimSize {
  /** Jobs the worker has in hand, by tenant. */
  in_hand: Readonly<Record<string, number>>;
}
/** Of one text, by whoever waits for its answer: it takes no slot from anybody. */
export interface TextClaim extends ClaimSize {
  message_ids: string[];
}

export const receiveMessage = (client: RpcClient, text: InboundText): Promise<Received> =>
  rpc(client, "sms_receive_message", { args: { ...text }, returns: ReceivedText });

export const recordStatus = (client: RpcClient, report: StatusReport): Promise<Recorded> =>
  rpc(client, "sms_record_status", { args: { ...report }, returns: Recorded });

export const getTwilioAccount = (client: RpcClient, account_sid: string): Promise<TwilioAccount> =>
  rpc(client, "sms_get_account", { args: { account_sid }, returns: TwilioAccount });

export const claimReplies = (client: RpcClient, claim: WorkerClaim): Promise<Claim<ReplyJob>> =>
  rpc(client, "sms_claim_replies", { args: { ...claim }, returns: ClaimedReplies });

export const finishReplies = (client: RpcClient, results: ReplyResult[]): Promise<Outcome[]> =>
  rpc(client, "sms_finish_replies", { args: { results }, returns: Finished });

export const claimDeliveries = (
  client: RpcClient,
  claim: WorkerClaim | TextClaim,
): Promise<Claim<DeliveryJob>> =>
  rpc(client, "sms_claim_deliveries", { args: { ...claim }, returns: ClaimedDeliveries });

export const recordDeliveries = (client: RpcClient, results: DeliveryResult[]): Promise<Outcome[]> =>
  rpc(client, "sms_record_deliveries", { args: { results }, returns: Finished });

export const workerHealth = (client: RpcClient): Promise<Record<string, unknown>> =>
  rpc(client, "sms_worker_health", { args: {}, returns: Health });
