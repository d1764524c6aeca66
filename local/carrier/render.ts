/** Resources as Twilio's JSON. */
import { iso8601, rfc2822 } from "./ids.ts";
import type { IncomingNumber } from "./registry.ts";
import type { AccountStatus, LedgerMessage, MediaItem } from "./types.ts";

const root = "/2010-04-01/Accounts";

/** https://www.twilio.com/docs/messaging/api/message-resource#message-properties */
export function renderMessage(message: LedgerMessage) {
  const path = `${root}/${message.accountSid}/Messages/${message.sid}`;
  return {
    account_sid: message.accountSid,
    api_version: "2010-04-01",
    body: message.body,
    date_created: rfc2822(message.dateCreated),
    date_sent: rfc2822(message.dateSent),
    date_updated: rfc2822(message.dateUpdated),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: message.errorCode === null ? null : `Delivery failed with error ${message.errorCode}`,
    from: message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: String(message.media.length),
    num_segments: String(message.numSegments),
    price: message.price,
    price_unit: "USD",
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${path}/Media.json` },
    to: message.to,
    uri: `${path}.json`,
  };
}

/** https://www.twilio.com/docs/messaging/api/media-resource */
export function renderMedia(message: LedgerMessage, item: MediaItem) {
  return {
    account_sid: message.accountSid,
    content_type: item.contentType,
    date_created: rfc2822(item.dateCreated),
    date_updated: rfc2822(item.dateCreated),
    parent_sid: message.sid,
    sid: item.sid,
    uri: `${root}/${message.accountSid}/Messages/${message.sid}/Media/${item.sid}.json`,
  };
}

function renderNumberBase(number: IncomingNumber) {
  return {
    account_sid: number.accountSid,
    address_requirements: "none",
    api_version: "2010-04-01",
    beta: false,
    friendly_name: number.friendlyName,
    phone_number: number.number,
    sid: number.sid,
    sms_application_sid: number.smsApplicationSid,
    sms_fallback_method: "POST",
    sms_fallback_url: "",
    sms_method: number.smsMethod,
    sms_url: number.smsUrl,
    status_callback: number.statusCallback,
    status_callback_method: "POST",
    trunk_sid: number.trunkSid,
    voice_application_sid: null,
    voice_caller_id_lookup: false,
    voice_fallback_method: "POST",
    voice_fallback_url: null,
    voice_method: "POST",
    voice_url: null,
  };
}

/** https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
export function renderNumber(number: IncomingNumber) {
  return {
    ...renderNumberBase(number),
    address_sid: null,
    bundle_sid: null,
    capabilities: { ...number.capabilities, fax: false },
    date_created: rfc2822(number.dateCreated),
    date_updated: rfc2822(number.dateUpdated),
    emergency_address_sid: null,
    emergency_address_status: "unregistered",
    emergency_status: "Inactive",
    identity_sid: null,
    origin: "twilio",
    status: "in-use",
    type: "local",
    uri: `${root}/${number.accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
    voice_receive_mode: "voice",
  };
}

/** https://www.twilio.com/docs/sip-trunking/api/phonenumber-resource */
export function renderTrunkNumber(number: IncomingNumber, trunkSid: string) {
  return {
    ...renderNumberBase(number),
    capabilities: number.capabilities,
    date_created: iso8601(number.dateCreated),
    date_updated: iso8601(number.dateUpdated),
    links: {
      phone_number: `https://api.twilio.com${root}/${number.accountSid}/IncomingPhoneNumbers/${number.sid}`,
    },
    url: `https://trunking.twilio.com/v1/Trunks/${trunkSid}/PhoneNumbers/${number.sid}`,
  };
}

/** https://www.twilio.com/docs/sip-trunking/api/trunk-resource */
export function renderTrunk(trunk: { sid: string; accountSid: string; dateCreated: Date }) {
  const url = `https://trunking.twilio.com/v1/Trunks/${trunk.sid}`;
  return {
    account_sid: trunk.accountSid,
    auth_type: "",
    auth_type_set: [],
    cnam_lookup_enabled: false,
    date_created: iso8601(trunk.dateCreated),
    date_updated: iso8601(trunk.dateCreated),
    disaster_recovery_method: null,
    disaster_recovery_url: null,
    domain_name: null,
    friendly_name: "Carrier look-alike trunk",
    links: { phone_numbers: `${url}/PhoneNumbers` },
    secure: false,
    sid: trunk.sid,
    symmetric_rtp_enabled: false,
    transfer_caller_id: "from-transferee",
    transfer_mode: "disable-all",
    url,
  };
}

/** https://www.twilio.com/docs/iam/api/account */
export function renderAccount(
  account: {
    accountSid: string;
    authToken: string;
    status: AccountStatus;
    verified: ReadonlySet<string> | null;
    dateCreated: Date;
  },
) {
  const path = `${root}/${account.accountSid}`;
  return {
    auth_token: account.authToken,
    date_created: rfc2822(account.dateCreated),
    date_updated: rfc2822(account.dateCreated),
    friendly_name: "Carrier look-alike account",
    owner_account_sid: account.accountSid,
    sid: account.accountSid,
    status: account.status,
    subresource_uris: {
      incoming_phone_numbers: `${path}/IncomingPhoneNumbers.json`,
      messages: `${path}/Messages.json`,
    },
    type: account.verified === null ? "Full" : "Trial",
    uri: `${path}.json`,
  };
}
