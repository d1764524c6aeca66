/**
 * Every place at which a function can be killed: each verb that it calls and each call it makes at Twilio or the model,
 * in the groups that one file of tests takes. `every_fail_point.test.ts` compares the verbs with the source.
 */
import type { CallKind } from "../../local/carrier/gates.ts";
import type { Verb } from "../../supabase/functions/_shared/sms/database/rpc.ts";

type QuestionVerb = "sms_claim_questions" | "sms_record_questions";
type QuestionKind = "lookup" | "listing" | "settlement" | "proof";

/** Where, as fail points name it: what kind of call, and which. */
export type Place =
  | `rpc ${Verb}`
  | `rpc ${QuestionVerb} ${QuestionKind}`
  | `carrier ${CallKind}`
  | "model complete";

/** What is done about signatures beside the message itself. */
const SIGNATURES = [
  "rpc sms_list_account_sids",
  "rpc sms_count_refused_webhooks",
  "rpc sms_confirm_signer",
] as const;

export const PLACES = {
  "sms-webhook": { texts: ["rpc sms_get_account", "rpc sms_receive_message"], signatures: SIGNATURES },
  "sms-status": { statuses: ["rpc sms_get_account", "rpc sms_record_status"], signatures: SIGNATURES },
  "sms-worker": {
    replies: [
      "rpc sms_claim_replies",
      "rpc sms_recall_models",
      "model complete",
      "rpc sms_record_models",
      "rpc sms_finish_replies",
      "rpc sms_fold_stats",
    ],
    deliveries: [
      "rpc sms_claim_deliveries",
      "rpc sms_get_account",
      "rpc sms_check_deliveries",
      "carrier create",
      "rpc sms_record_deliveries",
    ],
    lookups: ["rpc sms_claim_questions lookup", "carrier list", "rpc sms_record_questions lookup"],
    settlements: [
      "rpc sms_claim_questions settlement",
      "carrier fetch",
      "rpc sms_record_questions settlement",
    ],
    proofs: ["rpc sms_claim_questions proof", "carrier fetch", "rpc sms_record_questions proof"],
    listings: ["rpc sms_claim_questions listing", "carrier list", "rpc sms_record_questions listing"],
    recovered: [
      "rpc sms_find_unknown_messages",
      "carrier media",
      "rpc sms_receive_message",
      "rpc sms_set_message_aside",
      "rpc sms_recover_sent_message",
    ],
    doubts: ["rpc sms_claim_doubts", "model complete", "rpc sms_record_doubts"],
    events: ["rpc sms_claim_events", "rpc sms_record_events"],
    health: ["rpc sms_worker_health"],
    wakes: ["rpc sms_record_wake"],
  },
  "sms-send": {
    texts: [
      "rpc sms_create_message",
      "rpc sms_create_message_for",
      "rpc sms_claim_deliveries",
      "rpc sms_get_account",
      "rpc sms_check_deliveries",
      "carrier create",
      "rpc sms_record_deliveries",
      "rpc sms_get_delivery",
    ],
    broadcasts: ["rpc sms_create_broadcast", "rpc sms_create_broadcast_for"],
  },
  "sms-numbers": {
    assigning: [
      "rpc sms_take_turn",
      "rpc sms_find_number_accounts",
      "rpc sms_get_account",
      "carrier numbers",
      "rpc sms_assign_number",
      "carrier attach",
      "carrier configure",
      "carrier services",
      "carrier rules",
      "rpc sms_record_webhook",
    ],
    giving: ["rpc sms_save_account", "rpc sms_give_number"],
    repairing: ["rpc sms_repair_number", "rpc sms_repair_any_number"],
    unassigning: ["rpc sms_unassign_number"],
    reading: ["rpc sms_list_numbers", "rpc sms_list_webhooks", "rpc sms_filter_unassigned_numbers"],
    looking: ["rpc sms_inspect"],
  },
  "sms-accounts": {
    connecting: [
      "rpc sms_get_account",
      "rpc sms_take_turn",
      "carrier account",
      "carrier trunks",
      "rpc sms_save_account",
    ],
    renewing: ["rpc sms_replace_credentials"],
    removing: ["rpc sms_remove_shared_key"],
    disconnecting: ["rpc sms_disconnect_account"],
    reading: ["rpc sms_list_accounts"],
  },
  "sms-conversation": {
    reading: [
      "rpc sms_search_conversations",
      "rpc sms_get_conversation",
      "rpc sms_get_attachment",
      "rpc sms_take_turn",
      "rpc sms_get_account",
      "carrier media",
    ],
    changing: ["rpc sms_update_conversation"],
  },
  "sms-stats": { reading: ["rpc sms_summarize_messages"] },
  "sms-preview": {
    trying: ["rpc sms_take_preview_turn", "rpc sms_recall_models", "model complete", "rpc sms_record_models"],
  },
  /** Its own; the rest it has from the handlers of the others. */
  "sms-api": {
    reading: ["rpc sms_list_messages_with", "rpc sms_list_message_numbers", "rpc sms_count_messages"],
    sending: ["rpc sms_choose_sender"],
  },
} as const satisfies Record<string, Record<string, readonly Place[]>>;

export type FunctionName = keyof typeof PLACES;

/** The functions whose handlers `sms-api` calls. */
export const BEHIND_API: readonly FunctionName[] = ["sms-send", "sms-webhook", "sms-status"];
