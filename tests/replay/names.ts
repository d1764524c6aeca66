/**
 * The one table of names: what the build that was recorded (604c1c9) called something, and what it is called now. The
 * recorded requests are made, and their answers compared, through it and nothing else. The record itself is not edited.
 */

const TABLES: Readonly<Record<string, string>> = {
  assistants: "sms_assistants",
  broadcasts: "sms_broadcasts",
  consent_events: "sms_consent_events",
  contacts: "sms_contacts",
  conversations: "sms_conversations",
  message_events: "sms_message_events",
  message_stats: "sms_stats",
  message_templates: "sms_templates",
  phone_numbers: "sms_numbers",
  sms_messages: "sms_messages",
  twilio_accounts: "sms_accounts",
  user_limits: "sms_limits",
};

const VERBS: Readonly<Record<string, string>> = {
  // Made since: nothing in the record calls them.
  sms_confirm_signer: "sms_confirm_signer",
  sms_count_refused_webhooks: "sms_count_refused_webhooks",
  sms_list_account_sids: "sms_list_account_sids",
  sms_remove_shared_key: "sms_remove_shared_key",
  sms_replace_secret: "sms_replace_secret",
  assign_phone_number: "sms_assign_number",
  cancel_broadcast: "sms_cancel_broadcast",
  cancel_message: "sms_cancel_message",
  choose_sender: "sms_choose_sender",
  claim_deliveries: "sms_claim_deliveries",
  claim_replies: "sms_claim_replies",
  count_messages: "sms_count_messages",
  create_broadcast: "sms_create_broadcast",
  create_broadcast_for: "sms_create_broadcast_for",
  create_message: "sms_create_message",
  create_message_for: "sms_create_message_for",
  disconnect_twilio_account: "sms_disconnect_account",
  filter_unassigned_numbers: "sms_filter_unassigned_numbers",
  find_number_accounts: "sms_find_number_accounts",
  find_unknown_texts: "sms_find_unknown_messages",
  finish_replies: "sms_finish_replies",
  fold_stats: "sms_fold_stats",
  get_attachment: "sms_get_attachment",
  get_broadcast: "sms_get_broadcast",
  get_conversation: "sms_get_conversation",
  get_delivery: "sms_get_delivery",
  get_twilio_account: "sms_get_account",
  give_phone_number: "sms_give_number",
  hand_back: "sms_hand_back",
  list_accounts: "sms_list_accounts",
  list_credentials: "sms_list_credentials",
  list_message_numbers: "sms_list_message_numbers",
  list_messages_with: "sms_list_messages_with",
  list_phone_numbers: "sms_list_numbers",
  list_webhooks: "sms_list_webhooks",
  opt_out_contact: "sms_opt_out_contact",
  pause_broadcast: "sms_pause_broadcast",
  receive_message: "sms_receive_message",
  record_deliveries: "sms_record_deliveries",
  record_status: "sms_record_status",
  record_webhook: "sms_record_webhook",
  repair_any_phone_number: "sms_repair_any_number",
  repair_phone_number: "sms_repair_number",
  replace_credentials: "sms_replace_credentials",
  resume_broadcast: "sms_resume_broadcast",
  save_phone_number: "sms_save_number",
  save_twilio_account: "sms_save_account",
  schedule_worker: "sms_schedule_worker",
  search_conversations: "sms_search_conversations",
  set_text_aside: "sms_set_message_aside",
  summarize_messages: "sms_summarize_messages",
  take_over: "sms_take_over",
  take_preview_turn: "sms_take_preview_turn",
  take_turn: "sms_take_turn",
  unassign_phone_number: "sms_unassign_number",
  unschedule_worker: "sms_unschedule_worker",
  update_conversation: "sms_update_conversation",
  worker_health: "sms_worker_health",
};

/** Tables of what nothing kept then. */
export const NEW_TABLES: readonly string[] = ["sms_profiles"];

/** Verbs that do what nothing did then. */
export const NEW_VERBS: readonly string[] = [
  "sms_after_restore",
  "sms_call_for",
  "sms_check_deliveries",
  "sms_claim_doubts",
  "sms_claim_events",
  "sms_delete_event_endpoint",
  "sms_erase_contact",
  "sms_erase_contact_for",
  "sms_export_consents",
  "sms_export_contact",
  "sms_export_contact_for",
  "sms_export_tenant",
  "sms_export_tenant_for",
  "sms_get_consent",
  "sms_get_limits",
  "sms_get_profile",
  "sms_get_quiet_hours",
  "sms_inspect",
  "sms_list_contacts_without_consent",
  "sms_list_event_endpoints",
  "sms_list_stops",
  "sms_manage_events_for",
  "sms_recall_models",
  "sms_record_consents",
  "sms_record_doubts",
  "sms_record_events",
  "sms_record_models",
  "sms_record_wake",
  "sms_recover_sent_message",
  "sms_replay_events",
  "sms_require_consent",
  "sms_rotate_event_secret",
  "sms_save_event_endpoint",
  "sms_save_profile",
  "sms_save_quiet_hours",
  "sms_set_limits",
  "sms_settle_any_message",
  "sms_settle_message",
  "sms_settle_opt_out",
  "sms_switch_off",
  "sms_switch_on",
  "sms_test_event_endpoint",
];

/** What does the same as a verb that is gone. */
export interface Substitute {
  readonly verb: string;
  /** The substitute's arguments, of those that were recorded. */
  arguments(recorded: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

const claimOf = (kind: string): Substitute => ({
  verb: "sms_claim_questions",
  arguments: (recorded) => ({ kind, ...recorded }),
});
const RECORD: Substitute = { verb: "sms_record_questions", arguments: (recorded) => ({ ...recorded }) };

/**
 * Verbs that are gone, and what does the same. The replay calls the substitute, so that what follows finds what it found
 * then; the answer is not compared, because its outcome has another name (`updated`).
 */
const DROPPED: Readonly<Record<string, Substitute>> = {
  claim_listings: claimOf("listing"),
  claim_lookups: claimOf("lookup"),
  claim_settlements: claimOf("settlement"),
  end_conversation: {
    verb: "sms_update_conversation",
    arguments: ({ conversation_id }) => ({ conversation_id, status: "ended" }),
  },
  hurry_listings: {
    verb: "sms_claim_questions",
    arguments: () => ({ kind: "listing", batch_size: 0, lease_seconds: 1, hurry: true }),
  },
  mark_read: {
    verb: "sms_update_conversation",
    arguments: ({ conversation_id, through_seq }) => ({ conversation_id, read_through: through_seq }),
  },
  record_listings: RECORD,
  record_lookups: RECORD,
  record_settlements: RECORD,
};

/** Edge functions; the others kept their names. The old server's paths begin with `/api`, which stays behind ours. */
const FUNCTIONS: Readonly<Record<string, string>> = { api: "sms-api/api" };

/** Sentences for people that say the same in other words. Codes, by which programs decide, are never in here. */
const SENTENCES: Readonly<Record<string, string>> = {
  "Texts to this country are not allowed for your account. Ask the operator to allow it.":
    "Your account may not text this country. Ask the operator to allow it.",
  "The Twilio account has no trunk of that SID.": "The Twilio account has no trunk with that SID.",
  "The cursor is not one that was given out. Begin without one.":
    "The cursor is not valid. Start again without one.",
  "The message has another SID, sender or recipient.":
    "The message was sent between other numbers, or another message has that SID.",
  "The model does not take our requests. The operator has to look at it.":
    "The model's provider refuses our requests. Ask the operator.",
  "The signature does not fit.": "The signature does not match.",
  "This Twilio account is connected by somebody else.": "Another user has connected this Twilio account.",
  "This contact has opted out. Only their START lets you text them again.":
    "This contact has opted out. You can text them again after they send START.",
  "Twilio does not take this account SID and auth token together. Copy both from the Twilio console: an API key, test credentials, a deleted token, or a token of a suspended account do not work.":
    "Twilio does not accept this account SID together with this auth token. Copy both from the Twilio console: an API key, test credentials, a deleted token, a token of a suspended account, or one of the regions IE1 or AU1 do not work: an account outside US1 cannot be connected.",
  "You can only send as yourself: userId is somebody else.":
    "You can only send as yourself: userId names another user.",
  "You have no number like the one in from.": "The number in from is not one of yours.",
  "You have not connected such a Twilio account.": "You have no such Twilio account.",
  "assistant_id: name who answers": "assistant_id: name the assistant that answers",
  "user_id: with a secret key, say whose numbers": "user_id: with a secret key, name the user",
  "user_id: with a secret key, say whose text it is": "user_id: with a secret key, name the user",
  "user_id: you can send your own texts only; leave it out":
    "user_id: you can only act for yourself; leave it out",
};

/** A signed-in user's text was a person's answer then. Today it is one that says so. */
const MEANT: NameTable["meant"] = {
  "functions/v1/sms-send": { pauses_assistant: true },
  "rest/v1/rpc/create_message": { pauses_assistant: true },
};

export interface NameTable {
  readonly tables: Readonly<Record<string, string>>;
  readonly verbs: Readonly<Record<string, string>>;
  readonly dropped: Readonly<Record<string, Substitute>>;
  readonly functions: Readonly<Record<string, string>>;
  readonly sentences: Readonly<Record<string, string>>;
  /** Fields that say today what a request meant then without them, by the recorded path; of callers that are users. */
  readonly meant: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const RENAMED: NameTable = {
  tables: TABLES,
  verbs: VERBS,
  dropped: DROPPED,
  functions: FUNCTIONS,
  sentences: SENTENCES,
  meant: MEANT,
};

/** Every name as it was: for recording on the old build. */
export const AS_RECORDED: NameTable = {
  tables: {},
  verbs: {},
  dropped: {},
  functions: {},
  sentences: {},
  meant: {},
};
