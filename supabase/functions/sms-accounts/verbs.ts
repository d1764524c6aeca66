import { z } from "zod";
import { Account } from "../_shared/sms/contract/accounts.ts";
import { rpc, type RpcClient, rpcOrRefusal } from "../_shared/sms/database/rpc.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";

// One typed function a verb, for accounts and their credentials.

const Saved = z.object({
  outcome: z.literal("saved"),
  account: Account,
});

export interface AccountToSave {
  readonly account_sid: string;
  readonly owner_id: string;
  /** Sealed. Null leaves the stored tokens as they are. */
  readonly encrypted_token: string | null;
  /** Null leaves it, "" takes it away; `trunk_sid` likewise. */
  readonly label: string | null;
  readonly trunk_sid: string | null;
  readonly api_key_sid: string | null;
  readonly api_key_secret: string | null;
  /** To be added, sealed. */
  readonly shared_keys: { key_id: string; secret: string }[];
  readonly forget: "auth_token" | "api_key" | null;
}

/** @throws AppError ACCOUNT_TAKEN, DEFAULT_ACCOUNT, CREDENTIALS_CHANGED, TOO_MANY_SHARED_KEYS */
export const saveTwilioAccount = (client: RpcClient, account: AccountToSave) =>
  rpc(client, "sms_save_account", { args: { ...account }, returns: Saved });

const Disconnected = z.object({ outcome: z.literal("disconnected") });

/** @throws AppError ACCOUNT_NOT_FOUND */
export const disconnectTwilioAccount = (client: RpcClient, owner_id: string, account_sid: string) =>
  rpc(client, "sms_disconnect_account", { args: { owner_id, account_sid }, returns: Disconnected });

const Removed = z.object({ outcome: z.literal("removed") });

/** @throws AppError SHARED_KEY_NOT_FOUND, LAST_SIGNER */
export const removeSharedKey = (
  client: RpcClient,
  key: { readonly owner_id: string; readonly account_sid: string; readonly key_id: string },
) => rpc(client, "sms_remove_shared_key", { args: { ...key }, returns: Removed });

const Listed = z.object({
  outcome: z.literal("listed"),
  accounts: z.array(Account),
});

/**
 * The caller's own accounts, or the one named.
 * @param client with the caller's rights
 * @throws AppError ACCOUNT_NOT_FOUND
 */
export const listAccounts = (client: RpcClient, account_sid: string | null) =>
  rpc(client, "sms_list_accounts", { args: { account_sid }, returns: Listed });

const Credential = z.object({
  account_id: z.string(),
  account_sid: z.string(),
  current_token: z.string().nullable(),
  previous_token: z.string().nullable(),
  /** Of SharedKeys and the API key, by their ids. */
  secrets: z.record(z.string(), z.string()),
});
/** What is stored of an account, sealed. */
export type SealedCredential = z.infer<typeof Credential>;
/** Its tokens. */
export type SealedTokens = Omit<SealedCredential, "secrets">;

const Credentials = z.object({ outcome: z.literal("listed"), credentials: z.array(Credential) });

export const listCredentials = (client: RpcClient, page: { after_id: string | null; page_size: number }) =>
  rpc(client, "sms_list_credentials", { args: { ...page }, returns: Credentials });

const Replaced = z.object({ outcome: z.literal("replaced") });

/** Replaces sealed tokens. @returns false when they have changed since they were read */
export async function replaceCredentials(
  client: RpcClient,
  old: Omit<SealedTokens, "account_sid">,
  next: Pick<SealedTokens, "current_token" | "previous_token">,
  { forgetRefused = false }: { readonly forgetRefused?: boolean } = {},
): Promise<boolean> {
  const answer = await rpcOrRefusal(client, "sms_replace_credentials", {
    args: {
      account_id: old.account_id,
      old_current: old.current_token,
      old_previous: old.previous_token,
      new_current: next.current_token,
      new_previous: next.previous_token,
      forget_refused: forgetRefused,
    },
    returns: Replaced,
  });
  if ("done" in answer) return true;
  return answer.refusal.outcome === "CREDENTIALS_CHANGED" ? false : refuse(answer.refusal);
}

/** Replaces the sealed secret of a SharedKey or API key. @returns false when it has changed since it was read */
export async function replaceSecret(
  client: RpcClient,
  secret: { readonly account_id: string; readonly name: string; old_secret: string; new_secret: string },
): Promise<boolean> {
  const answer = await rpcOrRefusal(client, "sms_replace_secret", { args: { ...secret }, returns: Replaced });
  if ("done" in answer) return true;
  return answer.refusal.outcome === "CREDENTIALS_CHANGED" ? false : refuse(answer.refusal);
}
