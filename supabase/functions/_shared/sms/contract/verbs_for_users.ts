import type { Verb } from "../database/rpc.ts";
import type { Outcomes } from "./verbs.ts";
import {
  CONSENTS,
  CREATE_BROADCAST,
  CREATE_MESSAGE,
  ERASE,
  EVENTS,
  EXPORT_CONTACT,
  EXPORT_TENANT,
  NOT_YOURS,
  SETTLE,
} from "./verbs_shared.ts";

const CONVERSATION = { CONVERSATION_NOT_FOUND: NOT_YOURS };
const BROADCAST = { BROADCAST_NOT_FOUND: NOT_YOURS };

/** The verbs that signed-in users call. */
export const FOR_USERS = {
  sms_create_message: CREATE_MESSAGE,
  sms_create_broadcast: CREATE_BROADCAST,
  sms_pause_broadcast: { done: { paused: "" }, refused: { ...BROADCAST, TOO_LATE: "canceled" } },
  sms_resume_broadcast: { done: { resumed: "" }, refused: { ...BROADCAST, TOO_LATE: "canceled" } },
  sms_cancel_broadcast: { done: { canceled: "" }, refused: BROADCAST },
  sms_get_broadcast: { done: { found: "" }, refused: BROADCAST },
  sms_cancel_message: {
    done: { canceled: "" },
    refused: {
      TOO_LATE:
        "a worker has claimed it, it has left, or it was set aside. A message that waits to be sent once more is " +
        "stopped and becomes `failed`, because it may have left",
      MESSAGE_NOT_FOUND: NOT_YOURS,
    },
  },
  sms_settle_message: SETTLE,
  sms_take_over: { done: { taken_over: "" }, refused: CONVERSATION },
  sms_hand_back: { done: { handed_back: "" }, refused: CONVERSATION },
  sms_update_conversation: {
    done: { updated: "" },
    refused: {
      ...CONVERSATION,
      NOTHING_TO_CHANGE: "",
      INVALID_STATUS: "",
      ANOTHER_IS_ACTIVE: "with that contact; nothing is changed",
    },
  },
  sms_search_conversations: {
    done: { found: "" },
    refused: {
      INVALID_PAGE_SIZE: "",
      INVALID_STATUS: "",
      INVALID_ANSWERER: "",
      INVALID_CURSOR: "",
      SEARCH_TOO_LONG: "over 100 characters",
    },
  },
  sms_get_conversation: { done: { found: "" }, refused: { ...CONVERSATION, INVALID_PAGE_SIZE: "" } },
  sms_list_messages_with: { done: { found: "" }, refused: { INVALID_PAGE_SIZE: "" } },
  sms_get_attachment: { done: { found: "" }, refused: { MEDIA_NOT_FOUND: NOT_YOURS } },
  sms_list_numbers: { done: { listed: "" }, refused: { NUMBER_NOT_FOUND: NOT_YOURS } },
  sms_list_accounts: { done: { listed: "" }, refused: { ACCOUNT_NOT_FOUND: NOT_YOURS } },
  sms_opt_out_contact: { done: { opted_out: "" }, refused: { CONTACT_NOT_FOUND: NOT_YOURS } },
  sms_settle_opt_out: {
    done: {
      opted_out: "",
      settled: "a doubt is none, or what was misread is taken back; also where there was neither",
    },
    refused: {
      CONTACT_NOT_FOUND: NOT_YOURS,
      OPTED_OUT_OR_NOT: "`opted_out` is null",
      ONLY_START_OPTS_IN: "a keyword, the carrier or a person opted them out",
    },
  },
  sms_erase_contact: ERASE,
  sms_export_consents: CONSENTS.export,
  sms_export_contact: EXPORT_CONTACT,
  sms_export_tenant: EXPORT_TENANT,
  sms_record_consents: CONSENTS.record,
  sms_get_consent: CONSENTS.get,
  sms_list_contacts_without_consent: CONSENTS.list,
  sms_summarize_messages: {
    done: { summarized: "" },
    refused: {
      INVALID_TIME_ZONE: "",
      INVALID_BUCKET: "",
      INVALID_RANGE: "`from` is not before `to`, or not between 2000 and 2100",
      RANGE_TOO_LARGE: "over 1,000 buckets",
      NUMBER_NOT_FOUND: NOT_YOURS,
      ASSISTANT_NOT_FOUND: `${NOT_YOURS}; a deleted one is known as long as it has figures`,
    },
  },
  sms_choose_sender: {
    done: { chosen: "" },
    refused: {
      CONNECT_ACCOUNT_FIRST: "not the caller's account, or disconnected, and the caller has no number on it",
    },
  },
  sms_count_messages: { done: { counted: "" }, refused: { INVALID_RANGE: "" } },
  sms_list_event_endpoints: EVENTS.list,
  sms_save_event_endpoint: EVENTS.save,
  sms_delete_event_endpoint: EVENTS.delete,
  sms_rotate_event_secret: EVENTS.rotate,
  sms_test_event_endpoint: EVENTS.test,
  sms_replay_events: EVENTS.replay,
  sms_list_message_numbers: { done: { listed: "" }, refused: {} },
  sms_list_stops: { done: { listed: "what the operator switched off: `stops`" }, refused: {} },
} as const satisfies Partial<Record<Verb, Outcomes>>;
