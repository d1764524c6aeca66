import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";

const TwilioAccount = z.object({
  account_id: z.string().nullish(),
  account_sid: z.string(),
  user_id: z.string().nullish(),
  shared: z.boolean().nullish(),
  current_token: z.string().nullish(),
  previous_token: z.string().nullish(),
  rotating: z.boolean().nullish(),
  api_key_sid: z.string().nullish(),
  api_key_secret: z.string().nullish(),
  /** Sealed, by their ids. */
  shared_keys: z.record(z.string(), z.string()).nullish(),
  /** The signers whose webhooks were refused: ids of SharedKeys, "" for the token. */
  refused_signers: z.array(z.string()).nullish(),
}).nullable();
export type TwilioAccount = z.infer<typeof TwilioAccount>;

/** An account and its sealed secrets; null when nobody has connected it. */
export const getTwilioAccount = (client: RpcClient, account_sid: string): Promise<TwilioAccount> =>
  rpc(client, "sms_get_account", { args: { account_sid }, returns: TwilioAccount });

const Listed = z.object({ outcome: z.literal("listed"), account_sids: z.array(z.string()) });

/** The SIDs of all connected accounts. */
export const listAccountSids = async (client: RpcClient): Promise<string[]> =>
  (await rpc(client, "sms_list_account_sids", { args: {}, returns: Listed })).account_sids;

export interface RefusedWebhook {
  readonly reason: "SIGNATURE_MISMATCH" | "SHARED_KEY_UNKNOWN" | "SIGNATURE_ALGORITHM_UNKNOWN";
  /** The SharedKey that it named; "" for the token, or a name that is none. */
  readonly key_id: string;
  readonly algorithm: string | null;
}

const Counted = z.object({ outcome: z.enum(["counted", "ignored"]) });

export async function countRefusedWebhooks(
  client: RpcClient,
  refused: RefusedWebhook & { readonly account_sid: string; readonly times: number },
): Promise<void> {
  await rpc(client, "sms_count_refused_webhooks", { args: { ...refused }, returns: Counted });
}

const Confirmed = z.object({ outcome: z.literal("confirmed") });

/** @param signer `sealed` is the current token as it is stored, where one before it still counts */
export async function confirmSigner(
  client: RpcClient,
  signer: { readonly account_sid: string; readonly key_id: string; readonly sealed: string | null },
): Promise<void> {
  await rpc(client, "sms_confirm_signer", { args: { ...signer }, returns: Confirmed });
}
