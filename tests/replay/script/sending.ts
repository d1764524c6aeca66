/** People and the operator send; so do apps that repeat themselves. */
import { ada, bob, NO_ID, nobody, operator, requestsOf, type Step, work } from "../steps.ts";
import { CAROL, DAVE, ERIN, FRANK } from "./receiving.ts";

const late = requestsOf("bob, too late");
const GRACE = "+14155550105";
const HEIDI = "+14155550106";
const key = (name: string) => ({ headers: { "idempotency-key": `replay-${name}` } });
const inAnHour = "{inAnHour}";

const templates: readonly Step[] = [
  ada.insert("message_templates", { user_id: "{ada}", name: "Greeting", body: "Hello {{name}}" }, {
    keep: { template: "0.id" },
  }),
  ada.insert("message_templates", { user_id: "{ada}", name: "Greeting", body: "Hi {{name}}" }),
  ada.update("message_templates?id=eq.{template}", { body: "Dear {{name}}" }),
  bob.update("message_templates?id=eq.{template}", { body: "Dear {{name}}" }),
  bob.select("message_templates"),
  nobody.select("message_templates"),
];

const single: readonly Step[] = [
  ada.post("sms-send", { to: CAROL, body: "We close at six today." }, {
    keep: { sent: "message.id", sentSid: "message.message_sid" },
  }),
  ada.post("sms-send", { conversation_id: "{carolsConversation}", body: "Until seven, sorry." }),
  ada.post("sms-send", { to: "+1 (415) 555-0105", body: "Hello" }, key("grace")),
  ada.post("sms-send", { to: GRACE, body: "Hello" }, key("grace")),
  ada.post("sms-send", { to: GRACE, body: "Bye" }, key("grace")),
  ada.post("sms-send", { to: GRACE, body: "Hello" }, key("")),
  ada.post("sms-send", { to: GRACE, template_id: "{template}", variables: { name: "Grace" } }),
  ada.post("sms-send", { to: GRACE, template_id: "{template}" }),
  ada.post("sms-send", { to: GRACE, template_id: NO_ID }),
  ada.post("sms-send", { to: GRACE, body: "Our menu", media_urls: ["https://example.com/menu.png"] }),
  ada.post("sms-send", { to: GRACE, body: "Our menu", media_urls: ["file:///etc/passwd"] }),
  ({ kept }) => void kept.set("inAnHour", new Date(Date.now() + 3_600_000).toISOString()),
  ada.post("sms-send", { to: GRACE, body: "Later", send_at: inAnHour }, { keep: { later: "message.id" } }),
  ada.post("sms-send", { to: GRACE, body: "Much later", send_at: "2099-01-01T00:00:00Z" }),
  ada.post("sms-send", { to: FRANK, body: "Are you there?" }),
  ada.post("sms-send", { to: GRACE, body: "From Bob's", from: "{bobNumber}" }),
  ada.post("sms-send", { to: GRACE, body: " " }),
  ada.post("sms-send", { to: GRACE, body: "x".repeat(1_601) }),
  ada.post("sms-send", { to: "Grace", body: "Hello" }),
  ada.post("sms-send", { to: "+447911123456", body: "Hello" }),
  ada.post("sms-send", { to: "+15005550001", body: "Hello" }),
  ada.post("sms-send", { to: "+15005550003", body: "Hello" }),
  ada.post("sms-send", { to: "+15005550004", body: "Hello" }),
  ada.post("sms-send", { to: "+15005550009", body: "Hello" }, key("landline")),
  ada.post("sms-send", { to: "+15005550009", body: "Hello" }, key("landline")),
  ada.post("sms-send", { body: "To nobody" }),
  ada.post("sms-send", { to: GRACE, body: 7 }),
  ada.post("sms-send", { to: GRACE, body: "Hello", user_id: "{bob}" }),
  ada.post("sms-send", undefined, { text: "[]" }),
  ada.get("sms-send"),
  bob.post("sms-send", { to: ERIN, body: "Fresh bread!" }, {
    keep: { bobsSent: "message.id", bobsSid: "message.message_sid" },
  }),
  bob.post("sms-send", { conversation_id: "{carolsConversation}", body: "Psst" }),
  bob.post("sms-send", { to: ERIN, body: "Psst", from: "{number}" }),
  nobody.post("sms-send", { to: CAROL, body: "Psst" }),
  late.post("sms-send", { to: CAROL, body: "Psst" }),
  operator.post("sms-send", { to: HEIDI, body: "From the operator", user_id: "{ada}" }),
  operator.post("sms-send", { to: HEIDI, body: "From the operator", user_id: NO_ID }),
  operator.post("sms-send", { to: HEIDI, body: "From the operator" }),
];

const broadcasts: readonly Step[] = [
  ada.post("sms-send", {
    to: [DAVE, FRANK, "Bob", DAVE, "+447911123456"],
    body: "We open at ten.",
    name: "Hours",
  }, {
    ...key("hours"),
    keep: { broadcast: "broadcast.id" },
  }),
  ada.post("sms-send", {
    to: [DAVE, FRANK, "Bob", DAVE, "+447911123456"],
    body: "We open at ten.",
    name: "Hours",
  }, key("hours")),
  ada.post("sms-send", { to: [], body: "We open at ten." }),
  ada.post("sms-send", { to: DAVE, body: "We open at ten.", name: "Hours" }),
  ada.post("sms-send", { to: [DAVE], body: "We open at ten.", conversation_id: "{carolsConversation}" }),
  work,
  ada.rpc("get_broadcast", { broadcast_id: "{broadcast}" }),
  bob.rpc("get_broadcast", { broadcast_id: "{broadcast}" }),
  nobody.rpc("get_broadcast", { broadcast_id: "{broadcast}" }),
  ada.rpc("create_broadcast", { to_numbers: [GRACE], body: "Later", send_at: inAnHour }, {
    keep: { planned: "broadcast.id" },
  }),
  ada.rpc("pause_broadcast", { broadcast_id: "{planned}" }),
  bob.rpc("pause_broadcast", { broadcast_id: "{planned}" }),
  ada.rpc("resume_broadcast", { broadcast_id: "{planned}" }),
  bob.rpc("resume_broadcast", { broadcast_id: "{planned}" }),
  bob.rpc("cancel_broadcast", { broadcast_id: "{planned}" }),
  ada.rpc("cancel_broadcast", { broadcast_id: "{planned}" }),
  ada.rpc("resume_broadcast", { broadcast_id: "{planned}" }),
  nobody.rpc("create_broadcast", { to_numbers: [GRACE], body: "Psst" }),
  bob.rpc("create_broadcast", { to_numbers: [GRACE], template_id: "{template}" }),
  ada.select("broadcasts?order=created_at"),
  bob.select("broadcasts"),
  nobody.select("broadcasts"),
];

export default [...templates, ...single, ...broadcasts];
