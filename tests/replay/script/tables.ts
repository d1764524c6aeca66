/** What may be read and written of every table: by its owner, by the other tenant, by nobody and with the secret key. */
import { ada, bob, nobody, operator, type Step } from "../steps.ts";
import { CAROL } from "./receiving.ts";

/** Each table, read in an order that does not depend on ids. */
const TABLES: readonly [table: string, query: string][] = [
  ["assistants", "order=name"],
  ["consent_events", "order=at"],
  ["contacts", "order=number"],
  ["conversations", "order=started_at&limit=2"],
  ["message_events", "select=source,status,error_code&order=source,status,error_code&limit=5"],
  ["message_stats", "select=direction&limit=1"],
  ["message_templates", "order=name"],
  ["phone_numbers", "order=number"],
  ["sms_messages", "order=created_at&limit=2"],
  ["twilio_accounts", "order=created_at"],
  ["user_limits", ""],
];

const reads: readonly Step[] = TABLES.flatMap(([table, query]) => [
  ada.select(`${table}?${query}`),
  bob.select(`${table}?${query}`),
  bob.select(`${table}?user_id=eq.{ada}`),
  nobody.select(`${table}?${query}`),
]);

const writes: readonly Step[] = [
  ada.insert("contacts", { user_id: "{ada}", number: "+14155550190", name: "Ivan" }),
  ada.insert("contacts", { user_id: "{ada}", number: "+14155550190" }),
  ada.insert("contacts", { user_id: "{bob}", number: "+14155550191" }),
  ada.insert("contacts", { user_id: "{ada}", number: "+14155550191", opted_out_at: null }),
  ada.update("contacts?number=eq.%2B14155550190", { name: "Ivan the Great", time_zone: "Europe/Berlin" }),
  ada.update("contacts?number=eq.%2B14155550190", { opted_out_at: null }),
  bob.update("contacts?user_id=eq.{ada}", { name: "Eve" }),
  ada.remove("contacts?number=eq.%2B14155550190"),
  ada.update("conversations?id=eq.{carolsConversation}", { ai_enabled: true }),
  ada.update("conversations?id=eq.{carolsConversation}", { status: "ended" }),
  bob.update("conversations?id=eq.{carolsConversation}", { ai_enabled: false }),
  ada.insert("sms_messages", { user_id: "{ada}", body: "Psst" }),
  ada.update("sms_messages?id=eq.{sent}", { body: "Psst" }),
  ada.remove("sms_messages?id=eq.{sent}"),
  ada.update("phone_numbers?number=eq.{number}", { segments_per_second: 1000 }),
  ada.update("user_limits?user_id=eq.{ada}", { sends_per_minute: null }),
  bob.insert("user_limits", { user_id: "{bob}" }),
  bob.remove("twilio_accounts?account_sid=eq.{bobAccount}"),
  ada.insert("message_stats", { user_id: "{ada}" }),
  ada.insert("consent_events", { user_id: "{ada}", contact_id: "{carol}", change: "in", source: "person" }),
  ada.insert("broadcasts", { user_id: "{ada}", body: "Psst" }),
];

const others: readonly Step[] = [
  ada.select("conversations?select=last_seq,who:contacts(number,name)&id=eq.{carolsConversation}"),
  ada.select("contacts?select=number&number=eq.%2B14155550101", { headers: { prefer: "count=exact" } }),
  ada.select("contacts?select=nonsense"),
  ada.select("nothing_of_this_name"),
  ada.select("jobs"),
  ada.rpc("nothing_of_this_name"),
  operator.select("contacts?select=number,name&order=user_id,number&number=eq.%2B14155550101"),
  operator.select("user_limits?user_id=eq.{ada}"),
  bob.post("sms-send", { to: CAROL, body: "One" }),
  operator.insert("user_limits", { user_id: "{bob}", sends_per_minute: 1 }, {
    headers: { prefer: "return=representation,resolution=merge-duplicates" },
  }),
  bob.post("sms-send", { to: CAROL, body: "Two" }),
  operator.update("user_limits?user_id=eq.{bob}", { sends_per_minute: null }),
];

export default [...reads, ...writes, ...others];
