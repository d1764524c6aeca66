import { z } from "zod";
import { rpc, type RpcClient } from "../../_shared/sms/database/rpc.ts";
import {
  type Claim,
  type ClaimSize,
  Milliseconds,
  type Outcome,
} from "../../_shared/sms/database/verbs/claims.ts";
import {
  type InboundMessage,
  type Received,
  ReceivedMessage,
} from "../../_shared/sms/database/verbs/receive.ts";

// The verbs behind the questions to Twilio: messages of unknown outcome, inbound messages without a webhook, final status
// and price.

const LookupJob = z.object({
  job_id: z.string(),
  lookup_token: z.string(),
  message_id: z.string(),
  account_sid: z.string(),
  from_number: z.string(),
  to_number: z.string(),
  /** Read Twilio's list back to there. */
  since: z.coerce.date(),
});
export type LookupJob = z.infer<typeof LookupJob>;

/** A message between the two numbers as Twilio lists it. The database decides which may be ours. */
export type ListedMessage = {
  message_sid: string;
  direction: string;
  to_number: string;
  from_number: string;
  status: string;
  error_code: string | null;
  error_message: string | null;
  num_segments: number | null;
  date_created: string;
};

type Failed = { outcome: "failed"; error_code: string; error_message: string };

export type LookupResult =
  & Pick<LookupJob, "job_id" | "lookup_token" | "message_id" | "account_sid">
  & ({ outcome: "listed"; texts: ListedMessage[] } | Failed);

const ListingJob = z.object({
  account_sid: z.string(),
  lease_token: z.string(),
  since: z.coerce.date(),
  /** Where an earlier part of this listing stopped. */
  page_token: z.string().nullable(),
});
export type ListingJob = z.infer<typeof ListingJob>;

export type ListingResult =
  & Pick<ListingJob, "account_sid" | "lease_token">
  & ({ outcome: "listed" } | { outcome: "unfinished"; page_token: string | null } | Failed);

const SettlementJob = z.object({
  message_id: z.string(),
  lease_token: z.string(),
  account_sid: z.string(),
  message_sid: z.string(),
});
export type SettlementJob = z.infer<typeof SettlementJob>;

export type SettlementResult =
  & Pick<SettlementJob, "message_id" | "lease_token" | "account_sid">
  & (
    | {
      outcome: "found";
      status: string;
      error_code: string | null;
      error_message: string | null;
      num_segments: number | null;
      price: string | null;
      price_unit: string | null;
    }
    | { outcome: "gone" }
    | Failed
  );

/** An inbound message that Twilio lists, with the fields that tell whether we have it. */
export type ListedInbound = { message_sid: string; to_number: string; sent_at: string };

const claimOf = <T>(Job: z.ZodType<T>) => z.object({ jobs: z.array(Job), next_due_in_ms: Milliseconds });
const ClaimedLookups = claimOf(LookupJob);
const ClaimedListings = claimOf(ListingJob);
const ClaimedSettlements = claimOf(SettlementJob);
const Recorded = z.array(z.object({ outcome: z.string() }));
const Hurried = z.object({ outcome: z.literal("hurried"), accounts: z.number() });

export const claimLookups = (client: RpcClient, size: ClaimSize): Promise<Claim<LookupJob>> =>
  rpc(client, "sms_claim_lookups", { args: { ...size }, returns: ClaimedLookups });

export const recordLookups = (client: RpcClient, results: LookupResult[]): Promise<Outcome[]> =>
  rpc(client, "sms_record_lookups", { args: { results }, returns: Recorded });

export const claimListings = (client: RpcClient, size: ClaimSize): Promise<Claim<ListingJob>> =>
  rpc(client, "sms_claim_listings", { args: { ...size }, returns: ClaimedListings });

export const recordListings = (client: RpcClient, results: ListingResult[]): Promise<Outcome[]> =>
  rpc(client, "sms_record_listings", { args: { results }, returns: Recorded });

export const hurryListings = (client: RpcClient): Promise<Outcome> =>
  rpc(client, "sms_hurry_listings", { args: {}, returns: Hurried });

/** @returns the SIDs of the messages that we should have and do not, in the order given */
export const findUnknownMessages = (
  client: RpcClient,
  account_sid: string,
  texts: ListedInbound[],
): Promise<string[]> =>
  rpc(client, "sms_find_unknown_messages", { args: { account_sid, texts }, returns: z.array(z.string()) });

/** Stores an inbound message late, with the time at which it was sent. */
export const recoverMessage = (
  client: RpcClient,
  text: InboundMessage & { sent_at: string },
): Promise<Received> => rpc(client, "sms_receive_message", { args: { ...text }, returns: ReceivedMessage });

const SetAside = z.object({ outcome: z.literal("set_aside") });

/** Keeps an inbound message that the database refuses to store, for a person to look at. */
export const setMessageAside = (
  client: RpcClient,
  { opt_out_type: _, ...text }: InboundMessage & { sent_at: string },
  reason: string,
): Promise<Outcome> => rpc(client, "sms_set_message_aside", { args: { ...text, reason }, returns: SetAside });

export const claimSettlements = (client: RpcClient, size: ClaimSize): Promise<Claim<SettlementJob>> =>
  rpc(client, "sms_claim_settlements", { args: { ...size }, returns: ClaimedSettlements });

export const recordSettlements = (client: RpcClient, results: SettlementResult[]): Promise<Outcome[]> =>
  rpc(client, "sms_record_settlements", { args: { results }, returns: Recorded });
