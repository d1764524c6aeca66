import type { SmsCode } from "../../../client/mod.ts";

// What the page says of each code. The server's own words are for developers: they name fields, verbs and settings.

type Numbered = `HTTP_${number}` | `TWILIO_${number}`;
type Known = Exclude<SmsCode, Numbered>;

const AGAIN = "The server could not do that just now. Try again in a moment.";
const PAGE = "This page asked for something that the server does not know. Reload the page.";
const GONE = "That is not there any more. Reload the page.";
const SIGN_IN = "Your session has ended. Sign in again.";
const OPERATOR = "This service is not set up completely. Tell its operator.";
const MODEL = "The assistant's model did not answer. Try again in a moment.";

/** A code that the client knows and this page has no sentence for does not compile. Later codes are welcome here early. */
export const SENTENCES: Readonly<
  Record<Known, string> & Record<string, string>
> = {
  // Of the way to the server.
  UNREACHABLE: "The server cannot be reached. Check the connection.",
  ANSWER_LOST: "The connection broke off. Try again.",
  TIMED_OUT: "That took too long. Look again in a moment.",
  UNAVAILABLE: AGAIN,
  INTERNAL: "Something went wrong at the server. Try again, and tell the operator if it stays so.",
  RATE_LIMITED: "That was too much at once. Wait a minute, and try again.",
  RESTORE_UNFINISHED: "A backup is being restored. Try again when that is done.",
  SCHEDULER_UNAVAILABLE: AGAIN,
  NOT_CONFIGURED: OPERATOR,
  INVALID_API_KEY: OPERATOR,
  LEGACY_JWT: OPERATOR,

  // Of who asks.
  MISSING_CREDENTIALS: SIGN_IN,
  INVALID_JWT: SIGN_IN,
  USER_NOT_FOUND: "Your account does not exist any more. Ask the operator.",
  NOT_ALLOWED: "You may not do that.",
  CONFIRM_FIRST: "Confirm your e-mail address or telephone first, then sign in again.",

  // Of a text.
  BODY_REQUIRED: "Write something first.",
  BODY_OR_TEMPLATE: "Choose either a template or words of your own.",
  BODY_TOO_LONG: "The text is longer than 1,600 characters. Shorten it, or send it as several.",
  TOO_MANY_MEDIA: "A text carries at most 10 attachments.",
  INVALID_MEDIA_URL: "One of the attachments has no public address.",
  MEDIA_TOO_LARGE: "The attachment is too large.",
  INVALID_SEND_AT: "Choose a time within the next year.",
  INVALID_NOT_AFTER: "The last moment for this text has passed. Choose a later one.",
  TEMPLATE_VARIABLE_MISSING: "The template has a blank that is not filled yet.",
  INVALID_VARIABLES: "One of the template's blanks cannot be filled with that.",
  INVALID_RECIPIENT: "That is not a whole telephone number. Write it with its area code.",
  RECIPIENT_MISMATCH: "That number is not the contact of this conversation.",
  RECIPIENT_OPTED_OUT:
    "They opted out, so nothing can be sent to them. Only their text START opts them in again.",
  NO_CONSENT:
    "They have not agreed to get texts from you yet. Record their consent first, or wait until they write.",
  OPT_OUT_IN_DOUBT: "They may have asked for no more texts. Read the conversation, and decide that first.",
  PATIENCE_CAP: "They got several texts from you without an answer. Wait until they write.",
  QUIET_HOURS: "It is night where they are. Send it by day.",
  COUNTRY_NOT_ALLOWED: "Your account may not text this country. Ask the operator to allow it.",
  NO_RECIPIENTS: "Name at least one recipient.",
  TOO_MANY_RECIPIENTS: "Name at most 1,000 recipients.",
  SEGMENTS_USED_UP:
    "Today's limit of texts is used up. There is room again after midnight (UTC), or ask the operator for more.",
  KEY_FORGOTTEN:
    "Written more than a day ago. It may have been sent. Check the conversation before you try again.",
  IDEMPOTENCY_KEY_IN_USE: "This text is being sent already. Wait a moment.",
  IDEMPOTENCY_KEY_REUSED: "This text was sent already. Look into the conversation.",
  INVALID_IDEMPOTENCY_KEY: PAGE,
  KEY_REQUIRED: PAGE,
  CANCELED_BY_USER: "It was canceled before it left.",
  EXPIRED: "It waited too long and was not sent.",
  CARRIER_UNAVAILABLE: "Twilio could not be reached for a long time, so it was not sent. Send it again.",
  NOT_DELIVERED: "It was not delivered.",
  TWILIO_REFUSED: "Twilio refused it.",
  MESSAGE_MISMATCH: "Twilio tells something else of this text. Look into its log.",
  TOO_LATE: "Too late: it has already left, or was canceled.",
  OUTCOME_KNOWN: "What became of this text is known already.",
  STILL_LOOKING: "Twilio is still asked about this text. Look again in a few minutes.",
  MESSAGE_SID_TAKEN: "Another text has this SID.",
  INVALID_MESSAGE_SID: "A SID of Twilio's is SM or MM and 32 letters and digits.",
  SENT_OR_NOT: "Say whether it was sent.",

  // Of what is looked for.
  MESSAGE_NOT_FOUND: GONE,
  CONVERSATION_NOT_FOUND: "This conversation is not there any more.",
  CONTACT_NOT_FOUND: "This contact is not there any more.",
  MEDIA_NOT_FOUND: "This attachment is not there any more.",
  MEDIA_UNAVAILABLE: "The attachment could not be fetched just now. Try again.",
  MEDIA_IS_PUBLIC: "This attachment has an address of its own.",
  TEMPLATE_NOT_FOUND: "This template is not there any more.",
  BROADCAST_NOT_FOUND: "This broadcast is not there any more.",
  ROW_NOT_FOUND: GONE,
  NOT_FOUND: GONE,
  NOTHING_TO_CHANGE: "Nothing was changed.",
  ANOTHER_IS_ACTIVE: "Another conversation with this contact is open already.",
  SEARCH_TOO_LONG: "Search for at most 100 characters.",
  RANGE_TOO_LARGE: "Choose fewer days.",
  INVALID_RANGE: "Choose days between 2000 and 2100, the first before the last.",
  INVALID_INTERVAL: "Choose days between 2000 and 2100, the first before the last.",
  INVALID_TIME_ZONE: "That is no time zone. Choose one from the list.",
  INVALID_NAME: "A name is at most 200 characters.",

  // Of numbers and the Twilio account.
  FROM_REQUIRED: "Choose which of your numbers sends it.",
  NOT_YOUR_NUMBER: "The number that should send this is not yours any more. Choose another.",
  NO_NUMBER: "You have no number to send from yet. Take one in the settings.",
  NUMBERS_USED_UP:
    "You have as many numbers of this service as you may take. Connect a Twilio account of your own.",
  NUMBER_NOT_FOUND: "You have no such number.",
  NUMBER_TAKEN: "This number belongs to somebody else here.",
  NUMBER_CANNOT_TEXT: "This number takes calls only. Choose one that can send and receive texts.",
  NUMBER_NOT_AT_TWILIO: "The Twilio account does not have this number any more.",
  MESSAGING_SERVICE_IN_THE_WAY:
    "A Messaging Service at Twilio takes this number's texts. Take the number out of it there.",
  WEBHOOK_NOT_CONFIGURED: "Twilio could not be told to send this number's texts here. Try again.",
  ADDRESS_NOT_OURS: "The address for Twilio's calls does not lead to this service. Tell its operator.",
  TRUNK_NOT_FOUND: "The Twilio account has no such trunk. Choose another, or none.",
  ACCOUNT_DISCONNECTED:
    "The Twilio account of this number is disconnected. Connect it again in the settings.",
  ACCOUNT_NOT_ACTIVE: "Twilio has suspended or closed this account. Look at its state in the Twilio console.",
  ACCOUNT_NOT_FOUND: "You have no such Twilio account.",
  ACCOUNT_TAKEN: "Somebody else here has connected this Twilio account.",
  DEFAULT_ACCOUNT: "This Twilio account belongs to the operator and cannot be connected.",
  CONNECT_ACCOUNT_FIRST: "Connect this Twilio account first.",
  CREDENTIALS_CHANGED: "The account is being connected by another window. Try again.",
  CREDENTIALS_REQUIRED: "Give the account's auth token, or an API key with its secret.",
  API_KEY_LACKS_PERMISSION: "The API key lacks a permission. Allow it at Twilio, or use a Standard key.",
  API_KEY_REFUSED: "Twilio does not accept this API key for this account.",
  TOKEN_IS_SECONDARY: "This is the account's secondary auth token. Give the primary one.",
  SIGNER_REQUIRED: "An API key signs no webhooks. Give the auth token too, or a SharedKey.",
  LAST_SIGNER: "Nothing else signs this account's webhooks. Give its auth token or another SharedKey first.",
  SHARED_KEY_MISSING:
    "A SharedKey that signs this account's webhooks is not known here. Add it, then repair the number.",
  SHARED_KEY_NOT_FOUND: "You have no such SharedKey.",
  TOO_MANY_SHARED_KEYS: "An account has at most 50 SharedKeys. Remove those that sign nothing any more.",
  PROJECT_LIMIT: "All users of this service together have used up today's tries. Try again later.",
  TRIAL_USED_UP: "You have tried assistants ten times. Connect a Twilio account or take a number to go on.",

  // Of assistants.
  ASSISTANT_NOT_FOUND: "This assistant is not there any more.",
  MODEL_BUSY: MODEL,
  MODEL_NO_ANSWER: MODEL,
  MODEL_TIMEOUT: MODEL,
  MODEL_UNAVAILABLE: MODEL,
  MODEL_UNREACHABLE: MODEL,
  MODEL_GARBAGE: "The model answered something that is no text. Try again, or choose another model.",
  MODEL_CUT_OFF: "The model's answer was cut off. Ask for shorter answers.",
  MODEL_FILTERED: "The model's provider held the answer back. Write it otherwise.",
  MODEL_REFUSED: "The model refused to answer that.",
  MODEL_BAD_REQUEST: "The model does not take what it was asked. Choose another model.",
  MODEL_FORBIDDEN: "This model may not be used here. Choose another.",
  MODEL_NOT_FOUND: "This model is not there any more. Choose another.",
  MODEL_NO_CREDIT: "The model's provider has no credit left. Tell the operator.",
  MODEL_UNAUTHORIZED: OPERATOR,

  // Of addresses for events.
  ENDPOINT_NOT_FOUND: "This address for events is not there any more.",
  ENDPOINT_OFF: "This address is switched off. Switch it on first.",
  EVENT_NOT_FOUND: "This event is not kept any more.",
  EVENT_OR_SINCE: PAGE,
  INVALID_EVENT_URL: "Write an address that begins with https://, without a name, a password or #.",
  INVALID_URL: "That is no web address.",
  INVALID_OVERLAP: "The two secrets overlap for 0 to 168 hours.",
  TOO_MANY_ENDPOINTS: "You have three addresses for events already. Delete one first.",
  UNKNOWN_EVENT_TYPE: "One of the kinds of events is not known here.",

  // Of consents, hours, the brand and opt-outs in people's own words.
  CONSENTS_REQUIRED: "Give at least one consent.",
  TOO_MANY_CONSENTS: "Give 1,000 consents at once at most.",
  CONSENT_OF_TOMORROW: "That moment is still to come. Write when the contact agreed.",
  CONTACTS_USED_UP: "You have as many contacts as you may have. Ask the operator for more.",
  EVIDENCE_MISSING: "Say how the contact agreed: their words, or the form and where it was.",
  EVIDENCE_TOO_LONG: "That is too long to be kept as evidence. Shorten it.",
  INVALID_BASIS: "Say on what the consent rests: a keyword, a form, an import, or what was ordered.",
  INVALID_GIVEN_AT: "Write when the contact agreed, as a date and a time.",
  INVALID_FILE: "The first line of this file does not name the columns. Look at the example.",
  INVALID_LINE: "This line is not a consent. Look at the example.",
  INVALID_REQUIRED_FROM: "Write the day from when consents are needed.",
  INVALID_PURPOSE: "Say whether the text advertises or not.",
  INVALID_HOURS: "Write hours such as 09:00 and 20:00, the first before the second.",
  HOURS_WIDER_THAN_LAW: "Your own hours may be shorter than the law's, not longer.",
  INVALID_BRAND: "Write the name that contacts know: 60 characters at most, in one line, without a link.",
  INVALID_PROFILE: "Write in one line how a contact reaches a person: 100 characters at most.",
  UNKNOWN_FIELD: PAGE,
  ONLY_START_OPTS_IN:
    "This contact opted out by a keyword, at the carrier, or by a person. Only their START lets you text them again.",
  OPTED_OUT_OR_NOT: "Say whether the contact opted out or not.",

  // A page of another version, or a mistake of ours.
  BODY_TOO_LARGE: "That is too much at once. Send less.",
  INVALID_ANSWERER: PAGE,
  INVALID_ARGUMENT: PAGE,
  INVALID_BUCKET: PAGE,
  INVALID_CURSOR: PAGE,
  INVALID_JSON: PAGE,
  INVALID_LIMIT: PAGE,
  INVALID_PAGE_SIZE: PAGE,
  INVALID_PATH: PAGE,
  INVALID_REQUEST: "Something that was filled in is not right. Look at it again.",
  INVALID_STATUS: PAGE,
  INVALID_SWITCH: PAGE,
  METHOD_NOT_ALLOWED: PAGE,
  UNKNOWN_ACTION: PAGE,
  UNKNOWN_ARGUMENT: PAGE,
  UNKNOWN_LIMIT: PAGE,
  UNKNOWN_VERB: PAGE,
  UNSUPPORTED_MEDIA_TYPE: PAGE,
};

/**
 * Codes whose sentence the server writes for people, because it names what only it knows: the permission that is missing, the
 * service in the way. Each is a sentence of ours (`AppError` in supabase/functions), none is Twilio's.
 */
export const WITH_PARTICULARS: ReadonlySet<string> = new Set([
  "ADDRESS_NOT_OURS",
  "API_KEY_LACKS_PERMISSION",
  "API_KEY_REFUSED",
  "MESSAGING_SERVICE_IN_THE_WAY",
  "NUMBER_NOT_AT_TWILIO",
  "SHARED_KEY_MISSING",
  "TOKEN_IS_SECONDARY",
  "TRUNK_NOT_FOUND",
  "WEBHOOK_NOT_CONFIGURED",
]);
