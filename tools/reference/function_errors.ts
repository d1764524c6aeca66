// The errors that functions answer besides the refusals of the verbs they call (_shared/sms/contract/verbs.ts).

/** Codes by status, each with what it means; "" where its name says enough. */
export type Errors = Readonly<Record<number, Readonly<Record<string, string>>>>;

/** Errors that several functions have, by the reason for which a call can have them. */
export const COMMON = {
  "every call": {
    405: { METHOD_NOT_ALLOWED: "`allow` names the methods" },
    500: { INTERNAL: "our mistake; the log has the request id, and the answer nothing else" },
    503: {
      UNAVAILABLE: "the database or Twilio cannot be reached; try again after `retry-after`",
      NOT_CONFIGURED: "a setting is missing or not valid; the log names it",
    },
  },
  "a path": {
    400: { INVALID_PATH: "not percent-encoded UTF-8" },
    404: { NOT_FOUND: "nothing is at that path" },
  },
  "a query": { 400: { INVALID_REQUEST: "the message begins with the field that is wrong" } },
  "a JSON body": {
    400: { INVALID_JSON: "", INVALID_REQUEST: "the message begins with the field that is wrong" },
    413: { BODY_TOO_LARGE: "" },
    415: { UNSUPPORTED_MEDIA_TYPE: "" },
  },
  "a user's token or a secret key": {
    401: {
      MISSING_CREDENTIALS: "nobody is signed in, and no secret key is sent that the function takes",
      INVALID_JWT: "also an expired one",
      LEGACY_JWT:
        "a token or key of a project that signs with the legacy secret; the message has Supabase's page",
      INVALID_API_KEY: "another key than the message names",
    },
  },
  "a form of Twilio": {
    400: {
      NOT_A_TWILIO_FORM: "no AccountSid or no MessageSid",
      TOO_MANY_FIELDS: "",
      NOT_A_STATUS_FORM: "`sms-status` only: no MessageStatus",
    },
    403: {
      SIGNATURE_MISSING: "",
      SIGNATURE_MISMATCH: "also for an account that nobody connected",
      SHARED_KEY_UNKNOWN: "signed with a SharedKey that was not given for that account; the message names it",
      SIGNATURE_ALGORITHM_UNKNOWN: "neither HMAC_SHA1 nor HMAC_SHA256",
    },
    413: { BODY_TOO_LARGE: "" },
    415: { UNSUPPORTED_MEDIA_TYPE: "" },
  },
} as const satisfies Record<string, Errors>;

const TWILIO = {
  "TWILIO_<code>": "Twilio refused, with this code; the message explains it",
  TWILIO_REFUSED: "Twilio refused without a code",
};

/** Errors of single functions. */
export const FUNCTION_ERRORS: Readonly<Record<string, Errors>> = {
  "sms-send": {
    422: {
      "TWILIO_<code>":
        "Twilio refused it; `details.message_id`, `details.twilio_code`. The row stays, as `failed`",
      "HTTP_<status>": "Twilio, or something before it, refused it without a code",
      RECIPIENT_OPTED_OUT:
        "with `details.message_id`: it was stored, and canceled by the last check before it left",
      NOT_YOUR_NUMBER: "as RECIPIENT_OPTED_OUT",
      COUNTRY_NOT_ALLOWED: "as RECIPIENT_OPTED_OUT",
      ACCOUNT_DISCONNECTED: "as RECIPIENT_OPTED_OUT",
      CANCELED_BY_USER: "it was stored, and canceled by another request",
      CARRIER_UNAVAILABLE: "given up after many tries",
    },
  },
  "sms-conversation": {
    400: { INVALID_CURSOR: "" },
    404: { MEDIA_NOT_FOUND: "no such attachment, another tenant's, or not at Twilio any more" },
    409: { MEDIA_IS_PUBLIC: "an attachment that was sent; `details.url` is where it is" },
    502: {
      MEDIA_UNAVAILABLE: "Twilio does not give it out; the log says why",
      MEDIA_TOO_LARGE: "more than 16 MiB",
    },
  },
  "sms-accounts": {
    409: {
      DEFAULT_ACCOUNT: "the operator's account; Twilio is not asked",
      ACCOUNT_TAKEN: "connected by another tenant; said only to somebody whose token Twilio accepts",
    },
    422: {
      TWILIO_20003: "Twilio does not accept account SID and auth token together",
      TOKEN_IS_SECONDARY: "Twilio signs with the primary token, and neither that nor a SharedKey was given",
      CREDENTIALS_REQUIRED:
        "neither auth_token nor api_key, and it is not connected to you (or a trunk is named); " +
        "or nothing would be left to ask Twilio with",
      SIGNER_REQUIRED: "an API key alone: neither auth_token nor a SharedKey signs",
      API_KEY_REFUSED: "Twilio does not accept the API key for that account",
      API_KEY_LACKS_PERMISSION: "a Restricted key; the message names what it may not use",
      ACCOUNT_NOT_ACTIVE: "suspended or closed at Twilio",
      TRUNK_NOT_FOUND: "no such trunk in that account",
      ...TWILIO,
    },
  },
  "sms-numbers": {
    422: {
      NUMBER_CANNOT_TEXT: "Twilio says that it takes calls only; nothing is stored by an assignment",
      NUMBER_NOT_AT_TWILIO: "the account does not have it any more",
      MESSAGING_SERVICE_IN_THE_WAY:
        "a Messaging Service takes its messages elsewhere or drops them; `details.messaging_service_sid`",
      SHARED_KEY_MISSING:
        "a Webhook Rule lets Twilio sign with a SharedKey that was not given; `details.shared_key_id`",
      TRUNK_NOT_FOUND: "the account's main trunk is not in that Twilio account",
      TWILIO_20003: "Twilio does not accept the account's token",
      ...TWILIO,
    },
    502: {
      WEBHOOK_NOT_CONFIGURED:
        "Twilio did not answer half-way, or answered that it is set otherwise: repair the number",
      ADDRESS_NOT_OURS:
        "what answers at SMS_PUBLIC_URL is not this project; `details.address`. Twilio is not changed",
    },
  },
  "sms-preview": {
    422: {
      MODEL_REFUSED: "the model did not answer this message",
      MODEL_FILTERED: "the provider's content filter refused the message, or stopped the answer",
      MODEL_CUT_OFF: "the answer was cut off at its length limit",
    },
    502: {
      MODEL_BAD_REQUEST: "the provider does not accept the operator's requests; the log says why",
      MODEL_UNAUTHORIZED: "",
      MODEL_FORBIDDEN: "",
      MODEL_NOT_FOUND: "",
      MODEL_NO_CREDIT: "the operator's account at the provider has no credit left",
    },
    503: {
      MODEL_TIMEOUT: "no answer just now; try again after `retry-after`",
      MODEL_UNREACHABLE: "",
      MODEL_BUSY: "",
      MODEL_UNAVAILABLE: "",
      MODEL_GARBAGE: "",
      MODEL_NO_ANSWER: "the provider answered without an answer",
    },
  },
};

/** The status with which a function answers one of its own codes. */
export function statusOf(functionName: string, code: string): string {
  const found = Object.entries(FUNCTION_ERRORS[functionName] ?? {}).find(([, codes]) => code in codes);
  if (!found) throw new Error(`${functionName} has no error ${code} in tools/reference/function_errors.ts`);
  return found[0];
}
