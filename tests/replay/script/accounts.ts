/** Bob connects his account and has his number answered; others look on. */
import { ada, bob, NO_ACCOUNT, NO_ID, nobody, operator, requestsOf, type Step } from "../steps.ts";

const late = requestsOf("bob, too late");
const stranger = requestsOf("stranger");
const bobsAccount = { account_sid: "{bobAccount}", auth_token: "{bobToken}" };

const accounts: readonly Step[] = [
  bob.get("sms-accounts"),
  bob.post("sms-accounts", { ...bobsAccount, label: "Bob's shop" }),
  bob.post("sms-accounts", bobsAccount),
  bob.get("sms-accounts"),
  bob.get("sms-accounts/{bobAccount}"),
  bob.post("sms-accounts", { ...bobsAccount, auth_token: "0".repeat(32) }),
  bob.post("sms-accounts", { account_sid: "SK1" }),
  bob.post("sms-accounts", { ...bobsAccount, trunk_sid: `TK${"0".repeat(32)}` }),
  bob.post("sms-accounts", { ...bobsAccount, nobody_knows_this: 1 }),
  bob.post("sms-accounts", undefined, { text: "{" }),
  bob.call("PUT", "sms-accounts", {}),
  ada.get("sms-accounts"),
  ada.get("sms-accounts/{bobAccount}"),
  ada.post("sms-accounts", bobsAccount),
  ada.post("sms-accounts", { account_sid: "{account}", auth_token: "{token}" }),
  ada.call("DELETE", "sms-accounts/{bobAccount}"),
  ada.call("DELETE", `sms-accounts/${NO_ACCOUNT}`),
  nobody.get("sms-accounts"),
  late.get("sms-accounts"),
  operator.get("sms-accounts"),
  stranger.call("OPTIONS", "sms-accounts", undefined, {
    headers: { origin: "https://app.example.com", "access-control-request-method": "POST" },
  }),
];

const assistants: readonly Step[] = [
  bob.insert("assistants", {
    user_id: "{bob}",
    name: "Bert",
    prompt: "Answer for a bakery.",
    reply_delay_ms: 0,
  }, {
    keep: { bert: "0.id" },
  }),
  bob.insert("assistants", { user_id: "{ada}", name: "Eve", prompt: "Answer." }),
  bob.insert("assistants", { user_id: "{bob}", name: "", prompt: "Answer." }),
  bob.insert("assistants", { user_id: "{bob}", name: "Eve" }),
  nobody.insert("assistants", { user_id: "{bob}", name: "Eve", prompt: "Answer." }),
  ada.update("assistants?id=eq.{assistant}", {
    reply_delay_ms: 0,
    first_message: null,
    goodbye_message: null,
  }),
  bob.update("assistants?id=eq.{assistant}", { name: "Eve" }),
  ada.update("assistants?id=eq.{assistant}", { id: NO_ID }),
  ada.update("assistants?id=eq.{assistant}", { max_segments: 11 }),
  bob.remove("assistants?id=eq.{assistant}"),
];

const numbers: readonly Step[] = [
  bob.get("sms-numbers/unassigned"),
  bob.post("sms-numbers", { number: "{bobNumber}", assistant_id: "{bert}" }, {
    keep: { bobNumberId: "number.id" },
  }),
  bob.post("sms-numbers", { number: "{bobNumber}", assistant_id: "{bert}" }),
  // His texts need not wait for one another.
  operator.update("phone_numbers?id=eq.{bobNumberId}", { segments_per_second: 1000 }),
  bob.get("sms-numbers"),
  bob.get("sms-numbers?verify=1"),
  bob.get("sms-numbers/{bobNumberId}"),
  bob.post("sms-numbers/{bobNumberId}/repair"),
  bob.post("sms-numbers", { number: "{bobNumber}", assistant_id: "{assistant}" }),
  bob.post("sms-numbers", { number: "+15005550199", assistant_id: "{bert}" }),
  bob.post("sms-numbers", { number: "5005550199", assistant_id: "{bert}" }),
  bob.post("sms-numbers", { number: "{bobNumber}" }),
  bob.get("sms-numbers?verify=yes"),
  ({ carrier, kept }) => {
    const voice = { voice: true, sms: false, mms: false };
    carrier.addNumber(kept.get("bobAccount") ?? "", { number: "+15005550101", capabilities: voice });
  },
  bob.post("sms-numbers", { number: "+15005550101", assistant_id: "{bert}" }),
  ada.get("sms-numbers", { keep: { adaNumberId: "numbers.0.id" } }),
  ada.get("sms-numbers/{bobNumberId}"),
  ada.call("DELETE", "sms-numbers/{bobNumberId}"),
  ada.post("sms-numbers/{bobNumberId}/repair"),
  ada.get(`sms-numbers/${NO_ID}`),
  ada.get("sms-numbers/nonsense/repair/now"),
  nobody.get("sms-numbers"),
  nobody.post("sms-numbers", { number: "{bobNumber}", assistant_id: "{bert}" }),
  operator.get("sms-numbers"),
  operator.get("sms-numbers?user_id={bob}"),
  operator.post("sms-numbers", { number: "{number}", user_id: "{bob}" }),
];

export default [...accounts, ...assistants, ...numbers];
