import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { AppError } from "../_shared/sms/http/errors.ts";
import type { TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import type { NumberDependencies } from "./dependencies.ts";
import type { WebhookSigner } from "./twilio_numbers.ts";

/** What the account's Webhook Rules make of our webhook. */
export interface RuleFinding {
  /** A SharedKey that signs and was not given: every webhook that it signs is refused. */
  readonly missingKey: string | null;
  /** Something to change that loses no text, in words. */
  readonly advice: string | null;
}

const NOTHING: RuleFinding = { missingKey: null, advice: null };

/** The SharedKeys that are known of an account. */
export type KeysOf = (look: { readonly afresh: boolean }) => Promise<ReadonlyMap<string, unknown>>;

export const keysOf = (
  { accounts }: NumberDependencies,
  client: RpcClient,
  accountSid: string,
): KeysOf =>
async ({ afresh }) => {
  // A caller who looked too often in the last second gets what is known already.
  const found = afresh ? await accounts.readAfresh(client, accountSid).catch(() => null) : null;
  // The default account's secrets are in the settings: they are not read anew.
  return (found ?? await accounts.read(client, accountSid))?.sharedKeys ?? new Map();
};

/**
 * Asks Twilio for the Rules that match our webhook and our status callbacks. The API is in beta, a key may lack permission
 * for it, and most accounts have no Rule: without an answer nothing is said.
 */
export async function findRules(
  { twilio, smsUrl, statusUrl }: NumberDependencies,
  as: TwilioCredentials,
  keysOf: KeysOf,
): Promise<RuleFinding> {
  const [webhookUrl = ""] = smsUrl.split("#");
  let signers: WebhookSigner[];
  try {
    signers = (await Promise.all([webhookUrl, statusUrl].map((url) => twilio.signersOf(as, url)))).flat();
  } catch {
    return NOTHING;
  }
  const missingIn = (keys: ReadonlyMap<string, unknown>) =>
    signers.find(({ sharedKeyId }) => sharedKeyId !== null && !keys.has(sharedKeyId));
  let missing = missingIn(await keysOf({ afresh: false }));
  // It may have been given a moment ago.
  if (missing !== undefined) missing = missingIn(await keysOf({ afresh: true }));
  const hasty = signers.find(({ retries }) => !retries);
  return {
    missingKey: missing?.sharedKeyId ?? null,
    advice: hasty === undefined ? null : describeRetries(hasty),
  };
}

export function describeMissingKey(keyId: string): string {
  return `A Webhook Rule of the account lets Twilio sign with the SharedKey ${keyId}, which was not given here: every text ` +
    "would be refused. Give its id and secret (sms-accounts, shared_keys), or make a new SharedKey if the secret is lost.";
}

function describeRetries({ ruleId }: WebhookSigner): string {
  return `The Webhook Rule ${ruleId} decides how Twilio calls us, and its Setting does not try again after a 5xx: a text that ` +
    "comes while the database is away is then found minutes later. Let the Setting retry HTTP_5XX, CONNECTION_TIMEOUT and " +
    "READ_TIMEOUT three times.";
}

export const sharedKeyMissing = (keyId: string) =>
  new AppError(422, "SHARED_KEY_MISSING", `${describeMissingKey(keyId)} Then repair the number.`, {
    details: { shared_key_id: keyId },
  });
