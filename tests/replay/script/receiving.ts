/** Twilio posts what contacts text; the worker answers. */
import { ada, bob, modelSays, requestsOf, sid, type Step, twilio, work, worker } from "../steps.ts";

const forger = requestsOf("forger");
const unsigned = requestsOf("unsigned");
const stranger = requestsOf("stranger");

/** Contacts of Ada and of Bob. */
export const CAROL = "+14155550101";
export const DAVE = "+14155550102";
export const ERIN = "+14155550103";
export const FRANK = "+14155550104";

const toAda = (n: number, from: string, body: string, more: Record<string, string> = {}) => ({
  AccountSid: "{account}",
  MessageSid: sid(n),
  From: from,
  To: "{number}",
  Body: body,
  NumMedia: "0",
  NumSegments: "1",
  ...more,
});
const toBob = (n: number, from: string, body: string, more: Record<string, string> = {}) =>
  toAda(n, from, body, { AccountSid: "{bobAccount}", To: "{bobNumber}", ...more });

export default [
  worker.get("sms-worker"),
  modelSays("We are open until six."),
  twilio.post("sms-webhook", toAda(1, CAROL, "Are you open?")),
  twilio.post("sms-webhook", toAda(1, CAROL, "Are you open?")),
  worker.get("sms-worker"),
  work,
  worker.get("sms-worker"),
  modelSays("Yes, on Monday at nine.", { intent: "booking" }),
  twilio.post("sms-webhook", toAda(2, CAROL, "Can I come on Monday?")),
  work,
  modelSays("I ask a colleague.", { handoff: true, intent: "complaint" }),
  twilio.post("sms-webhook", toAda(3, DAVE, "I want to talk to a person")),
  work,
  modelSays("Bread is $4."),
  twilio.post("sms-webhook", toBob(4, ERIN, "What is the price of bread?")),
  work,
  modelSays("Goodbye.", { end_conversation: true, intent: "thanks" }),
  twilio.post("sms-webhook", toBob(5, FRANK, "Thanks, that is all")),
  work,
  twilio.post("sms-webhook", toAda(6, FRANK, "STOP")),
  twilio.post("sms-webhook", toAda(7, FRANK, "Hello?")),
  work,
  twilio.post("sms-webhook", toAda(8, FRANK, "START")),
  twilio.post("sms-webhook", toAda(9, FRANK, "STOP", { OptOutType: "STOP" })),
  twilio.post("sms-webhook", toAda(10, DAVE, "HELP")),
  twilio.post("sms-webhook", toBob(1, ERIN, "The same SID in another account")),
  work,

  twilio.post("sms-webhook", toAda(11, CAROL, "To a number of nobody", { To: "+15005550777" })),
  twilio.post("sms-webhook", toAda(12, CAROL, "To Bob's number", { To: "{bobNumber}" })),
  twilio.post("sms-webhook", toBob(13, CAROL, "To Ada's number", { To: "{number}" })),
  twilio.post(
    "sms-webhook",
    toAda(14, CAROL, "Of an unknown account", { AccountSid: sid(0).replace("SM", "AC") }),
  ),
  twilio.post("sms-webhook", { Body: "No form of Twilio's" }),
  forger.post("sms-webhook", toAda(15, CAROL, "Forged")),
  forger.post("sms-webhook", toBob(16, CAROL, "Forged")),
  unsigned.post("sms-webhook", toAda(17, CAROL, "Not signed")),
  stranger.post("sms-webhook", toAda(18, CAROL, "Not a form")),
  stranger.get("sms-webhook"),
  ada.select("sms_messages?order=created_at,seq", {
    keep: { carolsFirst: "0.id", carolsConversation: "0.conversation_id" },
  }),
  bob.select("sms_messages?order=created_at,seq", {
    keep: { bobsFirst: "0.id", bobsConversation: "0.conversation_id" },
  }),
  ada.select("conversations?order=last_message_at", { keep: { carol: "0.contact_id" } }),
  bob.select("conversations?order=last_message_at", { keep: { erin: "0.contact_id" } }),
  async ({ carrier, kept }) => {
    const media = [{ contentType: "image/png", content: new Uint8Array(1000) }];
    await carrier.text({ from: DAVE, to: kept.get("number") ?? "", body: "See this", media });
  },
  work,
  ada.select("sms_messages?body=eq.See%20this", {
    keep: { pictured: "0.id", picturesIn: "0.conversation_id" },
  }),
] satisfies readonly Step[];
