/** Twilio reports what became of messages; figures count them; the worker tells how it is. */
import {
  ada,
  bob,
  NO_ID,
  nobody,
  operator,
  requestsOf,
  sid,
  type Step,
  twilio,
  work,
  worker,
} from "../steps.ts";
import { CAROL, ERIN } from "./receiving.ts";

const forger = requestsOf("forger");
const unsigned = requestsOf("unsigned");
const stranger = requestsOf("stranger");
const late = requestsOf("bob, too late");

const report = (status: string, more: Record<string, string> = {}) => ({
  AccountSid: "{account}",
  MessageSid: "{sentSid}",
  From: "{number}",
  To: CAROL,
  MessageStatus: status,
  ...more,
});
const ofBob = { AccountSid: "{bobAccount}", MessageSid: "{bobsSid}", From: "{bobNumber}", To: ERIN };

const statuses: readonly Step[] = [
  twilio.post("sms-status?message_id={sent}", report("sent")),
  twilio.post("sms-status?message_id={sent}", report("delivered")),
  twilio.post("sms-status?message_id={sent}", report("sent")),
  twilio.post("sms-status", report("delivered")),
  twilio.post("sms-status?message_id={bobsSent}", report("undelivered", { ...ofBob, ErrorCode: "30003" })),
  twilio.post("sms-status", report("delivered", { MessageSid: sid(900) })),
  twilio.post(`sms-status?message_id=${NO_ID}`, report("delivered", { MessageSid: sid(901) })),
  twilio.post("sms-status?message_id={sent}", report("delivered", { MessageSid: sid(902) })),
  twilio.post("sms-status?message_id={sent}", report("delivered", { To: "+14155550999" })),
  twilio.post("sms-status?message_id={sent}", report("delivered", ofBob)),
  twilio.post("sms-status", { MessageStatus: "delivered" }),
  forger.post("sms-status?message_id={sent}", report("failed")),
  unsigned.post("sms-status?message_id={sent}", report("failed")),
  stranger.get("sms-status"),
  ada.select("sms_messages?id=eq.{sent}"),
  bob.select("sms_messages?id=eq.{bobsSent}"),
  ada.select(
    "message_events?message_id=eq.{sent}&order=source,status,received_at&select=source,status,error_code,flags",
  ),
  bob.select("message_events?message_id=eq.{sent}"),
];

const figures: readonly Step[] = [
  operator.rpc("fold_stats", { max_rows: 100_000 }),
  ada.get("sms-stats?time_zone={noon}"),
  bob.get("sms-stats?time_zone={noon}"),
  bob.get("sms-stats?time_zone={noon}&phone_number_id={bobNumberId}&assistant_id={bert}"),
  ada.get("sms-stats?from=2020-01-01&to=2020-01-03&bucket=day&time_zone=Europe/Berlin"),
  ada.get("sms-stats?from=2020-01-01T00:00:00Z&to=2020-01-01T05:00:00Z&bucket=hour"),
  ada.get("sms-stats?from=2020-01-03&to=2020-01-01"),
  ada.get("sms-stats?from=2020-01-01&to=2021-01-01&bucket=hour"),
  ada.get("sms-stats?from=1920-01-01"),
  ada.get("sms-stats?time_zone=Middle/Earth"),
  ada.get("sms-stats?bucket=week"),
  ada.get("sms-stats?time_zone={noon}&phone_number_id={bobNumberId}"),
  ada.get("sms-stats?time_zone={noon}&assistant_id={bert}"),
  ada.post("sms-stats", {}),
  nobody.get("sms-stats"),
  late.get("sms-stats"),
  bob.rpc("summarize_messages", { time_zone: "{noon}" }),
  bob.rpc("summarize_messages", { time_zone: "Middle/Earth" }),
  nobody.rpc("summarize_messages", {}),
  ada.rpc("count_messages", {}),
  ada.rpc("count_messages", { from_at: "2020-01-02T00:00:00Z", to_at: "2020-01-01T00:00:00Z" }),
];

const assistant = { name: "Ada", prompt: "You answer for a bakery.", max_segments: 1 };
const messages = [{ role: "contact", body: "When do you open?" }];
const previews: readonly Step[] = [
  ada.get("sms-preview"),
  ada.post("sms-preview", { assistant, messages }),
  ({ model }) => model.failNext(1, "refusal"),
  ada.post("sms-preview", { assistant, messages }),
  ({ model }) => model.failNext(1, "401"),
  ada.post("sms-preview", { assistant, messages }),
  ada.post("sms-preview", { assistant: { ...assistant, prompt: " " }, messages }),
  ada.post("sms-preview", { assistant, messages: [] }),
  bob.post("sms-preview", { assistant: { ...assistant, model: "not-allowed" }, messages }),
  nobody.get("sms-preview"),
  nobody.post("sms-preview", { assistant, messages }),
];

const health: readonly Step[] = [
  worker.post("sms-worker"),
  work,
  worker.call("DELETE", "sms-worker"),
  operator.get("sms-worker"),
  ada.post("sms-worker"),
  nobody.get("sms-worker"),
  stranger.get("sms-worker"),
  operator.rpc("worker_health"),
];

export default [...statuses, ...figures, ...previews, ...health];
