import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";
import { REASONING_EFFORTS, VERBOSITIES } from "../../contract/common.ts";
import { type Claim, Finished, Milliseconds, type Outcome, type WorkerClaim } from "./claims.ts";

const HistoryMessage = z.object({
  seq: z.number(),
  direction: z.enum(["inbound", "outbound"]),
  sender: z.string(),
  body: z.string(),
  media: z.array(z.object({ url: z.string(), content_type: z.string().nullish() })),
  /** Whose media they are; only where the model reads them. */
  account_sid: z.string().nullable(),
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
  /** What the database puts before the reply: who answers, and that it is a machine. An older one puts nothing. */
  opening: z.string().nullish(),
  assistant: z.object({
    id: z.string(),
    name: z.string(),
    prompt: z.string(),
    model: z.string().nullable(),
    temperature: z.number().nullable(),
    language: z.string().nullable(),
    max_segments: z.number().int().positive(),
    reasoning_effort: z.enum(REASONING_EFFORTS),
    verbosity: z.enum(VERBOSITIES),
    reads_images: z.boolean(),
    time_zone: z.string().nullish(),
    minutes_east: z.number().int().nullish(),
  }),
  contact: z.object({
    name: z.string().nullable(),
    time_zone: z.string().nullable(),
    minutes_east: z.number().int().nullish(),
  }),
  history: z.array(HistoryMessage),
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
  /** Whose limits it counts against, also when its contact is erased by now. Absent from workers of before. */
  user_id?: string;
  /** How often the model was asked: twice where the first answer was too long. */
  calls?: number;
  reply: string | null;
  intent: string | null;
  end_conversation: boolean;
  opt_out: boolean;
  handoff: boolean;
  shortened: boolean;
  failure: ReplyFailure | null;
};

const ClaimedReplies = z.object({ jobs: z.array(ReplyJob), next_due_in_ms: Milliseconds });

export const claimReplies = (client: RpcClient, claim: WorkerClaim): Promise<Claim<ReplyJob>> =>
  rpc(client, "sms_claim_replies", { args: { ...claim }, returns: ClaimedReplies });

export const finishReplies = (client: RpcClient, results: ReplyResult[]): Promise<Outcome[]> =>
  rpc(client, "sms_finish_replies", { args: { results }, returns: Finished });
