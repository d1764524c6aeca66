import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";

/** What is connected, for the operator. The database says what of it is wrong; no field holds a secret. */
export const Inspected = z.object({
  outcome: z.literal("inspected"),
  now: z.string(),
  accounts: z.array(
    z.object({ account_sid: z.string(), shared: z.boolean(), credentials_unreadable: z.boolean() }),
  ),
  numbers: z.array(z.object({
    id: z.string(),
    number: z.string(),
    country: z.string().nullish(),
    account_sid: z.string(),
    main_trunk_sid: z.string().nullable(),
    has_assistant: z.boolean(),
    webhook_status: z.string(),
    webhook_error: z.string().nullable(),
    sms_url: z.string().nullable(),
  })),
  numbers_in_all: z.number(),
  live_updates: z.enum(["set_up", "missing", "unavailable"]),
  extensions: z.record(z.string(), z.string()),
});
export type Inspected = z.infer<typeof Inspected>;

export const inspect = (client: RpcClient): Promise<Inspected> =>
  rpc(client, "sms_inspect", { args: {}, returns: Inspected });
