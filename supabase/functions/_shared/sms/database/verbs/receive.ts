import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";
import { Milliseconds } from "./claims.ts";

// What Twilio reports: messages that come in, and the status of those that went out.

/** What `sms_receive_message` answers. */
export const ReceivedMessage = z.object({
  outcome: z.enum(["stored", "duplicate", "unowned"]),
  message_id: z.string().nullish(),
  conversation_id: z.string().nullish(),
  keyword: z.enum(["out", "in", "help"]).nullish(),
  reply_due_in_ms: Milliseconds,
});
export type Received = z.infer<typeof ReceivedMessage>;

export type InboundMessage = {
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
  outcome: z.enum(["recorded", "doubled", "mismatch", "not_found"]),
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

export const receiveMessage = (client: RpcClient, text: InboundMessage): Promise<Received> =>
  rpc(client, "sms_receive_message", { args: { ...text }, returns: ReceivedMessage });

export const recordStatus = (client: RpcClient, report: StatusReport): Promise<Recorded> =>
  rpc(client, "sms_record_status", { args: { ...report }, returns: Recorded });
