/** The routes of the system that was replaced, as its clients call them. */
import { requestsOf, sid, type Step, twilio, work } from "../steps.ts";
import { CAROL, DAVE, ERIN } from "./receiving.ts";

const ada = requestsOf("ada's old app");
const bob = requestsOf("bob's old app");
const unsigned = requestsOf("unsigned");
const stranger = requestsOf("stranger");
const forger = requestsOf("forger");

const message = (to: string, more: Record<string, unknown> = {}) => ({
  accountSid: "{account}",
  authToken: "what is here is never used",
  to,
  from: "+1234567890",
  body: "Hello, this is a test message",
  ...more,
});
const form = {
  AccountSid: "{account}",
  MessageSid: sid(30),
  From: DAVE,
  To: "{number}",
  Body: "HELP",
  NumMedia: "0",
  NumSegments: "1",
};

export default [
  ada.post("api/v1/sms/send", message(DAVE), { keep: { oldSid: "data.messageSid" } }),
  ada.post("api/v1/twilio/sms/send", message(DAVE, { userId: "{ada}" }), {
    headers: { "idempotency-key": "old" },
  }),
  ada.post("api/v1/twilio/sms/send", message(DAVE, { userId: "{ada}" }), {
    headers: { "idempotency-key": "old" },
  }),
  ada.post("api/v1/sms/send", message(DAVE, { userId: "{bob}" })),
  ada.post("api/v1/sms/send", message(DAVE, { accountSid: "{bobAccount}" })),
  ada.post("api/v1/sms/send", message(CAROL)),
  ada.post("api/v1/sms/send", message("+15005550001")),
  ada.post("api/v1/sms/send", message("+15005550002")),
  ada.post("api/v1/sms/send", message("not a number")),
  ada.post("api/v1/sms/send", message(DAVE, { body: "x".repeat(1_601) })),
  ada.post("api/v1/sms/send", {}),
  bob.post("api/v1/sms/send", message(ERIN, { accountSid: "{bobAccount}" })),
  bob.post("api/v1/sms/send", message(ERIN)),
  stranger.post("api/v1/sms/send", message(DAVE)),
  ada.get(`api/v1/sms/conversation/conv_${CAROL}`),
  ada.get(`api/v1/twilio/sms/conversation/phone-${encodeURIComponent(DAVE)}?accountSid=AC1`),
  bob.get(`api/v1/sms/conversation/conv_${CAROL}`),
  stranger.get(`api/v1/sms/conversation/conv_${CAROL}`),
  ada.get("api/v1/sms/stats"),
  bob.get("api/v1/twilio/sms/stats?startDate=2020-01-01&endDate=2020-12-31T00:00:00Z"),
  ada.get("api/v1/sms/stats?startDate=yesterday"),
  ada.get("api/v1/sms/stats?startDate=2020-02-01&endDate=2020-01-01"),
  stranger.get("api/v1/sms/stats"),
  ada.get("api/v1/sms/numbers"),
  bob.get("api/v1/sms/numbers"),
  ada.get("api/v1/twilio/sms/numbers"),
  stranger.get("api/v1/sms/webhook/health"),
  stranger.post("api/v1/sms/test", { phoneNumber: DAVE, message: "Hi" }),
  stranger.get("api/v1/nothing"),
  twilio.post("api/v1/sms/webhook", form),
  twilio.post("api/v1/twilio/sms/webhook", { ...form, MessageSid: sid(31) }),
  forger.post("api/v1/sms/webhook", { ...form, MessageSid: sid(32) }),
  unsigned.post("api/v1/twilio/sms/webhook", form),
  twilio.post("api/v1/twilio/sms/status-callback", {
    AccountSid: "{account}",
    MessageSid: "{oldSid}",
    From: "{number}",
    To: DAVE,
    MessageStatus: "delivered",
  }),
  forger.post("api/v1/sms/status-callback", { ...form, MessageStatus: "delivered" }),
  work,
] satisfies readonly Step[];
