/** A second tenant with a Twilio account of their own, connected as the product connects it. */
import { strict as assert } from "node:assert";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { LocalUser } from "../../local/demo_tenant.ts";
import type { Stack } from "../../local/stack.ts";
import { createVault } from "../../supabase/functions/_shared/sms/twilio/vault.ts";

/** Known to the tests, so that they can connect accounts as the operator's own tools do. */
export const CREDENTIALS_KEY = btoa("k".repeat(32));

const vault = createVault([new TextEncoder().encode(atob(CREDENTIALS_KEY))]);

export function operator(stack: Stack): SupabaseClient {
  return createClient(stack.ready.apiUrl, stack.ready.secretKey, { auth: { persistSession: false } });
}

export interface ConnectedTenant extends LocalUser {
  accountSid: string;
  authToken: string;
  number: string;
  assistantId: string;
}

/** A second tenant: a real user with a Twilio account, an assistant that answers at once, and this number. */
export async function connectTenant(stack: Stack, number: string): Promise<ConnectedTenant> {
  assert(stack.carrier);
  const user = await stack.createUser();
  const { accountSid, authToken } = stack.carrier.addAccount();
  await saveToken(stack, { id: user.id, accountSid }, authToken);
  const { data, error } = await user.client.from("sms_assistants")
    .insert({ user_id: user.id, name: "Bob", prompt: "Answer.", reply_delay_ms: 0 }).select("id").single();
  assert.equal(error, null);
  const assistantId: string = data?.id;
  const saved = await operator(stack).rpc("sms_save_number", {
    owner_id: user.id,
    account_sid: accountSid,
    number,
    assistant_id: assistantId,
    segments_per_second: 1000,
  });
  assert.equal(saved.error, null);
  assert.equal(saved.data.outcome, "saved");
  stack.carrier.addNumber(accountSid, { number, smsUrl: webhookUrl(stack) });
  return { ...user, accountSid, authToken, number, assistantId };
}

export function webhookUrl(stack: Stack): string {
  return `${stack.ready.functionsUrl}/sms-webhook#rc=3&rp=5xx,ct,rt`;
}

/** Stores an account's token as the product does: sealed, the one before kept as previous. */
export async function saveToken(
  stack: Stack,
  owner: { id: string; accountSid: string },
  token: string,
): Promise<void> {
  const saved = await operator(stack).rpc("sms_save_account", {
    account_sid: owner.accountSid,
    owner_id: owner.id,
    encrypted_token: await vault.seal({ account_sid: owner.accountSid, auth_token: token }),
  });
  assert.equal(saved.error, null);
  assert.equal(saved.data.outcome, "saved");
}

/** Stores a SharedKey as the product does: sealed, beside those that are there. */
export async function saveSharedKey(
  stack: Stack,
  owner: { id: string; accountSid: string },
  key: { id: string; secret: string },
): Promise<void> {
  const secret = await vault.seal({ account_sid: owner.accountSid, auth_token: key.secret, key: key.id });
  const saved = await operator(stack).rpc("sms_save_account", {
    account_sid: owner.accountSid,
    owner_id: owner.id,
    shared_keys: [{ key_id: key.id, secret }],
  });
  assert.equal(saved.error, null);
  assert.equal(saved.data.outcome, "saved");
}
