import type { Verb } from "../database/rpc.ts";
import type { Outcomes } from "./verbs.ts";
import {
  CREATE_BROADCAST,
  CREATE_MESSAGE,
  ERASE,
  EVENTS,
  EXPORT_CONTACT,
  EXPORT_TENANT,
  NO_USER,
  NOT_YOURS,
  RATE,
  SETTLE,
} from "./verbs_shared.ts";

const TURN = { done: { taken: "" }, refused: { ...RATE, ...NO_USER } } as const;
const CLAIM = { done: {}, refused: {} } as const;
const ASSIGN = {
  done: { assigned: "with `created`" },
  refused: {
    ACCOUNT_NOT_FOUND: "not open to the tenant, disconnected, or not the default account",
    ASSISTANT_NOT_FOUND: NOT_YOURS,
    NUMBER_TAKEN: "another tenant's, on the default account",
    ...NO_USER,
  },
} as const;
const REPAIR = { NUMBER_NOT_FOUND: NOT_YOURS, ACCOUNT_DISCONNECTED: "" };

/** The verbs that our functions and the operator call. */
export const FOR_THE_SECRET_KEY = {
  sms_receive_message: {
    done: {
      stored: "",
      duplicate: "stored before, or erased since",
      unowned: "nobody has that number in this account",
    },
    refused: RATE,
  },
  sms_record_status: {
    done: { recorded: "", doubled: "a second SID for one message" },
    refused: { mismatch: "other numbers than the message's", not_found: "also another account's message" },
  },
  sms_create_message_for: CREATE_MESSAGE,
  sms_create_broadcast_for: CREATE_BROADCAST,
  sms_erase_contact_for: ERASE,
  sms_export_contact_for: EXPORT_CONTACT,
  sms_export_tenant_for: EXPORT_TENANT,
  sms_call_for: {
    done: {},
    refused: {
      ...NO_USER,
      UNKNOWN_VERB: "none that signed-in users may call",
      UNKNOWN_ARGUMENT: "`details.argument`",
      INVALID_ARGUMENT: "`details.argument` is missing or of a wrong type; `arguments`: they are no object",
    },
  },
  sms_get_delivery: {
    done: { found: "with `state`: `settled`, `in_hand` or `waiting`" },
    refused: { MESSAGE_NOT_FOUND: "" },
  },
  sms_claim_replies: CLAIM,
  sms_finish_replies: {
    done: {
      stored: "the reply is stored and will be sent",
      nothing_to_send: "",
      dropped:
        "a newer message came, the assistant changed, or the greeting became due or undue: tried again",
      retry: "",
      set_aside: "a person has to look at it",
      stale: "another worker has the lease, or a person answered",
      opted_out: "",
      paused: "",
      unassigned: "",
      refused: "this contact cannot be texted",
      capped: "a limit on replies is reached",
      error: "not storable this time: tried again",
    },
    refused: {},
  },
  sms_recall_models: CLAIM,
  sms_record_models: { done: { recorded: "" }, refused: {} },
  sms_claim_deliveries: CLAIM,
  sms_check_deliveries: CLAIM,
  sms_record_deliveries: {
    done: {
      recorded: "",
      doubled: "a second SID for one message",
      stale: "another worker has the lease",
      set_aside: "a person has to look at it",
      not_found: "",
      error: "not recordable this time",
    },
    refused: {},
  },
  sms_claim_questions: CLAIM,
  sms_record_questions: {
    done: {
      adopted: "look-up: found at Twilio",
      ambiguous: "look-up: several messages may be it: set aside",
      not_found_yet: "look-up, proof: asked again later",
      resent: "look-up: not at Twilio, sent again",
      given_up: "look-up: `failed`, `OUTCOME_UNKNOWN`",
      listed: "listing: the watermark moves",
      unfinished: "listing: goes on at once",
      failed: "listing: Twilio did not answer, tried again soon",
      settled: "settlement: status and price are known",
      not_yet: "settlement: asked again later",
      left:
        "settlement: asked often enough, or not at Twilio any more; proof: not found for an hour, so the START never counts",
      recovered: "proof: the START counts, and what the contact wrote since is answered",
      postponed: "Twilio did not answer: asked again later",
      set_aside:
        "Twilio did not answer for an hour, or its answer is not recordable: a person has to look at it",
      stale: "another worker has the lease, or the question is answered",
      not_found: "",
      error: "not recordable this time",
    },
    refused: {},
  },
  sms_claim_doubts: CLAIM,
  sms_record_doubts: {
    done: {
      opted_out: "the model says that the text is an opt-out",
      came_back: "it was, and the contact sent START since",
      no_opt_out: "the model says that it is none",
      asked_again: "it is none, and another text in doubt came meanwhile",
      left_to_person: "the model cannot tell, or cannot be asked: sms_settle_opt_out",
      retry: "the model did not answer: asked again later",
      stale: "another worker has the lease, or the doubt is settled",
      error: "not recordable this time",
    },
    refused: {},
  },
  sms_claim_events: CLAIM,
  sms_record_events: {
    done: {
      delivered: "the address answered 2xx",
      postponed: "it did not: tried again later",
      given_up: "tried often enough; a replay tries again",
      stale: "another worker has the lease, or the address is deleted",
    },
    refused: {},
  },
  sms_manage_events_for: {
    done: {
      ...EVENTS.list.done,
      ...EVENTS.save.done,
      ...EVENTS.delete.done,
      ...EVENTS.rotate.done,
      ...EVENTS.test.done,
      ...EVENTS.replay.done,
    },
    refused: {
      UNKNOWN_ACTION: "",
      ...EVENTS.save.refused,
      ...EVENTS.rotate.refused,
      ...EVENTS.replay.refused,
    },
  },
  sms_find_unknown_messages: { done: {}, refused: {} },
  sms_set_message_aside: { done: { set_aside: "" }, refused: {} },
  sms_worker_health: { done: {}, refused: {} },
  sms_record_wake: {
    done: { recorded: "", known: "noted within the last minute, or a newer worker has other keys" },
    refused: {},
  },
  sms_inspect: { done: { inspected: "" }, refused: {} },
  sms_fold_stats: {
    done: { folded: "", busy: "another call folds, or a user is being deleted" },
    refused: {},
  },
  sms_after_restore: { done: { restored: "all is switched off, and Twilio is asked" }, refused: {} },
  sms_recover_sent_message: {
    done: {
      stored: "",
      adopted: "it is a text that waited here",
      left: "texts wait here of which it may be one: their look-up decides",
      duplicate: "stored before",
      unowned: "nobody has that number",
    },
    refused: {},
  },
  sms_require_consent: {
    done: { saved: "`required_from`" },
    refused: { INVALID_REQUIRED_FROM: "no time, before 2000, or more than a year ahead" },
  },
  sms_settle_any_message: SETTLE,
  sms_switch_off: {
    done: { switched_off: "with `stopped`: what is off, since when and why" },
    refused: { INVALID_SWITCH: "not `sending`, `answering` or `all`" },
  },
  sms_switch_on: {
    done: { switched_on: "with `stopped`: what is still off" },
    refused: {
      INVALID_SWITCH: "not `sending`, `answering` or `all`",
      RESTORE_UNFINISHED: "after a restore, until all lists are read: `details.accounts`",
    },
  },
  sms_schedule_worker: {
    done: { scheduled: "" },
    refused: {
      INVALID_URL: "not https; http only to this machine or a container beside the database",
      INVALID_INTERVAL: "",
      KEY_REQUIRED: "",
      SCHEDULER_UNAVAILABLE: "`missing` names the extensions",
    },
  },
  sms_unschedule_worker: { done: { unscheduled: "" }, refused: {} },
  sms_get_account: { done: {}, refused: {} },
  sms_save_account: {
    done: { saved: "" },
    refused: {
      ACCOUNT_TAKEN: "",
      DEFAULT_ACCOUNT: "the operator's shared one",
      CREDENTIALS_CHANGED: "no token or API key given, and none stored any more",
      TOO_MANY_SHARED_KEYS: "more than 50",
      ...NO_USER,
    },
  },
  sms_disconnect_account: {
    done: { disconnected: "" },
    refused: { ACCOUNT_NOT_FOUND: `${NOT_YOURS} and the default account` },
  },
  sms_list_account_sids: { done: { listed: "" }, refused: {} },
  sms_count_refused_webhooks: {
    done: {
      counted: "",
      ignored: "no connected account has that SID, or 50 other keys were counted within a day",
    },
    refused: {},
  },
  sms_confirm_signer: { done: { confirmed: "" }, refused: {} },
  sms_remove_shared_key: {
    done: { removed: "" },
    refused: { SHARED_KEY_NOT_FOUND: `${NOT_YOURS} account`, LAST_SIGNER: "" },
  },
  sms_replace_secret: {
    done: { replaced: "" },
    refused: { CREDENTIALS_CHANGED: "it is not what was read any more" },
  },
  sms_list_credentials: { done: { listed: "" }, refused: {} },
  sms_replace_credentials: {
    done: { replaced: "" },
    refused: { CREDENTIALS_CHANGED: "they are not what was read any more" },
  },
  sms_take_turn: TURN,
  sms_take_preview_turn: {
    done: TURN.done,
    refused: {
      ...TURN.refused,
      PROJECT_LIMIT: "all users together; `retry_after_ms`",
      TRIAL_USED_UP: "without an account or number: ten tries in all",
      CONFIRM_FIRST: "anonymous, or neither e-mail address nor telephone is confirmed",
    },
  },
  sms_get_limits: { done: { found: "`limits`, and what of them is `used`" }, refused: NO_USER },
  sms_set_limits: {
    done: { saved: "`limits`: all of them" },
    refused: {
      UNKNOWN_LIMIT: "`details.limit`",
      INVALID_LIMIT: "`details.limit`: no whole number, or no list of countries",
      ...NO_USER,
    },
  },
  sms_assign_number: {
    done: ASSIGN.done,
    refused: { ...ASSIGN.refused, NUMBERS_USED_UP: "as many of the default account as it may take" },
  },
  sms_give_number: ASSIGN,
  sms_repair_number: { done: { begun: "" }, refused: REPAIR },
  sms_repair_any_number: { done: { begun: "" }, refused: { ...REPAIR, NUMBER_NOT_FOUND: "of any tenant" } },
  sms_record_webhook: {
    done: {
      recorded: "",
      superseded: "something newer was begun or recorded, or the account is disconnected",
    },
    refused: { NUMBER_NOT_FOUND: "" },
  },
  sms_unassign_number: { done: { unassigned: "" }, refused: { NUMBER_NOT_FOUND: NOT_YOURS } },
  sms_list_webhooks: { done: { listed: "" }, refused: NO_USER },
  sms_find_number_accounts: { done: { found: "" }, refused: NO_USER },
  sms_filter_unassigned_numbers: { done: { filtered: "" }, refused: {} },
  sms_save_number: {
    done: { saved: "" },
    refused: { NUMBER_TAKEN: "", ACCOUNT_NOT_FOUND: "", ASSISTANT_NOT_FOUND: "" },
  },
} as const satisfies Partial<Record<Verb, Outcomes>>;
