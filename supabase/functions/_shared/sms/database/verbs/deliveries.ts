import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";
import {
  type Claim,
  Finished,
  type MessageClaim,
  Milliseconds,
  type Outcome,
  type WorkerClaim,
} from "./claims.ts";

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

const ClaimedDeliveries = z.object({ jobs: z.array(DeliveryJob), next_due_in_ms: Milliseconds });

export const claimDeliveries = (
  client: RpcClient,
  claim: WorkerClaim | MessageClaim,
): Promise<Claim<DeliveryJob>> =>
  rpc(client, "sms_claim_deliveries", { args: { ...claim }, returns: ClaimedDeliveries });

const Checked = z.object({ may_leave: z.array(z.string()) });

/** The jobs that may still leave, by their ids: what their claim asked, asked again. */
export async function checkDeliveries(
  client: RpcClient,
  jobs: readonly Pick<DeliveryJob, "job_id" | "lease_token">[],
): Promise<ReadonlySet<string>> {
  const asked = jobs.map(({ job_id, lease_token }) => ({ job_id, lease_token }));
  const { may_leave } = await rpc(client, "sms_check_deliveries", {
    args: { jobs: asked },
    returns: Checked,
  });
  return new Set(may_leave);
}

export const recordDeliveries = (client: RpcClient, results: DeliveryResult[]): Promise<Outcome[]> =>
  rpc(client, "sms_record_deliveries", { args: { results }, returns: Finished });
