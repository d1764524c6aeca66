import { z } from "zod";
import { AppError } from "./errors.ts";

type Answer = readonly [status: number, message: string];

/** Outcomes of the SQL verbs that are not a success, and their HTTP answers (contract/verbs.ts: which verb has which). */
export const REFUSALS = {
  // The request is wrong.
  INVALID_RECIPIENT: [400, "The recipient is not a phone number. Write it in full, as +14155550101."],
  BODY_REQUIRED: [400, "A message needs a text, a template or media."],
  BODY_OR_TEMPLATE: [400, "Send either a body or a template, not both."],
  BODY_TOO_LONG: [
    400,
    "The message is longer than 1,600 characters. Shorten it, or send it as several messages.",
  ],
  TOO_MANY_MEDIA: [400, "A message carries at most 10 media."],
  INVALID_MEDIA_URL: [400, "Media are public http or https URLs of at most 2,048 characters."],
  INVALID_SEND_AT: [400, "A message can be scheduled at most a year ahead."],
  INVALID_NOT_AFTER: [400, "not_after must be later than now, and later than send_at."],
  INVALID_PURPOSE: [400, "The purpose of a text is promotional or transactional."],
  FROM_REQUIRED: [400, "You have several numbers. Name the one that sends in from."],
  TEMPLATE_VARIABLE_MISSING: [400, "The template has variables that were not given a value."],
  INVALID_VARIABLES: [400, "Variables are an object of strings and numbers, and go with a template."],
  INVALID_IDEMPOTENCY_KEY: [400, "An idempotency key is 1 to 255 printable ASCII characters."],
  INVALID_NAME: [400, "A name is at most 200 characters."],
  NO_RECIPIENTS: [400, "Name at least one recipient."],
  TOO_MANY_RECIPIENTS: [400, "Name at most 1,000 recipients."],
  INVALID_PAGE_SIZE: [400, "A page has 1 to 100 entries."],
  INVALID_CURSOR: [400, "The cursor is not valid. Start again without one."],
  INVALID_STATUS: [400, "A conversation is active or ended."],
  INVALID_ANSWERER: [400, "A conversation is answered by assistant or person."],
  OPTED_OUT_OR_NOT: [400, "Say what the contact meant: opted_out is true or false."],
  SENT_OR_NOT: [400, "Say whether the text was sent: was_sent is true or false."],
  INVALID_MESSAGE_SID: [
    400,
    "A SID of Twilio's is SM or MM and 32 hexadecimal digits, and a text that was not sent has none.",
  ],
  NOTHING_TO_CHANGE: [400, "Say what to change: ai_enabled, status or read_through."],
  SEARCH_TOO_LONG: [400, "Search for at most 100 characters."],
  CONSENTS_REQUIRED: [400, "Give a list of 1 to 1,000 consents."],
  TOO_MANY_CONSENTS: [400, "Give at most 1,000 consents at once. A longer list takes several calls."],
  INVALID_LINE: [
    400,
    "A consent has number, basis, given_at, words, page and form_text, each a text, and nothing else.",
  ],
  INVALID_BASIS: [400, "The basis is keyword, form, import or transactional."],
  INVALID_GIVEN_AT: [400, "given_at is a time such as 2026-11-30T09:00:00Z, not before the year 2000."],
  CONSENT_OF_TOMORROW: [
    400,
    "given_at is later than now. Write when the contact agreed, with the time zone.",
  ],
  EVIDENCE_MISSING: [
    400,
    "Say how the contact agreed: words, page or form_text; for a form page or form_text.",
  ],
  EVIDENCE_TOO_LONG: [
    400,
    "Words have at most 1,000 characters, a page 2,048, the text of a form 4,000.",
  ],
  INVALID_REQUIRED_FROM: [400, "Name a time, at most a year ahead. A time that is past means at once."],
  INVALID_TIME_ZONE: [400, "The time zone is not an IANA name such as Europe/Berlin."],
  INVALID_RANGE: [400, "from must be before to, and both between 2000 and 2100."],
  INVALID_BUCKET: [400, "The bucket is either hour or day."],
  RANGE_TOO_LARGE: [400, "That is more than 1,000 buckets. Ask for a shorter range or larger buckets."],
  INVALID_EVENT_URL: [400, "Write an address that begins with https://, without a name, a password or #."],
  UNKNOWN_EVENT_TYPE: [400, "One of the types is unknown. sms_list_event_endpoints names all."],
  INVALID_OVERLAP: [400, "The overlap of two secrets is 0 to 168 hours."],
  EVENT_OR_SINCE: [400, "Name either one event or the time since which all are posted again."],
  UNKNOWN_ACTION: [400, "The action is list, save, delete, rotate, test or replay."],

  // The same answer for a row of another tenant and for one that does not exist.
  CONVERSATION_NOT_FOUND: [404, "You have no such conversation."],
  MESSAGE_NOT_FOUND: [404, "You have no such message."],
  MEDIA_NOT_FOUND: [404, "That message has no such attachment."],
  CONTACT_NOT_FOUND: [404, "You have no such contact."],
  TEMPLATE_NOT_FOUND: [404, "You have no such template."],
  BROADCAST_NOT_FOUND: [404, "You have no such broadcast."],
  NUMBER_NOT_FOUND: [404, "You have no such number."],
  ACCOUNT_NOT_FOUND: [404, "You have no such Twilio account."],
  SHARED_KEY_NOT_FOUND: [404, "You have no such SharedKey."],
  ASSISTANT_NOT_FOUND: [404, "You have no such assistant."],
  ENDPOINT_NOT_FOUND: [404, "You have no such address for events."],
  EVENT_NOT_FOUND: [404, "No such event of this address is kept."],
  USER_NOT_FOUND: [404, "There is no such user."],
  not_found: [404, "There is no such message."],

  // It conflicts with what is there.
  TOO_LATE: [409, "Too late: it has already left, or was canceled."],
  OUTCOME_KNOWN: [409, "What became of this text is known already."],
  STILL_LOOKING: [409, "Twilio is still asked about this text. Look again in a few minutes."],
  MESSAGE_SID_TAKEN: [409, "Another message has this SID."],
  ENDPOINT_OFF: [409, "This address is switched off. Switch it on first."],
  ANOTHER_IS_ACTIVE: [409, "Another conversation with this contact is active."],
  ACCOUNT_TAKEN: [409, "Another user has connected this Twilio account."],
  DEFAULT_ACCOUNT: [409, "This Twilio account belongs to the operator and cannot be connected."],
  NUMBER_TAKEN: [409, "This number belongs to another user."],
  IDEMPOTENCY_KEY_REUSED: [
    409,
    "This idempotency key was used for another request. Use a new key for each request.",
  ],
  IDEMPOTENCY_KEY_IN_USE: [
    409,
    "The request with this idempotency key is still running. Try again in a moment.",
  ],

  // The request is right, and refused.
  RECIPIENT_MISMATCH: [422, "That number is not the contact of this conversation."],
  RECIPIENT_OPTED_OUT: [422, "This contact has opted out. You can text them again after they send START."],
  OPT_OUT_IN_DOUBT: [
    422,
    "This contact may have opted out in their own words. Settle it (sms_settle_opt_out), or text them as a person.",
  ],
  ONLY_START_OPTS_IN: [
    422,
    "This contact opted out by a keyword, at the carrier, or by a person. Only their START lets you text them again.",
  ],
  NO_CONSENT: [
    422,
    "This contact has not agreed to texts of this kind. Record their consent (sms_record_consents), or let them write first.",
  ],
  CONTACTS_USED_UP: [
    422,
    "You have as many contacts as you may have. Delete some, or ask the operator to raise the limit.",
  ],
  COUNTRY_NOT_ALLOWED: [
    422,
    "Your account may not text this country. Ask the operator to allow it.",
  ],
  NOT_YOUR_NUMBER: [422, "The number in from is not one of yours."],
  CONNECT_ACCOUNT_FIRST: [422, "Connect this Twilio account first (sms-accounts)."],
  NO_NUMBER: [422, "You have no number to send from yet."],
  mismatch: [422, "The message was sent between other numbers, or another message has that SID."],

  ACCOUNT_DISCONNECTED: [
    422,
    "The Twilio account of that number is disconnected. Connect it again to send from it.",
  ],
  ACCOUNT_NOT_ACTIVE: [
    422,
    "Twilio has suspended or closed this account. Look at its state in the Twilio console.",
  ],
  TRUNK_NOT_FOUND: [422, "The Twilio account has no trunk with that SID."],

  NUMBERS_USED_UP: [
    422,
    "You have as many numbers of this service as you may take. Connect a Twilio account of your own, or ask the operator for more.",
  ],
  TRIAL_USED_UP: [
    403,
    "You have tried assistants ten times. Connect a Twilio account or take a number, then you may go on.",
  ],
  CONFIRM_FIRST: [403, "Sign in with an e-mail address or telephone that you have confirmed."],
  UNKNOWN_LIMIT: [400, "There is no limit of that name; sms_get_limits names all."],
  INVALID_LIMIT: [
    400,
    "A limit is a whole number or null, and allowed_countries a list of two-letter codes or null.",
  ],

  TOO_MANY_ENDPOINTS: [422, "You have three addresses for events already. Delete one first."],
  TOO_MANY_SHARED_KEYS: [
    422,
    "An account has at most 50 SharedKeys. Remove those that sign nothing any more.",
  ],

  LAST_SIGNER: [
    409,
    "Nothing else signs this account's webhooks. Give its auth token or another SharedKey first.",
  ],
  CREDENTIALS_CHANGED: [409, "The account is being connected by another request. Try again."],

  SEGMENTS_USED_UP: [
    429,
    "Your limit of segments a day is used up, or this would exceed it. There is room again at midnight (UTC); the operator may raise it.",
  ],
  PROJECT_LIMIT: [
    429,
    "All users of this service together have used up today's tries. Try again later, or ask its operator.",
  ],
  RATE_LIMITED: [429, "That is too many requests at once. Try again later."],
} as const satisfies Readonly<Record<string, Answer>>;
export type RefusalCode = keyof typeof REFUSALS;
const ANSWERS: Readonly<Record<string, Answer>> = REFUSALS;

/** The codes of outcomes that are older than the rule that refusals are written in capitals. */
const CODES: Readonly<Record<string, string>> = {
  not_found: "MESSAGE_NOT_FOUND",
  mismatch: "MESSAGE_MISMATCH",
};

/** The code of an HTTP answer that stands for an outcome. */
export const codeOf = (outcome: string): string => CODES[outcome] ?? outcome;

/** What a verb answers when it refuses: an outcome in capitals. */
export const Refusal = z.object({
  outcome: z.string().regex(/^[A-Z][A-Z_]+$/),
  /** Milliseconds after which it may work. */
  retry_after_ms: z.number().nonnegative().nullish(),
  details: z.record(z.string(), z.unknown()).nullish(),
});
export type Refusal = z.infer<typeof Refusal>;

/** The error that stands for an outcome, with `retry-after` (seconds) where the verb gave a time; null for a success. */
export function outcomeError({ outcome, retry_after_ms: wait, details }: Refusal): AppError | null {
  const known = ANSWERS[outcome];
  if (!known) return null;
  const [status, message] = known;
  return new AppError(status, codeOf(outcome), message, {
    ...(details ? { details } : {}),
    ...(typeof wait === "number"
      ? { headers: { "retry-after": String(Math.max(1, Math.ceil(wait / 1000))) } }
      : {}),
  });
}

/**
 * Throws what a refusal stands for. A refusal that the table does not have is our mistake, and becomes a 500.
 * @throws AppError
 */
export function refuse(refusal: Refusal): never {
  throw outcomeError(refusal) ?? new Error(`the outcome ${refusal.outcome} has no HTTP answer`);
}
