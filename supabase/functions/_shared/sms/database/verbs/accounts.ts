import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";

const TwilioAccount = z.object({
  account_id: z.string().nullish(),
  account_sid: z.string(),
  user_id: z.string().nullish(),
  shared: z.boolean().nullish(),
  current_token: z.string().nullish(),
  previous_token: z.string().nullish(),
}).nullable();
export type TwilioAccount = z.infer<typeof TwilioAccount>;

/** An account and its sealed tokens; null when nobody has connected it. */
export const getTwilioAccount = (client: RpcClient, account_sid: string): Promise<TwilioAccount> =>
  rpc(client, "sms_get_account", { args: { account_sid }, returns: TwilioAccount });
