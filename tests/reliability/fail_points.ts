/**
 * Every place at which a function can be killed: each verb that it calls and each call it makes at Twilio or the model,
 * in the groups that one file of tests takes. `every_fail_point.test.ts` compares the verbs with the source.
 */
import type { CallKind } from "../../local/carrier/gates.ts";
import type { Verb } from "../../supabase/functions/_shared/sms/database/rpc.ts";

/** Where, as fail points name it: what kind of call, and which. */
export type Place = `rpc ${Verb}` | `carrier ${CallKind}` | "model complete";

export const PLACES = {
  "sms-webhook": { texts: ["rpc get_twilio_account", "rpc receive_message"] },
  "sms-status": { statuses: ["rpc get_twilio_account", "rpc record_status"] },
  "sms-worker": {
    replies: ["rpc claim_replies", "model complete", "rpc finish_replies", "rpc fold_stats"],
    deliveries: [
      "rpc claim_deliveries",
      "rpc get_twilio_account",
      "carrier create",
      "rpc record_deliveries",
    ],
    lookups: ["rpc claim_lookups", "carrier list", "rpc record_lookups"],
    settlements: ["rpc claim_settlements", "carrier fetch", "rpc record_settlements"],
    listings: ["rpc hurry_listings", "rpc claim_listings", "carrier list", "rpc record_listings"],
    recovered: [
      "rpc find_unknown_texts",
      "carrier media",
      "rpc receive_message",
      "rpc set_text_aside",
    ],
    health: ["rpc worker_health"],
  },
  "sms-send": {
    texts: [
      "rpc create_message",
      "rpc create_message_for",
      "rpc claim_deliveries",
      "rpc get_twilio_account",
      "carrier create",
      "rpc record_deliveries",
      "rpc get_delivery",
    ],
    broadcasts: ["rpc create_broadcast", "rpc create_broadcast_for"],
  },
  "sms-numbers": {
    assigning: [
      "rpc take_turn",
      "rpc find_number_accounts",
      "rpc get_twilio_account",
      "carrier numbers",
      "rpc assign_phone_number",
      "carrier attach",
      "carrier configure",
      "carrier services",
      "rpc record_webhook",
    ],
    giving: ["rpc save_twilio_account", "rpc give_phone_number"],
    repairing: ["rpc repair_phone_number", "rpc repair_any_phone_number"],
    unassigning: ["rpc unassign_phone_number"],
    reading: ["rpc list_phone_numbers", "rpc list_webhooks", "rpc filter_unassigned_numbers"],
  },
  "sms-accounts": {
    connecting: [
      "rpc get_twilio_account",
      "rpc take_turn",
      "carrier account",
      "carrier trunks",
      "rpc save_twilio_account",
    ],
    renewing: ["rpc replace_credentials"],
    disconnecting: ["rpc disconnect_twilio_account"],
    reading: ["rpc list_accounts"],
  },
  "sms-conversation": {
    reading: [
      "rpc search_conversations",
      "rpc get_conversation",
      "rpc get_attachment",
      "rpc get_twilio_account",
      "carrier media",
    ],
    changing: ["rpc update_conversation"],
  },
  "sms-stats": { reading: ["rpc summarize_messages"] },
  "sms-preview": { trying: ["rpc take_preview_turn", "model complete"] },
  /** Its own; the rest it has from the handlers of the others. */
  "sms-api": {
    reading: ["rpc list_messages_with", "rpc list_message_numbers", "rpc count_messages"],
    sending: ["rpc choose_sender"],
  },
} as const satisfies Record<string, Record<string, readonly Place[]>>;

export type FunctionName = keyof typeof PLACES;

/** The functions whose handlers `sms-api` calls. */
export const BEHIND_API: readonly FunctionName[] = ["sms-send", "sms-webhook", "sms-status"];
