import { z } from "zod";
import { PhoneNumber } from "../_shared/sms/contract/numbers.ts";
import { rpc, type RpcClient } from "../_shared/sms/database/rpc.ts";

// One typed function a verb.

/** A number with what setting it up at Twilio needs. */
const Webhook = z.object({
  phone_number: PhoneNumber.extend({ webhook_version: z.number() }),
  main_trunk_sid: z.string().nullable(),
});
export type Webhook = z.infer<typeof Webhook>;

const Assigned = Webhook.extend({ created: z.boolean() });
const Changed = z.object({ phone_number: PhoneNumber });

/** How setting up or checking a number at Twilio ended. */
export type WebhookReport =
  | {
    readonly webhook_status: "configured";
    readonly twilio_sid: string;
    readonly sms_url: string;
    readonly trunk_sid: string | null;
  }
  | { readonly webhook_status: "failed" | "drifted"; readonly webhook_error: string };

export interface NumberAccount {
  readonly account_sid: string;
  /** The operator's default account. */
  readonly shared: boolean;
}

export interface NumberToAssign {
  readonly owner_id: string;
  readonly account_sid: string;
  readonly number: string;
  readonly twilio_sid: string;
}

/** @param client with the caller's rights @throws AppError NUMBER_NOT_FOUND for the one that is named */
export async function listPhoneNumbers(
  client: RpcClient,
  phone_number_id: string | null = null,
): Promise<PhoneNumber[]> {
  const returns = z.object({ phone_numbers: z.array(PhoneNumber) });
  return (await rpc(client, "sms_list_numbers", { args: { phone_number_id }, returns })).phone_numbers;
}

export async function listWebhooks(client: RpcClient, owner_id: string): Promise<Webhook[]> {
  const returns = z.object({ webhooks: z.array(Webhook) });
  return (await rpc(client, "sms_list_webhooks", { args: { owner_id }, returns })).webhooks;
}

/** The accounts in which a tenant may look for a number, or (null) for any number. */
export async function findNumberAccounts(
  client: RpcClient,
  owner_id: string,
  number: string | null,
): Promise<NumberAccount[]> {
  const returns = z.object({ accounts: z.array(z.object({ account_sid: z.string(), shared: z.boolean() })) });
  return (await rpc(client, "sms_find_number_accounts", { args: { owner_id, number }, returns })).accounts;
}

export async function filterUnassignedNumbers(
  client: RpcClient,
  args: { owner_id: string; account_sid: string; numbers: string[] },
): Promise<string[]> {
  const returns = z.object({ numbers: z.array(z.string()) });
  return (await rpc(client, "sms_filter_unassigned_numbers", { args, returns })).numbers;
}

/** @throws AppError ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND, NUMBER_TAKEN, USER_NOT_FOUND */
export const assignPhoneNumber = (
  client: RpcClient,
  args: NumberToAssign & { readonly assistant_id: string },
): Promise<Webhook & { created: boolean }> =>
  rpc(client, "sms_assign_number", { args: { ...args }, returns: Assigned });

/** Gives a number of the default account, whose row is made if it is not there yet. @throws as assignPhoneNumber() */
export async function givePhoneNumber(
  client: RpcClient,
  args: NumberToAssign & { readonly assistant_id: string | null },
): Promise<Webhook & { created: boolean }> {
  const { account_sid } = args;
  await rpc(client, "sms_save_account", {
    args: { account_sid, owner_id: null, encrypted_token: null, label: null },
    returns: z.object({ outcome: z.literal("saved") }),
  });
  return await rpc(client, "sms_give_number", { args: { ...args }, returns: Assigned });
}

/** @param owner_id null: the operator, who repairs any number @throws AppError NUMBER_NOT_FOUND, ACCOUNT_DISCONNECTED */
export function repairPhoneNumber(
  client: RpcClient,
  owner_id: string | null,
  phone_number_id: string,
): Promise<Webhook> {
  return owner_id === null
    ? rpc(client, "sms_repair_any_number", { args: { phone_number_id }, returns: Webhook })
    : rpc(client, "sms_repair_number", { args: { owner_id, phone_number_id }, returns: Webhook });
}

/** @returns the number as it is now. If something newer was begun or recorded meanwhile, the report is ignored */
export async function recordWebhook(
  client: RpcClient,
  { phone_number: { id, webhook_version } }: Webhook,
  report: WebhookReport,
): Promise<PhoneNumber> {
  const args = { phone_number_id: id, seen_version: webhook_version, ...report };
  return (await rpc(client, "sms_record_webhook", { args, returns: Changed })).phone_number;
}

export async function unassignPhoneNumber(
  client: RpcClient,
  owner_id: string,
  phone_number_id: string,
): Promise<PhoneNumber> {
  const args = { owner_id, phone_number_id };
  return (await rpc(client, "sms_unassign_number", { args, returns: Changed })).phone_number;
}
