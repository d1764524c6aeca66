// Outcomes that several verbs have (verbs.ts).

export const NOT_YOURS = "also for another tenant's";
const KEY = {
  INVALID_IDEMPOTENCY_KEY: "",
  IDEMPOTENCY_KEY_REUSED: "by another request",
  IDEMPOTENCY_KEY_IN_USE: "`retry_after_ms`",
};
const CONTENT = {
  BODY_OR_TEMPLATE: "both given",
  TEMPLATE_NOT_FOUND: "",
  INVALID_VARIABLES: "not a flat object of strings and numbers, or without a template",
  TEMPLATE_VARIABLE_MISSING: "`details.missing`",
  BODY_REQUIRED: "",
  BODY_TOO_LONG: "",
  TOO_MANY_MEDIA: "",
  INVALID_MEDIA_URL: "",
  INVALID_SEND_AT: "more than a year ahead",
  INVALID_NOT_AFTER: "not later than now, or not later than `send_at`",
  INVALID_PURPOSE: "",
};
const SENDER = {
  NOT_YOUR_NUMBER: "",
  ACCOUNT_DISCONNECTED: "that number's, or that of all numbers",
  FROM_REQUIRED: "several numbers, none named",
  NO_NUMBER: "",
};
export const NO_USER = { USER_NOT_FOUND: "a token or an id of a user who is deleted" };
export const RATE = { RATE_LIMITED: "`retry_after_ms`" };
const SEGMENTS = { SEGMENTS_USED_UP: "from a number of the default account; `retry_after_ms`" };

const CONTACT = { CONTACT_NOT_FOUND: NOT_YOURS };
export const ERASE = {
  done: {
    erased: "`erasure_id`, how many `messages` and `conversations` went, how many texts were `canceled`",
  },
  refused: CONTACT,
} as const;
export const EXPORT_CONTACT = { done: { exported: "" }, refused: CONTACT } as const;
export const EXPORT_TENANT = {
  done: { exported: "a page: `part`, `rows`, `next`" },
  refused: { INVALID_PAGE_SIZE: "not 1 to 1,000", INVALID_CURSOR: "not a `next` of an answer", ...NO_USER },
} as const;

export const SETTLE = {
  done: { settled: "" },
  refused: {
    MESSAGE_NOT_FOUND: "",
    SENT_OR_NOT: "`was_sent` is null",
    INVALID_MESSAGE_SID: "no SID of Twilio's, or one for a text that was not sent",
    MESSAGE_SID_TAKEN: "another message has it",
    OUTCOME_KNOWN: "nothing is unknown about it; `status`",
    STILL_LOOKING: "Twilio is still asked about it, or it is to be sent once more",
  },
} as const;
export const CREATE_MESSAGE = {
  done: { created: "", repeated: "same idempotency key and request: the message as it is now" },
  refused: {
    ...KEY,
    MESSAGE_NOT_FOUND: "the message that the key made is deleted",
    CONVERSATION_NOT_FOUND: "",
    INVALID_RECIPIENT: "",
    RECIPIENT_MISMATCH: "not the contact of that conversation",
    ...CONTENT,
    ...SENDER,
    COUNTRY_NOT_ALLOWED: "",
    RECIPIENT_OPTED_OUT: "",
    OPT_OUT_IN_DOUBT: "a promotional text of an app",
    NO_CONSENT: "a promotional text of an app",
    ...RATE,
    ...SEGMENTS,
    ...NO_USER,
  },
} as const;
export const CREATE_BROADCAST = {
  done: { created: "", repeated: "same idempotency key and request" },
  refused: {
    ...KEY,
    BROADCAST_NOT_FOUND: "the broadcast that the key made is deleted",
    NO_RECIPIENTS: "",
    TOO_MANY_RECIPIENTS: "more than 1,000",
    INVALID_NAME: "",
    ...CONTENT,
    ...SENDER,
    ...RATE,
    ...SEGMENTS,
    ...NO_USER,
  },
  rejected: {
    INVALID_RECIPIENT: "",
    DUPLICATE_RECIPIENT: "named before in the same list",
    COUNTRY_NOT_ALLOWED: "",
    RECIPIENT_OPTED_OUT: "",
    OPT_OUT_IN_DOUBT: "may have opted out in their own words",
    NO_CONSENT: "has not agreed to texts of this purpose",
  },
} as const;

export const CONSENTS = {
  record: {
    done: {
      created: "`recorded`, `known` (stored before) and `rejected`, line by line",
      repeated: "same idempotency key and request",
    },
    refused: {
      ...KEY,
      CONSENTS_REQUIRED: "an empty list, or none",
      TOO_MANY_CONSENTS: "more than 1,000",
      ...RATE,
      ...NO_USER,
    },
    rejected: {
      INVALID_LINE: "no object of texts, or with a field that is not known",
      INVALID_RECIPIENT: "",
      INVALID_BASIS: "not `keyword`, `form`, `import` or `transactional`",
      INVALID_GIVEN_AT: "no time in ISO 8601, or before 2000",
      CONSENT_OF_TOMORROW: "given later than now",
      EVIDENCE_MISSING: "nothing in `words`, `page` and `form_text`; for a form nothing in the last two",
      EVIDENCE_TOO_LONG: "words over 1,000 characters, a page over 2,048, the text of a form over 4,000",
      RECIPIENT_OPTED_OUT: "only their START ends that",
      CONTACTS_USED_UP: "as many contacts as the tenant may add",
    },
  },
  get: { done: { found: "" }, refused: CONTACT },
  list: {
    done: { listed: "a page: `contacts`, `required_from`, `next`" },
    refused: { INVALID_PAGE_SIZE: "not 1 to 1,000", INVALID_CURSOR: "not a `next` of an answer" },
  },
  export: {
    done: { exported: "a page: `csv`, `rows`, `next`" },
    refused: { ...CONTACT, INVALID_PAGE_SIZE: "not 1 to 1,000", INVALID_CURSOR: "not a `next` of an answer" },
  },
} as const;

const ENDPOINT = { ENDPOINT_NOT_FOUND: NOT_YOURS };
/** By action, as `sms_manage_events_for` names it. */
export const EVENTS = {
  list: { done: { listed: "" }, refused: {} },
  save: {
    done: { saved: "with `secret` where it was made" },
    refused: {
      INVALID_EVENT_URL: "",
      UNKNOWN_EVENT_TYPE: "",
      TOO_MANY_ENDPOINTS: "three",
      ...ENDPOINT,
      ...NO_USER,
    },
  },
  delete: { done: { deleted: "" }, refused: ENDPOINT },
  rotate: { done: { rotated: "with `secret`" }, refused: { INVALID_OVERLAP: "", ...ENDPOINT } },
  test: { done: { queued: "with `event_id`" }, refused: { ENDPOINT_OFF: "", ...ENDPOINT } },
  replay: {
    done: { replayed: "`events`: how many" },
    refused: {
      EVENT_OR_SINCE: "both or neither given",
      EVENT_NOT_FOUND: "older than what is kept, or being posted at this moment",
      ENDPOINT_OFF: "",
      ...ENDPOINT,
    },
  },
} as const;
