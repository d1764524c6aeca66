import { z } from "zod";
import type { Json } from "../../_shared/sms/database/types.ts";
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

// The verbs behind the questions to Twilio. Each kind of question has a claim and a result of its own shape.

const Claimed = z.object({ lease_token: z.string(), account_sid: z.string() });

/** Did Twilio take this message? */
const Lookup = Claimed.extend({
  kind: z.literal("lookup"),
  message_id: z.string(),
  from_number: z.string(),
  to_number: z.string(),
  /** The spellings under which Twilio may list it, ours first. A database of before has only ours. */
  to_numbers: z.array(z.string()).min(1).optional(),
  /** Read Twilio's list back to there. */
  since: z.coerce.date(),
});
export type Lookup = z.infer<typeof Lookup>;

/** Which inbound messages of this account did we miss? */
const Listing = Claimed.extend({
  kind: z.literal("listing"),
  since: z.coerce.date(),
  /** A backup was restored: what our numbers sent is compared too. */
  sent_too: z.boolean().optional(),
  /** Where an earlier part of this listing stopped. */
  page_token: z.string().nullable(),
});
export type Listing = z.infer<typeof Listing>;

/** How did this message end, and what did it cost? */
const Settlement = Claimed.extend({
  kind: z.literal("settlement"),
  message_id: z.string(),
  message_sid: z.string(),
});
export type Settlement = z.infer<typeof Settlement>;

/** Did the contact send this START? */
const Proof = Claimed.extend({
  kind: z.literal("proof"),
  message_id: z.string(),
  message_sid: z.string(),
});
export type Proof = z.infer<typeof Proof>;

export type Question = Lookup | Listing | Settlement | Proof;

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
  /** Read only after a restore, to tell texts of one pair apart. */
  body: string;
};

/** A message that Twilio lists, with the fields that tell whether we have it. */
export type ListedText = {
  message_sid: string;
  direction: string;
  to_number: string;
  from_number: string;
  sent_at: string;
};

const claimOf = <T>(Job: z.ZodType<T>) => z.object({ jobs: z.array(Job), next_due_in_ms: Milliseconds });
export const ClaimedLookups = claimOf(Lookup);
export const ClaimedListings = claimOf(Listing);
export const ClaimedSettlements = claimOf(Settlement);
export const ClaimedProofs = claimOf(Proof);
const Recorded = z.array(z.object({ outcome: z.string() }));

export interface QuestionClaim extends ClaimSize {
  kind: Question["kind"];
  /** The database was away, so webhooks could not store anything either: every account is listed at once. */
  hurry: boolean;
}

export const claimQuestions = <Q extends Question>(
  client: RpcClient,
  claim: QuestionClaim,
  returns: z.ZodType<Claim<Q>>,
): Promise<Claim<Q>> => rpc(client, "sms_claim_questions", { args: { ...claim }, returns });

/** An answer, with what the database needs to find its question again. */
export type Answered = Record<string, Json | undefined> & { lease_token: string; account_sid: string };

export const recordQuestions = (client: RpcClient, results: Answered[]): Promise<Outcome[]> =>
  rpc(client, "sms_record_questions", { args: { results }, returns: Recorded });

/** @returns the SIDs of the messages that we should have and do not, in the order given */
export const findUnknownMessages = (
  client: RpcClient,
  account_sid: string,
  texts: ListedText[],
): Promise<string[]> =>
  rpc(client, "sms_find_unknown_messages", { args: { account_sid, texts }, returns: z.array(z.string()) });

/** Stores an inbound message late, with the time at which it was sent. */
export const recoverMessage = (
  client: RpcClient,
  text: InboundMessage & { sent_at: string },
): Promise<Received> => rpc(client, "sms_receive_message", { args: { ...text }, returns: ReceivedMessage });

/** A text that left one of our numbers, as Twilio lists it. */
export type SentText = {
  message_sid: string;
  from_number: string;
  to_number: string;
  body: string;
  num_segments: number | null;
  status: string;
  error_code: string | null;
  error_message: string | null;
  sent_at: string;
};

/** After a restore: stores a text that was sent since the backup, or ties it to the one that waits here. */
export const recoverSentMessage = (
  client: RpcClient,
  account_sid: string,
  sent: SentText,
): Promise<Outcome> =>
  rpc(client, "sms_recover_sent_message", {
    args: { account_sid, sent },
    returns: z.object({ outcome: z.string() }),
  });

const SetAside = z.object({ outcome: z.literal("set_aside") });

/** Keeps an inbound message that the database refuses to store, for a person to look at. */
export const setMessageAside = (
  client: RpcClient,
  { opt_out_type: _, ...text }: InboundMessage & { sent_at: string },
  reason: string,
): Promise<Outcome> => rpc(client, "sms_set_message_aside", { args: { ...text, reason }, returns: SetAside });
