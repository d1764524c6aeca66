import type { CredentialsVault } from "../supabase/functions/_shared/sms/twilio/vault.ts";
import type { RpcClient } from "../supabase/functions/_shared/sms/database/rpc.ts";
import {
  listCredentials,
  replaceCredentials,
  replaceSecret,
  type SealedCredential,
} from "../supabase/functions/sms-accounts/verbs.ts";

/**
 * `resealed`: with the first key now. `current`: was already. `changed`: somebody saved a token each time we looked.
 * `unreadable`: a token is sealed with a key that was not given, or altered; it is left as it is.
 */
export type Reencryption = "resealed" | "current" | "changed" | "unreadable";

const PAGE = 100;
const PASSES = 3;

/**
 * Seals every credential anew that is not sealed with the first key. A token that is saved meanwhile is never overwritten
 * but looked at again. Twice is not worse than once, and a run that was cut off is simply run again.
 *
 * @param client with the secret key
 * @returns what became of each account, by AccountSid
 */
export async function reencryptCredentials(
  client: RpcClient,
  vault: CredentialsVault,
): Promise<Map<string, Reencryption>> {
  const accounts = new Map<string, Reencryption>();
  for (let pass = 0; pass === 0 || (pass < PASSES && [...accounts.values()].includes("changed")); pass++) {
    for await (const credential of allCredentials(client)) {
      const outcome = await renew(client, vault, credential);
      // What the pass before resealed is current in this one.
      const before = accounts.get(credential.account_sid);
      if (outcome !== "current" || before !== "resealed") accounts.set(credential.account_sid, outcome);
    }
  }
  return accounts;
}

async function* allCredentials(client: RpcClient): AsyncGenerator<SealedCredential> {
  let after_id: string | null = null;
  do {
    const { credentials } = await listCredentials(client, { after_id, page_size: PAGE });
    yield* credentials;
    after_id = credentials.at(-1)?.account_id ?? null;
  } while (after_id !== null);
}

async function renew(
  client: RpcClient,
  vault: CredentialsVault,
  credential: SealedCredential,
): Promise<Reencryption> {
  const { account_sid, current_token, previous_token } = credential;
  const current = current_token === null ? null : await reseal(vault, account_sid, current_token);
  const previous = previous_token === null ? null : await reseal(vault, account_sid, previous_token);
  const unreadable = (current_token !== null && current === null) ||
    (previous_token !== null && previous === null);
  const next = { current_token: current ?? current_token, previous_token: previous ?? previous_token };
  const found = new Set<Reencryption>([unreadable ? "unreadable" : "current"]);
  if (next.current_token !== current_token || next.previous_token !== previous_token) {
    found.add(await replaceCredentials(client, credential, next) ? "resealed" : "changed");
  }
  for (const [name, secret] of Object.entries(credential.secrets)) {
    found.add(await renewSecret(client, vault, { credential, name, secret }));
  }
  const worst: readonly Reencryption[] = ["changed", "unreadable", "resealed", "current"];
  return worst.find((outcome) => found.has(outcome)) ?? "current";
}

/** Of a SharedKey or an API key. */
async function renewSecret(
  client: RpcClient,
  vault: CredentialsVault,
  { credential, name, secret }: { credential: SealedCredential; name: string; secret: string },
): Promise<Reencryption> {
  const { account_id, account_sid } = credential;
  const next = await reseal(vault, account_sid, secret, name);
  if (next === null) return "unreadable";
  if (next === secret) return "current";
  const replaced = await replaceSecret(client, { account_id, name, old_secret: secret, new_secret: next });
  return replaced ? "resealed" : "changed";
}

/** @returns the token sealed with the first key, as it was if it is already; null when it cannot be opened */
async function reseal(
  vault: CredentialsVault,
  accountSid: string,
  sealed: string,
  name?: string,
): Promise<string | null> {
  let token: string;
  try {
    // Opened even when it is sealed with the first key already: a token that cannot be opened is reported.
    token = await vault.open(sealed, accountSid, name);
  } catch {
    return null;
  }
  if (await vault.isCurrent(sealed)) return sealed;
  return await vault.seal({
    account_sid: accountSid,
    auth_token: token,
    ...(name === undefined ? {} : { key: name }),
  });
}
