import type { Account, ConnectAccountRequest } from "../_shared/sms/contract/accounts.ts";
import type { CredentialsVault } from "../_shared/sms/twilio/vault.ts";
import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { notConfigured } from "../_shared/sms/http/errors.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import { checkRateLimit } from "../_shared/sms/database/rate_limits.ts";
import type { TwilioAccountCheck } from "./account_check.ts";
import { getTwilioAccount, type TwilioAccount } from "../_shared/sms/database/verbs/accounts.ts";
import { replaceCredentials, saveTwilioAccount, type SealedCredential } from "./verbs.ts";
import { type CredentialDependencies, nextCredentials } from "./credentials.ts";

export interface ConnectDependencies {
  readonly twilio: TwilioAccountCheck;
  /** Null while SMS_CREDENTIALS_KEY is not set: nothing can be sealed. */
  readonly vault: CredentialsVault | null;
  /** The operator's own account, from the settings. */
  readonly defaultAccountSid: string | null;
}

export interface Connected {
  readonly account: Account;
  /** Whether the caller had it connected before. */
  readonly known: boolean;
}

const LIMIT = { action: "connect_account", perMinute: 10 };
/** Several requests may renew one account at once; each tries again when another one changed the tokens. */
const TRIES = 5;

/**
 * Connects a tenant's Twilio account, or renews its token, after Twilio has confirmed SID and token. Only a caller with a
 * valid token hears that another tenant has connected the account.
 *
 * @param client with the secret key
 * @throws AppError NOT_CONFIGURED, DEFAULT_ACCOUNT, RATE_LIMITED, what `verify` throws, ACCOUNT_TAKEN,
 *   CREDENTIALS_CHANGED
 */
export async function connectAccount(
  deps: ConnectDependencies,
  client: RpcClient,
  { ownerId, request }: { ownerId: string; request: ConnectAccountRequest },
): Promise<Connected> {
  const { vault, twilio } = deps;
  if (vault === null) throw notConfigured("SMS_CREDENTIALS_KEY is not set");
  const accountSid = request.account_sid;
  const before = await getTwilioAccount(client, accountSid);
  if (accountSid === deps.defaultAccountSid || before?.shared) refuse({ outcome: "DEFAULT_ACCOUNT" });
  await checkRateLimit(client, ownerId, LIMIT);
  await twilio.verify({ accountSid, authToken: request.auth_token, trunkSid: request.trunk_sid ?? null });

  const stored = credentialOf(before, ownerId);
  const account = await save(client, {
    ownerId,
    request,
    sealed: stored ? null : await vault.seal({ account_sid: accountSid, auth_token: request.auth_token }),
  });
  if (stored) await renewToken({ vault, twilio }, client, { ownerId, stored, authToken: request.auth_token });
  return { account, known: stored !== null };
}

/** @throws AppError CREDENTIALS_CHANGED when other requests keep changing the tokens, or removed them */
async function renewToken(
  deps: CredentialDependencies,
  client: RpcClient,
  { ownerId, stored, authToken }: { ownerId: string; stored: SealedCredential; authToken: string },
): Promise<void> {
  let current: SealedCredential | null = stored;
  for (let tries = 0; current && tries < TRIES; tries++) {
    const next = await nextCredentials(deps, current, authToken);
    if (!next) return;
    if (await replaceCredentials(client, current, next)) return;
    current = credentialOf(await getTwilioAccount(client, stored.account_sid), ownerId);
  }
  refuse({ outcome: "CREDENTIALS_CHANGED" });
}

/** The stored tokens of a tenant's own account; null when it has none, or belongs to another tenant. */
function credentialOf(account: TwilioAccount, ownerId: string): SealedCredential | null {
  if (!account?.account_id || account.user_id !== ownerId || !account.current_token) return null;
  return {
    account_id: account.account_id,
    account_sid: account.account_sid,
    current_token: account.current_token,
    previous_token: account.previous_token ?? null,
  };
}

async function save(
  client: RpcClient,
  { ownerId, request, sealed }: { ownerId: string; request: ConnectAccountRequest; sealed: string | null },
): Promise<Account> {
  const { account } = await saveTwilioAccount(client, {
    account_sid: request.account_sid,
    owner_id: ownerId,
    encrypted_token: sealed,
    label: request.label ?? null,
    trunk_sid: request.trunk_sid === null ? "" : request.trunk_sid ?? null,
  });
  return account;
}
