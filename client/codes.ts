// Made by `deno task reference` from the contract, the table of outcomes and the tables; do not edit.

/** Every code with which a function or a verb refuses. docs/reference/errors.md explains each. */
export type ServerCode =
  | "ACCOUNT_DISCONNECTED"
  | "ACCOUNT_NOT_ACTIVE"
  | "ACCOUNT_NOT_FOUND"
  | "ACCOUNT_TAKEN"
  | "ADDRESS_NOT_OURS"
  | "ANOTHER_IS_ACTIVE"
  | "API_KEY_LACKS_PERMISSION"
  | "API_KEY_REFUSED"
  | "ASSISTANT_NOT_FOUND"
  | "BODY_OR_TEMPLATE"
  | "BODY_REQUIRED"
  | "BODY_TOO_LARGE"
  | "BODY_TOO_LONG"
  | "BROADCAST_NOT_FOUND"
  | "CANCELED_BY_USER"
  | "CARRIER_UNAVAILABLE"
  | "CONFIRM_FIRST"
  | "CONNECT_ACCOUNT_FIRST"
  | "CONSENTS_REQUIRED"
  | "CONSENT_OF_TOMORROW"
  | "CONTACTS_USED_UP"
  | "CONTACT_NOT_FOUND"
  | "CONVERSATION_NOT_FOUND"
  | "COUNTRY_NOT_ALLOWED"
  | "CREDENTIALS_CHANGED"
  | "CREDENTIALS_REQUIRED"
  | "DEFAULT_ACCOUNT"
  | "ENDPOINT_NOT_FOUND"
  | "ENDPOINT_OFF"
  | "EVENT_NOT_FOUND"
  | "EVENT_OR_SINCE"
  | "EVIDENCE_MISSING"
  | "EVIDENCE_TOO_LONG"
  | "FROM_REQUIRED"
  | `HTTP_${number}`
  | "IDEMPOTENCY_KEY_IN_USE"
  | "IDEMPOTENCY_KEY_REUSED"
  | "INTERNAL"
  | "INVALID_ANSWERER"
  | "INVALID_API_KEY"
  | "INVALID_ARGUMENT"
  | "INVALID_BASIS"
  | "INVALID_BUCKET"
  | "INVALID_CURSOR"
  | "INVALID_EVENT_URL"
  | "INVALID_GIVEN_AT"
  | "INVALID_IDEMPOTENCY_KEY"
  | "INVALID_INTERVAL"
  | "INVALID_JSON"
  | "INVALID_JWT"
  | "INVALID_LIMIT"
  | "INVALID_LINE"
  | "INVALID_MEDIA_URL"
  | "INVALID_MESSAGE_SID"
  | "INVALID_NAME"
  | "INVALID_NOT_AFTER"
  | "INVALID_OVERLAP"
  | "INVALID_PAGE_SIZE"
  | "INVALID_PATH"
  | "INVALID_PURPOSE"
  | "INVALID_RANGE"
  | "INVALID_RECIPIENT"
  | "INVALID_REQUEST"
  | "INVALID_REQUIRED_FROM"
  | "INVALID_SEND_AT"
  | "INVALID_STATUS"
  | "INVALID_SWITCH"
  | "INVALID_TIME_ZONE"
  | "INVALID_URL"
  | "INVALID_VARIABLES"
  | "KEY_REQUIRED"
  | "LAST_SIGNER"
  | "LEGACY_JWT"
  | "MEDIA_IS_PUBLIC"
  | "MEDIA_NOT_FOUND"
  | "MEDIA_TOO_LARGE"
  | "MEDIA_UNAVAILABLE"
  | "MESSAGE_MISMATCH"
  | "MESSAGE_NOT_FOUND"
  | "MESSAGE_SID_TAKEN"
  | "MESSAGING_SERVICE_IN_THE_WAY"
  | "METHOD_NOT_ALLOWED"
  | "MISSING_CREDENTIALS"
  | "MODEL_BAD_REQUEST"
  | "MODEL_BUSY"
  | "MODEL_CUT_OFF"
  | "MODEL_FILTERED"
  | "MODEL_FORBIDDEN"
  | "MODEL_GARBAGE"
  | "MODEL_NOT_FOUND"
  | "MODEL_NO_ANSWER"
  | "MODEL_NO_CREDIT"
  | "MODEL_REFUSED"
  | "MODEL_TIMEOUT"
  | "MODEL_UNAUTHORIZED"
  | "MODEL_UNAVAILABLE"
  | "MODEL_UNREACHABLE"
  | "NOTHING_TO_CHANGE"
  | "NOT_CONFIGURED"
  | "NOT_FOUND"
  | "NOT_YOUR_NUMBER"
  | "NO_CONSENT"
  | "NO_NUMBER"
  | "NO_RECIPIENTS"
  | "NUMBERS_USED_UP"
  | "NUMBER_CANNOT_TEXT"
  | "NUMBER_NOT_AT_TWILIO"
  | "NUMBER_NOT_FOUND"
  | "NUMBER_TAKEN"
  | "ONLY_START_OPTS_IN"
  | "OPTED_OUT_OR_NOT"
  | "OPT_OUT_IN_DOUBT"
  | "OUTCOME_KNOWN"
  | "PROJECT_LIMIT"
  | "RANGE_TOO_LARGE"
  | "RATE_LIMITED"
  | "RECIPIENT_MISMATCH"
  | "RECIPIENT_OPTED_OUT"
  | "RESTORE_UNFINISHED"
  | "SCHEDULER_UNAVAILABLE"
  | "SEARCH_TOO_LONG"
  | "SEGMENTS_USED_UP"
  | "SENT_OR_NOT"
  | "SHARED_KEY_MISSING"
  | "SHARED_KEY_NOT_FOUND"
  | "SIGNER_REQUIRED"
  | "STILL_LOOKING"
  | "TEMPLATE_NOT_FOUND"
  | "TEMPLATE_VARIABLE_MISSING"
  | "TOKEN_IS_SECONDARY"
  | "TOO_LATE"
  | "TOO_MANY_CONSENTS"
  | "TOO_MANY_ENDPOINTS"
  | "TOO_MANY_MEDIA"
  | "TOO_MANY_RECIPIENTS"
  | "TOO_MANY_SHARED_KEYS"
  | "TRIAL_USED_UP"
  | "TRUNK_NOT_FOUND"
  | "TWILIO_20003"
  | `TWILIO_${number}`
  | "TWILIO_REFUSED"
  | "UNAVAILABLE"
  | "UNKNOWN_ACTION"
  | "UNKNOWN_ARGUMENT"
  | "UNKNOWN_EVENT_TYPE"
  | "UNKNOWN_LIMIT"
  | "UNKNOWN_VERB"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "USER_NOT_FOUND"
  | "WEBHOOK_NOT_CONFIGURED";

/** What a verb's refusal is, said as a function says it. */
export const SENTENCES: Readonly<Record<string, readonly [status: number, message: string]>> = {
  "INVALID_RECIPIENT": [
    400,
    "The recipient is not a phone number. Write it in full, as +14155550101.",
  ],
  "BODY_REQUIRED": [
    400,
    "A message needs a text, a template or media.",
  ],
  "BODY_OR_TEMPLATE": [
    400,
    "Send either a body or a template, not both.",
  ],
  "BODY_TOO_LONG": [
    400,
    "The message is longer than 1,600 characters. Shorten it, or send it as several messages.",
  ],
  "TOO_MANY_MEDIA": [
    400,
    "A message carries at most 10 media.",
  ],
  "INVALID_MEDIA_URL": [
    400,
    "Media are public http or https URLs of at most 2,048 characters.",
  ],
  "INVALID_SEND_AT": [
    400,
    "A message can be scheduled at most a year ahead.",
  ],
  "INVALID_NOT_AFTER": [
    400,
    "not_after must be later than now, and later than send_at.",
  ],
  "INVALID_PURPOSE": [
    400,
    "The purpose of a text is promotional or transactional.",
  ],
  "FROM_REQUIRED": [
    400,
    "You have several numbers. Name the one that sends in from.",
  ],
  "TEMPLATE_VARIABLE_MISSING": [
    400,
    "The template has variables that were not given a value.",
  ],
  "INVALID_VARIABLES": [
    400,
    "Variables are an object of strings and numbers, and go with a template.",
  ],
  "INVALID_IDEMPOTENCY_KEY": [
    400,
    "An idempotency key is 1 to 255 printable ASCII characters.",
  ],
  "INVALID_NAME": [
    400,
    "A name is at most 200 characters.",
  ],
  "NO_RECIPIENTS": [
    400,
    "Name at least one recipient.",
  ],
  "TOO_MANY_RECIPIENTS": [
    400,
    "Name at most 1,000 recipients.",
  ],
  "INVALID_PAGE_SIZE": [
    400,
    "A page has 1 to 100 entries.",
  ],
  "INVALID_CURSOR": [
    400,
    "The cursor is not valid. Start again without one.",
  ],
  "INVALID_STATUS": [
    400,
    "A conversation is active or ended.",
  ],
  "INVALID_ANSWERER": [
    400,
    "A conversation is answered by assistant or person.",
  ],
  "OPTED_OUT_OR_NOT": [
    400,
    "Say what the contact meant: opted_out is true or false.",
  ],
  "SENT_OR_NOT": [
    400,
    "Say whether the text was sent: was_sent is true or false.",
  ],
  "INVALID_MESSAGE_SID": [
    400,
    "A SID of Twilio's is SM or MM and 32 hexadecimal digits, and a text that was not sent has none.",
  ],
  "NOTHING_TO_CHANGE": [
    400,
    "Say what to change: ai_enabled, status or read_through.",
  ],
  "SEARCH_TOO_LONG": [
    400,
    "Search for at most 100 characters.",
  ],
  "CONSENTS_REQUIRED": [
    400,
    "Give a list of 1 to 1,000 consents.",
  ],
  "TOO_MANY_CONSENTS": [
    400,
    "Give at most 1,000 consents at once. A longer list takes several calls.",
  ],
  "INVALID_TIME_ZONE": [
    400,
    "The time zone is not an IANA name such as Europe/Berlin.",
  ],
  "INVALID_RANGE": [
    400,
    "from must be before to, and both between 2000 and 2100.",
  ],
  "INVALID_BUCKET": [
    400,
    "The bucket is either hour or day.",
  ],
  "RANGE_TOO_LARGE": [
    400,
    "That is more than 1,000 buckets. Ask for a shorter range or larger buckets.",
  ],
  "INVALID_EVENT_URL": [
    400,
    "Write an address that begins with https://, without a name, a password or #.",
  ],
  "UNKNOWN_EVENT_TYPE": [
    400,
    "One of the types is unknown. sms_list_event_endpoints names all.",
  ],
  "INVALID_OVERLAP": [
    400,
    "The overlap of two secrets is 0 to 168 hours.",
  ],
  "EVENT_OR_SINCE": [
    400,
    "Name either one event or the time since which all are posted again.",
  ],
  "CONVERSATION_NOT_FOUND": [
    404,
    "You have no such conversation.",
  ],
  "MESSAGE_NOT_FOUND": [
    404,
    "You have no such message.",
  ],
  "MEDIA_NOT_FOUND": [
    404,
    "That message has no such attachment.",
  ],
  "CONTACT_NOT_FOUND": [
    404,
    "You have no such contact.",
  ],
  "TEMPLATE_NOT_FOUND": [
    404,
    "You have no such template.",
  ],
  "BROADCAST_NOT_FOUND": [
    404,
    "You have no such broadcast.",
  ],
  "NUMBER_NOT_FOUND": [
    404,
    "You have no such number.",
  ],
  "ACCOUNT_NOT_FOUND": [
    404,
    "You have no such Twilio account.",
  ],
  "ASSISTANT_NOT_FOUND": [
    404,
    "You have no such assistant.",
  ],
  "ENDPOINT_NOT_FOUND": [
    404,
    "You have no such address for events.",
  ],
  "EVENT_NOT_FOUND": [
    404,
    "No such event of this address is kept.",
  ],
  "USER_NOT_FOUND": [
    404,
    "There is no such user.",
  ],
  "TOO_LATE": [
    409,
    "Too late: it has already left, or was canceled.",
  ],
  "OUTCOME_KNOWN": [
    409,
    "What became of this text is known already.",
  ],
  "STILL_LOOKING": [
    409,
    "Twilio is still asked about this text. Look again in a few minutes.",
  ],
  "MESSAGE_SID_TAKEN": [
    409,
    "Another message has this SID.",
  ],
  "ENDPOINT_OFF": [
    409,
    "This address is switched off. Switch it on first.",
  ],
  "ANOTHER_IS_ACTIVE": [
    409,
    "Another conversation with this contact is active.",
  ],
  "IDEMPOTENCY_KEY_REUSED": [
    409,
    "This idempotency key was used for another request. Use a new key for each request.",
  ],
  "IDEMPOTENCY_KEY_IN_USE": [
    409,
    "The request with this idempotency key is still running. Try again in a moment.",
  ],
  "RECIPIENT_MISMATCH": [
    422,
    "That number is not the contact of this conversation.",
  ],
  "RECIPIENT_OPTED_OUT": [
    422,
    "This contact has opted out. You can text them again after they send START.",
  ],
  "OPT_OUT_IN_DOUBT": [
    422,
    "This contact may have opted out in their own words. Settle it (sms_settle_opt_out), or text them as a person.",
  ],
  "ONLY_START_OPTS_IN": [
    422,
    "This contact opted out by a keyword, at the carrier, or by a person. Only their START lets you text them again.",
  ],
  "NO_CONSENT": [
    422,
    "This contact has not agreed to texts of this kind. Record their consent (sms_record_consents), or let them write first.",
  ],
  "COUNTRY_NOT_ALLOWED": [
    422,
    "Your account may not text this country. Ask the operator to allow it.",
  ],
  "NOT_YOUR_NUMBER": [
    422,
    "The number in from is not one of yours.",
  ],
  "CONNECT_ACCOUNT_FIRST": [
    422,
    "Connect this Twilio account first (sms-accounts).",
  ],
  "NO_NUMBER": [
    422,
    "You have no number to send from yet.",
  ],
  "ACCOUNT_DISCONNECTED": [
    422,
    "The Twilio account of that number is disconnected. Connect it again to send from it.",
  ],
  "TOO_MANY_ENDPOINTS": [
    422,
    "You have three addresses for events already. Delete one first.",
  ],
  "SEGMENTS_USED_UP": [
    429,
    "Your limit of segments a day is used up, or this would exceed it. There is room again at midnight (UTC); the operator may raise it.",
  ],
  "RATE_LIMITED": [
    429,
    "That is too many requests at once. Try again later.",
  ],
};
