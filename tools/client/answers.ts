import type { FOR_USERS } from "../../supabase/functions/_shared/sms/contract/verbs_for_users.ts";

/** What a verb answers besides its outcome, in the words of `client/types.ts`. A verb that is not here tells the outcome alone. */
export const ANSWERS: Readonly<
  Partial<Record<keyof typeof FOR_USERS, string>>
> = {
  sms_create_message: "{ readonly message: Message }",
  sms_create_broadcast: "BroadcastAnswer",
  sms_get_broadcast: "BroadcastProgress",
  sms_pause_broadcast: "BroadcastProgress",
  sms_resume_broadcast: "BroadcastProgress",
  sms_cancel_broadcast: "BroadcastProgress",
  sms_take_over: "{ readonly conversation: ConversationRow }",
  sms_hand_back: "{ readonly conversation: ConversationRow }",
  sms_update_conversation: "{ readonly conversation: Conversation }",
  sms_search_conversations:
    "{ readonly conversations: readonly Conversation[]; readonly next: { readonly at: string; readonly id: string } | null }",
  sms_get_conversation:
    "{ readonly conversation: Conversation; readonly messages: readonly Message[]; readonly next_seq: number | null }",
  sms_list_messages_with: "{ readonly messages: readonly Message[] }",
  sms_get_attachment:
    '{ readonly account_sid: string; readonly direction: Message["direction"]; readonly url: string; readonly content_type: string | null }',
  sms_list_numbers: "{ readonly phone_numbers: readonly PhoneNumber[] }",
  sms_list_accounts: "{ readonly accounts: readonly Account[] }",
  sms_summarize_messages: "Stats",
  sms_choose_sender: "{ readonly from_number: string | null }",
  sms_count_messages:
    '{ readonly [Count in "total" | "inbound" | "outbound" | "sent" | "delivered" | "failed"]: number }',
  sms_list_message_numbers: "{ readonly numbers: readonly string[] }",
  sms_list_stops:
    '{ readonly stops: readonly { readonly what: "sending" | "answering"; readonly since: string }[] }',
  sms_settle_message: "{ readonly message: Message }",
  sms_erase_contact:
    "{ readonly erasure_id: string; readonly messages: number; readonly conversations: number; readonly canceled: number }",
  sms_record_consents: "ConsentImport",
  sms_get_consent: "ContactConsent",
  sms_list_contacts_without_consent:
    "{ readonly contacts: readonly ContactWithoutConsent[]; readonly required_from: string | null; readonly next: string | null }",
  sms_export_consents: "{ readonly csv: string; readonly rows: number; readonly next: string | null }",
  sms_export_contact: "Readonly<Record<string, unknown>>",
  sms_export_tenant:
    "{ readonly part: string; readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly next: string | null }",
  sms_list_event_endpoints:
    "{ readonly endpoints: readonly EventEndpoint[]; readonly types: readonly string[] }",
  sms_save_event_endpoint: "{ readonly endpoint: EventEndpoint; readonly secret?: string }",
  sms_rotate_event_secret: "{ readonly endpoint: EventEndpoint; readonly secret: string }",
  sms_replay_events: "{ readonly events: number }",
};
