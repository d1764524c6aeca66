/** Forms as Twilio posts them, with every field of its pages, and what becomes of one whose sender signs what they like. */
import * as fc from "fast-check";
import type { FormRequest, Signing } from "./request.ts";
import { mixed, oddText, type Pools } from "./values.ts";

const FUNCTIONS = [
  "sms-webhook",
  "sms-status",
  "sms-api/api/v1/sms/webhook",
  "sms-api/api/v1/sms/status-callback",
  "sms-api/api/v1/twilio/sms/webhook",
  "sms-api/api/v1/twilio/sms/status-callback",
];

const signing: fc.Arbitrary<Signing> = fc.oneof(
  { arbitrary: fc.constant<Signing>("by the account's token"), weight: 10 },
  { arbitrary: fc.constantFrom<Signing>("by a SharedKey, SHA-256", "by a SharedKey, SHA-1"), weight: 4 },
  {
    arbitrary: fc.constantFrom<Signing>(
      "by another account's token",
      "by the token, a SharedKey named",
      "by an unknown SharedKey",
      "by an unknown algorithm",
      "for another address",
      "altered afterwards",
      "with junk",
      "not at all",
    ),
    weight: 6,
  },
);

/** https://www.twilio.com/docs/messaging/guides/webhook-request, …/track-outbound-message-status */
function fieldsOf(isStatus: boolean, pools: Pools): fc.Arbitrary<[string, string][]> {
  const address = fc.oneof(
    { arbitrary: fc.constantFrom(...pools.phones, ...pools.numbers), weight: 12 },
    {
      arbitrary: fc.constantFrom(...pools.phones, ...pools.numbers, "brand").chain((one) =>
        fc.constantFrom("rcs:", "whatsapp:", "messenger:", "RCS:", "sip:").map((channel) => channel + one)
      ),
      weight: 2,
    },
    { arbitrary: fc.constantFrom("12345", "ACME", "+266696687", "client:x"), weight: 1 },
  );
  const ours = fc.oneof(
    { arbitrary: fc.constantFrom(...pools.numbers), weight: 8 },
    { arbitrary: address, weight: 2 },
  );
  const small = fc.constantFrom("0", "1", "2", "10", "11", "-1", "9999", "10000", "1.5", "x");
  const body = fc.oneof(
    fc.constantFrom(
      `Hello ${pools.words}`,
      "STOP",
      "START",
      "HELP",
      "yes",
      "Stop.",
      "Liked “Hello”",
      "❤️ to “Hello”",
      "",
      "  ",
    ),
    fc.string({ unit: "grapheme", maxLength: 200 }),
    oddText,
  );
  const status = fc.constantFrom(
    "queued",
    "sending",
    "sent",
    "delivered",
    "undelivered",
    "failed",
    "read",
    "SENT",
    "partially_delivered",
    "nonsense",
    "",
  );
  const common: Record<string, fc.Arbitrary<string>> = {
    AccountSid: fc.constantFrom(...pools.accounts),
    MessageSid: fc.constantFrom(...pools.sids, ...Array.from({ length: 8 }, () => "new")),
    SmsSid: fc.constantFrom(...pools.sids, "new"),
    From: isStatus ? ours : address,
    To: isStatus ? address : ours,
    ApiVersion: fc.constant("2010-04-01"),
    MessagingServiceSid: fc.constantFrom("MG00000000000000000000000000000001", ""),
  };
  const own: Record<string, fc.Arbitrary<string>> = isStatus
    ? {
      MessageStatus: status,
      SmsStatus: status,
      ErrorCode: fc.constantFrom("0", "30008", "21610", "30007", "999999", "1234567", "x"),
      RawDlrDoneDate: fc.constantFrom("2611301200", "x"),
      ChannelToAddress: address,
      ChannelStatusMessage: body,
    }
    : {
      Body: body,
      SmsMessageSid: fc.constantFrom(...pools.sids, "new"),
      NumMedia: small,
      NumSegments: small,
      MediaUrl0: fc.constantFrom("https://api.twilio.com/a", "http://127.0.0.1/", "x", ""),
      MediaContentType0: fc.constantFrom("image/png", "text/html", ""),
      MediaUrl9: fc.constant("https://example.com/a"),
      OptOutType: fc.constantFrom("STOP", "START", "HELP", "stop", "OTHER", ""),
      SmsStatus: fc.constant("received"),
      FromCity: oddText,
      FromState: fc.constant("CA"),
      FromZip: fc.constant("94105"),
      FromCountry: fc.constant("US"),
      ToCity: fc.constant(""),
      ToState: fc.constant(""),
      ToZip: fc.constant(""),
      ToCountry: fc.constant("US"),
      ProfileName: oddText,
      WaId: fc.constant("14155550101"),
      ButtonPayload: oddText,
      ReferralNumMedia: small,
    };
  const needed = ["AccountSid", "MessageSid", "From", "To", isStatus ? "MessageStatus" : "Body"];
  const each = Object.entries({ ...common, ...own }).map(([name, value]) => {
    const one = mixed(value, oddText, 14);
    const isNeeded = needed.includes(name);
    return fc.oneof(
      { arbitrary: one.map((given): [string, string][] => [[name, given]]), weight: isNeeded ? 40 : 4 },
      { arbitrary: fc.constant<[string, string][]>([]), weight: isNeeded ? 1 : 6 },
      {
        arbitrary: fc.tuple(one, one).map((two): [string, string][] => two.map((given) => [name, given])),
        weight: 1,
      },
    );
  });
  const more = fc.oneof(
    { arbitrary: fc.constant<[string, string][]>([]), weight: 8 },
    { arbitrary: fc.array(fc.tuple(oddText, oddText), { minLength: 1, maxLength: 3 }), weight: 1 },
  );
  return fc.tuple(fc.tuple(...each), more).map(([known, unknown]) => [...known.flat(), ...unknown]);
}

export function formRequest(pools: Pools): fc.Arbitrary<FormRequest> {
  return fc.constantFrom(...FUNCTIONS, "sms-webhook", "sms-webhook", "sms-status").chain((name) => {
    const isStatus = name.includes("status");
    const query = fc.oneof(
      { arbitrary: fc.constant(""), weight: 4 },
      {
        arbitrary: fc.constantFrom(...pools.messages).map((id) => `?message_id=${id}`),
        weight: isStatus ? 8 : 1,
      },
      {
        arbitrary: oddText.map((text) =>
          `?message_id=${encodeURIComponent(text.slice(0, 500).toWellFormed())}`
        ),
        weight: 1,
      },
    );
    return fc.record({
      kind: fc.constant("form" as const),
      function: fc.constant(name),
      query,
      fields: fieldsOf(isStatus, pools),
      signing,
    });
  });
}
