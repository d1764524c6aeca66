import type { Account, ConnectAccountRequest } from "../_shared/sms/contract/accounts.ts";
import type { CredentialsVault } from "../_shared/sms/twilio/vault.ts";
import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { AppError, notConfigured } from "../_shared/sms/http/errors.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import { checkRateLimit } from "../_shared/sms/database/rate_limits.ts";
import type { TwilioAccountCheck } from "./account_check.ts";
import { getTwilioAccount, type TwilioAccount } from "../_shared/sms/database/verbs/accounts.ts";
import { type AccountToSave, replaceCredentials, saveTwilioAccount, type SealedTokens } from "./verbs.ts";
import { type CredentialDependencies, isSignedBy, nextCredentials } from "./credentials.ts";

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
 * Connects a tenant's Twilio account, or renews its token, API key or SharedKeys, after Twilio has confirmed the token and the
 * API key. Only a caller with a valid one hears that another tenant has connected the account.
 *
 * @param client with the secret key
 * @throws AppError NOT_CONFIGURED, DEFAULT_ACCOUNT, RATE_LIMITED, CREDENTIALS_REQUIRED, SIGNER_REQUIRED, what the check
 *   throws, TOKEN_IS_SECONDARY, ACCOUNT_TAKEN, CREDENTIALS_CHANGED, TOO_MANY_SHARED_KEYS
 */
export async function connectAccount(
  deps: ConnectDependencies,
  client: RpcClient,
  { ownerId, request }: { ownerId: string; request: Omit<ConnectAccountRequest, "user_id"> },
): Promise<Connected> {
  const { vault, twilio } = deps;
  if (vault === null) throw notConfigured("SMS_CREDENTIALS_KEY is not set");
  const accountSid = request.account_sid;
  const before = await getTwilioAccount(client, accountSid);
  if (accountSid === deps.defaultAccountSid || before?.shared) refuse({ outcome: "DEFAULT_ACCOUNT" });
  await checkRateLimit(client, ownerId, LIMIT);
  const mine = before?.user_id === ownerId ? before : null;
  refuseWithoutCredentials(request, mine);
  const primaryToken = await check(twilio, request);

  const stored = tokensOf(mine);
  if (request.auth_token && primaryToken !== null && primaryToken !== request.auth_token) {
    const hasKey = [...request.shared_keys ?? [], ...Object.keys(mine?.shared_keys ?? {})].length > 0;
    if (!hasKey && !await isSignedBy(vault, accountSid, stored, primaryToken)) throw tokenIsSecondary();
  }
  const renews = stored !== null && request.auth_token;
  const account = await save(client, vault, { ownerId, request, withToken: !renews });
  if (renews) await renewToken({ vault, twilio }, client, { ownerId, stored, authToken: renews });
  return { account, known: mine !== null };
}

/** With nothing to check, only what is the caller's already is changed. Something stays with which Twilio is asked. */
function refuseWithoutCredentials(request: ConnectAccountRequest, mine: TwilioAccount): void {
  const { auth_token, api_key, shared_keys = [], trunk_sid } = request;
  const given = auth_token || api_key;
  if (!given && (mine === null || trunk_sid)) {
    throw credentialsRequired(
      "Give auth_token or api_key, with which Twilio is asked whether this is your account.",
    );
  }
  const stays = (auth_token === undefined && mine?.current_token) ||
    (api_key === undefined && mine?.api_key_sid);
  if (!given && !stays) {
    throw credentialsRequired(
      "Nothing would be left to ask Twilio with. Give auth_token or api_key in place of what is taken away.",
    );
  }
  const signsByToken = auth_token || (auth_token === undefined && mine?.current_token);
  if (!signsByToken && shared_keys.length === 0 && Object.keys(mine?.shared_keys ?? {}).length === 0) {
    throw new AppError(
      422,
      "SIGNER_REQUIRED",
      "An API key signs no webhooks. Give auth_token, or in shared_keys the SharedKey that a Webhook Rule of the account " +
        "lets Twilio sign with.",
    );
  }
}

const credentialsRequired = (message: string) => new AppError(422, "CREDENTIALS_REQUIRED", message);

/** @returns the account's primary token, where Twilio told it */
async function check(twilio: TwilioAccountCheck, request: ConnectAccountRequest): Promise<string | null> {
  const { account_sid: accountSid, auth_token, api_key, trunk_sid } = request;
  const trunkSid = trunk_sid ?? null;
  if (api_key) {
    await twilio.verifyApiKey({ accountSid, authToken: api_key.secret, apiKeySid: api_key.sid, trunkSid });
  }
  if (!auth_token) return null;
  const { primaryToken } = await twilio.verify({ accountSid, authToken: auth_token, trunkSid });
  return primaryToken;
}

const tokenIsSecondary = () =>
  new AppError(
    422,
    "TOKEN_IS_SECONDARY",
    "This is the account's secondary auth token. Twilio signs webhooks with the primary one, so every text would be refused. " +
      "Give the primary token, or promote this one in the Twilio console first.",
  );

/** @throws AppError CREDENTIALS_CHANGED when other requests keep changing the tokens, or removed them */
async function renewToken(
  deps: CredentialDependencies,
  client: RpcClient,
  { ownerId, stored, authToken }: { ownerId: string; stored: SealedTokens; authToken: string },
): Promise<void> {
  let current: SealedTokens | null = stored;
  for (let tries = 0; current && tries < TRIES; tries++) {
    const next = await nextCredentials(deps, current, authToken) ?? current;
    if (await replaceCredentials(client, current, next, { forgetRefused: true })) return;
    const account = await getTwilioAccount(client, stored.account_sid);
    current = account?.user_id === ownerId ? tokensOf(account) : null;
  }
  refuse({ outcome: "CREDENTIALS_CHANGED" });
}

/** The stored tokens of a tenant's own account; null when it has none. */
function tokensOf(account: TwilioAccount): SealedTokens | null {
  if (!account?.account_id || !account.current_token) return null;
  return {
    account_id: account.account_id,
    account_sid: account.account_sid,
    current_token: account.current_token,
    previous_token: account.previous_token ?? null,
  };
}

async function save(
  client: RpcClient,
  vault: CredentialsVault,
  { ownerId, request, withToken }: { ownerId: string; request: ConnectAccountRequest; withToken: boolean },
): Promise<Account> {
  const { account_sid, auth_token, api_key, shared_keys = [], label, trunk_sid } = request;
  const seal = (secret: string, key?: string) =>
    vault.seal({ account_sid, auth_token: secret, ...(key === undefined ? {} : { key }) });
  const toSave: AccountToSave = {
    account_sid,
    owner_id: ownerId,
    encrypted_token: auth_token && withToken ? await seal(auth_token) : null,
    label: label ?? null,
    trunk_sid: trunk_sid === null ? "" : trunk_sid ?? null,
    api_key_sid: api_key?.sid ?? null,
    api_key_secret: api_key ? await seal(api_key.secret, api_key.sid) : null,
    shared_keys: await Promise.all(
      shared_keys.map(async ({ key_id, secret }) => ({ key_id, secret: await seal(secret, key_id) })),
    ),
    forget: auth_token === null ? "auth_token" : api_key === null ? "api_key" : null,
  };
  return (await saveTwilioAccount(client, toSave)).account;
}
