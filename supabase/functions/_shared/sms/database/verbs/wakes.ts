import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";

/** schedule: pg_cron or another scheduler. request: a webhook, a send, another worker. */
export type WokenBy = "schedule" | "request";

export interface Wake {
  readonly woken_by: WokenBy;
  /** Of SMS_CREDENTIALS_KEY: what was sealed with another key cannot be opened. */
  readonly key_ids: string[];
  readonly isolate_age_ms: number;
}

const Noted = z.object({ outcome: z.enum(["recorded", "known"]) });

export const recordWake = (client: RpcClient, wake: Wake) =>
  rpc(client, "sms_record_wake", { args: { ...wake }, returns: Noted });
