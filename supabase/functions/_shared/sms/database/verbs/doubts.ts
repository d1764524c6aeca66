import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";
import { type Claim, type ClaimSize, Milliseconds, type Outcome } from "./claims.ts";
import type { ReplyFailure } from "./replies.ts";

const DoubtJob = z.object({
  contact_id: z.string(),
  user_id: z.string(),
  lease_token: z.string(),
  /** The newest text that is asked about. */
  through: z.string(),
  /** What we wrote before, if anything, and the texts in doubt. */
  texts: z.array(z.object({ direction: z.enum(["inbound", "outbound"]), body: z.string() })),
});
export type DoubtJob = z.infer<typeof DoubtJob>;

export type DoubtResult = {
  contact_id: string;
  user_id: string;
  lease_token: string;
  through: string;
  /** How often the model was asked. */
  calls: number;
  answer: "yes" | "no" | "unsure" | null;
  failure: ReplyFailure | null;
};

const ClaimedDoubts = z.object({ jobs: z.array(DoubtJob), next_due_in_ms: Milliseconds });
const Recorded = z.array(z.object({ outcome: z.string() }));

export const claimDoubts = (client: RpcClient, claim: ClaimSize): Promise<Claim<DoubtJob>> =>
  rpc(client, "sms_claim_doubts", { args: { ...claim }, returns: ClaimedDoubts });

export const recordDoubts = (client: RpcClient, results: DoubtResult[]): Promise<Outcome[]> =>
  rpc(client, "sms_record_doubts", { args: { results }, returns: Recorded });
