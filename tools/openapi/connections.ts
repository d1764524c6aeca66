import { z } from "zod";
import { AccountSid, Uuid } from "../../supabase/functions/_shared/sms/contract/common.ts";
import {
  AccountQuery,
  AccountResponse,
  AccountsResponse,
  ConnectAccountRequest,
  DisconnectAccountResponse,
  RemoveSharedKeyResponse,
  SharedKeyId,
} from "../../supabase/functions/_shared/sms/contract/accounts.ts";
import {
  AssignNumberRequest,
  ListNumbersQuery,
  ListNumbersResponse,
  LookResponse,
  NumberQuery,
  NumberResponse,
  UnassignedNumbersResponse,
} from "../../supabase/functions/_shared/sms/contract/numbers.ts";
import type { Operation } from "./document.ts";

const numberId = z.object({ id: Uuid.describe("The number's id here.") });
const OF_TWILIO = ["TWILIO_20003", "TWILIO_<code>", "TWILIO_REFUSED"];
const OF_SET_UP = [
  "NUMBER_CANNOT_TEXT",
  "NUMBER_NOT_AT_TWILIO",
  "MESSAGING_SERVICE_IN_THE_WAY",
  "SHARED_KEY_MISSING",
  "TRUNK_NOT_FOUND",
  "WEBHOOK_NOT_CONFIGURED",
  ...OF_TWILIO,
];

const numbers: Operation[] = [{
  method: "get",
  path: "/sms-numbers",
  summary: "Your numbers and how their webhooks are",
  callers: ["user", "secret"],
  parameters: { query: ListNumbersQuery },
  answers: { 200: { description: "The numbers.", schema: ListNumbersResponse } },
  verbs: ["sms_take_turn", "sms_list_numbers", "sms_list_webhooks", "sms_record_webhook"],
}, {
  method: "get",
  path: "/sms-numbers/{id}",
  summary: "One of your numbers and how its webhook is",
  callers: ["user", "secret"],
  parameters: { path: numberId, query: NumberQuery },
  answers: { 200: { description: "The number.", schema: NumberResponse } },
  verbs: ["sms_list_numbers", "sms_list_webhooks"],
}, {
  method: "get",
  path: "/sms-numbers/look",
  summary: "What Twilio and our own address say of all numbers, for the operator",
  description: "Changes and records nothing. `deno task doctor` asks it.",
  callers: ["secret"],
  answers: { 200: { description: "What was found.", schema: LookResponse } },
  verbs: ["sms_inspect"],
}, {
  method: "get",
  path: "/sms-numbers/unassigned",
  summary: "Numbers of your Twilio accounts that have no assistant",
  callers: ["user", "secret"],
  parameters: { query: NumberQuery },
  answers: { 200: { description: "The numbers.", schema: UnassignedNumbersResponse } },
  verbs: ["sms_take_turn", "sms_find_number_accounts", "sms_filter_unassigned_numbers"],
  errors: OF_TWILIO,
}, {
  method: "post",
  path: "/sms-numbers",
  summary: "Assign a number to an assistant; Twilio's side is set up",
  description:
    "With the secret key: give a user a number of the operator's default account, or assign one of the user's own accounts.",
  callers: ["user", "secret"],
  body: { schema: AssignNumberRequest },
  answers: {
    200: { description: "It was yours already.", schema: NumberResponse },
    201: { description: "Assigned.", schema: NumberResponse },
  },
  verbs: [
    "sms_take_turn",
    "sms_find_number_accounts",
    "sms_save_account",
    "sms_assign_number",
    "sms_give_number",
    "sms_record_webhook",
  ],
  errors: OF_SET_UP,
}, {
  method: "post",
  path: "/sms-numbers/{id}/repair",
  summary: "Set up Twilio's side of a number again",
  callers: ["user", "secret"],
  parameters: { path: numberId, query: NumberQuery },
  answers: { 200: { description: "As Twilio confirmed it.", schema: NumberResponse } },
  verbs: ["sms_take_turn", "sms_repair_number", "sms_repair_any_number", "sms_record_webhook"],
  errors: OF_SET_UP,
}, {
  method: "delete",
  path: "/sms-numbers/{id}",
  summary: "Take the assistant off a number; its texts still arrive and wait for a person",
  callers: ["user", "secret"],
  parameters: { path: numberId, query: NumberQuery },
  answers: { 200: { description: "The number, unassigned.", schema: NumberResponse } },
  verbs: ["sms_unassign_number"],
}];

const accountSid = z.object({ account_sid: AccountSid });

const accounts: Operation[] = [{
  method: "get",
  path: "/sms-accounts",
  summary: "Your Twilio accounts, without tokens",
  callers: ["user", "secret"],
  parameters: { query: AccountQuery },
  answers: { 200: { description: "The accounts.", schema: AccountsResponse } },
  verbs: ["sms_list_accounts"],
}, {
  method: "get",
  path: "/sms-accounts/{account_sid}",
  summary: "One of your Twilio accounts",
  callers: ["user", "secret"],
  parameters: { path: accountSid, query: AccountQuery },
  answers: { 200: { description: "The account.", schema: AccountResponse } },
  verbs: ["sms_list_accounts"],
}, {
  method: "post",
  path: "/sms-accounts",
  summary: "Connect a Twilio account, or store its next token, its API key or SharedKeys",
  description: "SharedKeys alone are added to an account that is connected, without asking Twilio.",
  callers: ["user", "secret"],
  body: { schema: ConnectAccountRequest },
  answers: {
    200: { description: "It was yours already, and is up to date.", schema: AccountResponse },
    201: { description: "Connected.", schema: AccountResponse },
  },
  verbs: ["sms_take_turn", "sms_save_account", "sms_replace_credentials"],
  errors: [
    "ACCOUNT_NOT_ACTIVE",
    "API_KEY_LACKS_PERMISSION",
    "API_KEY_REFUSED",
    "CREDENTIALS_REQUIRED",
    "SIGNER_REQUIRED",
    "TOKEN_IS_SECONDARY",
    "TRUNK_NOT_FOUND",
    ...OF_TWILIO,
  ],
}, {
  method: "delete",
  path: "/sms-accounts/{account_sid}",
  summary: "Disconnect a Twilio account; its token and keys are forgotten",
  callers: ["user", "secret"],
  parameters: { path: accountSid, query: AccountQuery },
  answers: { 200: { description: "Disconnected.", schema: DisconnectAccountResponse } },
  verbs: ["sms_disconnect_account"],
}, {
  method: "delete",
  path: "/sms-accounts/{account_sid}/shared-keys/{key_id}",
  summary: "Forget a SharedKey: what it signs is refused from then on",
  callers: ["user", "secret"],
  parameters: { path: accountSid.extend({ key_id: SharedKeyId }), query: AccountQuery },
  answers: { 200: { description: "Forgotten.", schema: RemoveSharedKeyResponse } },
  verbs: ["sms_remove_shared_key"],
}];

/** Numbers, and the Twilio accounts they belong to. */
export const connections: readonly Operation[] = [...numbers, ...accounts];
